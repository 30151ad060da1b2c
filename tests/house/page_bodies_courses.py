"""What the office's pages about courses, sessions, attendance and rolls are sent, and what makes their rows fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from advocates.models import Advocate, RollFile, RollLine
from advocates.services.roll import read_received
from cle.core.clock import now
from courses.models import AttendanceLine, Category, CourseState, Provider
from tests.house.course_bodies import applied_report, course_in, nobody_came, nobody_taught, still_to_come
from tests.house.rows import Rows

Body = Callable[[Rows], dict[str, Any]]
Before = Callable[[Rows], object]
MOMENTS = {"starts_at": "2026-03-02T10:00", "ends_at": "2026-03-02T13:00", "language": "ru"}


def _course(rows: Rows) -> dict[str, Any]:
    part = {"day": "1", "begins": "10:00", "ends": "11:30", "title": "Law", "kind": _category(rows)}
    return {
        "name_kk": "Курс", "name_ru": "Курс", "format": "1",
        "certified_as": "completion", "provider": rows[Provider].pk, "full_percent": "80",
        "partial_percent": "50", "part-TOTAL_FORMS": "1", **{f"part-0-{name}": value for name, value in part.items()},
    }  # fmt: skip


def _category(rows: Rows) -> str:
    """Of the national bar: those of ``make_rows`` stand at the bar itself, where courses take them too."""
    return str(rows[Category].code)


def _list(name: str, text: str) -> Body:
    return lambda rows: {"file": SimpleUploadedFile(name, text.encode(), "text/csv")}


def _previewed_roll(rows: Rows) -> None:
    roll = RollFile.objects.filter(pk=rows[RollFile].pk)
    roll.update(content=b"name;licence\nOmarov Aidar;77", state="received", notes=[])
    read_received(roll.get())


def _applied_roll(rows: Rows) -> None:
    RollLine.objects.filter(pk=rows[RollLine].pk).update(changes={"phone": ["", "+7 701 000 00 01"]})
    RollFile.objects.filter(pk=rows[RollFile].pk).update(state="applied", applied_at=now())


def _chosen(rows: Rows) -> None:
    AttendanceLine.objects.filter(pk=rows[AttendanceLine].pk).update(matched_by="nobody")


def _reason(rows: Rows) -> dict[str, Any]:
    return {"reason": "As decided"}


def _someone(rows: Rows) -> dict[str, Any]:
    return {"advocate": rows[Advocate].pk}


COURSE_PAGES: Final[Mapping[str, tuple[Body | None, Before | None]]] = {
    "POST office:course-new": (_course, None),
    "POST office:course-edit": (_course, course_in(CourseState.DRAFT)),
    "POST office:course-submit": (None, course_in(CourseState.DRAFT)),
    "POST office:course-withdraw": (None, course_in(CourseState.DRAFT)),
    "POST office:course-take-up": (None, course_in(CourseState.SUBMITTED)),
    "GET office:course-edit": (None, course_in(CourseState.DRAFT)),
    "GET office:course-decide": (None, course_in(CourseState.IN_REVIEW)),
    "POST office:course-decide": (
        lambda rows: {"do": "approve", "number": "B-7", "first": "2026-03-01"},
        course_in(CourseState.IN_REVIEW),
    ),
    "POST office:course-end": (_reason, None),
    "POST office:course-recording": (lambda rows: {"accredited_until": "2099-01-01"}, None),
    "POST office:session-new": (lambda rows: MOMENTS, None),
    "POST office:session-edit": (lambda rows: {**MOMENTS, "place": "Алматы"}, nobody_came),
    "POST office:session-cancel": (_reason, nobody_came),
    "POST office:session-confirm": (lambda rows: {"count": 1}, None),
    "POST office:places": (_someone, still_to_come),
    "POST office:teaching": (lambda rows: {"advocate": rows[Advocate].pk, "minutes": 45}, nobody_taught),
    "POST office:attendance": (_list("list.csv", "name\nnobody\n"), None),
    "POST office:attendance-take-back": (_reason, None),
    "POST office:report-apply": (lambda rows: {"count": 0}, applied_report),
    "POST office:report-undo": (lambda rows: {"reason": "Another event", "count": 0}, applied_report),
    "POST office:report-accept": (lambda rows: {"least": 85, "count": 0}, applied_report),
    "POST office:report-line": (_someone, applied_report),
    "POST office:report-line-reopen": (None, _chosen),
    "POST office:roll-imports": (_list("roll.csv", "name;licence\nOmarov Aidar;77\n"), None),
    "POST office:roll-apply": (lambda rows: {"count": 1}, _previewed_roll),
    "POST office:roll-line": (_someone, _applied_roll),
}
"""By method and route: the body, and what has to have happened before; None for the usual."""
