"""An attendance report once read: people, their intervals, and what could not be used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cle.core.errors import Problem, Text

ROLES = ("attendee", "panelist", "host")
"""From the least to the most prominent; a person seen in several keeps the last."""


class UnreadableError(ValueError):
    """One cell that cannot be understood; ``code`` and ``message`` make a Problem once the row is known."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``start`` to ``end``: wall-clock time of the file's zone until ``presence.localise``, UTC after it.

    Until then ``end`` may be up to an hour before ``start``: on the night when the clock goes back that is legal.
    """

    start: dt.datetime
    end: dt.datetime

    @property
    def seconds(self) -> int:
        """The length, never negative; parts of a second are dropped."""
        return max(0, int((self.end - self.start).total_seconds()))


@dataclass(frozen=True, slots=True)
class Presence:
    """One person as one file knows them: all rows with the same e-mail or, without e-mail, the same name.

    ``intervals`` are as the rows give them and may overlap. ``seconds`` is for sources that give only
    a total; ``marked`` is for sheets that give presence without times. ``open_ended`` says that the last
    interval ends only because the file does. ``advocate`` is the key of somebody who was logged in.
    """

    row: int
    rows: tuple[int, ...]
    name: str
    original_name: str = ""
    email: str = ""
    licence: str = ""
    role: str = "attendee"
    intervals: tuple[Interval, ...] = ()
    seconds: int | None = None
    marked: bool = False
    problems: tuple[Problem, ...] = ()
    other_names: tuple[str, ...] = ()
    open_ended: bool = False
    advocate: int | None = None

    def at(self, intervals: tuple[Interval, ...], problems: tuple[Problem, ...]) -> Presence:
        """The same with other stays; ``replace`` takes three times as long."""
        return Presence(
            self.row, self.rows, self.name, self.original_name, self.email, self.licence, self.role, intervals,
            self.seconds, self.marked, problems, self.other_names, self.open_ended, self.advocate,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """One attendance report. Every data row is in some presence's ``rows`` or, with the reason, in ``skipped``.

    ``source`` is zoom-meeting, zoom-webinar, teams, teams-live, meet, list or codes. ``presences`` are in the order of
    their rows; of large lists most are kept as columns (``plain.Presences``). ``held`` are the times of the meetings
    themselves where the file states them. ``zone_in_file`` is "UTC" or "" (not stated).
    """

    source: str
    presences: Sequence[Presence]
    skipped: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    day: dt.date | None = None
    zone_in_file: str = ""
    open_ended: bool = False
    held: tuple[Interval, ...] = ()
