"""What an advocate sees of themselves: standing, transcript, certificates. By the logged-in user, never by id."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from advocates.models import Advocate
from cle.core.prepared import Prepared
from compliance.models import Certificate, Standing
from compliance.notices.sources import line_name, make_up_until
from compliance.queries.excuses import days_excused, put_off, with_excuses
from compliance.queries.rules import rules_at
from compliance.rules import Rulebook
from courses.models import Entry


@dataclass(frozen=True, slots=True)
class Figure:
    """One requirement as shown: minutes, and the name in the reader's language. The first is the total."""

    code: str
    name: str
    required: int
    counted: int
    missing: int

    @property
    def percent(self) -> int:
        return 100 if not self.required else min(100, self.counted * 100 // self.required)


@dataclass(frozen=True, slots=True)
class Period:
    """A standing together with the rules by which it was judged, those of the bars above included."""

    standing: Standing
    rulebook: Rulebook

    @property
    def unit_minutes(self) -> int:
        """Minutes of one hour as the rulebook counts them: 45 (academic), 50 or 60."""
        return self.rulebook.unit.minutes

    @property
    def missing(self) -> int:
        """The fewest minutes that complete the period."""
        return self.standing.missing

    @property
    def percent(self) -> int:
        """How much of the way is done; 100 only when nothing is missing."""
        whole = max(self.standing.required, self.missing)
        return 100 if not self.missing else (whole - self.missing) * 100 // whole

    @property
    def make_up_until(self) -> dt.date | None:
        """The last day on which late hours still count for the period; None where the rules allow none."""
        return make_up_until(self.rulebook, self.standing.period_end)

    def figures(self, language: str) -> list[Figure]:
        return [
            Figure(
                line["code"],
                line_name(self.rulebook, line["code"], language),
                *(line[name] for name in ("required", "counted", "missing")),
            )
            for line in self.standing.lines
        ]


_ADVOCATE = Prepared[Advocate](lambda user: Advocate.objects.of(user).select_related("bar", "unit"))
_STANDINGS = Prepared[Standing](
    lambda user: with_excuses(Standing.objects.of(user)).select_related("rulebook").defer("rulebook__document")
    .order_by("-period_start")
)  # fmt: skip


def advocate_of(user: Any) -> Advocate | None:
    return _ADVOCATE.first(user.pk)


def periods_of(user: Any) -> list[Period]:
    """All periods, the newest first, with the days to which accepted reasons put petitions off: in one statement, and
    one for each bar by whose rules they were judged; one more where there are such reasons."""
    standings: list[Any] = _STANDINGS.rows(user.pk)
    rules = {bar: rules_at(bar) for bar in {standing.rulebook.bar_id for standing in standings}}
    excused = days_excused([standing for standing in standings if standing.is_excused])
    periods = []
    for standing in standings:
        behind = standing.rulebook_id, standing.period_start, standing.period_end
        rulebook = rules[standing.rulebook.bar_id].behind(*behind)
        if days := excused.get((standing.advocate_id, standing.period_start)):
            standing.put_off_to = put_off(standing, rulebook, days)
        periods.append(Period(standing, rulebook))
    return periods


def transcript_of(user: Any) -> QuerySet[Entry]:
    """Every ledger entry of the logged-in advocate, newest first, reversals included."""
    return entries_of(Entry.objects.of(user))


def entries_of(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Ledger entries with what is shown of each, newest first."""
    shown = rows.select_related("category", "attendance__session__course", "claim", "reversed_by")
    return shown.order_by("-earned_on", "-pk")


@cache
def newest_lines(most: int, language: str) -> Prepared[Any]:
    """The first page of an advocate's ledger, by the advocate's key: of each entry what a transcript shows, as plain
    values. An entry, its attendance, session and course, its claim and category would be six instances for a line."""
    title = Coalesce(
        _named("attendance__session__course", language), "claim__title", "reason", output_field=TextField()
    )
    shown = {
        "title": title, "category_name": _named("category", language),
        "correction": Q(reverses__isnull=False), "taken_back": Q(reversed_by__isnull=False),
    }  # fmt: skip
    columns = ("pk", "earned_on", "category__code", "format", "minutes", *shown)
    return Prepared(
        lambda person: Entry.objects.filter(advocate=person).annotate(**shown).order_by("-earned_on", "-pk")
        .values_list(*columns, named=True)[:most]
    )  # fmt: skip


def _named(what: str, language: str) -> Coalesce:
    """``Named.name_in`` in SQL."""
    return Coalesce(NullIf(f"{what}__name_{language}", Value("")), f"{what}__name_kk")


COUNTS = Q(reverses=None, reversed_by=None)
"""Ledger entries that stand: neither taken back nor the correction that did it."""


def in_state(rows: QuerySet[Entry], state: str) -> QuerySet[Entry]:
    """Entries that stand ("counts"), or those that do not and the corrections that did it ("taken_back")."""
    return rows.filter(COUNTS if state == "counts" else ~COUNTS)


def certificates_of(user: Any) -> QuerySet[Certificate]:
    return Certificate.objects.of(user).select_related("bar", "revocation").order_by("-issued_at", "-pk")
