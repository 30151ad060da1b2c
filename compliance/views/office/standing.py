"""Where we stand: the period in a few pictures, each with its figures, and the way to the people behind each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar
from cle.core.attachments import file_answer
from cle.core.errors import Text
from compliance.models import StandingStatus
from compliance.queries.rules import BarRules, rules_of
from compliance.queries.standing import (
    Dates,
    Group,
    Whose,
    curve_of,
    groups_of,
    lacking_of,
    percent,
    periods_of,
    together,
)
from compliance.reports.spreadsheet import CSV, XLSX, delimited, in_both, workbook
from compliance.views.office.wording import line_names, tone_of, unit_minutes
from compliance.views.scoping import BarScopedPage

SHOWN: Final = 12
"""Strips of a chart that are seen at once; the rest are a list to be opened."""
ORDER: Final = ("compliant", "on_track", "at_risk", "short", "exempt")
CHARTS: Final[dict[str, Text]] = {
    "curve": _("How many have met the requirements, week by week"),
    "status": _("Advocates by standing"),
    "lacking": _("What is lacking"),
    "units": _("Who is short, by unit"),
    "bars": _("Who is short, by bar"),
}


class Strip(NamedTuple):
    """One bar of a chart; ``share`` in percent, ``url`` leads to the people behind it."""

    name: str
    value: int
    share: int | None = None
    tone: str = "calm"
    sign: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Chart:
    name: str
    of_what: Text
    caption: Text
    strips: Sequence[Strip]
    whole: int = 0
    """How many a strip of the full length would be; the most of any strip where it is 0."""
    title: Text = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", CHARTS[self.name])

    @property
    def most(self) -> int:
        return self.whole or max((strip.value for strip in self.strips), default=0)

    @property
    def shown(self) -> Sequence[Strip]:
        return self.strips[:SHOWN]

    @property
    def rest(self) -> Sequence[Strip]:
        return self.strips[SHOWN:]


class PeriodFilters(forms.Form):
    """Which period; the current one when left out."""

    period = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(self, *args: Any, periods: Sequence[Dates] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["period"]
        field.choices = [(each.start.isoformat(), _span(each)) for each in periods]


def _span(dates: Dates) -> str:
    return f"{_day(dates.start)} – {_day(dates.end)}"


def _day(day: dt.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


class PeriodPage(BarScopedPage):
    """Of the bar and the bars below it; heads of units see their own units alone."""

    purpose = Action.READ_STANDINGS
    for_unit_heads = True
    area = "standing"
    filters = PeriodFilters

    @cached_property
    def bars(self) -> dict[int, Bar]:
        """By key, the bar itself among them; below others there are none to be seen by heads of units."""
        return {bar.pk: bar for bar in Bar.objects.below(self.bar)} if self.units is None else {self.bar.pk: self.bar}

    @property
    def whose(self) -> Whose:
        return Whose(tuple(self.bars), self.units)

    @cached_property
    def periods(self) -> list[Dates]:
        return periods_of(self.whose)

    @cached_property
    def rules(self) -> BarRules:
        return rules_of(self.bar)

    def period_asked(self) -> tuple[forms.Form, Dates | None]:
        """The one asked for; else the newest that has begun."""
        form, asked = self.asked(periods=self.periods)
        wanted = asked.get("period")
        begun = [each for each in self.periods if each.start <= self.today] or self.periods
        chosen = next((each for each in self.periods if each.start.isoformat() == wanted), None)
        return form, chosen or (begun[0] if begun else None)


class StandingPage(PeriodPage):
    template = "office/standing.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, period = self.period_asked()
        if period is None:
            return self.page(form=form, period=None, may_sweep=self.office.may(Action.RUN_SWEEPS))
        pictures = Pictures(self, period)
        whole = pictures.whole
        return self.page(
            form=form, period=period, whole=whole, points=pictures.points, charts=pictures.charts,
            title=CHARTS["curve"], days_left=(period.due_on - self.today).days, obliged=whole.obliged,
            days_to_petition=(period.petition_from - self.today).days,
            unit=unit_minutes(self.rules, period.end), many_bars=len(self.bars) > 1,
            met=whole.counts[StandingStatus.COMPLIANT], percent_met=whole.percent_met,
            may_read_cases=self.office.may(Action.READ_CASES),
        )  # fmt: skip


class Pictures:
    """The charts of a page and the figures behind them."""

    def __init__(self, page: PeriodPage, period: Dates) -> None:
        self.view, self.period = page, period
        self.many = len(page.bars) > 1
        self.groups = groups_of(page.whose, period.start, "bar" if self.many else "unit", page.today)
        self.whole = together(self.groups)

    @cached_property
    def points(self) -> list[Any]:
        return curve_of(self.view.whose, self.period, self.whole.obliged, self.view.today)

    @property
    def charts(self) -> list[Chart]:
        by_group = self.by_bar() if self.many else self.by_unit()
        return [self.by_status(), self.by_lack(), *([by_group] if len(self.groups) > 1 or self.many else [])]

    def chart(self, name: str) -> Chart | None:
        """None of one that has no strips here: a curve, or units of many bars."""
        by_group = {"bars": self.by_bar} if self.many else {"units": self.by_unit}
        made = {"status": self.by_status, "lacking": self.by_lack, **by_group}
        return made[name]() if name in made else None

    def people(self, **asked: Any) -> str:
        """The list of these people, of the bar or of all bars below it."""
        name = "office:bars-people" if self.many else "office:short"
        return self._address(name, period=self.period.start.isoformat(), **asked)

    def _address(self, name: str, code: str = "", **asked: Any) -> str:
        return f"{reverse(name, args=[code or self.view.bar.code])}?{urlencode(asked)}"

    def by_status(self) -> Chart:
        counts, whole = self.whole.counts, self.whole.advocates
        strips = [
            Strip(look.word, counts[status], percent(counts[status], whole), look.tone, look.sign,
                  url=self.people(stands=status))
            for status, look in ((status, tone_of(status)) for status in ORDER)
        ]  # fmt: skip
        return Chart(
            "status",
            _("standing"),
            _("Each advocate with a licence once, as the last sweep found them."),
            strips,
            whole,
        )

    def by_lack(self) -> Chart:
        lacks = lacking_of(self.view.whose, self.period.start, self.view.today)
        names = line_names(self.view.rules, self.period.end, [lack.code for lack in lacks])
        strips = [
            Strip(names[lack.code], lack.people, percent(lack.people, lack.of), "warn" if lack.people else "good",
                  url=self.people(stands="lacking", requirement=lack.code))
            for lack in lacks
        ]  # fmt: skip
        return Chart(
            "lacking", _("requirement"),
            _("Advocates who still lack something of each requirement; the exempt are left out. One person may lack "
              "several."), strips, max((lack.of for lack in lacks), default=0),
        )  # fmt: skip

    def by_unit(self) -> Chart:
        strips = [
            self._group(group, group.name or str(_("in no unit")),
                        self.people(stands="lacking", unit=group.key or "none"))
            for group in self.groups
        ]  # fmt: skip
        return Chart("units", _("unit"), _("Advocates of each unit who lack hours, late or not."), strips)

    def by_bar(self) -> Chart:
        strips = [
            self._group(group, str(self.view.bars[group.key]),
                        self._address("office:standing", group.name, period=self.period.start.isoformat()))
            for group in self.groups if group.key is not None
        ]  # fmt: skip
        return Chart("bars", _("bar association"), _("Advocates of each bar who lack hours, late or not."), strips)

    def _group(self, group: Group, name: str, url: str) -> Strip:
        lacking = group.lacking
        return Strip(name, lacking, percent(lacking, group.advocates), "bad" if group.short else "warn", url=url)


class FigureFilters(PeriodFilters):
    chart = forms.ChoiceField(required=False, choices=list(CHARTS.items()))


class FiguresFile(PeriodPage):
    """The figures of one chart, headed in Kazakh and in Russian."""

    filters = FigureFilters

    def table(self) -> tuple[str, list[tuple[str, str]], list[list[str | int]]]:
        form, period = self.period_asked()
        name = form.cleaned_data.get("chart") or "status"
        if period is None:
            raise Http404
        pictures = Pictures(self, period)
        headings, rows = _curve(pictures) if name == "curve" else _strips(pictures, name)
        self.name = f"{self.bar.code}-{name}-{period.start.isoformat()}"
        return name, [in_both(heading) for heading in headings], rows


def _curve(pictures: Pictures) -> tuple[list[Text], list[list[str | int]]]:
    rows: list[list[str | int]] = [
        [f"{point.day:%d.%m.%Y}", point.met, point.of, percent(point.met, point.of) or 0] for point in pictures.points
    ]
    return [_("by the end of"), _("have met the requirements"), _("of advocates"), _("percent")], rows


def _strips(pictures: Pictures, name: str) -> tuple[list[Text], list[list[str | int]]]:
    chart = pictures.chart(name)
    if chart is None:
        raise Http404
    rows: list[list[str | int]] = [[strip.name, strip.value, strip.share or 0] for strip in chart.strips]
    return [chart.of_what, _("advocates"), _("percent")], rows


class FiguresWorkbook(FiguresFile):
    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        name, headings, rows = self.table()
        return file_answer(workbook(list(in_both(CHARTS[name])), headings, rows), XLSX, f"{self.name}.xlsx")


class FiguresText(FiguresFile):
    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        _name, headings, rows = self.table()
        return file_answer(delimited(headings, rows), CSV, f"{self.name}.csv")


urlpatterns = [
    path("<str:bar>/standing/", StandingPage.as_view(), name="standing"),
    path("<str:bar>/standing.xlsx", FiguresWorkbook.as_view(), name="standing-xlsx"),
    path("<str:bar>/standing.csv", FiguresText.as_view(), name="standing-csv"),
]
