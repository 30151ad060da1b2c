"""The bars side by side, and the quarterly report that each bar sends and the national one sums up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar
from cle.core.attachments import file_answer
from cle.core.clock import local_midnight
from cle.core.errors import Text
from compliance.models import StandingStatus
from compliance.queries.quarterly import FIGURES, Quarter, report_of
from compliance.queries.rollup import Line, lines_of
from compliance.queries.rules import rules_of
from compliance.queries.standing import Whose, percent, periods_of
from compliance.reports.headings import HEADINGS, LEFT_OUT
from compliance.reports.quarterly import as_text, as_workbook
from compliance.reports.spreadsheet import CSV, XLSX
from compliance.views.office.standing import ORDER, PeriodFilters
from compliance.views.office.wording import tone_of, unit_minutes
from compliance.views.scoping import BarScopedPage

SORTS: Final[dict[str, Text]] = {
    "short": _("most short first"), "met": _("lowest share first"), "size": _("largest first"), "code": _("by code"),
}  # fmt: skip


class NationalFilters(PeriodFilters):
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=list(SORTS.items()))


@dataclass(frozen=True, slots=True)
class BarRow:
    """A bar with its figures; ``parts`` are its advocates by standing, as a strip."""

    bar: Bar
    line: Line

    def count(self, status: str) -> int:
        return self.line.standings.get(status, 0)

    @property
    def short(self) -> int:
        return self.count(StandingStatus.SHORT)

    @property
    def at_risk(self) -> int:
        return self.count(StandingStatus.AT_RISK)

    @property
    def percent_met(self) -> int | None:
        """Of those who have to meet the requirements."""
        obliged = sum(self.line.standings.values()) - self.count(StandingStatus.EXEMPT)
        return percent(self.count(StandingStatus.COMPLIANT), obliged)

    @property
    def parts(self) -> list[tuple[int, str]]:
        return [(self.count(status), f"{tone_of(status).tone} {status}") for status in ORDER]


class NationalPage(BarScopedPage):
    """A line for the bar and for each one below it; each leads to the office of that bar."""

    purpose = Action.READ_REPORTS
    area = "national"
    filters = NationalFilters
    template = "office/national.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        bars = list(Bar.objects.below(self.bar))
        periods = periods_of(Whose(tuple(each.pk for each in bars)))
        form, asked = self.asked(periods=periods)
        begun = [each for each in periods if each.start <= self.today] or periods
        wanted = asked.get("period")
        period = next((each for each in periods if each.start.isoformat() == wanted), begun[0] if begun else None)
        lines = lines_of([each.pk for each in bars], self.today, self._year(), period.start if period else None)
        rows = [BarRow(each, lines[each.pk]) for each in bars if lines[each.pk].advocates or each.pk != self.bar.pk]
        rows = sorted(rows, key=_sorting(asked.get("sort", "short")))
        return self.page(
            form=form, period=period, rows=rows, looks=[tone_of(status) for status in ORDER], sum=_sum(self.bar, rows),
            unit=unit_minutes(rules_of(self.bar), self.today), sort=asked.get("sort", "short"),
        )  # fmt: skip

    def _year(self) -> dt.datetime:
        return local_midnight(dt.date(self.today.year, 1, 1), self.bar.time_zone)


def _sorting(order: str) -> Any:
    keys: dict[str, Any] = {
        "short": lambda row: (-row.short, row.bar.code),
        "met": lambda row: (101 if row.percent_met is None else row.percent_met, row.bar.code),
        "size": lambda row: (-row.line.advocates, row.bar.code),
        "code": lambda row: row.bar.code,
    }
    return keys[order]


def _sum(bar: Bar, rows: Sequence[BarRow]) -> BarRow:
    whole = Line()
    for row in rows:
        whole.advocates += row.line.advocates
        whole.missing += row.line.missing
        whole.open_cases += row.line.open_cases
        whole.undelivered += row.line.undelivered
        whole.sessions += row.line.sessions
        for status, number in row.line.standings.items():
            whole.standings[status] = whole.standings.get(status, 0) + number
    return BarRow(bar, whole)


class QuarterFilters(forms.Form):
    """The quarter that ended last when left out."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=2000, max_value=2100)
    quarter = forms.TypedChoiceField(
        label=_("Quarter"), required=False, coerce=int, empty_value=None,
        choices=[(1, "I"), (2, "II"), (3, "III"), (4, "IV")],
    )  # fmt: skip


class QuarterScopedPage(BarScopedPage):
    purpose = Action.READ_REPORTS
    area = "quarterly"
    filters = QuarterFilters

    def quarter(self) -> Quarter:
        _form, asked = self.asked()
        last = Quarter.of(Quarter.of(self.today, self.bar.time_zone).first - dt.timedelta(days=1), self.bar.time_zone)
        return Quarter(asked.get("year", last.year), asked.get("quarter", last.number), self.bar.time_zone)


class QuarterlyPage(QuarterScopedPage):
    """The report as it would be handed on, to be looked at first."""

    template = "office/quarterly.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        quarter, form = self.quarter(), self.asked()[0]
        report = report_of(self.bar, quarter)
        sums = [(HEADINGS[name], sum(row[name] for _bar, row in report)) for name in FIGURES]
        rows = [(each, [row[name] for name in FIGURES]) for each, row in report]
        return self.page(
            form=form, quarter=quarter, sums=sums, rows=rows, headings=[HEADINGS[name] for name in FIGURES],
            ended=quarter.last < self.today, left_out=LEFT_OUT,
        )  # fmt: skip


class QuarterlyWorkbook(QuarterScopedPage):
    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        quarter = self.quarter()
        content = as_workbook(report_of(self.bar, quarter), quarter.year, quarter.number)
        return file_answer(content, XLSX, f"{self.bar.code}-{quarter.year}-Q{quarter.number}.xlsx")


class QuarterlyText(QuarterScopedPage):
    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        quarter = self.quarter()
        content = as_text(report_of(self.bar, quarter))
        return file_answer(content, CSV, f"{self.bar.code}-{quarter.year}-Q{quarter.number}.csv")


urlpatterns = [
    path("<str:bar>/bars/", NationalPage.as_view(), name="national"),
    path("<str:bar>/quarterly/", QuarterlyPage.as_view(), name="quarterly"),
    path("<str:bar>/quarterly.xlsx", QuarterlyWorkbook.as_view(), name="quarterly-xlsx"),
    path("<str:bar>/quarterly.csv", QuarterlyText.as_view(), name="quarterly-csv"),
]
