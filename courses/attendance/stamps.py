"""Dates with times as the meeting platforms and people write them, with day and month told apart once per file."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused
from cle.core.tables.model import Value
from cle.core.tables.values import FIRST_DAY, INVISIBLE, LAST_DAY
from courses.attendance.durations import MISSING
from courses.attendance.model import UnreadableError

Stamp = dt.datetime | dt.time
"""A naive moment, or a time of day where the cell has no date."""


class Order(StrEnum):
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class Clock:
    """How one file writes its times, and the date for times that stand without one."""

    order: Order = Order.DAY_FIRST
    day: dt.date | None = None

    def read(self, value: Value) -> Stamp | None:
        return parse_stamp(value, self.order)

    def moment(self, stamp: Stamp, day: dt.date | None = None) -> dt.datetime:
        """The stamp with a date: its own, else ``day``, else the session's; refuses the file if there is none."""
        if isinstance(stamp, dt.datetime):
            return stamp
        day = day or self.day
        if day is None:
            raise FileRefused(
                "session-day-needed",
                _("The times in this file have no date. Import it into the session it belongs to, or give the date."),
            )
        return dt.datetime.combine(day, stamp)


_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's day 0, wall-clock)
_USUAL_LENGTH = 19
_PIVOT = 50  # "49" is 2049, "50" is 1950
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "қаң ақп нау сәу мам мау шіл там қыр қаз қар жел",
    )
    for number, name in enumerate(names.split(), 1)
} | {"мая": 5}
_TIME = (
    r"(?P<hour>\d{1,2})[:.\-h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r" ?(?P<half>am|pm|a\.m\.?|p\.m\.?|дп|пп|д\.п\.?|п\.п\.?)?(?: ?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}))?"
)
_DATES = (
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
    r"(?P<first>\d{1,2})[-/.](?P<second_part>\d{1,2})[-/.](?P<year>\d{4}|\d{2})(?: ?г\.)?",
    r"(?P<word>[^\W\d_]{3,12})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    r"(?P<day>\d{1,2}) (?P<word>[^\W\d_]{3,12})\.?,? (?P<year>\d{4})(?: ?г\.)?",
)
_STAMPS = tuple(re.compile(rf"{date}(?:,? |t|, ?)(?:à |в |at |kl )?{_TIME}") for date in _DATES)
_TIME_ONLY = re.compile(_TIME)
_DAYS = tuple(re.compile(date) for date in _DATES)
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](?:\d{4}|\d{2})(?=$|[ ,t])(.*)")
_SERIAL = re.compile(r"0,\d|0[.,]\d{3,15}|\d{5}[.,]\d{1,15}", re.ASCII)
"""A spreadsheet's number saved as text: a part of a day, or a day and a part. "10.30" is a time of day, and "0,25" may
be one."""
_FORMULA = re.compile(r'="(.*)"')
_USUAL = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", re.ASCII)


def parse_stamp(value: Value, order: Order) -> Stamp | None:
    """The moment, or the time of day, that a cell gives; None if it is missing; raises UnreadableError.

    AM and PM are ignored where the hour already is of a 24-hour clock. A moment with a stated offset is given in UTC.
    """
    if isinstance(value, str):
        return usual_stamp(value) or _typed(value, order)
    if isinstance(value, dt.datetime):
        return value.time() if value.year < FIRST_DAY.year else _checked(value.replace(tzinfo=None))
    if isinstance(value, dt.time):
        return value
    seconds = value.total_seconds() if isinstance(value, dt.timedelta) else None
    if isinstance(value, float):
        seconds = round(value * 86_400)
    if seconds is None:
        raise _unreadable()
    return _counted(seconds)


def _counted(seconds: float) -> Stamp:
    """So many seconds after a spreadsheet's day 0."""
    if seconds < 0 or seconds > 86_400 * 100_000:
        raise _unreadable()
    moment = _EPOCH + dt.timedelta(seconds=seconds)
    return moment.time() if seconds < 86_400 else _checked(moment)


@lru_cache(maxsize=1 << 14)  # hundreds come and go in the same second
def _typed(text: str, order: Order) -> Stamp | None:
    return _from_text(plain(text), order)


def usual_stamp(text: str) -> dt.datetime | None:
    """The moment of a text like "2025-03-14 10:00:00", which most programs write; None for every other text."""
    if len(text) != _USUAL_LENGTH or not _USUAL.fullmatch(text):
        return None
    try:
        return _checked(dt.datetime.fromisoformat(text))
    except ValueError:
        return None


def looks_like_stamp(value: Value) -> bool:
    """Whether the cell is a moment or a time of day, whatever the order of day and month."""
    if not isinstance(value, str):
        return isinstance(value, dt.datetime | dt.time)
    text = plain(value)
    return any(pattern.fullmatch(text) for pattern in (*_STAMPS, _TIME_ONLY))


