"""One row of a report that has one row per stay: who, from when to when, or why it is not used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem, Text
from cle.core.tables.headings import is_column_numbers, is_total
from cle.core.tables.model import Row, Value, column_letter
from cle.core.tables.values import cell_text
from courses.attendance.columns import value_at
from courses.attendance.durations import DAY, HOUR, MINUTE, parse_duration
from courses.attendance.model import Interval, UnreadableError
from courses.attendance.names import answer, as_it_stands, is_breakout, is_masked, one_line, usable_email
from courses.attendance.stamps import Clock, parse_day, usual_stamp

_OVER_MIDNIGHT = dt.timedelta(hours=12)
_CLOCK_GOES_BACK = dt.timedelta(hours=1)
_A_DAY = dt.timedelta(days=1)
_PLAIN = ("join", "leave", "name", "email", "licence")
_DOUBTFUL = frozenset(
    ("family", "given", "patronymic", "upn", "date", "duration", "total", "attended", "waiting", "session")
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one row (or a pair of join and leave events) says about one person."""

    rows: tuple[int, ...]
    name: str
    original_name: str = ""
    email: str = ""
    licence: str = ""
    role: str = "attendee"
    interval: Interval | None = None
    seconds: int | None = None
    marked: bool = False
    open_ended: bool = False
    problems: tuple[Problem, ...] = ()


