"""What a spreadsheet or a text table is once read, whatever file it came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cle.core.errors import Problem

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""A cell. Text files give only ``str``; an empty cell is ``""`` everywhere."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``number`` is the row (or, in a text file, the first line) that a person would look up, from 1."""

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or one text table, blank rows left in place.

    ``kind`` is xlsx, xls, ods or csv; ``encoding`` and ``delimiter`` are set for text;
    ``sheets`` names all visible sheets; ``notes`` say what was guessed, repaired or skipped.
    """

    kind: str
    rows: tuple[Row, ...]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be, packed and unpacked, before it is refused."""

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 500_000_000
    unpack_ratio: int = 200
    rows: int = 200_000
    columns: int = 500
    cells: int = 5_000_000
    cell_characters: int = 10_000


def extension(name: str) -> str:
    """The name's ending in lower case, without its dot; only ever a hint."""
    return Path(name).suffix.lower().lstrip(".")


def column_letter(index: int) -> str:
    """The spreadsheet's name of a cell index: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters
