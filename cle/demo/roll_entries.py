"""The lines of a roll as different clerks typed them, before they are laid out in columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from cle.demo.names import invent_name
from cle.demo.population import Language, Person
from cle.demo.spelling import letters_lost, with_latin_lookalike
from cle.demo.territories import holds_kazakh_letters

_EXCEL_EPOCH = dt.date(1899, 12, 30)
_BROKEN = ("impossible", "nameless", "impossible")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a roll. Dates are typed text; ``issued`` and ``joined`` keep the days for cells with true dates.

    ``family``, ``given`` and ``patronymic`` are all empty in a line that names nobody.
    """

    family: str
    given: str
    patronymic: str
    licence_number: str
    licence_date: str
    issued: dt.date
    joined_text: str
    joined: dt.date
    unit: str
    email: str
    phone: str
    language: Language
    broken: bool = False

    @property
    def full_name(self) -> str:
        """Family, given, patronymic in one cell."""
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)

    @property
    def licence(self) -> str:
        """Number and date in one cell, ``№ 0001234 от 05.06.2003 г.``"""
        return f"№ {self.licence_number} от {self.licence_date}"


def entries(bar_code: str, persons: Sequence[Person], seed: int) -> list[Entry]:
    """One line for each person, and one to three that a reader must reject scattered among them."""
    rng = Random(f"{seed}:{bar_code}:roll")
    lines = [_entry(rng, person) for person in persons]
    lines[-1] = replace(lines[-1], given=with_latin_lookalike(lines[-1].given))
    if not holds_kazakh_letters(bar_code):
        lines = [_as_cp1251(line) for line in lines]
    for place, kind in enumerate(_BROKEN[: rng.randrange(1, 4)]):
        broken = _broken(rng, persons[place], kind)
        lines.insert(rng.randrange(1, len(lines)), _as_cp1251(broken))
    return lines


def _entry(rng: Random, person: Person) -> Entry:
    return Entry(
        family=person.name.family,
        given=person.name.given,
        patronymic=person.name.patronymic,
        licence_number=person.licence_number,
        licence_date=typed_date(rng, person.licence_date),
        issued=person.licence_date,
        joined_text=typed_joining(rng, person.joined),
        joined=person.joined,
        unit=person.unit,
        email=person.email or rng.choice(("", "", "-")),
        phone=_typed_phone(rng, person.phone),
        language=person.language,
    )


def _broken(rng: Random, like: Person, kind: str) -> Entry:
    """A line about nobody in the bar: with a day that no calendar has, or without a name."""
    name = invent_name(rng, kazakh_letters=False)
    year = rng.randrange(2012, 2022)
    line = replace(
        _entry(rng, like),
        family=name.family,
        given=name.given,
        patronymic=name.patronymic,
        licence_number=f"{year % 100}{rng.randrange(1_000_000):06d}",
        email="",
        broken=True,
    )
    if kind == "nameless":
        return replace(line, family="", given="", patronymic="")
    return replace(line, licence_date=f"31.02.{year}")


def _as_cp1251(line: Entry) -> Entry:
    return replace(
        line,
        family=letters_lost(line.family),
        given=letters_lost(line.given),
        patronymic=letters_lost(line.patronymic),
        unit=letters_lost(line.unit),
    )


def typed_date(rng: Random, day: dt.date) -> str:
    """The patterns of the national register's open data, in about its proportions."""
    draw = rng.random()
    if draw < 0.6:
        return f"{day:%d.%m.%Y}"
    if draw < 0.75:
        return f"{day:%d.%m.%Y} г."
    if draw < 0.85:
        return f"{day:%d.%m.%y}г."
    return day.isoformat()


def typed_joining(rng: Random, day: dt.date) -> str:
    """As ``typed_date``, with "since" in front or as Excel's serial number at times."""
    draw = rng.random()
    if draw < 0.12:
        return f"с {day:%d.%m.%Y}"
    if draw < 0.25:
        return str(excel_serial(day))
    return typed_date(rng, day)


def excel_serial(day: dt.date) -> int:
    """Days as Excel counts them in its 1900 system."""
    return (day - _EXCEL_EPOCH).days


def _typed_phone(rng: Random, phone: str) -> str:
    digits = phone.replace(" ", "")
    draw = rng.random()
    if draw < 0.7:
        return phone
    if draw < 0.9:
        return f"8 ({digits[2:5]}) {digits[5:8]}-{digits[8:10]}-{digits[10:12]}"
    return f"8{digits[2:]}"
