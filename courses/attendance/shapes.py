"""Columns known by what they hold, for headings in a language that nobody has listed."""

from __future__ import annotations

from collections.abc import Sequence

from cle.core.tables.model import Row
from cle.core.tables.values import cell_text
from courses.attendance.columns import filled
from courses.attendance.durations import parse_duration
from courses.attendance.model import UnreadableError
from courses.attendance.stamps import looks_like_stamp

_SAMPLE = 50  # rows; enough to tell a column of moments from one of names
_MARKS = frozenset("+ - – — − ✓ ✔ √ p п н н/б".split())  # not "yes" and "no", which answer other questions too


def columns_by_shape(heading: Row, below: Sequence[Row]) -> dict[str, int]:
    """Name, join, leave and what else there is, as cell indexes from 0; empty without two columns of moments.

    Two columns hold nothing but moments, addresses have an @, a length comes after the moments, and the name stands
    in front.
    """
    sample = below[:_SAMPLE]
    columns = {index: [row.cells[index] for row in sample if index in filled(row)] for index in filled(heading)}
    times = [i for i, cells in columns.items() if cells and all(looks_like_stamp(cell) for cell in cells)]
    if len(times) < 2 or times[0] == 0:
        return {}
    shape = {"name": min(columns), "join": times[0], "leave": times[1]}
    mails = [i for i, cells in columns.items() if any("@" in cell_text(cell) for cell in cells)]
    shape |= dict(zip(("email", "upn"), mails, strict=False))
    rest = [index for index in columns if index > times[1] and index not in mails]
    lengths = [
        index for index in rest if columns[index] and all(_is_length(cell_text(cell)) for cell in columns[index])
    ]
    shape |= {"duration": lengths[0]} if lengths else {}
    roles = [index for index in rest if index not in lengths]
    return shape | ({"role": roles[-1]} if roles else {})


def _is_length(text: str) -> bool:
    try:
        return parse_duration(text) is not None
    except UnreadableError:
        return False


def columns_of_marks(heading: Row, below: Sequence[Row]) -> list[int]:
    """The headed columns that hold nothing but pluses, minuses, ticks and the register's letters; from 0."""
    cells = {i: [cell_text(row.cells[i]).strip() for row in below if i in filled(row)] for i in filled(heading)}
    return [index for index, marks in cells.items() if marks and {mark.casefold() for mark in marks} <= _MARKS]
