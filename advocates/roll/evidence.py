"""What speaks for and against a line of a roll and an advocate on record being one person."""

from __future__ import annotations

import re
from dataclasses import dataclass

from advocates.names import fold, letters_lost, split_full_name
from advocates.roll.known import Keys, KnownAdvocate, Named, is_damaged_copy, keys_of

_BRACKET = re.compile(r"[(\[{（]")


@dataclass(frozen=True, slots=True)
class Person:
    """A line or an advocate, with what is compared of it."""

    source: Named
    keys: Keys


@dataclass(frozen=True, slots=True)
class Candidate(Person):
    source: KnownAdvocate

    @classmethod
    def of(cls, known: KnownAdvocate) -> Candidate:
        return cls(known, keys_of(known))


def names_agree(one: Person, other: Person) -> bool:
    """Equal keys, or one name a copy of the other with letters lost."""
    if one.keys.name == other.keys.name and one.keys.damaged == other.keys.damaged:
        return True
    return _is_copy(one.source.full_name, other.source.full_name)


def families_agree(one: Person, other: Person) -> bool:
    first, second = one.source.family_name, other.source.family_name
    return bool(first and second) and (fold(first) == fold(second) or _is_copy(first, second))


def former_family_agrees(one: Person, other: Person) -> bool:
    """One person's family name stands in brackets after the other's, and the given names are the same."""
    return (_was_called(one, other) or _was_called(other, one)) and givens_agree(one, other)


def givens_agree(one: Person, other: Person) -> bool:
    """The same given name, whole, as an initial, or with letters lost."""
    first, second = fold(one.source.given_name), fold(other.source.given_name)
    if not (first and second):
        return False
    return (
        first == second
        or (min(len(first), len(second)) == 1 and first[0] == second[0])
        or _is_copy(one.source.given_name, other.source.given_name)
    )


def licences_contradict(one: Person, other: Person) -> bool:
    return bool(one.keys.licence and other.keys.licence) and one.keys.licence != other.keys.licence


def licences_agree(one: Person, other: Person) -> bool:
    return bool(one.keys.licence) and one.keys.licence == other.keys.licence


def dates_agree(one: Person, other: Person) -> bool:
    return one.keys.licence_date is not None and one.keys.licence_date == other.keys.licence_date


def dates_contradict(one: Person, other: Person) -> bool:
    dates = (one.keys.licence_date, other.keys.licence_date)
    return None not in dates and dates[0] != dates[1]


def ids_contradict(one: Person, other: Person) -> bool:
    return bool(one.keys.national_id and other.keys.national_id) and one.keys.national_id != other.keys.national_id


def is_somebody_else(one: Person, other: Person) -> bool:
    """Neither name nor licence agrees: an equal national identifier then stands in a wrong row."""
    alike = families_agree(one, other) or givens_agree(one, other) or names_agree(one, other)
    return not alike and not licences_agree(one, other)


def is_tied(one: Person, other: Person) -> bool:
    """Whether namesakes with different licence numbers share something that two people hardly would."""
    first, second = one.source, other.source
    shared_email = bool(first.email) and first.email.casefold() == second.email.casefold()
    shared_phone = bool(first.phone) and fold(first.phone) == fold(second.phone)
    return shared_email or shared_phone or dates_agree(one, other)


def same_text(one: Person, other: Person) -> bool:
    """Names typed alike but for case and spaces; the only way in which a damaged name counts as equal."""
    first, second = one.source.full_name, other.source.full_name
    return " ".join(first.casefold().split()) == " ".join(second.casefold().split())


def said_less(new: str, old: str) -> bool:
    """Whether a part of a name says less than the one on record: nothing, an initial, or letters lost."""
    if not old or not new:
        return bool(old)
    if letters_lost(new) and not letters_lost(old):
        return True
    short, whole = fold(new), fold(old)
    return len(short) == 1 and len(whole) > 1 and whole.startswith(short)


def _was_called(one: Person, other: Person) -> bool:
    """Whether one person's family name stands in brackets in the other's name."""
    if not one.source.family_name or not _BRACKET.search(other.source.full_name):
        return False
    return fold(one.source.family_name) in fold(split_full_name(other.source.full_name).extra).split()


def _is_copy(one: str, other: str) -> bool:
    return is_damaged_copy(one, other) or is_damaged_copy(other, one)
