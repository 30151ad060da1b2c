"""Addresses as they arrive."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NUL, UNREADABLE = "\x00", "\ufffd"


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: PostgreSQL holds no letter 0, so an address with one is read as one that names nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            request.path = request.path.replace(NUL, UNREADABLE)
            request.path_info = request.path_info.replace(NUL, UNREADABLE)
        return get_response(request)

    return middleware
