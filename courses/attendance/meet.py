"""Google Meet's own report and the lists of browser extensions: a length per person, no intervals."""

from __future__ import annotations

import datetime as dt
import re

from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table
from cle.core.tables.values import cell_text
from courses.attendance.columns import column_key, filled, find_columns, heading_text
from courses.attendance.durations import pair_of, unit_of
from courses.attendance.model import Interval, Report, UnreadableError
from courses.attendance.people import assemble
from courses.attendance.rows import Layout, read_row
from courses.attendance.stamps import Clock

_OWN = {column_key("time joined"), column_key("time exited")}
_EXTENSION = {column_key("first seen"), column_key("time in call")}
_HELD = re.compile(r"\*?\s*(?:created|ended) on:?\s+(.{8,40})", re.IGNORECASE)


def read_meet(table: Table, clock: Clock) -> Report | None:
    """The report if its headings are Meet's. First join to last exit includes the time away, so only lengths count."""
    index = next((i for i, row in enumerate(table.rows[:60]) if _is_heading(row)), None)
    if index is None:
        return None
    heading = table.rows[index]
    columns = {field: at for field, at in find_columns(heading).items() if field not in ("join", "leave")}
    title, at = heading_text(heading, columns, "duration"), columns["duration"]
    rows = [row for row in table.rows[index + 1 :] if not is_blank(row)]
    pair = pair_of(title, (row.cells[at] for row in rows if at < len(row.cells)))
    layout = Layout(columns, clock, unit=unit_of(title), pair=pair)
    held = _held(table.rows[:index], clock)
    return assemble("meet", [read_row(row, layout) for row in rows], held=held, day=clock.day)


def _is_heading(row: Row) -> bool:
    columns = find_columns(row)
    if "duration" not in columns or not columns.keys() & {"name", "given", "family"}:
        return False
    keys = {column_key(row.cells[index]) for index in filled(row)}
    return keys >= _OWN or keys >= _EXTENSION


def _held(rows: tuple[Row, ...], clock: Clock) -> list[Interval]:
    """ "* Created on 2026-03-14 10:00:00" and "* Ended on …" above the headings."""
    moments = []
    for row in rows:
        found = _HELD.match(" ".join(cell_text(row.cells[index]) for index in filled(row)))
        try:
            stamp = clock.read(found[1]) if found else None
        except UnreadableError:
            continue
        if isinstance(stamp, dt.datetime):
            moments.append(stamp)
    return [Interval(moments[0], moments[-1])] if moments else []
