"""Cells as text and as dates, the ways that people type them."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

from cle.core.tables.model import Value

FIRST_DAY, LAST_DAY = dt.date(1930, 1, 1), dt.date(2100, 12, 31)
"""Dates outside this range are typing mistakes, or numbers that are no dates."""

INVISIBLE = dict.fromkeys([0xAD, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)])
"""Soft hyphen, zero-width and direction marks: for ``str.translate`` before comparing, never before storing."""

_EXCEL_EPOCH = dt.date(1899, 12, 30)
_EXACT_INTEGER = 10**15  # a spreadsheet keeps 15 digits and writes zeros for the rest
_PIVOT = 50  # "49" is 2049, "50" is 1950

_PREFIX = re.compile(r"^(?:с|c|со|от|from)\.?\s+(?=\d)|^[сc](?=\d)", re.IGNORECASE)
_SUFFIX = re.compile(r"\s*(?:года|год|г|жылы|жылғы|жыл|ж)?\s*\.*,*$", re.IGNORECASE)
_MIDNIGHT_OR_TIME = re.compile(
    r"[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:\s?[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_SEPARATOR = r"\s*[.,/\-]{1,2}\s*"
_NUMERIC = re.compile(rf"^(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})$")
_YEAR_FIRST = re.compile(rf"^(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})$")
_SERIAL = re.compile(r"^(\d{5})(?:[.,]\d{1,12})?$")
_EXPONENT = re.compile(r"^[+-]?(\d(?:[.,]\d+)?)E\+?(\d{1,3})$", re.IGNORECASE)


def parse_date(value: Value, *, day_first: bool = True) -> dt.date | None:
    """The one date that the cell means, or None when it means none, several or an impossible one.

    A number is a day count from 30 December 1899, as in spreadsheets. ``day_first`` decides for
    01/02/2003 only; a month over 12 is not silently taken for a day. Two-digit years run from 1950 to 2049.
    """
    day: dt.date | None
    if isinstance(value, dt.datetime):
        day = value.date()
    elif isinstance(value, dt.date):
        day = value
    elif isinstance(value, bool | dt.time | dt.timedelta):
        day = None
    elif isinstance(value, int | float):
        day = _from_serial(value)
    else:
        day = _from_text(value, day_first=day_first)
    return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None


def cell_text(value: Value) -> str:
    """The cell as text: a text exactly as it stands, 12345678.0 as "12345678", dates as ISO."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if math.isfinite(value) and value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "auto").removesuffix(" 00:00:00")
    return str(value)


def lost_digits(value: Value) -> bool:
    """Whether a number can no longer be what was typed: "1.23E+11", or more digits than a spreadsheet keeps."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return abs(value) >= _EXACT_INTEGER
    shown = _EXPONENT.match(value.strip()) if isinstance(value, str) else None
    return shown is not None and len(re.sub(r"\D", "", shown[1])) <= int(shown[2])


def _from_serial(number: float) -> dt.date | None:
    if not 0 < number < 100_000:
        return None
    return _EXCEL_EPOCH + dt.timedelta(days=int(number))


def _from_text(text: str, *, day_first: bool) -> dt.date | None:
    text = " ".join(unicodedata.normalize("NFKC", text).translate(INVISIBLE).split())
    if len(text) > 60:
        return None
    if serial := _SERIAL.match(text):
        return _from_serial(int(serial[1]))
    text = _SUFFIX.sub("", _PREFIX.sub("", _MIDNIGHT_OR_TIME.sub("", text)))
    if found := _YEAR_FIRST.match(text):
        return _date(found[1], found[2], found[3])
    if found := _NUMERIC.match(text):
        day, month = (found[1], found[2]) if day_first else (found[2], found[1])
        return _date(found[3], month, day)
    return None


def _date(year: str, month: str, day: str) -> dt.date | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < _PIVOT else 1900
    try:
        return dt.date(number, int(month), int(day))
    except ValueError:
        return None
