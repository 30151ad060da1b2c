"""Errors of the API as problem documents (RFC 9457), made by the exception handler of REST framework."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler, set_rollback

from cle.core.errors import DomainError, FileRefused
from cle.core.whole_files import is_about_room

logger = logging.getLogger(__name__)
CONTENT_TYPE: Final = "application/problem+json"
_OWN_TYPES: Final = "urn:problem-type:cle:"


class InvalidParametersError(ValidationError):
    """Query parameters are unknown or wrong: {parameter: [messages]}."""


class TooLong(APIException):
    """The body is longer than what is read (DATA_UPLOAD_MAX_MEMORY_SIZE)."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request is too long.")
    default_code = "too-long"


class NoRoom(APIException):
    """A disk is full, of the files or of the database; nothing was changed."""

    status_code = HTTPStatus.INSUFFICIENT_STORAGE
    default_detail = gettext_lazy("There is no room left on the server to keep this. Try again later.")
    default_code = "no-room"


class RuleBroken(APIException):
    """A rule of the domain does not allow what was asked; nothing was changed."""

    status_code = HTTPStatus.CONFLICT
    default_detail = gettext_lazy("The rules do not allow that.")
    default_code = "rule-broken"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error in a view; None for errors that are nobody's but ours, which Django reports as 500.

    Status and headers are those of REST framework. A problem that a program must tell from others of its status
    has a ``type`` of its own, made from the error's code; for the rest the status says everything.
    """
    if isinstance(error, Http404):
        error = NotFound()  # Django's own words are English, and name the model
    elif isinstance(error, FileRefused):
        set_rollback()
        return _of_file(error)
    elif isinstance(error, DomainError):
        error = RuleBroken(str(error), error.code)
    elif isinstance(error, RequestDataTooBig):
        error = TooLong()
    elif is_about_room(error):
        logger.error("A disk is full: %s", type(error).__name__)
        error = NoRoom()
    response = exception_handler(error, context)
    if response is None:
        return None
    status = HTTPStatus(response.status_code)
    if isinstance(error, ValidationError):
        response.data = problem_document(status, "invalid-input", _("The request could not be understood."))
        response.data["errors"] = list(_faults(error))
    else:
        response.data = problem_document(status, _own_code(error), str(response.data["detail"]))
    response.content_type = CONTENT_TYPE
    return response


def _of_file(error: FileRefused) -> Response:
    """What is wrong with a file as a whole, and in which row and column where there is one."""
    problem = error.problem
    place = {"row": problem.row, "column": problem.column}
    document = problem_document(HTTPStatus.BAD_REQUEST, error.code, _("The file cannot be read."))
    known = {name: value for name, value in place.items() if value is not None}
    document["errors"] = [{"pointer": "#/file", "detail": str(error.message), **known}]
    return Response(document, HTTPStatus.BAD_REQUEST, content_type=CONTENT_TYPE)


def problem_document(status: HTTPStatus, code: str, detail: str) -> dict[str, Any]:
    """A problem as data; without a ``code`` the status says everything."""
    kind = f"{_OWN_TYPES}{code}" if code else "about:blank"
    return {"type": kind, "title": status.phrase, "status": status.value, "detail": detail}


def _own_code(error: Exception) -> str:
    """The code that somebody gave to this error, "" when it only repeats the status."""
    codes = error.get_codes() if isinstance(error, APIException) else ""
    return codes if isinstance(codes, str) and codes != getattr(error, "default_code", "") else ""


def _faults(error: ValidationError) -> Iterator[dict[str, str]]:
    """What is wrong where: a query parameter by its name, a field of the body by a JSON pointer (RFC 6901)."""
    if isinstance(error, InvalidParametersError) and isinstance(error.detail, dict):
        for name, messages in error.detail.items():
            yield from ({"parameter": str(name), "detail": str(message)} for message in messages)
    else:
        yield from _pointed(error.detail, "#")


def _pointed(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _pointed(inner, pointer if whole else f"{pointer}/{_token(str(name))}")
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            # A list holds either the messages about one value, or the errors of a list's members in their order.
            member = isinstance(inner, dict | list)
            yield from _pointed(inner, f"{pointer}/{position}" if member else pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


def _token(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~", errors="replace")
