"""Who needs a second factor, and whether this browser has shown one."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import add_query_params
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

GUARDED = ("/admin/", "/office/", "/certificates/")
"""Pages that show staff what is not their own. ``/admin/login/`` itself only leads to the log-in."""


def is_needed(request: HttpRequest) -> bool:
    """Whether whoever has logged in works for a bar, where staff need one (``CLE_STAFF_SECOND_FACTOR``)."""
    user = request.user
    if settings.STAFF_SECOND_FACTOR != "required" or not user.is_authenticated:
        return False
    return user.is_staff or user.roles.filter(ended_at=None).exists()


def was_given(request: HttpRequest) -> bool:
    """Whether this session has seen a code, a recovery code, a security key or a passkey."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def is_missing(request: HttpRequest) -> bool:
    return is_needed(request) and not was_given(request)


def note_given(request: HttpRequest, kind: str) -> None:
    """Whoever has just set up a second factor has just shown it."""
    record_authentication(request, request.user, method="mfa", type=kind, reauthenticated=True)


def second_factor_for_staff(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: before the bar office opens, staff show their second factor, or set one up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(GUARDED) and is_missing(request):
            return _to_second_factor(request)
        return get_response(request)

    return middleware


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    ways = [way for way in get_adapter(request).get_reauthentication_methods(request.user) if "mfa" in way["id"]]
    if ways:
        return redirect(add_query_params(ways[0]["url"], {"next": request.get_full_path()}))
    return redirect(reverse("mfa_index"))
