"""From an uploaded file to a report in UTC that belongs to the session; what was chosen is kept with the file."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from cle.core.clock import local_date
from cle.core.errors import FileRefused, Problem
from cle.core.tables import Limits, read_table
from cle.core.tables.wording import filled
from courses.attendance.model import Report
from courses.attendance.plain import packed, parts, unpacked
from courses.attendance.presence import localise, suggest_shift, wrong_event
from courses.attendance.recognise import read_report
from courses.attendance.stays import read_stays
from courses.models import AttendanceFile, Session
from courses.queries.roster import of_the_tree
from courses.services.attendance_judging import window_of

_READ_AS = "read-as"
_OVERRIDE = "wrong-event-allowed"
_BY_CODE = "by-code"
SHIFT = "times-shifted"
# The largest webinars have some 5,000 rows; ten times that is no longer the attendance of one session, unless the bar
# itself has so many people. A file of a million rows takes nearly two gigabytes of memory while it is read.
_USUAL = Limits(file_bytes=20_000_000, rows=50_000)
_MOST = Limits(file_bytes=100_000_000, rows=1_200_000)
_ROWS_OF_A_PERSON, _BYTES_OF_A_ROW, _CELLS_OF_A_ROW = 2, 200, 10
_SMALL = 500_000  # bytes, which no 50,000 rows of people fit into
_KEPT = 150_000  # people of the last report who are kept as they were read, beside any number of plain rows
_last: dict[tuple[object, ...], Report] = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: the zone of its times and a person's choices, "" where there was none to make.

    ``override_reason`` says why a report of another time is imported all the same. ``by_code``: the sheet was written
    here, of people who had logged in; no file from elsewhere is ever read like that.
    """

    time_zone: str
    sheet: str = ""
    encoding: str = ""
    override_reason: str = ""
    by_code: bool = False

    def report(self, session: Session, content: bytes, file_name: str) -> Report:
        """The report in UTC; raises FileRefused, for another event too unless there is a reason."""
        if self.by_code:
            return read_stays(content)
        _check_zone(self.time_zone)
        day = local_date(session.starts_at, self.time_zone)
        report = _parsed(
            content,
            file_name,
            self.sheet,
            self.encoding,
            zone=self.time_zone,
            day=day,
            limits=_limits(session, content),
        )
        if not self.override_reason and wrong_event(report, window_of(session)):
            message = _("The times in this file are not those of the session: it reports another event.")
            raise FileRefused("wrong-event", message)
        return report

    def notes(self, session: Session, report: Report) -> list[dict[str, Any]]:
        """What is stored with the file: how it was read, and what a person should look at."""
        how = Problem(_READ_AS, _("How the file was read."))
        notes = [{**as_json(how), "zone": self.time_zone, "sheet": self.sheet, "encoding": self.encoding}]
        if self.by_code:
            notes.append(as_json(Problem(_BY_CODE, _("By the codes that were shown in the room."))))
        if self.override_reason:
            allowed = Problem(_OVERRIDE, _("The report of another event was let in, for the reason given."))
            notes.append({**as_json(allowed), "reason": self.override_reason})
        notes += [as_json(problem) for problem in report.notes]
        hours = suggest_shift(report, window_of(session))
        if hours:
            message = _("Most times lie outside the session, by about %(hours)s hours: choose the zone of the file.")
            notes.append({**as_json(Problem(SHIFT, filled(message, hours=f"{hours:+d}"))), "hours": hours})
        return notes

    @classmethod
    def of(cls, file: AttendanceFile) -> Reading:
        noted = {note["code"]: note for note in file.notes}
        how, reason = noted.get(_READ_AS, {}), noted.get(_OVERRIDE, {}).get("reason", "")
        return cls(
            how.get("zone", file.time_zone), how.get("sheet", ""), how.get("encoding", ""), reason, _BY_CODE in noted
        )


def _parsed(
    content: bytes, file_name: str, sheet: str, encoding: str, *, zone: str, day: dt.date, limits: Limits
) -> Report:
    """A preview is often applied by the same process, which keeps the last report that it has read, in a small form."""
    key = (hashlib.sha256(content).digest(), file_name, sheet, encoding, zone, day, limits)
    kept = _last.get(key)
    if kept is not None:
        return replace(kept, presences=unpacked(kept.presences))
    table = read_table(content, file_name, sheet=sheet, encoding=encoding, limits=limits)
    report = localise(read_report(table, session_day=day), zone)
    _last.clear()
    if len(parts(report.presences)[0]) <= _KEPT:
        _last[key] = replace(report, presences=packed(report.presences))
    return report


def _limits(session: Session, content: bytes) -> Limits:
    """What a file may hold: the usual, or enough for two rows of each of the bar's people."""
    if len(content) < _SMALL:
        return _USUAL
    rows = min(_MOST.rows, of_the_tree(session.bar).count() * _ROWS_OF_A_PERSON)
    if rows <= _USUAL.rows:
        return _USUAL
    size = min(_MOST.file_bytes, max(_USUAL.file_bytes, rows * _BYTES_OF_A_ROW))
    return replace(_USUAL, rows=rows, file_bytes=size, cells=max(_USUAL.cells, rows * _CELLS_OF_A_ROW))


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a path, or a folder of zones
        raise FileRefused("time-zone-unknown", _("There is no such time zone.")) from error


def as_json(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "message": str(problem.message), "row": problem.row, "column": problem.column}
