"""Whom a report names, without reading the whole roll: what each step leaves open, the next one asks more for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from courses.attendance.asked import Asked, likenesses
from courses.attendance.claims import Claims
from courses.attendance.licensed import Licensed, by_plain_number, plain_numbers
from courses.attendance.matching import LICENCE, Match, Roster, logged_in, match
from courses.attendance.model import Presence
from courses.attendance.roster import bare_licence
from courses.models import Session
from courses.queries.roster import read_licensed, read_names, read_roster


@dataclass(slots=True)
class Found:
    """The match of each presence, as with the whole roll. ``may_attend`` is told of all who are meant or were asked
    for; nobody else belongs to the session's bar or to one below it.
    """

    matches: list[Match] = field(default_factory=list)
    may_attend: dict[int, bool] = field(default_factory=dict)


def find_people(session: Session, presences: Sequence[Presence], also: Collection[int]) -> Found:
    """Match everybody; ``also`` are keys of people who are asked for besides.

    First the plain rows by their licence numbers alone; then by all that a name, an address and a number can mean;
    last, for whoever was not found, names that are similar. At most eight statements, whatever the number of people.
    """
    found = Found()
    left = _match_by_numbers(session, presences, also, found)
    if left:
        _match_by_all(session, presences, left, found)
    return found


def _match_by_numbers(
    session: Session, presences: Sequence[Presence], also: Collection[int], found: Found
) -> list[int]:
    """Match the plain rows, and whoever was logged in; returns the places of all others."""
    numbers = [plain_numbers(presence) for presence in presences]
    logged = {presence.advocate for presence in presences if presence.advocate is not None}
    known: dict[str, list[Licensed]] = {}
    for number, person in read_licensed(session, {*_each(numbers)}, {*also, *logged}):
        known.setdefault(bare_licence(number), []).append(person)
        found.may_attend[person.pk] = person.may_attend
    left: list[int] = []
    for place, (presence, mine) in enumerate(zip(presences, numbers, strict=True)):
        if presence.advocate is not None:
            found.matches.append(logged_in(presence.advocate, found.may_attend))
        elif (one := by_plain_number(presence, mine, known)) is not None:
            found.matches.append(Match(one.pk, "licence", LICENCE))
        else:
            found.matches.append(Match(None))
            left.append(place)
    return left


def _match_by_all(session: Session, presences: Sequence[Presence], left: Sequence[int], found: Found) -> None:
    asked, roll = Asked.by(presences[place] for place in left), read_names(session)
    asked.find_names(roll)
    roster = read_roster(session, asked, None)
    _match(presences, left, roster, found)
    unknown = [place for place in left if found.matches[place].pk is None]
    if not unknown:
        return
    nameless = [presences[place] for place in unknown]
    if any(Claims(presence).damaged for presence in nameless):
        roster = read_roster(session)  # letters that are lost may be of anybody's name
    else:
        similar, common = likenesses(nameless, roll)
        more = not similar <= asked.names
        asked.names |= similar
        roster = read_roster(session, asked, common) if more else roster.but_for(common)
    _match(presences, unknown, roster, found)


def _match(presences: Sequence[Presence], places: Iterable[int], roster: Roster, found: Found) -> None:
    found.may_attend.update((pk, person.may_attend) for pk, person in roster.people.items())
    for place in places:
        found.matches[place] = match(presences[place], roster)


def _each(numbers: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return (number for mine in numbers for number in mine)
