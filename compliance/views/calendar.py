"""An advocate's calendar for programs that cannot log in: whoever knows the address may read it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from advocates.acting import acting_for
from cle.core.clock import local_date, now
from cle.core.throttle import throttled
from compliance.calendars import CONTENT_TYPE, write_calendar
from compliance.queries.feeds import deadlines_of, places_of
from compliance.services.feeds import open_feed

ASKED, PER_SECONDS = 60, 60
"""An office behind one address may have many calendars; a program that guesses may not ask on."""


def _busy(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(_("Too many requests.")), content_type="text/plain; charset=utf-8")


@require_safe
@throttled(ASKED, PER_SECONDS, _busy)
@cache_control(private=True, no_store=True)
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """404 for a secret that never was, and for one that was taken back: they cannot be told apart."""
    moment = now()
    feed = open_feed(secret, now=moment)
    if feed is None:
        raise Http404
    advocate = feed.advocate
    today = local_date(moment, advocate.bar.time_zone)
    with acting_for(advocate.user):
        content = write_calendar(advocate, places_of(advocate, moment), deadlines_of(advocate, today))
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="cle.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
