"""What is doubtful about the columns of a table, once its headings are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from cle.core.tables.headings import Heading, rows_below
from cle.core.tables.model import Row, Table, Value, column_letter
from cle.core.tables.values import cell_text, lost_digits

_MOST_NOTES = 20
_WIDER = _("Rows from here on have more cells than there are headings; the extra cells were not used.")
_LOST_DIGITS = _("The number lost digits in a spreadsheet program (1.23E+11). Type it again as text.")
_MIXED = _("The column holds dates and other text. A spreadsheet program may have turned numbers into dates.")


def column_notes(table: Table, heading: Heading) -> list[Problem]:
    """Extra cells (once), numbers that lost digits (each), dates among other texts (once per column)."""
    rows = list(rows_below(table, heading))
    titles = table.rows[heading.row_index].cells
    notes = [Problem("extra-cells", _WIDER, row.number) for row in rows if _width(row.cells) > _width(titles)][:1]
    for index in sorted(set(heading.columns.values())):
        label = cell_text(titles[index]).strip() if index < len(titles) else ""
        notes += _notes_of(label or column_letter(index), index, rows)
    return notes


def _notes_of(label: str, index: int, rows: list[Row]) -> list[Problem]:
    cells = [(row.number, row.cells[index]) for row in rows if index < len(row.cells) and row.cells[index] != ""]
    lost = [number for number, value in cells if lost_digits(value)]
    notes = [Problem("lost-digits", _LOST_DIGITS, number, label) for number in lost[:_MOST_NOTES]]
    if _mixed(value for _number, value in cells):
        notes.append(Problem("mixed-dates", _MIXED, None, label))
    return notes


def _mixed(values: Iterable[Value]) -> bool:
    """Date cells are fewer than the rest: a column of numbers or marks, not one of dates with remarks."""
    dates = [isinstance(value, dt.date) for value in values]
    return 0 < sum(dates) * 2 < len(dates)


def _width(cells: tuple[Value, ...]) -> int:
    return max((index for index, cell in enumerate(cells, 1) if cell != ""), default=0)
