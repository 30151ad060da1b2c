"""The invented advocates of a bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from cle.demo.names import Name, invent_name, kazakh_name
from cle.demo.spelling import latin_letters, russian_letters
from cle.demo.territories import holds_kazakh_letters

YEAR = 2025
Status = Literal["active", "suspended_own", "suspended_other", "terminated", "deceased"]
Inclination = Literal["diligent", "short", "absent", "exempt"]
Language = Literal["kk", "ru", "en"]

_MAIL_DOMAINS = ("mail.example", "bk.example", "list.example", "advokat.example")
_OFFICES = ("Бастау", "Ковыль", "Самал", "Родник", "Тулпар", "Опора")
_LANGUAGES: tuple[Language, ...] = ("kk", "ru", "en")
_OLDEST = dt.date(1994, 1, 1)
_ELECTRONIC_FROM = dt.date(2011, 8, 15)  # licences have eight digits, the year first, since they became electronic


@dataclass(frozen=True, slots=True)
class Person:
    """An advocate as the bar knows him or her.

    ``inclination`` steers what the person attends in 2025: ``diligent`` meets the requirement, ``short`` comes but
    not enough, ``absent`` never comes, ``exempt`` joined in the year or is not active. ``status_from`` is None for
    an active advocate. ``namesake`` is set when the bar has somebody else with the same full name.
    """

    bar_code: str
    name: Name
    licence_number: str
    licence_date: dt.date
    joined: dt.date
    unit: str
    email: str
    phone: str
    language: Language
    status: Status
    status_from: dt.date | None
    inclination: Inclination
    namesake: bool = False


def people(bar_code: str, size: int, seed: int) -> list[Person]:
    """``size`` advocates of the bar, always the same for the same seed.

    Licence numbers and mail addresses are unique in the bar; numbers of the old seven-digit series repeat in
    other bars, as they do in the national register. Bars of a hundred or more have one pair of namesakes; bars whose
    roll cannot hold Kazakh letters have one or two members who need them.
    """
    rng = Random(f"{seed}:{bar_code}:people")  # a string seeds by its digest, the same on every machine
    names = _names(rng, bar_code, size)
    admissions = _admissions(rng)
    punctuality = Random(f"{seed}:{bar_code}:punctuality").uniform(0.77, 0.87)
    twice = {names[0].full} if size >= 100 else set()
    return [
        _person(rng, bar_code, place, name, next(admissions), punctuality=punctuality, namesake=name.full in twice)
        for place, name in enumerate(names)
    ]


def _names(rng: Random, bar_code: str, size: int) -> list[Name]:
    kazakh_letters = holds_kazakh_letters(bar_code)
    names: dict[str, Name] = {}
    while len(names) < size:
        name = invent_name(rng, kazakh_letters=kazakh_letters)
        names.setdefault(russian_letters(name.full).replace("ё", "е"), name)
    chosen = list(names.values())
    if size >= 100:
        chosen[size // 2] = chosen[0]
    if not kazakh_letters:
        chosen[size // 3] = kazakh_name(rng)
    return chosen


def _admissions(rng: Random) -> Iterator[tuple[str, dt.date, dt.date]]:
    """Licence number, day of issue and day of joining; no number twice."""
    given: set[str] = set()
    while True:
        number, issued, joined = _newcomer(rng) if rng.random() < 0.03 else _admission(rng)
        if number not in given:
            given.add(number)
            yield number, issued, joined


def _newcomer(rng: Random) -> tuple[str, dt.date, dt.date]:
    joined = _day(rng, dt.date(YEAR, 1, 9), dt.date(YEAR, 11, 28))
    issued = joined - dt.timedelta(days=rng.randrange(10, 60))
    return _modern_number(rng, issued), issued, joined


def _admission(rng: Random) -> tuple[str, dt.date, dt.date]:
    number, issued = _licence(rng)
    draw = rng.random()
    if draw < 0.03:
        return number, issued, _day(rng, dt.date(2024, 1, 9), dt.date(2024, 12, 20))
    if draw < 0.08:  # the licence was issued again after years of practice
        return number, issued, issued - dt.timedelta(days=rng.randrange(30, 300))
    return number, issued, min(issued + dt.timedelta(days=rng.randrange(5, 200)), dt.date(2023, 12, 29))


def _licence(rng: Random) -> tuple[str, dt.date]:
    draw = rng.random()
    if draw < 0.52:
        issued = _day(rng, _ELECTRONIC_FROM, dt.date(2023, 11, 30))
        return _modern_number(rng, issued), issued
    issued = _day(rng, _OLDEST, _ELECTRONIC_FROM)
    if draw < 0.94:
        return f"{rng.randrange(1, 30_000):07d}", issued
    return str(rng.randrange(100, 10_000)), issued


def _modern_number(rng: Random, issued: dt.date) -> str:
    return f"{issued:%y}{rng.randrange(1_000_000):06d}"


def _person(
    rng: Random,
    bar_code: str,
    place: int,
    name: Name,
    admission: tuple[str, dt.date, dt.date],
    *,
    punctuality: float,
    namesake: bool,
) -> Person:
    number, issued, joined = admission
    status, status_from = _status(rng, joined)
    idle = status != "active" or joined.year == YEAR
    return Person(
        bar_code=bar_code,
        name=name,
        licence_number=number,
        licence_date=issued,
        joined=joined,
        unit=_unit(rng, place),
        email=_email(rng, bar_code, place, name),
        phone=f"+7 709 {rng.randrange(1000):03d} {rng.randrange(100):02d} {rng.randrange(100):02d}",
        language=rng.choices(_LANGUAGES, (48, 50, 2))[0],
        status=status,
        status_from=status_from,
        inclination=_inclination(rng.random(), punctuality, idle=idle),
        namesake=namesake,
    )


def _status(rng: Random, joined: dt.date) -> tuple[Status, dt.date | None]:
    draw = rng.random()
    if draw > 0.026 or joined.year == YEAR:
        return "active", None
    status: Status = "suspended_own" if draw < 0.02 else rng.choice(("suspended_other", "terminated", "deceased"))
    return status, _day(rng, dt.date(YEAR, 1, 15), dt.date(YEAR, 12, 15))


def _inclination(draw: float, punctuality: float, *, idle: bool) -> Inclination:
    if idle:
        return "exempt"
    if draw < punctuality:
        return "diligent"
    return "short" if draw < punctuality + 0.13 else "absent"


def _unit(rng: Random, place: int) -> str:
    draw = rng.random()
    if draw < 0.62:
        return f"Юридическая консультация № {1 + place % 9}"
    if draw < 0.85:
        return f"Адвокатская контора «{rng.choice(_OFFICES)}»"
    return "Индивидуально"


def _email(rng: Random, bar_code: str, place: int, name: Name) -> str:
    """Empty for one person in five; the place makes it unique in the bar, the bar's digits in the country."""
    if rng.random() >= 0.8:
        return ""
    box = f"{latin_letters(name.given)[:1]}.{latin_letters(name.family)}".lower()
    return f"{box}{bar_code[-2:]}{place:03d}@{rng.choice(_MAIL_DOMAINS)}"


def _day(rng: Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=rng.randrange((last - first).days + 1))
