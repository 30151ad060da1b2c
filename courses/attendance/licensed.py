"""People known at once by a licence number: what ``matching.match`` says of plain rows, many times sooner.

A row is plain that states a number in its column and has one name, with at most one more number, at its end. It is
somebody's at once where all its numbers are of one person and their family name is a word of the name, letter for
letter. Whatever is not so plain takes all the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from courses.attendance.claims import LONGEST
from courses.attendance.model import Presence
from courses.attendance.plain import PlainRows
from courses.attendance.roster import bare_licence

_NAME = re.compile(r"[^\d?_\ufffd]*(?:(?:^|(?<=\s))([0-9]+))?")
_FAMILY = re.compile(r"[A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+(?:-[A-Za-zА-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+)*")
"""Words of which something is left when they are folded."""


class Licensed(NamedTuple):
    """Somebody who has a licence. ``family_name`` and ``may_attend`` as of a ``Person``. PII: the name."""

    pk: int
    family_name: str
    may_attend: bool


Licences = Mapping[str, Licensed | None]
"""Bare licence number to the one person who has it; None where several do."""


def plain_numbers(presence: Presence) -> tuple[str, ...]:
    """All the licence numbers that a plain row can mean, the stated one first; none of any other row."""
    number, name = presence.licence, presence.name
    if not (number.isdigit() and number.isascii()) or not name or len(name) > LONGEST:
        return ()
    if presence.advocate is not None or presence.original_name or presence.other_names:
        return ()
    found = _NAME.fullmatch(name)
    if found is None:
        return ()
    typed = found[1]
    return (bare_licence(number),) if typed is None else (bare_licence(number), bare_licence(typed))


def licences_of(people: Iterable[tuple[str, Licensed]]) -> Licences:
    """By their licence numbers as the roll has them."""
    known: dict[str, Licensed | None] = {}
    for number, person in people:
        bare = bare_licence(number)
        known[bare] = None if bare in known else person
    return known


def by_plain_number(presence: Presence, numbers: Sequence[str], known: Licences) -> Licensed | None:
    """The person whom the numbers of a plain row identify beyond doubt."""
    person = known.get(numbers[0]) if numbers else None
    if person is None or any(known.get(number, person) != person for number in numbers[1:]):
        return None
    family = person.family_name
    return person if f" {family} " in f" {presence.name} " and _FAMILY.fullmatch(family) else None


def numbers_of(plain: PlainRows) -> set[str]:
    """All the licence numbers that these can mean."""
    typed = {name.rpartition(" ")[2] for name in plain.names}
    return {*map(bare_licence, plain.licences), *map(bare_licence, filter(str.isdigit, typed))}


def known_plain(plain: PlainRows, known: Licences) -> Iterator[Licensed | None]:
    """What ``by_plain_number`` says of each of these."""
    for licence, name in zip(plain.licences, plain.names, strict=True):
        person = known.get(licence.lstrip("0") or licence)
        if person is None:
            yield None
            continue
        last, family = name.rpartition(" ")[2], person.family_name
        agrees = not last.isdigit() or known.get(bare_licence(last), person) == person
        yield person if agrees and f" {family} " in f" {name} " and _FAMILY.fullmatch(family) else None
