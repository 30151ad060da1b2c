"""Plain rows of a list: one person each, with a licence number and one stay. Large lists have little else.

They are kept as columns. As objects, one by one, a million of them take gigabytes and most of the time of an import.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress, islice
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from courses.attendance.model import Interval, Presence

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_Item = TypeVar("_Item")

DAY = 86_400_000_000
"""In microseconds."""
_MICROSECOND = dt.timedelta(microseconds=1)
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  (wall-clock)
_EPOCH_UTC = _EPOCH.replace(tzinfo=dt.UTC)


def microseconds(moment: dt.datetime) -> int:
    """Since the beginning of 1970: of a moment as clocks show it, or in UTC."""
    return (moment - (_EPOCH if moment.tzinfo is None else _EPOCH_UTC)) // _MICROSECOND


def date_of(day: int) -> dt.date:
    """The day that comes so many days after 1 January 1970."""
    return dt.date.fromordinal(_EPOCH.toordinal() + day)


@dataclass(frozen=True, slots=True, eq=False)
class PlainRows:
    """Columns of one length, in the order of the file; ``rows`` are the numbers of the rows.

    ``licences`` are ASCII digits; ``names`` words of letters with at most one number, at the end. ``starts`` and
    ``ends`` are ``microseconds``, wall-clock until they are ``in_utc``, a day apart at most and never backward.
    PII: the whole of it.
    """

    rows: Numbers
    licences: Sequence[str]
    names: Sequence[str]
    starts: Numbers
    ends: Numbers
    in_utc: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def presence(self, place: int) -> Presence:
        """The row as all others are."""
        row = int(self.rows[place])
        came, went = (self._moment(int(times[place])) for times in (self.starts, self.ends))
        stays = (Interval(came, went),)
        return Presence(row, (row,), self.names[place], licence=self.licences[place], intervals=stays)

    def where(self, chosen: Mask) -> PlainRows:
        return PlainRows(
            self.rows[chosen], list(compress(self.licences, chosen)), list(compress(self.names, chosen)),
            self.starts[chosen], self.ends[chosen], self.in_utc,
        )  # fmt: skip

    def moved(self, offset: dt.timedelta) -> PlainRows:
        """In UTC, from a place so far ahead of it."""
        step = offset // _MICROSECOND
        return replace(self, starts=self.starts - step, ends=self.ends - step, in_utc=True)

    def span(self) -> tuple[dt.datetime, ...]:
        """The first and the last start; nothing of no rows."""
        return tuple(self._moment(int(at)) for at in (self.starts.min(), self.starts.max())) if len(self) else ()

    def inside(self, window: Interval, step: dt.timedelta = dt.timedelta()) -> Numbers:
        """Whole seconds of each stay, moved by ``step``, within the window."""
        first, last = (microseconds(moment - step) for moment in (window.start, window.end))
        lengths: Numbers = np.minimum(self.ends, last) - np.maximum(self.starts, first)
        return lengths.clip(0) // 1_000_000

    def meeting(self, window: Interval, step: dt.timedelta) -> int:
        """How many stays, moved by ``step``, have something in common with the window."""
        first, last = (microseconds(moment - step) for moment in (window.start, window.end))
        return int(np.count_nonzero((self.starts < last) & (self.ends > first)))

    def _moment(self, at: int) -> dt.datetime:
        return (_EPOCH_UTC if self.in_utc else _EPOCH) + at * _MICROSECOND


_NONE = np.empty(0, np.int64)
NOBODY = PlainRows(_NONE, (), (), _NONE, _NONE, in_utc=True)


@dataclass(frozen=True, slots=True, eq=False)
class Presences(Sequence[Presence]):
    """All people of a report in the order of its rows: some as they are, the ``plain`` ones made when asked for."""

    others: tuple[Presence, ...]
    plain: PlainRows

    def __len__(self) -> int:
        return len(self.others) + len(self.plain)

    def __iter__(self) -> Iterator[Presence]:
        plain = map(self.plain.presence, range(len(self.plain)))
        return in_order(self.plain.rows, plain, self.others, [one.row for one in self.others])

    @overload
    def __getitem__(self, place: int) -> Presence: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Presence]: ...
    def __getitem__(self, place: Any) -> Any:
        return tuple(self)[place]


def parts(presences: Sequence[Presence]) -> tuple[Sequence[Presence], PlainRows]:
    """Those who are not plain, and those who are."""
    return (presences.others, presences.plain) if isinstance(presences, Presences) else (presences, NOBODY)


@dataclass(frozen=True, slots=True, eq=False)
class _Packed(Sequence[Presence]):
    """``Presences`` in a sixth of the memory, for keeping: unpacked before anything is asked of them."""

    others: tuple[Presence, ...]
    columns: PlainRows
    licences: bytes
    names: bytes

    def __len__(self) -> int:
        return len(self.others) + len(self.columns)

    def __getitem__(self, place: Any) -> Any:
        return unpacked(self)[place]


def packed(presences: Sequence[Presence]) -> Sequence[Presence]:
    others, plain = parts(presences)
    if not len(plain):
        return others
    words = ("\n".join(texts).encode() for texts in (plain.licences, plain.names))
    return _Packed(tuple(others), replace(plain, licences=(), names=()), *words)


def unpacked(presences: Sequence[Presence]) -> Sequence[Presence]:
    if not isinstance(presences, _Packed):
        return presences
    licences, names = (words.decode().split("\n") for words in (presences.licences, presences.names))
    return Presences(presences.others, replace(presences.columns, licences=licences, names=names))


def in_order(
    rows: Numbers, plain: Iterable[_Item], others: Iterable[_Item], first_rows: Iterable[int]
) -> Iterator[_Item]:
    """What was made of plain rows and of all others, in the order of their rows; both are in order themselves."""
    if not len(rows):
        return iter(others)
    rest, done = iter(plain), 0
    numbers = rows.tolist()
    pieces: list[Iterator[_Item]] = []
    for one, row in zip(others, first_rows, strict=True):
        place = bisect_left(numbers, row, done)
        pieces.append(islice(rest, place - done))
        pieces.append(iter((one,)))
        done = place
    return chain(chain.from_iterable(pieces), rest)
