"""What a bar's quarter was, in counts: what the bars report to the national bar each quarter.

Law No. 176-VI, Art. 55(2)(5) (bars send consolidated reports quarterly) and 68(3)(10) (the national bar sums them up).
The national bar's own form of the report was not at hand; what is counted here is what the records hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum

from advocates.acting import beyond_the_wall
from advocates.models import Bar, Membership, Status, StatusSpan
from cle.core.clock import local_midnight
from compliance.models import Case, CaseStep, Certificate, Notice
from courses.models import Attendance, Entry, Session, SessionState

AT_END: Final = {
    Status.ACTIVE: "active",
    Status.SUSPENDED_OWN: "suspended_own",
    Status.SUSPENDED_CLE: "suspended_cle",
    Status.SUSPENDED_OTHER: "suspended_other",
}
DECIDED: Final = {
    Status.SUSPENDED_CLE: "newly_suspended_cle",
    Status.TERMINATED: "terminated",
    Status.DEPRIVED: "deprived",
    Status.EXCLUDED_LICENSED: "excluded",
}
STEPS: Final = {"cured": "cases_cured", "petition_drafted": "petitions_drafted"}
FIGURES: Final = (
    "members", "joined", "left", *AT_END.values(), *DECIDED.values(), "sessions_held", "attended",
    "advocates_attending", "credit_minutes", "certificates_issued", "notices_sent", "cases_opened", *STEPS.values(),
)  # fmt: skip
"""Every figure of a row, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter; its moments begin and end at midnight in the time zone."""

    year: int
    number: int
    zone: str

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def following(self) -> dt.date:
        """The first day of the next quarter."""
        return dt.date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)

    @property
    def last(self) -> dt.date:
        return self.following - dt.timedelta(days=1)

    @classmethod
    def of(cls, day: dt.date, zone: str) -> Quarter:
        return cls(day.year, (day.month + 2) // 3, zone)

    def moments(self, name: str) -> dict[str, dt.datetime]:
        """A filter for a column of moments within the quarter."""
        ends = (local_midnight(self.first, self.zone), local_midnight(self.following, self.zone))
        return dict(zip((f"{name}__gte", f"{name}__lt"), ends, strict=True))

    def days(self, name: str) -> dict[str, dt.date]:
        return {f"{name}__gte": self.first, f"{name}__lt": self.following}


Row = dict[str, int]


@beyond_the_wall("counts of what a bar recorded about people who belong to another one by now")
def rows_of(bars: Collection[int], quarter: Quarter) -> dict[int, Row]:
    """The figures of each bar, in twelve statements for any number of bars.

    What happened is counted where it was recorded, also when the advocate has moved to another bar since.
    """
    rows = {bar: dict.fromkeys(FIGURES, 0) for bar in bars}
    _members(bars, quarter, rows)
    _statuses(bars, quarter, rows)
    _learning(bars, quarter, rows)
    _consequences(bars, quarter, rows)
    return rows


def report_of(bar: Bar, quarter: Quarter) -> list[tuple[Bar, Row]]:
    """The figures of the bar and of each one below it, this one first, then by code."""
    bars = sorted(Bar.objects.below(bar), key=lambda each: (each.pk != bar.pk, each.code))
    figures = rows_of([each.pk for each in bars], quarter)
    return [(each, figures[each.pk]) for each in bars]


def _put(rows: dict[int, Row], figure: str, counted: QuerySet[Any], column: str = "bar", sum_of: str = "") -> None:
    """One number per bar: how many, or the sum of a column."""
    value = Sum(sum_of) if sum_of else Count("pk")
    for bar, number in counted.order_by().values_list(column).annotate(number=value):
        rows[bar][figure] = number


def _put_each(rows: dict[int, Row], names: Mapping[Any, str], counted: QuerySet[Any], bar: str, kind: str) -> None:
    """One number per bar and kind."""
    for key, what, number in counted.order_by().values_list(bar, kind).annotate(number=Count("pk")):
        rows[key][names[what]] = number


def _members(bars: Collection[int], quarter: Quarter, rows: dict[int, Row]) -> None:
    memberships = Membership.objects.filter(bar__in=bars)
    _put(rows, "members", memberships.filter(period__contains=quarter.last))
    _put(rows, "joined", memberships.filter(**quarter.days("period__startswith")))
    _put(rows, "left", memberships.filter(**quarter.days("period__endswith")))


def _statuses(bars: Collection[int], quarter: Quarter, rows: dict[int, Row]) -> None:
    there = {"advocate__memberships__bar__in": bars, "advocate__memberships__period__contains": quarter.last}
    last_day = StatusSpan.objects.filter(status__in=AT_END, period__contains=quarter.last, **there)
    _put_each(rows, AT_END, last_day, "advocate__memberships__bar", "status")
    decided = StatusSpan.objects.filter(bar__in=bars, status__in=DECIDED, **quarter.days("period__startswith"))
    _put_each(rows, DECIDED, decided, "bar", "status")


def _learning(bars: Collection[int], quarter: Quarter, rows: dict[int, Row]) -> None:
    held = Session.objects.filter(bar__in=bars, state=SessionState.CONFIRMED, **quarter.moments("starts_at"))
    _put(rows, "sessions_held", held)
    there = Attendance.objects.filter(session__in=held, voided_at=None)
    counted = there.order_by().values_list("bar").annotate(Count("pk"), Count("advocate", distinct=True))
    for bar, times, people in counted:
        rows[bar].update(attended=times, advocates_attending=people)
    entries = Entry.objects.filter(bar__in=bars, **quarter.days("earned_on"))
    _put(rows, "credit_minutes", entries, sum_of="minutes")
    _put(rows, "certificates_issued", Certificate.objects.filter(bar__in=bars, **quarter.moments("issued_at")))


def _consequences(bars: Collection[int], quarter: Quarter, rows: dict[int, Row]) -> None:
    # Not that a session is off, a place is one's own, or an account was opened.
    of_the_duty = Notice.objects.filter(bar__in=bars, period_start__isnull=False)
    _put(rows, "notices_sent", of_the_duty.filter(**quarter.moments("sent_at")))
    _put(rows, "cases_opened", Case.objects.filter(bar__in=bars, **quarter.moments("opened_at")))
    steps = CaseStep.objects.filter(bar__in=bars, to_state__in=STEPS, **quarter.moments("at"))
    _put_each(rows, STEPS, steps, "bar", "to_state")
