"""Zoom's participant reports of meetings: every shape since 2020, one meeting in the file or many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cle.core.errors import Problem
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table
from courses.attendance.columns import column_key, find_columns, heading_text, value_at
from courses.attendance.durations import pair_of, parse_duration, unit_of
from courses.attendance.model import Interval, Report, UnreadableError
from courses.attendance.names import split_original
from courses.attendance.people import assemble
from courses.attendance.rows import Layout, Sighting, read_row, stay_between
from courses.attendance.stamps import Clock, states_utc

_NAMES = {column_key(name) for name in ("name (original name)", "имя (настоящее имя)", "名前 (元の名前)", "user name")}


def read_meetings(table: Table, clock: Clock) -> Report | None:
    """The report if this is a participant report of Zoom meetings, with or without the meetings' own lines."""
    if not any(is_participant_heading(row) for row in table.rows):
        return None
    found: list[Sighting | Problem] = []
    held: list[Interval] = []
    layout: Layout | None = None
    meeting: Mapping[str, int] = {}
    for row in table.rows:
        if is_blank(row):
            continue
        columns = find_columns(row)
        if is_participant_heading(row):
            layout, meeting = _layout(row, columns, table, clock), columns
        elif is_meeting_heading(columns):
            layout, meeting = None, columns
        else:
            if layout:
                found.append(read_row(row, layout))
            held += held_at(row, meeting, clock)
    return assemble("zoom-meeting", found, held=held, day=clock.day, zone_in_file="UTC" if _in_utc(table) else "")


def is_participant_heading(row: Row) -> bool:
    """Whether the row heads participants in Zoom's own words: times of joining and leaving, or a total."""
    columns = find_columns(row)
    if "name" not in columns or not ({"join", "leave"} <= columns.keys() or "total" in columns):
        return False
    ours = column_key(row.cells[columns["name"]]) in _NAMES or "attentiveness" in columns or "total" in columns
    return ours and not columns.keys() & {"attended", "action"}


def is_meeting_heading(columns: Mapping[str, int]) -> bool:
    """Whether these columns describe meetings as a whole."""
    return "topic" in columns and "meeting" in columns and bool(columns.keys() & {"starts", "duration"})


def held_at(row: Row, columns: Mapping[str, int], clock: Clock) -> list[Interval]:
    """When the meeting on this row was held, if the row says so; an end that is missing comes from the length."""
    if "topic" not in columns or "starts" not in columns:
        return []
    try:
        stay = stay_between(value_at(row, columns, "starts"), value_at(row, columns, "ends"), clock)
        if stay or not (start := clock.read(value_at(row, columns, "starts"))):
            return [stay] if stay else []
        length = parse_duration(value_at(row, columns, "duration")) or 0
    except UnreadableError:
        return []  # the meeting's own line only supports the check for a wrong event
    moment = clock.moment(start)
    return [Interval(moment, moment + dt.timedelta(seconds=length))]


def _layout(row: Row, columns: Mapping[str, int], table: Table, clock: Clock) -> Layout:
    heading = heading_text(row, columns, "total") or heading_text(row, columns, "duration")
    index = columns.get("total", columns.get("duration", -1))
    values = (other.cells[index] for other in table.rows if 0 <= index < len(other.cells))
    return Layout(columns, clock, split_original, unit=unit_of(heading), pair=pair_of(heading, values))


def _in_utc(table: Table) -> bool:
    return any(states_utc(cell) for row in table.rows[:20] for cell in row.cells)