class Plain(NamedTuple):
    """Where the cells are, -1 for none, of a list with times of joining and leaving and nothing to speak against them.

    ``width`` is how many cells a row has at least that has them all.
    """

    join: int
    leave: int
    name: int
    email: int
    licence: int
    width: int

    @classmethod
    def of(cls, columns: Mapping[str, int]) -> Plain:
        join, leave, name, email, licence = places = [columns.get(field, -1) for field in _PLAIN]
        return cls(join, leave, name, email, licence, max(places) + 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows below one heading are to be read."""

    columns: Mapping[str, int]
    clock: Clock
    split_name: Callable[[str], tuple[str, str]] = as_it_stands
    role: str = "attendee"
    unit: int = MINUTE
    pair: int = HOUR
    marks_are_presence: bool = field(default=False)
    plain: Plain | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if {"join", "leave"} <= self.columns.keys() and not self.columns.keys() & _DOUBTFUL:
            object.__setattr__(self, "plain", Plain.of(self.columns))


def read_row(row: Row, layout: Layout) -> Sighting | Problem:
    """The row's sighting, or the problem for which the row is skipped."""
    return plain_sighting(row, layout) or _read_row(row, layout)


def plain_sighting(row: Row, layout: Layout) -> Sighting | None:
    """What ``read_row`` makes of a row of somebody with a usual stamp of joining and, within a day, one of leaving.

    None for each row that is anything else: that takes all the rules. Most rows of most files are plain, and this
    is many times quicker.
    """
    plain, cells = layout.plain, row.cells
    if plain is None or len(cells) < plain.width:
        return None
    join, leave = cells[plain.join], cells[plain.leave]
    if not (isinstance(join, str) and isinstance(leave, str)):
        return None
    came, went = usual_stamp(join), usual_stamp(leave)
    if came is None or went is None or not came <= went <= came + _A_DAY or is_total(row):
        return None
    name = _text_at(cells, plain.name)
    email = cell_text(cells[plain.email]) if plain.email >= 0 else ""
    if name.endswith((")", "）")) or "*" in email:  # another name, a tag; an address that hides itself
        return None
    email = usable_email(email) if email else ""
    licence = _text_at(cells, plain.licence)
    if not (name or email or licence):
        return None
    return Sighting((row.number,), name, "", email, licence, layout.role, Interval(came, went))


def _text_at(cells: Sequence[Value], place: int) -> str:
    return one_line(cell_text(cells[place])) if place >= 0 else ""


def _read_row(row: Row, layout: Layout) -> Sighting | Problem:
    if is_column_numbers(row):
        return _skip(row, "column-numbers", _("The row only numbers the columns."))
    if is_total(row):
        return _skip(row, "totals-row", _("The row is a total, not a person."))
    name, original = _names(row, layout)
    email, licence = _email(row, layout), one_line(cell_text(value_at(row, layout.columns, "licence")))
    if not (name or email or licence):
        return _skip(row, "no-name", _("The row has neither a name nor an e-mail."))
    if reason := _not_credited(row, layout):
        return reason
    try:
        stay = _interval(row, layout)
        seconds, doubts = _seconds(row, layout, stay)
    except UnreadableError as error:
        return _skip(row, error.code, error.message)
    if stay is None and seconds is None and not layout.marks_are_presence:
        return _skip(row, "no-times", _("The row lacks a time of joining or leaving, and a length."))
    if is_masked(value_at(row, layout.columns, "email")):
        doubts += (Problem("email-masked", _("The e-mail is masked and identifies nobody."), row.number),)
    marked = stay is None and seconds is None
    return Sighting((row.number,), name, original, email, licence, layout.role, stay, seconds, marked, problems=doubts)


def stay_between(join: Value, leave: Value, clock: Clock, day: dt.date | None = None) -> Interval | None:
    """From join to leave; None unless both are given; raises UnreadableError.

    A leave without a date is on the day of the join, or up to 12 hours later on the next. A dated leave may
    be up to an hour before its join, for the night when the clock goes back; only the zone can tell.
    """
    came, went = clock.read(join), clock.read(leave)
    if came is None or went is None:
        return None
    start = clock.moment(came, day)
    if isinstance(went, dt.datetime):
        backwards = start - went > _CLOCK_GOES_BACK
        end = went
    else:
        end = dt.datetime.combine(start.date(), went)
        if end < start:
            end += dt.timedelta(days=1)
        backwards = end - start > _OVER_MIDNIGHT and went < start.time()
    if backwards:
        raise UnreadableError("leave-before-join", _("The time of leaving is before the time of joining."))
    return Interval(start, end)


def _names(row: Row, layout: Layout) -> tuple[str, str]:
    """(name, original name); family, given name and patronymic, where they have columns, come before a display name."""
    parts = (cell_text(value_at(row, layout.columns, part)) for part in ("family", "given", "patronymic"))
    registered = one_line(" ".join(parts))
    shown, original = layout.split_name(cell_text(value_at(row, layout.columns, "name")))
    if not registered:
        return shown, original
    return registered, shown if shown != registered else original


def _email(row: Row, layout: Layout) -> str:
    email = usable_email(value_at(row, layout.columns, "email"))
    return email or usable_email(value_at(row, layout.columns, "upn"))


def _not_credited(row: Row, layout: Layout) -> Problem | None:
    columns = layout.columns
    if answer(value_at(row, columns, "attended")) is False:
        return _skip(row, "did-not-attend", _("Marked as not having attended."))
    if answer(value_at(row, columns, "waiting")):
        return _skip(row, "waiting-room", _("Time in the waiting room does not count."))
    if is_breakout(value_at(row, columns, "session")):
        return _skip(row, "breakout-room", _("Breakout rooms repeat the time of the main session."))
    return None


def _interval(row: Row, layout: Layout) -> Interval | None:
    columns = layout.columns
    if "join" not in columns or "leave" not in columns:
        return None
    day = parse_day(value_at(row, columns, "date"), layout.clock.order)
    return stay_between(value_at(row, columns, "join"), value_at(row, columns, "leave"), layout.clock, day)


def _seconds(row: Row, layout: Layout, stay: Interval | None) -> tuple[int | None, tuple[Problem, ...]]:
    """(the total, where there is no interval; doubts about the length where there is one)."""
    kind = "total" if "total" in layout.columns else "duration"
    column = column_letter(layout.columns[kind]) if kind in layout.columns else None
    try:
        stated = parse_duration(value_at(row, layout.columns, kind), unit=layout.unit, pair=layout.pair)
    except UnreadableError as error:
        if stay is None:
            raise
        return None, (Problem(error.code, error.message, row.number, column),)
    if stay is None:
        return stated, ()
    if stated is not None and stay.end >= stay.start and abs(stated - stay.seconds) > max(120, stay.seconds // 20):
        message = _("The stated length differs from the times of joining and leaving; the times count.")
        return None, (Problem("duration-disagrees", message, row.number, column),)
    if stay.seconds > DAY:
        return None, (Problem("longer-than-a-day", _("The stay is longer than 24 hours."), row.number),)
    return None, ()


def _skip(row: Row, code: str, message: Text) -> Problem:
    return Problem(code, message, row.number)
