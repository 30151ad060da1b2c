"""A report that comes as rows of data: written down as the sheet it would be, and then read like any other."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass

MOST_ROWS = 5_000
FILE_NAME = "rows.csv"
ZONE = "UTC"
"""The zone of the times in the sheet: every instant has just one there."""

_HEADINGS = ("licence number", "email", "name", "join time", "leave time", "minutes")


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody's stay, by instants or by length."""

    licence: str = ""
    email: str = ""
    name: str = ""
    joined: dt.datetime | None = None
    left: dt.datetime | None = None
    minutes: int | None = None


def sheet_of(rows: Iterable[Row]) -> bytes:
    """The rows as a file, one line each below one line of headings; times in ``ZONE``."""
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow(_HEADINGS)
    for row in rows:
        words = (" ".join(text.split()) for text in (row.licence, row.email, row.name))
        length = "" if row.minutes is None else row.minutes
        writer.writerow([*words, _stamp(row.joined), _stamp(row.left), length])
    return page.getvalue().encode("utf-8-sig")


def _stamp(moment: dt.datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"
