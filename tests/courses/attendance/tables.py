"""Small invented reports for the tests, and short ways to say what came out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cle.core.tables import Row, Table, Value, read_table
from courses.attendance.model import Interval, Presence, Report
from courses.attendance.recognise import read_report

DAY = dt.date(2026, 3, 14)


def of_text(text: str, encoding: str = "utf-8") -> Table:
    return read_table(text.strip("\n").encode(encoding), "report.csv")


def of_cells(*rows: Sequence[Value]) -> Table:
    return Table("xlsx", tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows, 1)))


def report(text: str, **kwargs: Any) -> Report:
    return read_report(of_text(text), **kwargs)


def at(clock: str, day: dt.date = DAY) -> dt.datetime:
    """ "09:58" or "09:58:10" on the day."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock))


def stay(start: str, end: str, day: dt.date = DAY) -> Interval:
    return Interval(at(start, day), at(end, day))


def stays(presence: Presence) -> list[str]:
    """ "09:58:10-10:00:05" for each interval."""
    return [f"{i.start:%H:%M:%S}-{i.end:%H:%M:%S}" for i in presence.intervals]


def names(found: Report) -> list[str]:
    return [presence.name for presence in found.presences]


def codes(problems: Sequence[Any]) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in problems]


def one(found: Report) -> Presence:
    (presence,) = found.presences
    return presence


def rows_used(found: Report) -> list[int]:
    """All rows that are in a presence or skipped, each as often as it is."""
    used = [row for presence in found.presences for row in presence.rows]
    return sorted(used + [problem.row for problem in found.skipped if problem.row is not None])
