"""The advocate's desk: am I in order, what is missing, by when, what do I do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from advocates.models import User
from cle.core.clock import now
from cle.core.errors import Text
from compliance.queries import desk
from compliance.views.own.listed import Listed
from compliance.views.scoping import OwnScopedPage
from compliance.views.tones import TONES
from courses.queries.places import next_places

SHOWN = 5
"""Of the newest entries; all of them are in the transcript."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One period as shown. ``days_left`` counts to the due date: 0 on the day itself, negative after it.

    ``can_make_up``: hours earned today would still count for the period, late as they are.
    """

    period: desk.Period
    figures: list[desk.Figure]
    tone: str
    sign: str
    verdict: Text
    days_left: int
    can_make_up: bool

    @property
    def is_pressing(self) -> bool:
        return self.period.standing.status == "short"

    @property
    def can_finish(self) -> bool:
        """New hours can still complete the period."""
        return self.can_make_up if self.is_pressing else self.days_left >= 0


class Desk(OwnScopedPage):
    """First every period that is short, then the newest; what was settled before comes last."""

    area = "credits"
    template = "own/desk.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        periods = desk.periods_of(self.user)
        panels = [_panel(period, self.today) for period in periods]
        shown = [panel for position, panel in enumerate(panels) if position == 0 or panel.is_pressing]
        return self.page(
            panels=sorted(shown, key=lambda panel: not panel.is_pressing),
            earlier=[panel for panel in panels[1:] if not panel.is_pressing],
            next=[Listed(place.session, place) for place in next_places(self.advocate, now())],
            entries=desk.transcript_of(self.user)[:SHOWN],
            unit=panels[0].period.unit_minutes if panels else 60,
        )


@require_safe
@cache_control(private=True, no_store=True)
def home(request: HttpRequest) -> HttpResponseBase:
    """Everybody's first page: the advocate's own desk, the office for staff, else a welcome."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "compliance/welcome.html")
    if desk.advocate_of(user) is None:
        return redirect("office:offices") if user.is_staff else render(request, "compliance/welcome.html")
    return Desk.as_view()(request)


def _panel(period: desk.Period, today: dt.date) -> Panel:
    tone, sign, verdict = TONES[period.standing.status]
    last = period.make_up_until
    return Panel(
        period=period,
        figures=period.figures(get_language() or "kk"),
        tone=tone,
        sign=sign,
        verdict=verdict,
        days_left=(period.standing.due_on - today).days,
        can_make_up=last is not None and today <= last,
    )
