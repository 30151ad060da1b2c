"""The advocate's own pages and presence by code: bodies that are served, and what has to have happened first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from cle.core.clock import now
from courses.attendance.stays import SOURCE
from courses.models import AttendanceFile, Session
from tests.house.rows import Rows

Made = Callable[[Rows], Any] | None


def going_on(rows: Rows) -> None:
    """The session is being held at this moment."""
    _held(rows, now() - dt.timedelta(hours=1))


def held(rows: Rows) -> None:
    """The session was over a moment ago."""
    _held(rows, now() - dt.timedelta(hours=3))


def _held(rows: Rows, starts_at: dt.datetime) -> None:
    sessions = Session.objects.filter(pk=rows[Session].pk)
    sessions.update(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2), state="planned")


def taken_over(rows: Rows) -> None:
    """The report of the session is one that was made of its codes, and waits."""
    AttendanceFile.objects.filter(pk=rows[AttendanceFile].pk).update(source=SOURCE, state="previewed", applied_at=None)


OWN_PAGES: Final[Mapping[str, tuple[Made, Made]]] = {
    "GET here-code": (None, going_on),
    "POST here": (lambda rows: {"code": "1234 5678"}, None),
    "POST here-code": (lambda rows: {"kind": "in"}, going_on),
    "GET office:presence-screen": (None, going_on),
    "POST office:presence": (lambda rows: {"on": "no"}, None),
    "POST office:presence-take-over": (lambda rows: {"count_open": "yes"}, held),
    "GET office:presence-taken": (None, taken_over),
    "POST office:presence-taken": (lambda rows: {"do": "discard"}, taken_over),
}
"""By method and name of the route: the body, and what makes the rows fit."""
