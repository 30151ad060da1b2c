"""The plain rows of a large list, read as columns; all other rows are read as they would be without these.

What a table is, and how its cells are read, is told by the rows in front and by rows that are not plain: the readers
see all of them. Plain rows only follow, stand for nobody else in the file, and say nothing on any of these questions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import compress
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from cle.core.tables.headings import is_blank, is_total
from cle.core.tables.model import Row, Table
from courses.attendance.columns import column_key, filled, find_columns
from courses.attendance.lists import SIGNATURE, has_plain_rows, heading_index, named_columns
from courses.attendance.plain import DAY, Mask, Numbers, PlainRows, microseconds
from courses.attendance.rows import Layout, Plain
from courses.attendance.stamps import Clock, usual_stamp
from courses.attendance.teams import section_of

_FRONT = 600
"""Rows that every reader sees: more than any looks at to tell what the table is."""
_WORD = "[A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі][A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі'-]*"
_NAME = re.compile(f"{_WORD}(?: {_WORD})*(?: [0-9]+)?")
_LONGEST_NAME, _LONGEST_LICENCE = 200, 20
_MANY = 5  # filled cells of a row that heads a summary of a meeting
_UNREADABLE = np.iinfo(np.int64).min // 2


class Parted(NamedTuple):
    """A table without its plain rows, and these."""

    rest: Table
    plain: PlainRows


class _Moments(dict[str, int]):
    """Microseconds of a text; people come and go in the same seconds."""

    def __missing__(self, text: str) -> int:
        stamp = usual_stamp(text)
        self[text] = found = _UNREADABLE if stamp is None else microseconds(stamp)
        return found


def part(table: Table) -> Parted | None:
    """The plain rows apart from all others; None for a table that is not known to have any."""
    front, below = table.rows[:_FRONT], table.rows[_FRONT:]
    if table.kind != "csv" or not below or any(map(is_blank, front)):
        return None
    heading = _heading(table)
    places = _places(heading) if heading else None
    if heading is None or places is None:
        return None
    width = len(heading.cells)
    regular = [row for row in below if len(row.cells) == width]
    others = [row for row in below if len(row.cells) != width]
    plain, is_plain = _plain_rows(regular, width, places, _licences([*front, *others], places.licence))
    others += compress(regular, ~is_plain)
    rest = (*front, *sorted(others, key=attrgetter("number")))
    return None if _may_be_another_report(rest, heading) else Parted(replace(table, rows=rest), plain)


def _heading(table: Table) -> Row | None:
    """The row of headings, if they are in words, each column has one, and times of joining and leaving have too."""
    index = heading_index(table)
    if index is None:
        return None
    heading = table.rows[index]
    timed = {"join", "leave"} <= find_columns(heading).keys()
    return heading if timed and len(filled(heading)) == len(heading.cells) else None


def _places(heading: Row) -> Plain | None:
    layout = Layout(named_columns(heading), Clock())
    places, titles = layout.plain, [column_key(cell) for cell in heading.cells]
    if places is None or not has_plain_rows(layout, titles):
        return None
    needed = {places.licence, places.name, places.join, places.leave}
    return places if len(needed) == 4 and min(needed) >= 0 else None


def _may_be_another_report(rest: Sequence[Row], heading: Row) -> bool:
    """Whether a row is a sign of a report of Teams, which would have to be read as a whole."""
    widest = len(heading.cells) >= _MANY
    return any(section_of(row) or (not widest and len(filled(row)) >= _MANY) for row in rest)


def _plain_rows(regular: Sequence[Row], width: int, places: Plain, counts: Counter[str]) -> tuple[PlainRows, Mask]:
    """The plain ones of rows of one ``width``, and which these are; ``counts`` of licences in all other rows."""
    columns = [[str(row.cells[place]) for row in regular] for place in range(width)]
    licences, names = columns[places.licence], columns[places.name]
    moments = _Moments()
    starts, ends = (_numbers(map(moments.__getitem__, columns[place]), len(regular)) for place in places[:2])
    counts.update(map(str.strip, licences))
    is_plain = _mask(_is_number(text) and counts[text] == 1 for text in licences)
    is_plain &= _mask(len(text) <= _LONGEST_NAME and _is_name(text) for text in names)
    is_plain &= (starts > _UNREADABLE) & (ends > _UNREADABLE) & (starts <= ends) & (ends - starts <= DAY)
    for place in {*range(len(columns))} - {places.licence, places.name, places.join, places.leave}:
        is_plain &= _mask(not text or _is_number(text) for text in columns[place])
    if places.name < places.licence:
        is_plain &= _mask(not is_total(row) for row in regular)
    rows = _numbers((row.number for row in regular), len(regular))
    return PlainRows(rows, licences, names, starts, ends).where(is_plain), is_plain


def _licences(rows: Iterable[Row], place: int) -> Counter[str]:
    return Counter(str(row.cells[place]).strip() for row in rows if len(row.cells) > place)


def _is_number(text: str) -> bool:
    return text.isdigit() and text.isascii() and len(text) <= _LONGEST_LICENCE


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and SIGNATURE.match(text) is None


def _mask(each: Iterable[bool]) -> Mask:
    return np.fromiter(each, np.bool_)


def _numbers(each: Iterable[int], count: int) -> Numbers:
    return np.fromiter(each, np.int64, count)
