"""Lines of one roll that are about the same person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from advocates.roll.evidence import Person, names_agree
from advocates.roll.line import RollLine


def repeats(lines: Sequence[RollLine], people: Sequence[Person], places: Sequence[int]) -> dict[int, int]:
    """Place of a line → place of the line that it repeats, which may be a repeat itself; among ``places`` only.

    The earlier line is the one repeated, but a name with letters lost always repeats the whole one.
    """
    first: dict[Hashable, int] = {}
    found: dict[int, int] = {}
    for place in places:
        for identity in _identities(lines[place], people[place]):
            leader = first.setdefault(identity, place)
            if leader != place:
                found.setdefault(place, leader)
    return {**found, **_damaged(people, [place for place in places if place not in found])}


def _damaged(people: Sequence[Person], places: Sequence[int]) -> dict[int, int]:
    """Lines that are copies, with letters lost, of a line with the same licence."""
    whole: defaultdict[str, list[int]] = defaultdict(list)
    damaged = [place for place in places if people[place].keys.damaged and people[place].keys.licence]
    for place in places if damaged else ():
        if not people[place].keys.damaged:
            whole[people[place].keys.licence].append(place)
    copies = ((place, whole.get(people[place].keys.licence, [])) for place in damaged)
    originals = ((place, _original(people, place, others)) for place, others in copies)
    return {place: original for place, original in originals if original is not None}


def _original(people: Sequence[Person], place: int, others: Sequence[int]) -> int | None:
    return next((other for other in others if names_agree(people[place], people[other])), None)


def _identities(line: RollLine, one: Person) -> Iterator[Hashable]:
    """By which of these another line would be about the same person."""
    if line.national_id:
        yield "national id", line.national_id
    if one.keys.licence:
        yield "licence", one.keys.name, one.keys.licence
    else:
        said = (line.licence_date, line.national_id, line.joined_on, line.practice_form, line.unit, line.language)
        yield "values", one.keys.name, line.email, line.phone, said
