"""The list of the short: who lacks what, how long there is until the due date and until a petition is possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar, Unit
from cle.core.attachments import file_answer
from cle.core.errors import Text
from compliance.models import CaseState, StandingStatus
from compliance.queries.notices import heed_reasons
from compliance.queries.rules import BarRules, rules_of
from compliance.queries.short import ANY_LACK, NO_CASE, NO_UNIT, URGENT, listed, missing_lines, requirement_codes
from compliance.queries.standing import Dates, Whose, periods_of
from compliance.reports.spreadsheet import CSV, XLSX, delimited, in_both, workbook
from compliance.templatetags.hours import hours_to_go
from compliance.views.office.wording import Tone, line_names, tone_of, unit_minutes
from compliance.views.scoping import BarScopedPage

ALL = ("", _("all"))
LONGEST = 3660
"""Days ahead that can be asked for: ten years."""


class ShortFilters(forms.Form):
    """Its choices are the bar's own: units, requirements and periods that somebody of it has."""

    name = forms.CharField(label=_("Name, in Cyrillic or Latin"), required=False, max_length=100)
    stands = forms.ChoiceField(
        label=_("standing"), required=False,
        choices=[("", _("short or at risk")), (ANY_LACK, _("everybody who lacks hours")), *StandingStatus.choices],
    )  # fmt: skip
    requirement = forms.ChoiceField(label=_("requirement"), required=False)
    unit = forms.ChoiceField(label=_("unit"), required=False)
    case_state = forms.ChoiceField(
        label=_("case"), required=False, choices=[ALL, (NO_CASE, _("no case")), *CaseState.choices]
    )
    email = forms.ChoiceField(
        label=_("e-mail"), required=False, choices=[ALL, ("yes", _("has an address")), ("no", _("has none"))]
    )
    due_within = forms.IntegerField(
        label=_("days to due, at most"), required=False, min_value=-LONGEST, max_value=LONGEST
    )
    petition_within = forms.IntegerField(
        label=_("days to petition, at most"), required=False, min_value=-LONGEST, max_value=LONGEST
    )
    period = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(
        self,
        *args: Any,
        periods: Iterable[Dates] = (),
        units: Iterable[tuple[str, Text]] = (),
        lines: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("period", [(each.start.isoformat(), _span(each)) for each in periods])
        self._choose("unit", units)
        self._choose("requirement", lines)

    def _choose(self, name: str, choices: Iterable[tuple[str, Text]]) -> None:
        field: Any = self.fields[name]
        field.choices = [ALL, *choices]


def _span(dates: Dates) -> str:
    return f"{date_format(dates.start, 'SHORT_DATE_FORMAT')} – {date_format(dates.end, 'SHORT_DATE_FORMAT')}"


@dataclass(frozen=True, slots=True)
class Row:
    """A standing as shown; days are negative once the date has passed."""

    standing: Any
    tone: Tone
    lacks: list[tuple[str, str]]
    days_to_due: int
    days_to_petition: int
    case_state: Text


class RowsOfShort(BarScopedPage):
    """A page with rows of the list, whosever they are."""

    @property
    def whose(self) -> Whose:
        raise NotImplementedError

    @cached_property
    def rules(self) -> BarRules:
        return rules_of(self.bar)

    @cached_property
    def names(self) -> dict[str, str]:
        """Of every requirement that somebody of them has."""
        return dict(line_names(self.rules, self.today, requirement_codes(self.whose)))

    def rows_of(self, standings: Iterable[Any]) -> list[Row]:
        """With the days to which accepted reasons put petitions off."""
        rows = list(standings)
        heed_reasons(rows)
        return [self.row(each) for each in rows]

    def row(self, standing: Any) -> Row:
        minutes = unit_minutes(self.rules, self.today)
        return Row(
            standing, tone_of(standing.status),
            [(self.names.get(line["code"], line["code"]), hours_to_go(line["missing"], minutes))
             for line in missing_lines(standing)],
            (standing.due_on - self.today).days, (standing.petition_possible_from - self.today).days,
            CaseState(standing.case_state).label if standing.case_state else "",
        )  # fmt: skip


class ShortScopedPage(RowsOfShort):
    """A page about those of the bar whom the filters of the list find."""

    @property
    def whose(self) -> Whose:
        return Whose((self.bar.pk,), self.units)

    def own_units(self) -> list[tuple[str, Text]]:
        units = Unit.objects.for_bar(self.bar)
        if self.units is not None:
            return [(str(unit.pk), unit.name) for unit in units.filter(pk__in=self.units)]
        return [(NO_UNIT, _("in no unit")), *((str(unit.pk), unit.name) for unit in units)]

    def chosen(self) -> tuple[forms.Form, dict[str, Any], Any]:
        """The filters, what was asked with them, and the standings."""
        given = {"periods": periods_of(self.whose), "units": self.own_units(), "lines": self.names.items()}
        form, asked = self.asked(ShortFilters, **given)
        return form, asked, listed(self.whose, self.today, asked)


class ShortPage(ShortScopedPage):
    """Of the bar's own advocates; heads of units see their own units."""

    purpose = Action.READ_STANDINGS
    for_unit_heads = True
    area = "short"
    filters = ShortFilters
    template = "office/short.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked, standings = self.chosen()
        sheet = self.sheet(standings)
        return self.page(
            form=form, rows=sheet, people=self.rows_of(sheet), filtered=bool(asked),
            narrow=set(asked) & {"requirement", "unit", "email", "due_within", "petition_within", "period"},
            asked_of=self.request.GET.urlencode(), may_sweep=self.office.may(Action.RUN_SWEEPS),
            may_read_cases=self.office.may(Action.READ_CASES), may_read_notices=self.office.may(Action.READ_NOTICES),
            unit=unit_minutes(self.rules, self.today),
            many_bars=self.office.is_over_others and Bar.objects.filter(parent=self.bar).exists(),
            urgent=asked.get("stands", URGENT) == URGENT,
        )  # fmt: skip


HEADINGS: tuple[Text, ...] = (
    _("advocate"), _("licence number"), _("unit"), _("standing"), _("what is missing"), _("hours missing"), _("due"),
    _("days to due"), _("first day a petition is possible"), _("days to petition"), _("e-mail"), _("phone"), _("case"),
)  # fmt: skip


class ShortFile(ShortPage):
    """Everybody on the list, as it is narrowed on the page, headed in Kazakh and in Russian."""

    def table(self) -> tuple[list[tuple[str, str]], list[list[str | int]]]:
        minutes = unit_minutes(self.rules, self.today)
        rows = [_cells(row, minutes) for row in self.rows_of(self.chosen()[2])]
        return [in_both(heading) for heading in HEADINGS], rows

    def file_name(self, kind: str) -> str:
        return f"{self.bar.code}-short-{self.today:%Y-%m-%d}.{kind}"


def _cells(row: Row, minutes: int) -> list[str | int]:
    standing = row.standing
    advocate = standing.advocate
    return [
        advocate.full_name, advocate.licence_number, advocate.unit.name if advocate.unit else "", row.tone.word,
        "; ".join(f"{name}: {hours}" for name, hours in row.lacks), hours_to_go(standing.missing, minutes),
        _day(standing.due_on), row.days_to_due, _day(standing.petition_possible_from), row.days_to_petition,
        advocate.email, advocate.phone, str(row.case_state),
    ]  # fmt: skip


def _day(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}"


class ShortWorkbook(ShortFile):
    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        title = [f"{self.bar.name_in('kk')} / {self.bar.name_in('ru')}, {_day(self.today)}"]
        return file_answer(workbook(title, *self.table()), XLSX, self.file_name("xlsx"))


class ShortText(ShortFile):
    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return file_answer(delimited(*self.table()), CSV, self.file_name("csv"))


urlpatterns = [
    path("<str:bar>/short/", ShortPage.as_view(), name="short"),
    path("<str:bar>/short.xlsx", ShortWorkbook.as_view(), name="short-xlsx"),
    path("<str:bar>/short.csv", ShortText.as_view(), name="short-csv"),
]
