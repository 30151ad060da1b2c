"""From rows to people: one presence per person that the file itself can tell apart."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from courses.attendance.claims import alias_key
from courses.attendance.model import ROLES, Interval, Presence, Report
from courses.attendance.names import name_key
from courses.attendance.plain import DAY, PlainRows, Presences, date_of
from courses.attendance.roster import latin_words
from courses.attendance.rows import Sighting

Key = tuple[str, ...]
_MOST_NAMES = 50
"""Under one address: more are no people, and comparing each with each would take long."""


def assemble(
    source: str,
    found: Iterable[Sighting | Problem],
    *,
    held: Iterable[Interval] = (),
    notes: Sequence[Problem] = (),
    day: dt.date | None = None,
    zone_in_file: str = "",
) -> Report:
    """The report of what the rows gave; its day is the one on which most stays began."""
    sightings, skipped = [], []
    for item in found:
        if isinstance(item, Sighting):
            sightings.append(item)
        else:
            skipped.append(item)
    meetings = tuple(dict.fromkeys(held))
    if len(meetings) > 1:
        notes = [*notes, Problem("several-meetings", _("The file holds several meetings; the session's hours count."))]
    presences = gather(sightings)
    return Report(
        source=source,
        presences=presences,
        skipped=tuple(sorted(skipped, key=lambda problem: problem.row or 0)),
        notes=tuple(notes),
        day=_main_day(presences, meetings) or day,
        zone_in_file=zone_in_file,
        open_ended=any(presence.open_ended for presence in presences),
        held=meetings,
    )


def with_plain(report: Report, plain: PlainRows) -> Report:
    """The report with these people too, of whom it has none; its day as if each had been a sighting."""
    presences = Presences(tuple(report.presences), plain)
    starts = [(one.row, stay.start.date()) for one in report.presences for stay in one.intervals]
    days, places, counts = np.unique(plain.starts // DAY, return_index=True, return_counts=True)
    first = {day: row for row, day in reversed(starts)}
    counted = Counter(day for _row, day in starts)
    for day, place, count in zip(map(date_of, days.tolist()), places.tolist(), counts.tolist(), strict=True):
        counted[day] += count
        first[day] = min(first.get(day, plain.rows[place]), plain.rows[place])
    most = min(counted, key=lambda day: (-counted[day], first[day]), default=None)
    return replace(report, presences=presences, day=most or report.day)


def gather(sightings: Iterable[Sighting]) -> tuple[Presence, ...]:
    """One presence per e-mail, or per name and licence without e-mail, in the order of their first rows.

    Who shares an address with people of wholly other names is somebody else: an office has one account for all.
    """
    groups: dict[Key, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(person_key(sighting), []).append(sighting)
    people = (_presence(one) for group in groups.values() for one in _told_apart(group))
    presences = sorted(people, key=lambda presence: presence.row)
    doubtful = _same_name_different_mail(presences)
    return tuple(_with_doubt(presence) if presence.row in doubtful else presence for presence in presences)


def person_key(sighting: Sighting) -> Key:
    """What tells people apart inside one file."""
    if sighting.email:
        return ("email", sighting.email)
    return ("name", name_key(sighting.name), name_key(sighting.original_name), sighting.licence)


def _told_apart(group: list[Sighting]) -> list[list[Sighting]]:
    """The sightings under one address by who they are of: of one person unless full names have no word in common.

    A device or a single word is nobody's name: beside several people nothing tells whose it is.
    """
    if not 1 < len({(one.name, one.original_name) for one in group}) <= _MOST_NAMES:
        return [group]
    people: list[_Person] = []
    for one in group:
        said = [latin_words(alias_key(name)) for name in (one.name, one.original_name)]
        person = _Person({word for words in said for word in words if len(word) > 1}, [one], max(map(len, said)) > 1)
        same = [other for other in people if other.words & person.words or other.words == person.words]
        for other in same:
            person = person.with_(other)
        people = [*(other for other in people if other not in same), person]
    return [person.sightings for person in people] if sum(person.is_named for person in people) > 1 else [group]


class _Person(NamedTuple):
    """The words of their names, initials aside; and whether one of these is a name of several words."""

    words: set[str]
    sightings: list[Sighting]
    is_named: bool

    def with_(self, other: _Person) -> _Person:
        sightings = [*other.sightings, *self.sightings]
        return _Person(self.words | other.words, sightings, self.is_named or other.is_named)


def _presence(group: Sequence[Sighting]) -> Presence:
    return _seen_once(*group) if len(group) == 1 else _seen_often(group)


def _seen_once(one: Sighting) -> Presence:
    """As ``_seen_often`` says of one sighting."""
    rows = one.rows if len(one.rows) == 1 else tuple(sorted(set(one.rows)))
    return Presence(
        rows[0], rows, one.name, one.original_name, one.email, one.licence, one.role,
        () if one.interval is None else (one.interval,), one.seconds, one.marked, one.problems, (), one.open_ended,
    )  # fmt: skip


def _seen_often(group: Sequence[Sighting]) -> Presence:
    names = list(dict.fromkeys(sighting.name for sighting in group if sighting.name))
    totals = [sighting.seconds for sighting in group if sighting.seconds is not None]
    rows = tuple(sorted({row for sighting in group for row in sighting.rows}))
    return Presence(
        row=rows[0],
        rows=rows,
        name=names[0] if names else "",
        original_name=next((sighting.original_name for sighting in group if sighting.original_name), ""),
        email=group[0].email,
        licence=next((sighting.licence for sighting in group if sighting.licence), ""),
        role=max((sighting.role for sighting in group), key=ROLES.index),
        intervals=tuple(sighting.interval for sighting in group if sighting.interval is not None),
        seconds=max(totals, default=None),
        marked=any(sighting.marked for sighting in group),
        problems=(*(problem for sighting in group for problem in sighting.problems), *_doubts(group, rows[0])),
        other_names=tuple(names[1:]),
        open_ended=any(sighting.open_ended for sighting in group),
    )


def _doubts(group: Sequence[Sighting], row: int) -> tuple[Problem, ...]:
    doubts = []
    if len({name_key(sighting.name) for sighting in group if sighting.name}) > 1:
        message = _("Several names under one e-mail: renamed during the meeting, or an address that people share.")
        doubts.append(Problem("several-names", message, row))
    if sum(sighting.seconds is not None for sighting in group) > 1:
        message = _("Several totals for one person; the largest counts, since they may overlap.")
        doubts.append(Problem("several-totals", message, row))
    return tuple(doubts)


def _same_name_different_mail(presences: Iterable[Presence]) -> set[int]:
    """The first rows of people who bear one name, have different e-mails and were present at the same time."""
    namesakes: dict[str, list[Presence]] = {}
    for presence in presences:
        if presence.email and presence.name:
            namesakes.setdefault(name_key(presence.name), []).append(presence)
    return {
        presence.row
        for group in namesakes.values()
        for pair in combinations(group, 2)
        if _overlap(*pair)
        for presence in pair
    }


def _overlap(one: Presence, other: Presence) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one.intervals for b in other.intervals)


def _with_doubt(presence: Presence) -> Presence:
    message = _("The same name with another e-mail was present at the same time: one person, or two?")
    return replace(presence, problems=(*presence.problems, Problem("same-name-different-mail", message, presence.row)))


def _main_day(presences: Iterable[Presence], held: Sequence[Interval]) -> dt.date | None:
    days = Counter(interval.start.date() for presence in presences for interval in presence.intervals)
    if days:
        return days.most_common(1)[0][0]
    return held[0].start.date() if held else None
