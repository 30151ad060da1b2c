"""What needs a person now at a bar, and at the bars below it: how many of each kind, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, DateTimeField, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value

from advocates.models import Advocate, ImportState, Outcome, RollFile
from compliance.models import Case, Correction, Excuse, Notice, NoticeState, Objection
from compliance.queries.cases import to_step
from compliance.queries.doubtful import with_doubtful_addresses
from courses.models import (
    AccreditationStep,
    Attendance,
    AttendanceFile,
    AttendanceLine,
    Claim,
    ClaimState,
    Course,
    CourseState,
    NilReturn,
    Session,
    SessionState,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """``since`` when the oldest has waited: a day or a moment, None where nobody can tell. ``late``: past their day."""

    kind: str
    count: int
    since: dt.date | None
    late: int = 0


class _Queue(NamedTuple):
    """Rows of one kind, the way from a row to its bar, and the column that says since when it waits."""

    kind: str
    rows: QuerySet[Any]
    bar: str = "bar"
    since: str | None = None
    late: Q | None = None


def waiting_at(bars: Collection[int], today: dt.date, now: dt.datetime) -> dict[int, list[Waiting]]:
    """What waits at each of the bars (keys), nothing for those where nothing does: one statement for each kind."""
    found: dict[int, list[Waiting]] = {}
    for queue in _queues(today, now):
        for bar, count, since, late in _counted(queue, bars):
            found.setdefault(bar, []).append(Waiting(queue.kind, count, since, late))
    return found


def _counted(queue: _Queue, bars: Collection[int]) -> list[Any]:
    late = Count("pk", filter=queue.late) if queue.late else Count("pk", filter=Q(pk=None))
    oldest = Min(queue.since) if queue.since else Value(None, DateTimeField())
    rows = queue.rows.filter(**{f"{queue.bar}__in": bars}).order_by()
    return list(rows.values_list(queue.bar).annotate(count=Count("pk"), oldest=oldest, late=late))


def _queues(today: dt.date, now: dt.datetime) -> Iterator[_Queue]:
    """In the order in which an office would take them up."""
    for name, model in (("objections", Objection), ("excuses", Excuse), ("corrections", Correction)):
        asked: QuerySet[Any] = model.objects.filter(answered_at=None)
        yield _Queue(name, asked, "advocate__bar", "made_at", late=Q(due_on__lt=today))
    yield _Queue("cases", Case.objects.filter(to_step(today)), "advocate__bar", "petition_from")
    yield from _about_notices()
    claims = Claim.objects.filter(state=ClaimState.SUBMITTED)
    yield _Queue("claims", claims, "advocate__bar", "submitted_at")
    yield from _about_courses(now)
    yield _Queue("roll-files", RollFile.objects.filter(state=ImportState.PREVIEWED), since="uploaded_at")
    without = Advocate.objects.filter(email="", erased_at=None)
    yield _Queue("without-email", without)
    yield _Queue("doubtful-email", with_doubtful_addresses(Advocate.objects.filter(erased_at=None)))


def _about_notices() -> Iterator[_Queue]:
    states = {
        "uncertain-notices": NoticeState.UNCERTAIN, "failed-notices": NoticeState.FAILED,
        "letters": NoticeState.TO_PRINT,
    }  # fmt: skip
    for name, state in states.items():
        yield _Queue(name, Notice.objects.filter(state=state), "advocate__bar", "due_at")


def _about_courses(now: dt.datetime) -> Iterator[_Queue]:
    last = AccreditationStep.objects.filter(course=OuterRef("pk")).order_by("-at").values("at")[:1]
    asked = Course.objects.filter(state__in=[CourseState.SUBMITTED, CourseState.IN_REVIEW])
    yield _Queue("accreditations", asked.annotate(asked_at=Subquery(last)), since="asked_at")
    open_lines = AttendanceLine.objects.filter(
        outcome=Outcome.AMBIGUOUS, resolved_at=None, file__state=ImportState.APPLIED
    )
    yield _Queue("names", open_lines, since="file__applied_at")
    reports = AttendanceFile.objects.filter(state=ImportState.PREVIEWED)
    yield _Queue("reports", reports, since="uploaded_at")
    over = Session.objects.filter(state=SessionState.PLANNED, ends_at__lt=now)
    came = Exists(Attendance.objects.filter(session=OuterRef("pk"), voided_at=None))
    nobody = Exists(NilReturn.objects.filter(session=OuterRef("pk"), withdrawn_at=None))
    yield _Queue("to-confirm", over.filter(came), since="ends_at")
    yield _Queue("no-report", over.filter(~came, ~nobody), since="ends_at")
