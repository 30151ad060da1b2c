"""Who was in the room or in the call, from when to when, and under which name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from cle.demo.enrolment import Enrolment, Presence
from cle.demo.names import Name, invent_name
from cle.demo.population import Person
from cle.demo.sessions import SessionPlan
from cle.demo.spelling import latin_letters, letters_lost
from cle.demo.territories import NATIONAL, holds_kazakh_letters

Certainty = Literal["certain", "uncertain", "stranger"]

_DEVICES = ("iPhone", "iPad", "Galaxy A52", "Redmi")
_STRANGER_DOMAIN = "elsewhere.example"


@dataclass(frozen=True, slots=True)
class Stay:
    """From joining to leaving, aware of the zone, to the second."""

    start: dt.datetime
    end: dt.datetime

    @property
    def seconds(self) -> int:
        """Length of the stay."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True)
class Attendance:
    """One human being at one session, as a platform or a sign-in sheet knows him or her.

    ``person`` is None for a stranger. ``stays`` may overlap when there were two devices; ``waiting`` is time in the
    waiting room, worth nothing. ``certainty`` says whether the row can be matched to a member without asking anybody.
    """

    person: Person | None
    name: Name
    shown: str
    licence_number: str
    email: str
    stays: tuple[Stay, ...]
    waiting: Stay | None
    certainty: Certainty

    @property
    def whole(self) -> Stay:
        """First join to last leave, time away included."""
        return Stay(min(stay.start for stay in self.stays), max(stay.end for stay in self.stays))


def attend(session: SessionPlan, enrolments: Sequence[Enrolment], rng: Random) -> list[Attendance]:
    """The attendance of everybody enrolled, in order of arrival, with about one stranger to two hundred members."""
    rows = [_member(session, enrolment, rng) for enrolment in enrolments]
    rows += [_stranger(session, rng) for _ in range(len(enrolments)) if rng.random() < 0.005]
    return sorted(rows, key=_arrival)


def _arrival(attendance: Attendance) -> tuple[dt.datetime, str]:
    return attendance.whole.start, attendance.shown


def _member(session: SessionPlan, enrolment: Enrolment, rng: Random) -> Attendance:
    person = enrolment.person
    stays = _stays(session, enrolment.presence, rng)
    on_paper = session.source_kind.startswith("list")
    signed_in = bool(person.email) and rng.random() < 0.85
    email = person.email if signed_in else ""
    shown, certainty = _identify(session, person, rng, known=signed_in and not on_paper)
    return Attendance(
        person=person,
        name=person.name,
        shown=shown,
        licence_number=person.licence_number if certainty == "certain" else "",
        email=email,
        stays=stays,
        waiting=_waiting(stays, rng),
        certainty=certainty,
    )


def _identify(session: SessionPlan, person: Person, rng: Random, *, known: bool) -> tuple[str, Certainty]:
    """The display name. ``known`` means that the address on the roll is on the row, so that any name will do."""
    if rng.random() < 0.01 and not known:
        return rng.choice((person.name.initials, latin_letters(person.name.full))), "uncertain"
    if known:
        return _free_name(person, rng), "certain"
    if session.source_kind.startswith("list"):
        return person.name.full, "certain" if _is_legible(person) else "uncertain"
    if not _is_legible(person):
        return person.name.full, "uncertain"
    return _careful_name(session, person, rng)


def _free_name(person: Person, rng: Random) -> str:
    name = person.name
    return rng.choice(
        (
            name.full,
            name.full,
            f"{name.given} {name.family}",
            f"{name.family} {name.given}",
            f"{name.initials} ({rng.choice(_DEVICES)})",
            latin_letters(f"{name.given} {name.family}"),
            f"{person.licence_number} {name.family} {name.given}",
        )
    )


def _careful_name(session: SessionPlan, person: Person, rng: Random) -> tuple[str, Certainty]:
    """A name that says which member it is, as participants without an account are asked to type it."""
    name_is_enough = bool(person.name.patronymic) and not person.namesake and session.bar_code != NATIONAL
    if session.source_kind == "meet":  # the account's own name; nobody types a number into it
        return person.name.full, "certain" if name_is_enough else "uncertain"
    if name_is_enough and rng.random() < 0.45:
        return person.name.full, "certain"
    return f"{person.licence_number} {person.name.family} {person.name.given}", "certain"


def _is_legible(person: Person) -> bool:
    """Whether the roll of the bar could hold the name: without its letters only the address identifies a member."""
    return holds_kazakh_letters(person.bar_code) or letters_lost(person.name.full) == person.name.full


def _stranger(session: SessionPlan, rng: Random) -> Attendance:
    name = invent_name(rng, kazakh_letters=False)
    shown = rng.choice((name.full, f"{name.given} {name.family}", f"{rng.choice(_DEVICES)} {rng.randrange(100)}"))
    email = f"{latin_letters(name.given).lower()}@{_STRANGER_DOMAIN}" if rng.random() < 0.5 else ""
    stays = _stays(session, "full", rng)
    return Attendance(None, name, shown, "", email, stays, None, "stranger")


def _stays(session: SessionPlan, presence: Presence, rng: Random) -> tuple[Stay, ...]:
    length = int((session.end - session.start).total_seconds())
    if presence == "full":
        return _full_stay(session, length, rng)
    share = rng.randrange(55, 76) if presence == "partial" else rng.randrange(12, 46)
    start = session.start + dt.timedelta(seconds=rng.randrange(-300, 60))
    return (Stay(start, session.start + dt.timedelta(seconds=length * share // 100)),)


def _full_stay(session: SessionPlan, length: int, rng: Random) -> tuple[Stay, ...]:
    """From before the beginning to after the end, in one piece or with the line lost and found once."""
    start = session.start - dt.timedelta(seconds=rng.randrange(20, 800))
    end = session.end + dt.timedelta(seconds=rng.randrange(5, 500))
    draw = rng.random()
    middle = session.start + dt.timedelta(seconds=rng.randrange(length // 4, length * 3 // 4))
    if draw < 0.12:
        return Stay(start, middle), Stay(middle + dt.timedelta(seconds=rng.randrange(15, 170)), end)
    if draw < 0.2:  # the telephone joins before the computer leaves
        return Stay(start, middle), Stay(middle - dt.timedelta(seconds=rng.randrange(20, 240)), end)
    return (Stay(start, end),)


def _waiting(stays: tuple[Stay, ...], rng: Random) -> Stay | None:
    if rng.random() >= 0.15:
        return None
    begin = stays[0].start
    return Stay(begin - dt.timedelta(seconds=rng.randrange(20, 300)), begin - dt.timedelta(seconds=1))
