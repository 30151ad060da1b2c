"""Lengths of time in all the wordings of attendance reports; one parser for all."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from cle.core.tables.model import Value
from cle.core.tables.values import INVISIBLE
from courses.attendance.model import UnreadableError

MINUTE, HOUR, DAY = 60, 3600, 86_400
MISSING = frozenset({"", "-", "--", "–", "—", "n/a", "na", "нет данных"})

_WORDS = {
    DAY: "d day days jour jours dzień dni д дн день дня дней күн 日",
    HOUR: "h hr hrs hour hours heure heures std godz godzina godziny godzin ч час часа часов сағ сағат 時間",
    MINUTE: "m min mins minute minutes minuta minuty minut м мин минута минуты минут мүн 分",
    1: "s sec secs second seconds seconde secondes sek sekunda sekundy sekund с сек секунда секунды секунд 秒",
}
_UNIT = {word: seconds for seconds, words in _WORDS.items() for word in words.split()}
_PIECE = re.compile(r"(\d{1,7})(?:[.,](\d{1,6}))? ?([^\W\d_]{1,10})\.?[ ,]*")
_CLOCK = re.compile(r"(?:(\d{1,3}) days?,? )?(\d{1,3}):([0-5]\d):([0-5]\d)(?:[.,]\d{1,9})?")
_PAIR = re.compile(r"(\d{1,3}):([0-5]\d)")
_ISO = re.compile(r"p(?:(\d{1,3})d)?(?:t(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})(?:[.,]\d{1,9})?s)?)?")
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?")


def parse_duration(value: Value, *, unit: int = MINUTE, pair: int = HOUR) -> int | None:
    """Seconds, or None for a missing value; raises UnreadableError for nonsense, a negative or more than 24 hours.

    ``unit`` is the number of seconds that a bare number counts in; ``pair`` is what the first number
    of "1:02" counts in, HOUR or MINUTE. A spreadsheet number between 0 and 1 is a part of a day.
    """
    seconds = _read(value, unit, pair)
    if seconds is not None and not 0 <= seconds <= DAY:
        raise UnreadableError("duration-out-of-range", _("The length of time is negative or more than 24 hours."))
    return seconds


def unit_of(heading: str) -> int:
    """What bare numbers under this heading count in: hours or seconds if it says so, else minutes."""
    words = set(re.findall(r"[^\W\d_]+", heading.casefold()))
    if words & {"hours", "hrs", "h", "часы", "часов", "ч", "сағат"}:
        return HOUR
    return 1 if words & {"seconds", "sec", "s", "секунды", "сек"} else MINUTE


def pair_of(heading: str, values: Iterable[Value]) -> int:
    """Whether "1:02" in this column is h:mm or m:ss: by the heading, else by a first number over 24."""
    folded = heading.casefold().replace(" ", "")
    if "h:mm" in folded or "ч:мм" in folded:
        return HOUR
    if "mm:ss" in folded or "мм:сс" in folded:
        return MINUTE
    pairs = (_PAIR.fullmatch(value.strip()) for value in values if isinstance(value, str))
    return MINUTE if any(int(found[1]) > 24 for found in pairs if found) else HOUR


def _read(value: Value, unit: int, pair: int) -> int | None:
    if isinstance(value, dt.timedelta):
        return int(value.total_seconds())
    if isinstance(value, dt.time):
        return value.hour * HOUR + value.minute * MINUTE + value.second
    if isinstance(value, bool | dt.date):
        raise _unreadable()
    if isinstance(value, int | float):
        part_of_day = isinstance(value, float) and 0 < value < 1 and unit == MINUTE
        return _scaled(repr(value), DAY if part_of_day else unit)
    return _typed(value, unit, pair)


@lru_cache(maxsize=1 << 12)  # minutes, mostly
def _typed(value: str, unit: int, pair: int) -> int | None:
    text = value if value.isascii() else unicodedata.normalize("NFKC", value).translate(INVISIBLE)
    return _from_text(" ".join(text.casefold().split()), unit, pair)


def _from_text(text: str, unit: int, pair: int) -> int | None:
    if text in MISSING:
        return None
    if text.startswith(("-", "−")) and (rest := _from_text(text[1:], unit, pair)) is not None:
        return -rest
    if _NUMBER.fullmatch(text):
        return _scaled(text, unit)
    if found := _CLOCK.fullmatch(text):
        return _sum(found.groups())
    if found := _PAIR.fullmatch(text):
        return int(found[1]) * pair + int(found[2]) * pair // 60
    if (found := _ISO.fullmatch(text)) and any(found.groups()):
        return _sum(found.groups())
    return _from_words(text)


def _from_words(text: str) -> int:
    seconds, position = 0, 0
    while position < len(text):
        found = _PIECE.match(text, position)
        if found is None or found[3] not in _UNIT:
            raise _unreadable()
        seconds += _scaled(f"{found[1]}.{found[2] or 0}", _UNIT[found[3]])
        position = found.end()
    return seconds


def _sum(parts: tuple[str | None, ...]) -> int:
    """Seconds of (days, hours, minutes, seconds)."""
    return sum(int(part or 0) * size for part, size in zip(parts, (DAY, HOUR, MINUTE, 1), strict=True))


def _scaled(number: str, unit: int) -> int:
    exact = Decimal(number.replace(",", "."))
    if not exact.is_finite():
        raise _unreadable()
    return int((exact * unit).to_integral_value(ROUND_HALF_UP))


def _unreadable() -> UnreadableError:
    return UnreadableError("duration-unreadable", _("The length of time cannot be read."))
