"""Which courses each invented advocate goes to, and for how long he or she stays.

A year asks for 720 minutes, 90 of them ethics, and counts at most 360 recorded ones. Each of the ``_DILIGENT``
programmes meets that with half an hour to spare; each of the ``_SHORT`` ones misses it in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from cle.demo.curriculum import (
    CIVIL,
    DEFENCE,
    ETHICS,
    NATIONAL_ETHICS,
    NATIONAL_LAW,
    NATIONAL_RECORDED,
    RECORDED,
    SCHOOL,
    Syllabus,
)
from cle.demo.population import Person

Presence = Literal["full", "partial", "brief"]
"""From beginning to end; between 50 and 80 per cent of the session; less than half of it."""

Programme = tuple[tuple[Syllabus, Presence], ...]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person wants to come to some session of a course."""

    person: Person
    syllabus: Syllabus
    presence: Presence


def _all_of(*syllabuses: Syllabus) -> Programme:
    return tuple((syllabus, "full") for syllabus in syllabuses)


_DILIGENT: tuple[tuple[int, Programme], ...] = (
    (34, _all_of(SCHOOL, DEFENCE)),
    (24, _all_of(SCHOOL, CIVIL)),
    (8, _all_of(SCHOOL, NATIONAL_LAW)),
    (8, _all_of(SCHOOL, ETHICS, RECORDED)),
    (8, _all_of(DEFENCE, ETHICS, RECORDED)),
    (7, _all_of(CIVIL, ETHICS, RECORDED)),
    (4, _all_of(NATIONAL_ETHICS, NATIONAL_LAW, RECORDED)),
    (4, _all_of(DEFENCE, CIVIL, NATIONAL_ETHICS)),
    (3, _all_of(SCHOOL, DEFENCE, ETHICS, RECORDED)),
)
_SHORT: tuple[tuple[int, Programme], ...] = (
    (24, _all_of(SCHOOL)),
    (14, _all_of(CIVIL)),
    (12, _all_of(ETHICS, RECORDED)),
    (12, ((SCHOOL, "full"), (DEFENCE, "brief"))),  # under half of the day: nothing for it
    (10, ((SCHOOL, "partial"), (RECORDED, "full"))),
    (10, _all_of(DEFENCE, CIVIL)),  # neither enough minutes nor any ethics
    (10, _all_of(DEFENCE, CIVIL, RECORDED)),  # minutes enough, ethics none
    (8, _all_of(ETHICS, RECORDED, NATIONAL_RECORDED)),  # 750 minutes, but 510 of them recorded
)
_EXEMPT: tuple[tuple[int, Programme], ...] = (
    (5, ()),
    (2, _all_of(ETHICS)),
    (2, _all_of(CIVIL)),
    (1, _all_of(SCHOOL)),
)


def enrol(person: Person, rng: Random) -> list[Enrolment]:
    """The person's programme of the year; empty for those who never come."""
    menu = {"diligent": _DILIGENT, "short": _SHORT, "exempt": _EXEMPT, "absent": ((1, ()),)}[person.inclination]
    weights = [weight for weight, _ in menu]
    programme = rng.choices([choice for _, choice in menu], weights)[0]
    return [Enrolment(person, syllabus, presence) for syllabus, presence in programme]
