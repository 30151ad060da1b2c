"""The people behind the figures of many bars: one list over the bar and all bars below it, each with its own bar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar
from cle.core.errors import Text
from cle.core.keyset import Keyset
from compliance.queries.short import listed
from compliance.queries.standing import Whose, periods_of
from compliance.views.office.short import RowsOfShort, ShortFilters
from compliance.views.office.wording import unit_minutes

AT_ONCE: Final = 50
PLACES: Final = Keyset(("petition_from", "due_on", "-missing", "pk"))
"""The most urgent first, as in the list of one bar; among the equally urgent no name comes before another."""


class BarsFilters(ShortFilters):
    """Units are a bar's own matter; the bar is asked for instead."""

    of_bar = forms.ChoiceField(label=_("bar association"), required=False)
    unit = None  # type: ignore[assignment]
    field_order = ["name", "of_bar", "stands", "requirement", "case_state"]

    def __init__(self, *args: Any, bars: Iterable[tuple[str, Text]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("of_bar", bars)

    def _choose(self, name: str, choices: Iterable[tuple[str, Text]]) -> None:
        if name in self.fields:
            super()._choose(name, choices)


class BarsPeople(RowsOfShort):
    """Each person leads to the file in the office of their own bar."""

    purpose = Action.READ_STANDINGS
    area = "standing"
    template = "office/bars_people.html"

    @cached_property
    def bars(self) -> list[Bar]:
        return list(Bar.objects.below(self.bar))

    @property
    def whose(self) -> Whose:
        return Whose(tuple(bar.pk for bar in self.bars))

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        bars = sorted(((each.code, str(each)) for each in self.bars), key=lambda each: each[1])
        form, asked = self.asked(BarsFilters, periods=periods_of(self.whose), lines=self.names.items(), bars=bars)
        standings = listed(self.whose, self.today, asked)
        rows = list(self._read_on(standings)[: AT_ONCE + 1])
        return self.page(
            form=form, people=self.rows_of(rows[:AT_ONCE]), count=standings.count(),
            following=PLACES.cursor_of(rows[AT_ONCE - 1]) if len(rows) > AT_ONCE else "",
            narrow=set(asked) & {"requirement", "email", "due_within", "petition_within", "period"},
            unit=unit_minutes(self.rules, self.today),
        )  # fmt: skip

    def _read_on(self, standings: Any) -> Any:
        """Behind the cursor; from the beginning where it is none that this list has given."""
        rows = standings.order_by(*PLACES.ordering)
        try:
            return PLACES.behind(rows, self.request.GET["after"]) if "after" in self.request.GET else rows
        except ValueError:
            return rows


urlpatterns = [path("<str:bar>/bars/people/", BarsPeople.as_view(), name="bars-people")]