def parse_day(value: Value, order: Order) -> dt.date | None:
    """The date that a cell or a heading gives, or None."""
    if isinstance(value, dt.date):
        return value.date() if isinstance(value, dt.datetime) else value
    text = plain(value) if isinstance(value, str) else ""
    for pattern in _DAYS:
        if found := pattern.fullmatch(text):
            try:
                return _date(found.groupdict(), order)
            except ValueError:
                return None
    return None


def states_utc(value: Value) -> bool:
    """Whether the cell names its own zone ("Z", "UTC" or an offset), so that its moment is read as UTC."""
    found = _match(plain(value)) if isinstance(value, str) else None
    return found is not None and found["zone"] is not None


@dataclass(frozen=True, slots=True)
class OrderFound:
    """``how``: "seen" in the values, "mixed" if they contradict each other, "near" the session day, or "guessed"."""

    order: Order
    how: str


def find_order(values: Iterable[Value], *, near: dt.date | None = None) -> OrderFound:
    """Day-first or month-first for the whole file, from all its dates with times (or, if none, its bare dates).

    A number over 12 decides; then the one order that brings a date within a day of ``near``; then dots
    (day-first) and slashes with AM or PM (month-first). Dates that read the same both ways decide nothing.
    """
    seen = _numeric_dates(values)
    day_first = sum(first > 12 for first, _sep, _second in seen)
    month_first = sum(second > 12 for _first, _sep, second in seen)
    if day_first or month_first:
        order = Order.DAY_FIRST if day_first >= month_first else Order.MONTH_FIRST
        return OrderFound(order, "mixed" if day_first and month_first else "seen")
    dotted = any(separator == "." for _first, separator, _second in seen)
    guess = Order.DAY_FIRST if dotted or not seen else Order.MONTH_FIRST
    if all(first == second for first, _sep, second in seen):
        return OrderFound(guess, "seen")
    fits = [order for order in Order if near is not None and _is_near(seen, order, near)]
    if len(fits) == 1:
        return OrderFound(fits[0], "near")
    return OrderFound(guess, "seen" if dotted else "guessed")


def plain(text: str) -> str:
    """Lower case, ordinary spaces, no invisible marks, and without a spreadsheet's ="…" around it."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    text = " ".join(text.casefold().split())
    found = _FORMULA.fullmatch(text)
    return (found[1] if found else text).strip('" ')


def _numeric_dates(values: Iterable[Value]) -> set[tuple[int, str, int]]:
    timed: set[tuple[int, str, int]] = set()
    bare: set[tuple[int, str, int]] = set()
    for value in values:
        if not isinstance(value, str) or not any(map(str.isdigit, value[:4])):
            continue
        if value.isdigit() or _USUAL.fullmatch(value):
            continue
        if found := _NUMERIC.fullmatch(plain(value[:60])):
            (timed if found[4] else bare).add((int(found[1]), found[2], int(found[3])))
    return timed or bare


def _is_near(seen: set[tuple[int, str, int]], order: Order, near: dt.date) -> bool:
    days = [near + dt.timedelta(days=shift) for shift in (-1, 0, 1)]
    wanted = {(day.day, day.month) if order is Order.DAY_FIRST else (day.month, day.day) for day in days}
    return any((first, second) in wanted for first, _sep, second in seen)


def _match(text: str) -> re.Match[str] | None:
    return next((found for pattern in _STAMPS if (found := pattern.fullmatch(text))), None)


def _from_text(text: str, order: Order) -> Stamp | None:
    if text in MISSING:
        return None
    try:
        if found := _match(text):
            return _moment(found.groupdict(), order)
        if found := _TIME_ONLY.fullmatch(text):
            return _time(found.groupdict())
        if _SERIAL.fullmatch(text):
            return _counted(round(float(text.replace(",", ".")) * 86_400))
    except ValueError:
        raise _unreadable() from None
    raise _unreadable()


def _moment(parts: dict[str, str | None], order: Order) -> dt.datetime:
    moment = dt.datetime.combine(_date(parts, order), _time(parts))
    zone = parts["zone"] or ""
    if zone[:1] in ("+", "-"):
        offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        moment += -offset if zone[0] == "+" else offset
    return _checked(moment)


def _date(parts: dict[str, str | None], order: Order) -> dt.date:
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 2000 if year < _PIVOT else 1900
    if first := parts.get("first"):
        day, month = int(first), int(parts["second_part"] or 0)
        if order is Order.MONTH_FIRST:
            day, month = month, day
    else:
        day, word = int(parts["day"] or 0), parts.get("word")
        month = _MONTHS.get(word[:3], 0) if word else int(parts["month"] or 0)
    return dt.date(year, month, day)


def _time(parts: dict[str, str | None]) -> dt.time:
    hour, half = int(parts["hour"] or 0), (parts["half"] or "").replace(".", "")
    if half in ("pm", "пп") and 0 < hour < 12:
        hour += 12
    if half in ("am", "дп") and hour == 12:
        hour = 0
    return dt.time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))


def _checked(moment: dt.datetime) -> dt.datetime:
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise _unreadable()
    return moment


def _unreadable() -> UnreadableError:
    return UnreadableError("time-unreadable", _("The time cannot be read."))
