"""Addresses for machines that watch over an installation: they say nothing of anybody, and ask for no log-in.

They answer in nobody's name: no session and no account is looked up, whatever cookie came along.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from advocates.acting import acting
from cle.core import health
from cle.core.release import build, version
from cle.metrics.exposition import WORK, exposition
from cle.metrics.work import Work

View = Callable[[HttpRequest], HttpResponse]


def in_nobodys_name(view: View) -> View:
    """As the web, by no user: the role of the web is tried as well, without which no request would be served."""

    @wraps(view)
    def asking(request: HttpRequest) -> HttpResponse:
        with acting("web"):
            return view(request)

    return require_safe(never_cache(asking))


def held_token(request: HttpRequest) -> bool:
    """Whether the request bears ``METRICS_TOKEN``; nobody does where there is none."""
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.ENV.metrics_token
    return bool(token) and kind.lower() == "bearer" and constant_time_compare(given.strip(), token)


@in_nobodys_name
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@in_nobodys_name
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; what else is broken is no reason to start it anew."""
    return JsonResponse({"status": "ok"})


@in_nobodys_name
def ready(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served, part by part, and how long the oldest work has been waiting."""
    parts = {"database": health.database_state(), "cache": health.cache_state(), "queue": health.queue_state()}
    fit = all(state in (health.OK, health.NONE) for state in parts.values())
    body = {"status": "ok" if fit else "not ready", **parts, "waiting": _waiting()}
    return JsonResponse(body, status=200 if fit else 503)


def _waiting() -> dict[str, int | None] | None:
    """Seconds; None where the database does not say."""
    try:
        return _ages(WORK.get())
    except (Error, ImproperlyConfigured):
        return None


def _ages(work: Work) -> dict[str, int | None]:
    swept = None if work.sweep_age is None else int(work.sweep_age)
    return {
        "oldest_due_unsent": int(work.oldest_due),
        "oldest_waiting_job": int(work.oldest_job),
        "last_sweep_finished": swept,
    }


@in_nobodys_name
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, which bears the token; without a token in the settings there is no such page."""
    if not settings.ENV.metrics_token:
        raise Http404
    if not held_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


@require_safe
def release(request: HttpRequest) -> HttpResponse:
    """Which release runs, and what `migrate` still has to do; for staff, and for whoever bears the token."""
    if not held_token(request) and not _is_staff(request):
        raise Http404
    pending = health.pending_migrations()
    return JsonResponse({"version": version(), "build": build(), "pending_migrations": pending})


def _is_staff(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and (user.is_superuser or user.roles.filter(ended_at=None).exists())
