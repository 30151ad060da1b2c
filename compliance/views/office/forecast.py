"""Who would be written to in the days to come, before anybody is: by day and stage, and by bar."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar
from advocates.ordering import KazakhOrder
from compliance.models import NoticeChannel
from compliance.queries.forecast import DAYS, Expected, forecast
from compliance.views.scoping import BarScopedPage


class ForecastFilters(forms.Form):
    """``day``, ``stage`` and ``way`` are of a line of the list: its people are named."""

    days = forms.TypedChoiceField(
        label=_("Days ahead"), required=False, coerce=int, choices=[(days, days) for days in (14, 30, DAYS, 120)]
    )
    day = forms.DateField(required=False, widget=forms.HiddenInput)
    stage = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    way = forms.ChoiceField(required=False, choices=[("", ""), *NoticeChannel.choices], widget=forms.HiddenInput)


class Forecast(BarScopedPage):
    """The bar's own advocates by day and stage; of the bars below how many, and the way to their own page."""

    purpose = Action.READ_NOTICES
    area = "notices"
    filters = ForecastFilters
    template = "office/forecast.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        _form, asked = self.asked()
        days = asked.get("days", DAYS)
        bars = list(Bar.objects.below(self.bar).order_by("code"))
        found = forecast(bars, self.today, days)
        own = [each for each in found if each.bar_id == self.bar.pk]
        chosen = [each for each in own if (each.day, each.stage.code, each.channel) == _line_of(asked)]
        sheet = self.sheet(self.people().filter(pk__in={each.advocate_id for each in chosen}).order_by(
            KazakhOrder("full_name"), "pk"))  # fmt: skip
        return self.page(
            form=ForecastFilters(initial={"days": days}), days=days, lines=_lines(own, _line_of(asked)), own=len(own),
            until=self.today + dt.timedelta(days=days - 1), below=_below(self.bar, bars, found), all=len(found),
            chosen=chosen[0] if chosen else None, rows=sheet if chosen else None,
        )  # fmt: skip


def _line_of(asked: dict[str, Any]) -> tuple[Any, ...]:
    return asked.get("day"), asked.get("stage"), asked.get("way")


def _lines(own: Sequence[Expected], chosen: tuple[Any, ...]) -> list[dict[str, Any]]:
    """A line for each day, stage and way, in the order of the days."""
    counted = Counter((each.day, each.stage.code, each.channel) for each in own)
    names = {each.stage.code: each for each in own}
    return [
        {"day": day, "code": code, "name": names[code].name, "statutory": names[code].stage.statutory,
         "way": way, "channel": NoticeChannel(way).label, "count": count, "here": (day, code, way) == chosen}
        for (day, code, way), count in sorted(counted.items())
    ]  # fmt: skip


def _below(bar: Bar, bars: Sequence[Bar], found: Sequence[Expected]) -> list[dict[str, Any]]:
    """How many notices each bar below would send, by e-mail and on paper."""
    counted = Counter((each.bar_id, each.channel) for each in found)
    return [
        {"bar": each, "email": counted[each.pk, NoticeChannel.EMAIL], "paper": counted[each.pk, NoticeChannel.PAPER]}
        for each in bars
        if each.pk != bar.pk
    ]


urlpatterns = [path("<str:bar>/notices/forecast/", Forecast.as_view(), name="notices-forecast")]
