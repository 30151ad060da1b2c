"""Rulebooks in bodies, and what is wrong with them where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.settings import api_settings

from compliance.documents import DocumentError, refuse_unstorable
from compliance.rules import RuleProblem


@extend_schema_field(OpenApiTypes.OBJECT)
class DocumentField(serializers.JSONField):
    """A rulebook, or an addition to one, as JSON."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        found = super().to_internal_value(data)
        if not isinstance(found, dict):
            raise serializers.ValidationError(_("Must be an object."))
        try:
            refuse_unstorable(found)
        except DocumentError as error:
            raise serializers.ValidationError(str(error)) from error
        return found


def tokens(document: Any, path: str) -> Iterator[str]:
    """The keys and places that a path of the rules leads through. A key of the document may hold dots itself."""
    if isinstance(document, dict):
        keys = [key for key in document if path == key or path.startswith(f"{key}.")]
        key = max(keys, key=len, default=path.partition(".")[0])
        inner = document.get(key)
    else:
        key = path.partition(".")[0]
        inside = isinstance(document, list) and key.isdecimal() and int(key) < len(document)
        inner = document[int(key)] if inside else None
    yield key
    if rest := path[len(key) + 1 :]:
        yield from tokens(inner, rest)


def pointer(document: Any, problem: RuleProblem) -> str:
    """A JSON pointer (RFC 6901) as a fragment; "#" for the document as a whole."""
    if problem.path in ("", "document"):
        return "#"
    return "".join(["#", *(f"/{quote(each.replace('~', '~0').replace('/', '~1'), safe='~')}"
                           for each in tokens(document, problem.path))])  # fmt: skip


def as_errors(document: Any, problems: Iterable[RuleProblem]) -> dict[str, Any]:
    """Faults as REST framework has them: by the keys that lead to each."""
    found: dict[str, Any] = {}
    for problem in problems:
        here = found
        for key in () if problem.path in ("", "document") else tokens(document, problem.path):
            here = here.setdefault(key, {})
        here.setdefault(api_settings.NON_FIELD_ERRORS_KEY, []).append(problem.message)
    return found
