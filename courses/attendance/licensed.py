"""People known at once by a licence number: what ``matching.match`` says of plain rows, many times sooner.

A row is plain that states a number in its column and has one name, with at most one more number, at its end. It is
somebody's at once where all its numbers are of one person and their family name is a word of the name, letter for
letter. Whatever is not so plain takes all the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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


Licences = Mapping[str, Sequence[Licensed]]
"""Bare licence number to all the people who have it."""


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


def by_plain_number(presence: Presence, numbers: Sequence[str], known: Licences) -> Licensed | None:
    """The person whom the numbers of a plain row identify beyond doubt."""
    found = known.get(numbers[0], ()) if numbers else ()
    if len(found) != 1 or any(known.get(number, found) != found for number in numbers[1:]):
        return None
    person, family = found[0], found[0].family_name
    return person if f" {family} " in f" {presence.name} " and _FAMILY.fullmatch(family) else None


def numbers_of(plain: PlainRows) -> set[str]:
    """All the licence numbers that these can mean."""
    typed = {name.rpartition(" ")[2] for name in plain.names}
    return {bare_licence(number) for number in (*plain.licences, *filter(str.isdigit, typed))}


def known_plain(plain: PlainRows, known: Licences) -> Iterator[Licensed | None]:
    """What ``by_plain_number`` says of each of these."""
    alone = {number: found[0] for number, found in known.items() if len(found) == 1 and _FAMILY.fullmatch(found[0][1])}
    for licence, name in zip(plain.licences, plain.names, strict=True):
        one = alone.get(licence.lstrip("0") or licence)
        if one is not None and f" {one.family_name} " in f" {name} " and _is_alone(name.rpartition(" ")[2], one, known):
            yield one
        else:
            yield None


def _is_alone(last: str, one: Licensed, known: Licences) -> bool:
    """Whether the last word of the name is a number of nobody else's, or none at all."""
    return not last.isdigit() or all(other == one for other in known.get(bare_licence(last), ()))
