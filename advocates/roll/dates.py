"""Dates of licences and of joining, as typed over thirty years."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from advocates.names import fold
from advocates.roll.wording import is_absent
from cle.core.errors import Problem
from cle.core.tables.model import Value
from cle.core.tables.values import cell_text, parse_date

_EARLIEST = dt.date(1940, 1, 1)
_LATEST = dt.date(2049, 12, 31)  # when the caller does not say what day it is: the last that a two-digit year can mean
_FULL_DATE = re.compile(r"(?<!\d)\d{1,2}[.,/-]{1,2}\d{1,2}[.,/-]{1,2}\d{2,4}(?!\d)")
_ONLY_YEAR = re.compile(r"(?:с |c )?(?:19|20)\d\d(?: ?(?:г|год|года|ж|жыл|жылы))?")
_OF_A_CHANGE = re.compile(r"измен|переоформ|озгер")


@dataclass(frozen=True, slots=True)
class DateCell:
    """A date, or why there is none: ``error`` rejects the line, ``warning`` leaves the date empty."""

    day: dt.date | None = None
    error: Problem | None = None
    warning: Problem | None = None


@lru_cache(maxsize=1 << 12, typed=True)  # the days of a roll repeat
def read_date(value: Value, today: dt.date | None) -> DateCell:
    """The date in a cell, day before month; not before 1940 and not after ``today``."""
    text = cell_text(value)
    if is_absent(text):
        return DateCell()
    day = parse_date(value)
    if day is not None:
        return DateCell(day) if is_plausible(day, today) else DateCell(error=out_of_range())
    key = fold(text)
    if _ONLY_YEAR.fullmatch(key):
        return DateCell(warning=Problem("date-year-only", _("Only a year is given; the date was left empty.")))
    if _OF_A_CHANGE.search(key):
        return DateCell(warning=Problem("date-of-change", _("This is the date of a change; the date was left empty.")))
    if len(_FULL_DATE.findall(text)) > 1:
        return DateCell(error=Problem("several-dates", _("The cell holds several dates. Leave the one that counts.")))
    return DateCell(error=Problem("date-unreadable", _("This is not a date, or the date does not exist.")))


def is_plausible(day: dt.date, today: dt.date | None) -> bool:
    return _EARLIEST <= day <= (today or _LATEST)


def out_of_range() -> Problem:
    return Problem("date-out-of-range", _("The date lies in the future or too far in the past."))
