"""Whom a report names, without reading the whole roll: what each step leaves open, the next one asks more for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from courses.attendance.asked import Asked, likenesses
from courses.attendance.claims import Claims
from courses.attendance.licensed import by_plain_number, known_plain, licences_of, numbers_of, plain_numbers
from courses.attendance.matching import LICENCE, Match, Roster, logged_in, match
from courses.attendance.model import Presence
from courses.attendance.plain import NOBODY, Mask, PlainRows, parts
from courses.models import Session
from courses.queries.roster import read_licensed, read_names, read_roster


@dataclass(slots=True)
class Found:
    """Whom the people of a report were found to be, as with the whole roll.

    ``matches`` has one for each of ``presences``, in their order; all others are ``plain``, known by their licences:
    ``known_as`` are their keys. ``may_attend`` is told of all who are meant or were asked for; nobody else belongs to
    the session's bar or to one below it.
    """

    presences: Sequence[Presence] = ()
    matches: list[Match] = field(default_factory=list)
    plain: PlainRows = NOBODY
    known_as: Sequence[int] = ()
    may_attend: dict[int, bool] = field(default_factory=dict)

    def only_plain(self, chosen: Mask) -> None:
        """Let only these of the plain ones be so; the others come among the ``presences``."""
        left = np.flatnonzero(~chosen).tolist()
        if not left:
            return
        pairs = [*zip(self.presences, self.matches, strict=True)]
        pairs += [(self.plain.presence(place), _by_licence(self.known_as[place])) for place in left]
        pairs.sort(key=lambda pair: pair[0].row)
        self.presences, self.matches = [one for one, _match in pairs], [match for _one, match in pairs]
        self.plain, self.known_as = self.plain.where(chosen), [*compress(self.known_as, chosen)]


def find_people(session: Session, presences: Sequence[Presence], also: Collection[int]) -> Found:
    """Match everybody; ``also`` are keys of people who are asked for besides.

    First the plain rows by their licence numbers alone; then by all that a name, an address and a number can mean;
    last, for whoever was not found, names that are similar. At most eight statements, whatever the number of people.
    """
    others, plain = parts(presences)
    found = Found(others, plain=plain)
    left = _match_by_numbers(session, also, found)
    if left:
        _match_by_all(session, found.presences, left, found)
    return found


def _by_licence(pk: int) -> Match:
    """The match of whoever is known by a licence; of nobody (0), that there is none."""
    return Match(pk, "licence", LICENCE) if pk else Match(None)


def _match_by_numbers(session: Session, also: Collection[int], found: Found) -> list[int]:
    """Match the plain rows, and whoever was logged in; returns the places of all others."""
    numbers = [plain_numbers(presence) for presence in found.presences]
    logged = {presence.advocate for presence in found.presences if presence.advocate is not None}
    asked = numbers_of(found.plain).union(*numbers)
    licensed = read_licensed(session, asked, {*also, *logged})
    known = licences_of(licensed)
    found.may_attend.update((person.pk, person.may_attend) for _number, person in licensed)
    for presence, mine in zip(found.presences, numbers, strict=True):
        if presence.advocate is not None:
            found.matches.append(logged_in(presence.advocate, found.may_attend))
        else:
            found.matches.append(_by_licence(one.pk if (one := by_plain_number(presence, mine, known)) else 0))
    plain = [*known_plain(found.plain, known)]
    found.known_as = [one.pk if one else 0 for one in plain]
    found.only_plain(np.fromiter(map(bool, found.known_as), np.bool_))
    people = enumerate(zip(found.presences, found.matches, strict=True))
    return [place for place, (presence, match) in people if match.pk is None and presence.advocate is None]


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
