"""Teams reports that list events: the list downloaded during a meeting, and the live event's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table
from cle.core.tables.values import cell_text
from courses.attendance.columns import filled, find_columns, value_at
from courses.attendance.model import Interval, Report, UnreadableError
from courses.attendance.names import name_key, without_tag
from courses.attendance.people import assemble
from courses.attendance.rows import Sighting
from courses.attendance.stamps import Clock, looks_like_stamp

_JOINED = frozenset(
    "joined|entrou|se unió|a rejoint|dołączył|beigetreten|присоединился|присоединилась|қосылды".split("|")
)
_BEFORE = frozenset("joined before|entrou antes|присоединился раньше|присоединилась раньше".split("|"))
_LEFT = frozenset("left|saiu|abandonó|salió|a quitté|opuścił|verlassen|вышел|вышла|покинул|покинула|шықты".split("|"))
_SHAPE = {"name": 0, "action": 1, "timestamp": 2}


@dataclass(frozen=True, slots=True)
class Event:
    row: int
    key: str
    name: str
    action: str
    at: dt.datetime


@dataclass(slots=True)
class _Visit:
    start: dt.datetime
    rows: list[int]
    problems: list[Problem]
    end: dt.datetime | None = None


def read_events(table: Table, clock: Clock) -> Report | None:
    """The report if this is a list of people joining and leaving; known by its headings or by three columns.

    People still inside at the last event are closed there, which is the least that they stayed.
    """
    start, columns = _heading(table)
    if not columns:
        return None
    live = "session id" in columns
    events, skipped = _events(table.rows[start + 1 :], columns, clock)
    joins, before = _meaning(events)
    found: list[Sighting | Problem] = list(skipped)
    last = max((event.at for event in events), default=None)
    people: dict[str, list[Event]] = {}
    for event in events:
        people.setdefault(event.key, []).append(event)
    for person in people.values():
        found += _stays(sorted(person, key=lambda event: event.at), joins | before, before, last or person[-1].at)
    return assemble("teams-live" if live else "teams", found, day=clock.day, zone_in_file="UTC" if live else "")


def _heading(table: Table) -> tuple[int, Mapping[str, int]]:
    for index, row in enumerate(table.rows[:60]):
        columns = find_columns(row)
        if {"name", "action", "timestamp"} <= columns.keys():
            return index, columns
        if len(filled(row)) == 3 and _three_columns(table.rows[index + 1 :], row):
            return index, _SHAPE
    return 0, {}


def _three_columns(below: Sequence[Row], heading: Row) -> bool:
    """Name, one of a few actions, moment: in any language."""
    rows = [row for row in below if not is_blank(row)]
    if len(rows) < 2 or find_columns(heading).keys() - _SHAPE.keys():
        return False
    if any(filled(row) != [0, 1, 2] or not looks_like_stamp(row.cells[2]) for row in rows[:50]):
        return False
    actions = {cell_text(row.cells[1]) for row in rows[:500]}
    return 2 <= len(actions) <= 4 and not any(looks_like_stamp(row.cells[i]) for row in rows[:50] for i in (0, 1))


def _events(rows: Iterable[Row], columns: Mapping[str, int], clock: Clock) -> tuple[list[Event], list[Problem]]:
    events, skipped = [], []
    for row in rows:
        if is_blank(row):
            continue
        name = without_tag(cell_text(value_at(row, columns, "name")))[0]
        action = cell_text(value_at(row, columns, "action")).strip().casefold()
        session = cell_text(value_at(row, columns, "session id"))
        try:
            stamp = clock.read(value_at(row, columns, "timestamp"))
        except UnreadableError as error:
            skipped.append(Problem(error.code, error.message, row.number))
            continue
        if not name or not action or stamp is None:
            skipped.append(Problem("incomplete-event", _("The row lacks a name, an action or a time."), row.number))
            continue
        events.append(Event(row.number, f"{session}\n{name_key(name)}", name, action, clock.moment(stamp)))
    return events, skipped


def _meaning(events: Sequence[Event]) -> tuple[frozenset[str], frozenset[str]]:
    """The actions that mean joining, and those that mean having joined earlier.

    In an unknown language the action with which most people first appear is joining.
    """
    actions = {event.action for event in events}
    if actions <= _JOINED | _BEFORE | _LEFT:
        return _JOINED, _BEFORE
    first: dict[str, Event] = {}
    for event in events:
        if event.key not in first or event.at < first[event.key].at:
            first[event.key] = event
    common = Counter(event.action for event in first.values()).most_common(1)
    return _JOINED | {common[0][0]}, _BEFORE


def _stays(
    events: Sequence[Event], joins: frozenset[str], before: frozenset[str], last: dt.datetime
) -> Iterator[Sighting | Problem]:
    """One person's stays; a second join while inside and a leave while outside change nothing and are reported."""
    visits: list[_Visit] = []
    stray: list[Problem] = []
    for event in events:
        inside = visits[-1] if visits and visits[-1].end is None else None
        joining = event.action in joins
        if joining and inside is None:
            visits.append(_Visit(event.at, [event.row], _early(event) if event.action in before else []))
        elif inside is None:
            stray.append(Problem("left-without-join", _("Left without having joined."), event.row))
        else:
            inside.rows.append(event.row)
            if joining:
                inside.problems.append(Problem("joined-twice", _("Joined again without having left."), event.row))
            else:
                inside.end = event.at
    if not visits:
        yield from stray
        return
    visits[-1].rows += [problem.row for problem in stray if problem.row is not None]
    visits[-1].problems += stray
    for visit in visits:
        yield _sighting(events[0].name, visit, last)


def _early(event: Event) -> list[Problem]:
    message = _("Was inside before the organiser joined; the time before that is not known.")
    return [Problem("joined-before", message, event.row)]


def _sighting(name: str, visit: _Visit, last: dt.datetime) -> Sighting:
    problems = list(visit.problems)
    if visit.end is None:
        message = _("No time of leaving: counted until the last event of the file.")
        problems.append(Problem("open-end", message, visit.rows[0]))
    return Sighting(
        rows=tuple(visit.rows),
        name=name,
        interval=Interval(visit.start, visit.end or last),
        open_ended=visit.end is None,
        problems=tuple(problems),
    )
