"""Attendance reports as they are exported, with invented people; times are minutes from the session's beginning."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from advocates.models import Advocate
from courses.models import Attendance, AttendanceFile, AttendanceLine, Entry, Session
from courses.services.attendance import apply_attendance, preview_attendance

ALMATY = ZoneInfo("Asia/Almaty")
START = dt.datetime(2025, 3, 14, 10, 0, tzinfo=ALMATY)
NOW = dt.datetime(2025, 3, 17, 6, 0, tzinfo=dt.UTC)
ZOOM_SAMPLE = Path(__file__).parent / "attendance" / "files" / "zoom-meeting-participants.csv"
_ZOOM = ("Name (original name)", "Email", "Join time", "Leave time", "Duration (minutes)", "Guest", "In waiting room")

Stay = tuple[str, str, float, float]
"""Name, e-mail, minute of joining and of leaving."""


def zoom(*stays: Stay, waiting: Iterable[Stay] = (), start: dt.datetime = START) -> bytes:
    """A participant report of a Zoom meeting, one row per stay."""
    rows = [_zoom_row(stay, start, "No") for stay in stays] + [_zoom_row(stay, start, "Yes") for stay in waiting]
    return text([_ZOOM, *rows])


def sheet(*rows: Sequence[object]) -> bytes:
    """A sign-in sheet; the first row holds the headings."""
    return text(rows, delimiter=";")


def text(rows: Iterable[Sequence[object]], delimiter: str = ",") -> bytes:
    page = io.StringIO(newline="")
    csv.writer(page, delimiter=delimiter).writerows(rows)
    return page.getvalue().encode("utf-8-sig")


def imported(session: Session, content: bytes, name: str = "report.csv", **options: str) -> AttendanceFile:
    """Previewed and applied, read from the database again."""
    apply_attendance(preview_attendance(session, content, name, by=None, **options), by=None, now=NOW)
    return AttendanceFile.objects.latest("pk")


def minutes(session: Session) -> dict[str, int]:
    """Whole minutes on record by name."""
    rows = Attendance.objects.filter(session=session, voided_at=None).select_related("advocate")
    return {row.advocate.full_name: row.seconds // 60 for row in rows}


def credit(advocate: Advocate) -> int:
    return sum(Entry.objects.filter(advocate=advocate).values_list("minutes", flat=True))


def lines(file: AttendanceFile) -> dict[str, AttendanceLine]:
    """Lines by the name in the file."""
    return {line.label: line for line in file.lines.order_by("pk")}


def outcomes(file: AttendanceFile) -> dict[str, str]:
    return {label: line.outcome for label, line in lines(file).items()}


def codes(line: AttendanceLine) -> list[str]:
    return [problem["code"] for problem in line.problems]


def accounted_for(file: AttendanceFile) -> None:
    """Each row of the file is in exactly one line, and the counts say so."""
    rows = [row for line in file.lines.all() for row in line.rows]
    assert sorted(rows) == sorted(set(rows))
    assert file.rows == len(rows) == sum(file.counts.values())
    for outcome, count in file.counts.items():
        assert count == sum(len(line.rows) for line in file.lines.filter(outcome=outcome)), outcome


def _zoom_row(stay: Stay, start: dt.datetime, waiting: str) -> Sequence[object]:
    name, email, came, went = stay
    moments = [f"{start + dt.timedelta(minutes=minute):%m/%d/%Y %I:%M:%S %p}" for minute in (came, went)]
    return (name, email, *moments, int(-(-(went - came) // 1)), "Yes", waiting)
