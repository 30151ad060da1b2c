"""Addresses that mail programs and mail providers call, without a log-in: each call carries its own proof."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from advocates.acting import beyond_the_wall
from cle.core.clock import now
from cle.core.throttle import throttled
from compliance.notices.leaving import notice_named
from compliance.services.notices import record_events
from compliance.services.notices.webhook import is_expected, may_call
from compliance.services.preferences import unsubscribe

ASKED, PER_SECONDS = 60, 60
_LARGEST = 1_000_000


def _busy(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(_("Too many requests.")), content_type="text/plain; charset=utf-8")


@csrf_exempt  # mail programs send the click by themselves (RFC 8058); the address is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@throttled(ASKED, PER_SECONDS, _busy)
@never_cache
def unsubscribe_page(request: HttpRequest, leave: str) -> HttpResponse:
    """A click stops optional letters. Looking at the page stops nothing: programs look at addresses, too."""
    notice = notice_named(leave)
    if notice is None:
        raise Http404
    done = request.method == "POST"
    if done:
        with beyond_the_wall("the notice in whose letter the address stands, and its advocate's wishes"):
            unsubscribe(notice, now=now())
    return render(request, "compliance/unsubscribe.html", {"done": done})


@csrf_exempt
@require_POST
def mail_webhook(request: HttpRequest) -> HttpResponse:
    """For the provider: 404 where none is expected, 403 without its proof, 400 for what is no JSON."""
    if not is_expected():
        raise Http404
    body = request.body
    if len(body) > _LARGEST or not may_call(body, request.headers):
        return JsonResponse({"recorded": 0}, status=403)
    try:
        document: Any = json.loads(body)
    except ValueError:
        return JsonResponse({"recorded": 0}, status=400)
    with beyond_the_wall("notices that a provider reports on, of whichever bar"):
        recorded = record_events(document, now=now())
    return JsonResponse({"recorded": recorded})
