"""How the API is described: query parameters by the view's own serializer, errors as problem documents everywhere."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

from cle.core.problems import CONTENT_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem document (RFC 9457). `type` is stable; `detail` is in the language of the request.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "detail": {"type": "string"},
                    "parameter": {"type": "string", "description": "the query parameter that is wrong"},
                    "pointer": {"type": "string", "description": "the field of the body that is wrong (RFC 6901)"},
                    "row": {"type": "integer", "description": "the row of the file, as a spreadsheet counts them"},
                    "column": {"type": "string", "description": "the column of the file: its heading or letter"},
                },
            },
        },
    },
}
_ANSWERS = {
    "400": "A parameter or the body cannot be understood.",
    "401": "Nobody has logged in.",
    "403": "The request does not come from a page of ours (CSRF), or is not for whoever asks.",
    "404": "There is nothing here for whoever asks.",
    "429": "Too many requests in this minute; `Retry-After` says when to go on.",
}


_CHANGING = {
    "409": "The rules do not allow that; `type` says why, for programs, and `detail` for people.",
    "413": "The body is too long.",
    "422": "The Idempotency-Key was used for another call.",
}


class Schema(AutoSchema):
    """Reads the query parameters off the serializer that the view checks them with."""

    def get_override_parameters(self) -> list[Any]:
        parameters = getattr(self.view, "parameters", None) if self.method == "GET" else None
        return [parameters] if parameters is not None and parameters().fields else []

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        """Without labels and hints: they are of forms, in whichever language the process happened to speak first."""
        meta: dict[str, Any] = super()._get_serializer_field_meta(field, direction)  # type: ignore[no-untyped-call]
        return {name: said for name, said in meta.items() if name not in ("title", "description")}

    def get_description(self) -> str:  # type: ignore[override]
        """With what a token needs, where the view knows it."""
        said: str = super().get_description()
        scope_for = getattr(self.view, "scope_for", None)
        if scope_for is None:
            return said
        scope = scope_for(self.method)
        return f"{said}\n\n" + (f"Scope of a token: `{scope}`." if scope else "Not for tokens.")


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Each operation with the errors that every view may answer with."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status, why in _failures(method, operation).items():
                operation["responses"].setdefault(status, problem(why))
            _counted(operation)
    return result


def _failures(method: str, operation: dict[str, Any]) -> dict[str, str]:
    """Statuses of the errors that an operation may answer with: those of every one, and of one that changes rows."""
    if method == "get":
        return _ANSWERS
    keyed = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
    return {**_ANSWERS, **{status: why for status, why in _CHANGING.items() if keyed or status != "422"}}


_RATE = {
    "RateLimit-Limit": "Requests allowed in a minute.",
    "RateLimit-Remaining": "Requests left in this one.",
    "RateLimit-Reset": "Seconds until the next one begins.",
}


def _counted(operation: dict[str, Any]) -> None:
    """Every answer says how many requests are left."""
    for response in operation["responses"].values():
        for name, meaning in _RATE.items():
            response.setdefault("headers", {})[name] = {"description": meaning, "schema": {"type": "integer"}}


def problem(why: str) -> dict[str, Any]:
    """An error answer, for a response of the description."""
    return {"description": why, "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
