"""The attendance report of a session in the format of the platform, or of the sheet, that it was kept in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cle.demo.presence import Attendance
from cle.demo.report_lists import write_list_text, write_list_workbook
from cle.demo.report_teams import write_meet, write_teams
from cle.demo.report_zoom import write_meeting, write_webinar
from cle.demo.sessions import ReportKind, SessionPlan

_WRITERS: dict[ReportKind, Callable[[SessionPlan, Sequence[Attendance], Path], None]] = {
    "zoom-meeting": write_meeting,
    "zoom-webinar": write_webinar,
    "teams": write_teams,
    "meet": write_meet,
    "list-xlsx": write_list_workbook,
    "list-csv": write_list_text,
}


def write_report(kind: ReportKind, session: SessionPlan, attendances: Sequence[Attendance], path: Path) -> None:
    """Write the report of ``kind`` to ``path``; somebody must have attended."""
    _WRITERS[kind](session, attendances, path)
