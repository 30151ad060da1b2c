"""Files that come from the same places as attendance reports but do not say who was present."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table
from cle.core.tables.values import cell_text
from courses.attendance.columns import column_key, filled, find_columns
from courses.attendance.zoom import is_meeting_heading, is_participant_heading

_CHAT = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?\s+(?:from|от)\s", re.IGNORECASE)
_POLL = {
    column_key(word) for word in ("poll report", "poll details", "poll name", "submitted date/time", "отчет об опросе")
}
_QUESTIONS = {column_key(word) for word in ("question report", "q&a report", "question details", "asker name")}
_REGISTRATION = {column_key(word) for word in ("registration report", "отчет о регистрации")}


def wrong_report(table: Table) -> FileRefused | None:
    """The refusal, saying what to export instead, if the file is a known report of another kind."""
    rows = [row for row in table.rows if not is_blank(row)]
    headings = [find_columns(row) for row in rows[:200]]
    if any({"join", "leave"} <= columns.keys() or "total" in columns for columns in headings):
        return None
    words = {column_key(row.cells[index]) for row in rows[:60] for index in filled(row)}
    if _is_chat(rows):
        message = _("This is the chat of a meeting. Export the participants' report instead.")
        return FileRefused("chat-export", message)
    if words & _POLL or words & _QUESTIONS:
        message = _("This is a report of polls or questions. Export the participants' (attendee) report instead.")
        return FileRefused("poll-report", message)
    if words & _REGISTRATION or any("approval" in columns for columns in headings):
        message = _("This is a list of registrations: it does not say who came. Export the attendee report instead.")
        return FileRefused("registration-report", message)
    if any(map(is_meeting_heading, headings)) and not any(is_participant_heading(row) for row in rows):
        message = _("This is a list of meetings without people. Open the meeting's participants and export those.")
        return FileRefused("meeting-list", message)
    return None


def _is_chat(rows: list[Row]) -> bool:
    lines = [cell_text(row.cells[filled(row)[0]]) for row in rows[:200]]
    return sum(bool(_CHAT.match(line)) for line in lines) * 2 > len(lines)
