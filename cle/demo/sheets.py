"""Writing rows as a workbook or as a text table, the same bytes each time."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

Cell = str | int | dt.date

_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)  # a workbook records when it was made; a fixed day keeps it the same


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows from the top of the sheet, and the ranges (row, first column, last column; from 0) that are merged."""

    rows: list[Sequence[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """One more row."""
        self.rows.append(cells)

    def add_merged(self, text: str, first: int, last: int) -> None:
        """One more row, holding only a text over merged cells."""
        self.merged.append((len(self.rows), first, last))
        self.add(*("" for _ in range(first)), text)


def write_workbook(sheet: Sheet, path: Path) -> None:
    """XLSX with real dates; integers stay numbers, so a date may also be given by its serial number."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet("Лист1")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        bold = book.add_format({"bold": True, "align": "center"})
        for number, row in enumerate(sheet.rows):
            _write_row(page, number, row, day)
        for number, first, last in sheet.merged:
            page.merge_range(number, first, number, last, sheet.rows[number][first], bold)


def _write_row(page: xlsxwriter.worksheet.Worksheet, number: int, row: Sequence[Cell], day: object) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, dt.date):
            page.write_datetime(number, column, cell, day)
        elif isinstance(cell, int):
            page.write_number(number, column, cell)
        elif cell:
            page.write_string(number, column, cell)


def write_text(
    rows: Iterable[Sequence[Cell]], path: Path, *, encoding: str, delimiter: str, append: bool = False
) -> None:
    """Delimited text as Excel saves it (CRLF); a letter that the encoding lacks is an error of the caller."""
    with path.open("a" if append else "w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
