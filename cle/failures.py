"""The answer when something broke: it names the request, so that the log and the audit trail can be searched for it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from advocates.acting import request_under_way
from cle.core.problems import CONTENT_TYPE, problem_document

BROKEN = HTTPStatus.INTERNAL_SERVER_ERROR


def server_error(request: HttpRequest) -> HttpResponse:
    """A problem document for programs, a page for people; neither asks the database for anything."""
    reference = request_under_way()
    if not request.path.startswith("/api/"):
        return HttpResponse(render_to_string("500.html", {"reference": reference}), status=BROKEN)
    said = problem_document(BROKEN, "", _("Something broke on our side."))
    if reference:
        said["instance"] = f"urn:uuid:{reference}"
    return JsonResponse(said, status=BROKEN, content_type=CONTENT_TYPE)
