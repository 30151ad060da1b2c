"""The invented year 2025 of the national bar and its twenty regional ones, and the files that tell of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from random import Random

from cle.demo.curriculum import CoursePlan, Syllabus, courses_of
from cle.demo.enrolment import Enrolment, enrol
from cle.demo.population import Person, Status, people
from cle.demo.presence import Attendance, attend
from cle.demo.reports import write_report
from cle.demo.rolls import RollPlan, write_roll
from cle.demo.sessions import BarCalendar, SessionPlan, hold
from cle.demo.territories import NATIONAL, SIZES

__all__ = ["NATIONAL", "SIZES", "CoursePlan", "InputPlan", "RollPlan", "SessionPlan", "StatusPlan", "write_inputs"]

Progress = Callable[[str, int, int], None]
"""Told what is being written ("rolls" or "attendance"), how many files are done and how many there will be."""

_SMALLEST = 5  # advocates in a bar, however small the scale


@dataclass(frozen=True, slots=True)
class StatusPlan:
    """An advocate who is not active, and since when; find the person by bar, licence number and full name."""

    bar_code: str
    licence_number: str
    full_name: str
    status: Status
    since: dt.date


@dataclass(frozen=True, slots=True)
class ReportCount:
    """People in a session's report: matched without a question, needing a person's eye, and unknown to any bar.

    The host of a webinar, who is in its report too, is not counted.
    """

    session_key: str
    certain: int
    uncertain: int
    strangers: int


@dataclass(frozen=True, slots=True)
class InputPlan:
    """What was written. Rolls lie in ``rolls/`` and reports in ``attendance/`` under their ``file_name``."""

    bars: tuple[RollPlan, ...]
    courses: tuple[CoursePlan, ...]
    sessions: tuple[SessionPlan, ...]
    statuses: tuple[StatusPlan, ...]
    counts: tuple[ReportCount, ...]

    @property
    def attendances(self) -> int:
        """People in all reports, each counted once for each session."""
        return sum(count.certain + count.uncertain + count.strangers for count in self.counts)


def write_inputs(
    folder: Path, *, seed: int = 2025, scale: Fraction = Fraction(1), progress: Progress | None = None
) -> InputPlan:
    """Write the rolls and the attendance reports; the same seed and scale give the same bytes.

    ``scale`` shrinks the bars for tests, to five advocates at the least. Nothing else in ``folder`` is touched.
    """
    tell = progress or _say_nothing
    members = {code: people(code, max(_SMALLEST, int(size * scale)), seed) for code, size in SIZES.items()}
    rolls = tuple(_write_rolls(members, _subfolder(folder, "rolls"), seed, tell))
    courses, held = _year(members, seed)
    counts = tuple(_write_reports(held, _subfolder(folder, "attendance"), seed, tell))
    everybody = chain.from_iterable(members.values())
    return InputPlan(rolls, courses, tuple(session for session, _ in held), tuple(_statuses(everybody)), counts)


def _say_nothing(stage: str, done: int, total: int) -> None:
    return None


def _subfolder(folder: Path, name: str) -> Path:
    path = folder / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def _write_rolls(members: dict[str, list[Person]], folder: Path, seed: int, tell: Progress) -> Iterator[RollPlan]:
    for done, (code, persons) in enumerate(members.items(), 1):
        yield write_roll(code, persons, folder, seed)
        tell("rolls", done, len(members))


Held = list[tuple[SessionPlan, list[Enrolment]]]


def _year(members: dict[str, list[Person]], seed: int) -> tuple[tuple[CoursePlan, ...], Held]:
    """All courses, and their sessions with those who come; the national ones first, so that bars avoid their days."""
    demand = _demand(chain.from_iterable(members.values()), seed)
    courses: list[CoursePlan] = []
    held: Held = []
    taken: set[dt.date] = set()
    for place, code in enumerate((NATIONAL, *members)):
        rng, calendar = Random(f"{seed}:{code}:sessions"), BarCalendar(taken)
        for syllabus, course in courses_of(code, place):
            courses.append(course)
            held += hold(course, syllabus, demand.get((code, syllabus), ()), calendar, rng)
        if code == NATIONAL:
            taken = calendar.taken
    return tuple(courses), held


def _demand(persons: Iterable[Person], seed: int) -> dict[tuple[str, Syllabus], list[Enrolment]]:
    """Enrolments by who holds the course: the person's own bar, or the national one."""
    rng = Random(f"{seed}:enrolment")
    national = {syllabus for syllabus, _ in courses_of(NATIONAL, 0)}
    demand: dict[tuple[str, Syllabus], list[Enrolment]] = {}
    for person in persons:
        for enrolment in enrol(person, rng):
            holder = NATIONAL if enrolment.syllabus in national else person.bar_code
            demand.setdefault((holder, enrolment.syllabus), []).append(enrolment)
    return demand


def _write_reports(held: Held, folder: Path, seed: int, tell: Progress) -> Iterator[ReportCount]:
    for done, (session, enrolments) in enumerate(held, 1):
        attendances = attend(session, enrolments, Random(f"{seed}:{session.key}:presence"))
        write_report(session.source_kind, session, attendances, folder / session.file_name)
        yield _count(session, attendances)
        tell("attendance", done, len(held))


def _count(session: SessionPlan, attendances: Sequence[Attendance]) -> ReportCount:
    found = Counter(attendance.certainty for attendance in attendances)
    return ReportCount(session.key, found["certain"], found["uncertain"], found["stranger"])


def _statuses(persons: Iterable[Person]) -> Iterator[StatusPlan]:
    for person in persons:
        if person.status_from is not None:
            full_name = person.name.full
            yield StatusPlan(person.bar_code, person.licence_number, full_name, person.status, person.status_from)
