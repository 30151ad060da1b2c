"""Teams reports with one row per stay: the meeting summary of 2021 and the numbered sections since 2022.

Their headings come in the language of whoever downloaded them, so columns are known by what they hold.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cle.core.errors import Problem
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table
from cle.core.tables.values import cell_text
from courses.attendance.columns import column_key, filled, find_columns, value_at
from courses.attendance.model import Interval, Report
from courses.attendance.names import without_tag
from courses.attendance.people import assemble, person_key
from courses.attendance.rows import Layout, Sighting, read_row
from courses.attendance.shapes import columns_by_shape
from courses.attendance.stamps import Clock, looks_like_stamp

_SECTION = re.compile(r"\s*(\d)\.\s*\S")
_ORGANISERS = {
    column_key(word)
    for word in ("organizer", "organiser", "organisateur", "organizator", "организатор", "ұйымдастырушы")
}
_SAMPLE = 50
People = tuple[Layout, Sequence[Row]]


def read_sections(table: Table, clock: Clock) -> Report | None:
    """The report in sections "1. … 2. … 3. …", told by their numbers and columns and not by their words.

    Section 3 has the stays. Section 2 has one line per person from first join to last leave, the time away
    included: only its duration is used, and only for people whom section 3 lacks.
    """
    sections = _sections(table)
    people = {number: found for number, rows in sections.items() if (found := _people(rows, clock))}
    if not people:
        return None
    number = _activities(people)
    stays = _read(*people[number]) if number else []
    known = {person_key(item) for item in stays if isinstance(item, Sighting)}
    for other in sorted(people.keys() - {number}):
        layout, rows = people[other]
        for item in _read(_totals_only(layout), rows):
            seen = isinstance(item, Sighting) and person_key(item) in known
            stays.append(replace(item, seconds=None) if isinstance(item, Sighting) and seen else item)
    return _report(table, stays, [row for rows in sections.values() for row in rows], clock)


def read_summary(table: Table, clock: Clock) -> Report | None:
    """The report of 2021 and 2022: lines of a title and a value, then one row per stay."""
    rows = [row for row in table.rows if not is_blank(row)]
    start = next((index for index, row in enumerate(rows) if len(filled(row)) >= 5), 0)
    if sum(len(filled(row)) == 2 for row in rows[:start]) < 3:
        return None
    people = _people(rows[start:], clock)
    return _report(table, _read(*people), rows[:start], clock) if people else None


def _sections(table: Table) -> dict[int, list[Row]]:
    sections: dict[int, list[Row]] = {}
    number = 0
    for row in table.rows:
        if begun := section_of(row):
            number = int(begun)
        elif number and filled(row):
            sections.setdefault(number, []).append(row)
    return sections


def section_of(row: Row) -> str:
    """The number of the section that the row is the title of, else ""."""
    cells = filled(row)
    title = _SECTION.match(cell_text(row.cells[cells[0]])) if len(cells) == 1 else None
    return title[1] if title else ""


def _people(rows: Sequence[Row], clock: Clock) -> People | None:
    """The first row of five or more cells as headings, if there are times of joining and leaving below it."""
    start = next((index for index, row in enumerate(rows) if len(filled(row)) >= 5), None)
    if start is None:
        return None
    heading, below = rows[start], rows[start + 1 :]
    columns = dict(find_columns(heading))
    for name, index in columns_by_shape(heading, below).items():
        if index not in columns.values():
            columns.setdefault(name, index)
    if not {"name", "join", "leave"} <= columns.keys():
        return None
    return Layout(columns, clock, without_tag), below


def _activities(people: dict[int, People]) -> int:
    """The number of the section with one row per stay; 0 if there is only the one with a row per person."""
    last = max(people)
    return last if len(people) > 1 or last >= 3 else 0


def _totals_only(layout: Layout) -> Layout:
    return replace(layout, columns={k: v for k, v in layout.columns.items() if k not in ("join", "leave")})


def _read(layout: Layout, rows: Iterable[Row]) -> list[Sighting | Problem]:
    return [_with_role(read_row(row, layout), row, layout) for row in rows if not is_blank(row)]


def _with_role(item: Sighting | Problem, row: Row, layout: Layout) -> Sighting | Problem:
    if isinstance(item, Sighting) and column_key(value_at(row, layout.columns, "role")) in _ORGANISERS:
        return replace(item, role="host")
    return item


def _report(table: Table, found: list[Sighting | Problem], summary: Iterable[Row], clock: Clock) -> Report:
    utc = any("(utc)" in cell_text(cell).casefold() for row in table.rows[:_SAMPLE] for cell in row.cells)
    held = _held(summary, clock)
    return assemble("teams", found, held=held, day=clock.day, zone_in_file="UTC" if utc else "")


def _held(summary: Iterable[Row], clock: Clock) -> list[Interval]:
    """The meeting's start and end: the first two lines of a title and a moment."""
    moments: list[dt.datetime] = []
    for row in summary:
        cells = filled(row)
        value = row.cells[cells[1]] if len(cells) == 2 else ""
        if looks_like_stamp(value) and isinstance(stamp := clock.read(value), dt.datetime):
            moments.append(stamp)
    return [Interval(moments[0], moments[1])] if len(moments) >= 2 else []
