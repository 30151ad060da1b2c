"""Zoom's attendee report of a webinar: hosts, panelists, attendees and callers, each in a section of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cle.core.errors import Problem
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table
from cle.core.tables.values import cell_text
from courses.attendance.columns import column_key, filled, find_columns, heading_text
from courses.attendance.durations import unit_of
from courses.attendance.model import Interval, Report
from courses.attendance.names import split_original
from courses.attendance.people import assemble
from courses.attendance.rows import Layout, Sighting, read_row
from courses.attendance.stamps import Clock
from courses.attendance.zoom import held_at, is_meeting_heading

_ROLE_WORDS = (
    ("panelist", ("panelist", "докладчик", "эксперт", "участники дискуссии")),
    ("host", ("host", "организатор", "ведущ")),
    ("attendee", ("attendee", "other attended", "участник", "посетител", "другие")),
)


def read_webinar(table: Table, clock: Clock) -> Report | None:
    """The report if any section is headed like a webinar's. Sections are found by shape, whatever their titles."""
    rows = [row for row in table.rows if not is_blank(row)]
    if not any(_heads_people(columns) and "attended" in columns for columns in map(find_columns, rows)):
        return None
    found: list[Sighting | Problem] = []
    held: list[Interval] = []
    layout: Layout | None = None
    info: Mapping[str, int] = {}
    title, roles = "", list[str]()
    for index, row in enumerate(rows):
        columns = find_columns(row)
        if _is_title(rows, index):
            title, layout, info = cell_text(row.cells[filled(row)[0]]), None, {}
        elif _heads_people(columns):
            roles.append(_role(title, columns, roles))
            unit = unit_of(heading_text(row, columns, "duration"))
            layout = Layout(columns, clock, split_original, role=roles[-1], unit=unit)
        elif is_meeting_heading(columns):
            layout, info = None, columns
        elif layout:
            found.append(read_row(row, layout))
        elif info:
            held += held_at(row, info, clock)
    return assemble("zoom-webinar", found, held=held, day=clock.day)


def _heads_people(columns: Mapping[str, int]) -> bool:
    return bool(columns.keys() & {"name", "family", "given"}) and {"join", "leave"} <= columns.keys()


def _is_title(rows: Sequence[Row], index: int) -> bool:
    """One filled cell with the headings of people right below it."""
    return len(filled(rows[index])) == 1 and index + 1 < len(rows) and _heads_people(find_columns(rows[index + 1]))


def _role(title: str, columns: Mapping[str, int], before: Sequence[str]) -> str:
    """By the title's words; else by shape: only attendees register, and host and panelists stand before them."""
    key = column_key(title)
    for role, words in _ROLE_WORDS:
        if any(column_key(word) in key for word in words):
            return role
    if "attendee" in before or columns.keys() & {"registered", "approval", "given", "family"}:
        return "attendee"
    return "panelist" if "host" in before else "host"
