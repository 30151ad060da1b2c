"""A table as .xlsx and as .csv, with headings in Kazakh and, after them, in Russian."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import translation
from xlsxwriter import Workbook

from cle.core.tables.safe import escape_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
LANGUAGES = ("kk", "ru")
_WIDEST = 40

Row = Sequence[str | int]


def in_both(text: Any) -> tuple[str, str]:
    """A translatable text in Kazakh and in Russian."""
    return said_in_both(lambda: str(text))


def said_in_both(say: Callable[[], Any]) -> tuple[str, str]:
    """What is said while the language is Kazakh, and while it is Russian."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(say()))
    return said[0], said[1]


def workbook(titles: Sequence[str], headings: Sequence[tuple[str, str]], rows: Sequence[Row]) -> bytes:
    """One sheet: the titles, a row of headings in each language, the rows. Nothing in it is a formula or a link."""
    page = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(page, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for number, title in enumerate(titles):
            sheet.write_string(number, 0, title, book.add_format({"bold": True}))
        start = len(titles) + 1
        for place, pair in enumerate(headings):
            for offset, heading in enumerate(pair):
                sheet.write_string(start + offset, place, heading, bold)
            sheet.set_column(place, place, min(_WIDEST, max(12, *map(len, pair)) // 2 + 6))
        for number, row in enumerate(rows, start + 2):
            for place, value in enumerate(row):
                write: Callable[..., Any] = sheet.write_string if isinstance(value, str) else sheet.write_number
                write(number, place, value)
        sheet.freeze_panes(start + 2, 2)
    return page.getvalue()


def delimited(headings: Sequence[tuple[str, str]], rows: Sequence[Row]) -> bytes:
    """Semicolons and a byte order mark, as spreadsheet programs in Kazakhstan expect; one line of headings."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=";")
    writer.writerow([escape_cell(" / ".join(pair)) for pair in headings])
    writer.writerows([escape_cell(value) if isinstance(value, str) else value for value in row] for row in rows)
    return page.getvalue().encode("utf-8-sig")
