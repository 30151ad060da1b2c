"""Times in the admin site are those of the bar that its reader works for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from advocates.models import Bar
from advocates.scoped_admin import held_roles


def _zone(request: HttpRequest) -> str:
    """Of the bar of the oldest current role; for superusers without one, of the bar at the top."""
    roles = sorted(held_roles(request), key=lambda role: role.pk)
    bar = roles[0].bar if roles else Bar.objects.filter(parent=None).first()
    return bar.time_zone if bar else timezone.get_default_timezone_name()


def local_time_for_staff(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, after authentication: what staff read and type in the admin site is local time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/") or not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(_zone(request)):
            return get_response(request)

    return middleware
