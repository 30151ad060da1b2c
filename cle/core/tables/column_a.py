"""Delimited text that was opened in a spreadsheet program unsplit and saved so, all of it in column A."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from cle.core.tables.clean import Cleaner
from cle.core.tables.delimited import find_delimiter, split_line, without_quoted
from cle.core.tables.model import Limits, Row

_SPLIT = _("All columns stood in column A as text; they were taken apart.")
_FEWEST_COMMAS = 2  # one comma may be that of "Family, Given"


def split_column_a(rows: tuple[Row, ...], limits: Limits) -> tuple[tuple[Row, ...], list[Problem]]:
    """The rows with their first cell taken apart, if only column A is filled and most of its lines agree."""
    if any(cell != "" for row in rows for cell in row.cells[1:]):
        return rows, []
    lines = [str(row.cells[0]) for row in rows if row.cells and row.cells[0] != ""]
    delimiter = find_delimiter(lines)
    fewest = _FEWEST_COMMAS if delimiter == "," else 1
    parted = sum(without_quoted(line).count(delimiter) >= fewest for line in lines)
    if parted * 2 <= len(lines):
        return rows, []
    parts = ((row.number, split_line(str(row.cells[0]), delimiter) if row.cells else []) for row in rows)
    return Cleaner(limits).rows(parts), [Problem("split-column-a", _SPLIT)]
