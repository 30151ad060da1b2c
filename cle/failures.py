"""Answers to requests that could not be served. The page of 400 is shown by Django as it stands."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from advocates.acting import request_under_way
from cle.core.errors import NotInOrder
from cle.core.problems import CONTENT_TYPE, problem_document
from cle.core.whole_files import is_about_room


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke: a problem document for programs, a page for people; neither asks the database for anything.

    It names the request, so that the log and the audit trail can be searched for it. That a disk is full is said (507),
    and what has to be mended on the server first (503).
    """
    reference, error = request_under_way(), sys.exception()
    status, reason = _what_broke(error)
    if not request.path.startswith("/api/"):
        page = render_to_string("500.html", {"reference": reference, "status": status, "reason": reason})
        return HttpResponse(page, status=status)
    said = problem_document(status, "", reason or _("Something broke on our side."))
    if reference:
        said["instance"] = f"urn:uuid:{reference}"
    return JsonResponse(said, status=status, content_type=CONTENT_TYPE)


def _what_broke(error: BaseException | None) -> tuple[HTTPStatus, str]:
    """The status, and what people are told of the cause: nothing where they can do nothing about it."""
    if isinstance(error, NotInOrder):
        return HTTPStatus.SERVICE_UNAVAILABLE, str(error)
    if error is not None and is_about_room(error):
        return HTTPStatus.INSUFFICIENT_STORAGE, _("There is no room left on the server to keep this. Try again later.")
    return HTTPStatus.INTERNAL_SERVER_ERROR, ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, in a browser that refuses cookies, or sent by somebody else's page."""
    came_from = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return render(request, "403_csrf.html", {"back": came_from if own else ""}, status=403)
