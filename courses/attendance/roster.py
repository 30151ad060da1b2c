"""Whom an attendance report may be naming: the people on the roll, found by any key in constant time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from advocates.identifiers import licence_key
from advocates.names import fold, latin_key, letters_lost
from courses.attendance.names import usable_email

Index = Mapping[str, tuple[int, ...]]
"""Key to the people who have it; a key of several people identifies none of them."""

# What code page 1251 loses of a Kazakh name, folded: equal without these letters means equal but for the damage.
_LOSABLE = str.maketrans("", "", "агкноухи ")
_PIECE = 4  # letters of a family name: fewer bring half the roll, more miss a misspelt one
TOO_COMMON = 100  # people: a trait of more of them says nothing, and would make suggestions slow


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roll. ``may_attend`` is false for those who were no members on the day of the session.

    ``licence`` is the number as the roll has it. PII: the whole of it.
    """

    pk: int
    bar_id: int
    full_name: str
    family_name: str
    given_name: str = ""
    patronymic: str = ""
    licence: str = ""
    licence_date: dt.date | None = None
    email: str = ""
    may_attend: bool = True


class Roster:
    """The people, indexed when they are asked for. ``aliases`` are (display name key, person); ``registered`` are keys
    of people. Where these are not all of the roll, ``common`` are the traits that too many on it have;
    None where that is not known yet, so that nobody is similar.

    Names with initials or lost letters are in no index of names: they never identify anybody.
    """

    def __init__(
        self,
        people: Iterable[Person],
        aliases: Iterable[tuple[str, int]] = (),
        registered: Iterable[int] = (),
        common: Collection[str] | None = (),
    ) -> None:
        self.people = {person.pk: person for person in people}
        self.registered = frozenset(registered)
        self._aliases = list(aliases)
        self._common = common
        self._latin: dict[int, tuple[str, ...]] = {}

    def but_for(self, common: Collection[str]) -> Roster:
        """The same people; the traits that they have in ``common`` with too many say nothing."""
        return Roster(self.people.values(), self._aliases, self.registered, common)

    @cached_property
    def by_alias(self) -> Index:
        return _index((key, pk) for key, pk in self._aliases if pk in self.people)

    @cached_property
    def by_licence(self) -> Index:
        return _index((bare_licence(person.licence), person.pk) for person in self.people.values())

    @cached_property
    def by_email(self) -> Index:
        return _index((usable_email(person.email), person.pk) for person in self.people.values())

    @cached_property
    def by_full_name(self) -> Index:
        return _index((_full_key(person), person.pk) for person in self._whole)

    @cached_property
    def by_short_name(self) -> Index:
        return _index((_short_key(person), person.pk) for person in self._whole)

    @cached_property
    def _whole(self) -> list[Person]:
        return [person for person in self.people.values() if not letters_lost(person.full_name)]

    @cached_property
    def by_trait(self) -> Index:
        """What similar names share; made when the first name asks for suggestions."""
        if self._common is None:
            return {}
        near = _index(
            (trait, person.pk)
            for person in self.people.values()
            for trait in traits_of(person.family_name, person.given_name)
        )
        return {trait: pks for trait, pks in near.items() if len(pks) <= TOO_COMMON and trait not in self._common}

    @cached_property
    def by_skeleton(self) -> Index:
        """Undamaged names without the letters that code page 1251 loses; few reports ask for it."""
        return _index((skeleton(_joined(person)), person.pk) for person in self._whole)

    def latin_words(self, pk: int) -> tuple[str, ...]:
        """The words of the person's name as bare Latin letters."""
        if pk not in self._latin:
            self._latin[pk] = latin_words(_joined(self.people[pk]))
        return self._latin[pk]


def bare_licence(text: str) -> str:
    """The key of a licence number without zeros at its start, which spreadsheets lose; "" for no number."""
    key = text if text.isdigit() and text.isascii() else licence_key(text)
    return key.lstrip("0") or key


def name_key(words: Iterable[str]) -> str:
    """The words in alphabetical order, so that the order of typing is irrelevant; "" if any is only an initial."""
    ordered = sorted(words)
    return "" if any(len(word) == 1 for word in ordered) else " ".join(ordered)


def family_words(person: Person) -> frozenset[str]:
    return frozenset(fold(person.family_name).split())


def name_words(family: str, given: str) -> list[str]:
    """The folded words of a family and a given name, of which keys of names are made."""
    return _words((family, given))


def latin_words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(_latin, fold(text).split())))


def traits(family: str, given: str = "") -> tuple[str, ...]:
    """What similar names share, of Latin words: the family name, a beginning, or its initial with the given name.

    A second beginning leaves out the first letter, which may be mistyped or missing.
    """
    beginnings = (f"{family[:_PIECE]}-", f"{family[1 : 1 + _PIECE]}-") if len(family) >= _PIECE else ()
    return (family, *beginnings, f"{family[:1]} {given}") if len(given) > 1 else (family, *beginnings)


def skeleton(text: str) -> str:
    """The folded name without the letters that may have been lost; "" if too little is left to mean anything."""
    left = fold(text).translate(_LOSABLE)
    return left if len(left) >= _PIECE else ""


@lru_cache(maxsize=16_384)  # families and given names repeat; a roll of six thousand has about as many words
def _latin(word: str) -> str:
    return latin_key(word)


def _index(pairs: Iterable[tuple[str, int]]) -> Index:
    found: dict[str, list[int]] = {}
    for key, pk in pairs:
        if key:
            found.setdefault(key, []).append(pk)
    return {key: tuple(dict.fromkeys(pks)) for key, pks in found.items()}


def _joined(person: Person) -> str:
    return " ".join(filter(None, (person.family_name, person.given_name, person.patronymic)))


def _words(parts: Sequence[str]) -> list[str]:
    return [word for part in parts for word in fold(part).split()]


def _full_key(person: Person) -> str:
    words = _words((person.family_name, person.given_name, person.patronymic))
    return name_key(words) if len(words) >= 3 else ""


def _short_key(person: Person) -> str:
    if not (person.family_name and person.given_name):
        return ""
    return name_key(_words((person.family_name, person.given_name)))


def traits_of(family_name: str, given_name: str) -> set[str]:
    """What somebody of this name shares with those of similar names."""
    given = latin_words(given_name)[:1] or ("",)
    return {trait for word in latin_words(family_name) for trait in traits(word, given[0])}
