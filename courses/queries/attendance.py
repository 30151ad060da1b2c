"""Reading attendances and the lines of their files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from advocates.models import Bar, ImportState, Outcome
from courses.models import Attendance, AttendanceFile, AttendanceLine, Session, SessionState

TAKEN_BACK = "taken-back"
"""What a line says that gave somebody an attendance until a person took that back."""
CREDITED = (Outcome.CREATED, Outcome.CHANGED, Outcome.UNCHANGED)

Rows = tuple[int, ...]
"""The numbers of the rows of a file that a line was made from: they name the line within the file's content."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An attendance that has not been voided."""

    pk: int
    seconds: int
    decision: str
    credit_percent: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a line of the same content, imported before; ``resolved`` by a person, or what it gave was
    ``taken_back``."""

    outcome: str
    advocate_id: int | None
    resolved: bool
    taken_back: bool = False


def review_list(bar: Bar) -> QuerySet[AttendanceLine]:
    """The lines of the bar's sessions on which a person has yet to decide; the latest sessions first.

    Of a session that was called off nobody is credited any more.
    """
    lines = AttendanceLine.objects.for_bar(bar).filter(outcome=Outcome.AMBIGUOUS, resolved_at=None)
    lines = lines.filter(file__state=ImportState.APPLIED).exclude(session__state=SessionState.CANCELLED)
    lines = lines.select_related("file", "session__course")
    return lines.defer("file__content").order_by("-session__starts_at", "pk")


def open_lines(file: AttendanceFile) -> QuerySet[AttendanceLine]:
    """The lines of a file on which a person has yet to decide, in its order."""
    return file.lines.filter(outcome=Outcome.AMBIGUOUS, resolved_at=None).order_by("pk")


def standing_by_advocate(session: Session) -> dict[int, Standing]:
    rows = Attendance.objects.filter(session=session, voided_at=None)
    columns = rows.values_list("advocate_id", "pk", "seconds", "decision", "credit_percent")
    return {advocate: Standing(pk, seconds, decision, share) for advocate, pk, seconds, decision, share in columns}


def applied_files(session: Session) -> QuerySet[AttendanceFile]:
    return AttendanceFile.objects.filter(session=session, state=ImportState.APPLIED).order_by("applied_at", "pk")


def credited_lines(files: Iterable[AttendanceFile], *, advocate: int | None = None) -> list[AttendanceLine]:
    """The lines of the files that attendances rest on, or one advocate's; in the order of the files."""
    lines = AttendanceLine.objects.filter(file__in=files, outcome__in=CREDITED, advocate__isnull=False)
    if advocate is not None:
        lines = lines.filter(advocate=advocate)
    return list(lines.order_by("file__applied_at", "file_id", "pk"))


def decided_before(session: Session, sha256: str) -> dict[Rows, Decided]:
    """What was decided, or waits for a decision, on the rows of the same content in an applied file."""
    lines = AttendanceLine.objects.filter(session=session, file__sha256=sha256, file__state=ImportState.APPLIED)
    lines = lines.annotate(withdrawn=Q(problems__contains=[{"code": TAKEN_BACK}]))
    columns = lines.order_by("pk").values_list("rows", "outcome", "advocate_id", "resolved_at", "withdrawn")
    return {
        tuple(rows): Decided(outcome, advocate, resolved is not None, withdrawn)
        for rows, outcome, advocate, resolved, withdrawn in columns
        if outcome == Outcome.AMBIGUOUS or resolved is not None
    }
