"""Answers to requests that could not be served. The pages of 400 and 500 are shown by Django as they stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, in a browser that refuses cookies, or sent by somebody else's page."""
    came_from = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return render(request, "403_csrf.html", {"back": came_from if own else ""}, status=403)
