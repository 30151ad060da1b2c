"""What makes the calls about courses, sessions and attendance fit to be served, and what is sent with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from advocates.models import Advocate, User
from courses.models import Attendance, AttendanceFile, Course, CourseState, Session, Teaching
from tests.house.rows import NOW, Rows

Body = Callable[[Rows], dict[str, Any]]
Before = Callable[[Rows], object]
COMING = dt.datetime(2100, 3, 14, 5, tzinfo=dt.UTC)
DATES = {"starts_at": "2026-03-02T05:00:00Z", "ends_at": "2026-03-02T08:00:00Z"}


def course_in(state: CourseState) -> Before:
    dated = {} if state == CourseState.APPROVED else {"number": "", "accredited_from": None}
    return lambda rows: Course.objects.filter(pk=rows[Course].pk).update(state=state, **dated)


def nobody_came(rows: Rows) -> None:
    Attendance.objects.filter(session=rows[Session]).update(voided_at=NOW, void_reason="wrong session")


def still_to_come(rows: Rows) -> None:
    Session.objects.filter(pk=rows[Session].pk).update(starts_at=COMING, ends_at=COMING + dt.timedelta(hours=3))


def applied_report(rows: Rows) -> None:
    AttendanceFile.objects.filter(pk=rows[AttendanceFile].pk).update(state="applied", applied_at=NOW)


def _nobody_reported(rows: Rows) -> None:
    nobody_came(rows)
    AttendanceFile.objects.filter(session=rows[Session]).update(state="discarded")


def nobody_taught(rows: Rows) -> None:
    Teaching.objects.filter(pk=rows[Teaching].pk).update(ended_at=NOW, ended_by=rows[User])


ROWS = {"rows": [{"name": "Somebody", "minutes": 60}]}

COURSE_CALLS: Final[Mapping[str, tuple[Body | None, Before | None]]] = {
    "PUT api:course": (None, course_in(CourseState.DRAFT)),
    "POST api:course-submit": (None, course_in(CourseState.DRAFT)),
    "POST api:course-withdraw": (None, course_in(CourseState.DRAFT)),
    "POST api:course-take-up": (None, course_in(CourseState.SUBMITTED)),
    "POST api:course-return": (lambda rows: {"reason": "No speakers."}, course_in(CourseState.IN_REVIEW)),
    "POST api:course-refuse": (lambda rows: {"reason": "Not law."}, course_in(CourseState.IN_REVIEW)),
    "POST api:course-approve": (None, course_in(CourseState.IN_REVIEW)),
    "POST api:course-revoke": (lambda rows: {"reason": "No lawyer spoke."}, None),
    "POST api:sessions": (lambda rows: {"course": rows[Course].pk, **DATES}, None),
    "PATCH api:session": (lambda rows: {"place": "Алматы"}, None),
    "POST api:session-cancel": (None, nobody_came),
    "POST api:registrations": (None, still_to_come),
    "POST api:teaching": (lambda rows: {"advocate": rows[Advocate].pk, "minutes": 45}, nobody_taught),
    "POST api:attendance-files": (lambda rows: ROWS, None),
    "PUT api:provider-course": (None, course_in(CourseState.DRAFT)),
    "POST api:provider-course-submit": (None, course_in(CourseState.DRAFT)),
    "POST api:provider-course-withdraw": (None, course_in(CourseState.DRAFT)),
    "POST api:provider-sessions": (lambda rows: {"course": rows[Course].pk, **DATES}, None),
    "PATCH api:provider-session": (lambda rows: {"place": "Алматы"}, None),
    "POST api:provider-session-cancel": (None, nobody_came),
    "POST api:provider-rosters": (lambda rows: ROWS, None),
    "POST api:provider-roster-correct": (lambda rows: ROWS, None),
    "POST api:provider-nil-return": (None, _nobody_reported),
    "POST api:attendance-apply": (None, applied_report),
    "POST api:attendance-accept": (lambda rows: {"confidence": 100}, applied_report),
    "POST api:attendance-decide": (lambda rows: {"advocate": rows[Advocate].pk}, applied_report),
}
"""By method and route: the body, and what has to have happened before; None for the usual."""
