"""When the courses are given and who comes to which session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from cle.demo.curriculum import CoursePlan, Syllabus
from cle.demo.enrolment import Enrolment
from cle.demo.territories import NATIONAL

ZONE = ZoneInfo("Asia/Almaty")

ReportKind = Literal["zoom-meeting", "zoom-webinar", "teams", "meet", "list-xlsx", "list-csv"]
_HOLIDAYS = {(3, 8), (3, 21), (3, 22), (3, 23), (5, 1), (5, 7), (5, 9), (7, 6), (8, 30), (10, 25), (12, 16)}
_EXTENSIONS: dict[ReportKind, str] = {"list-xlsx": "xlsx"}


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """One giving of a course. Times are local ISO text without an offset; the zone is Asia/Almaty."""

    key: str
    course_key: str
    bar_code: str
    title: str
    starts_at: str
    ends_at: str
    capacity: int
    file_name: str
    source_kind: ReportKind

    @property
    def start(self) -> dt.datetime:
        """The beginning, aware of its zone."""
        return dt.datetime.fromisoformat(self.starts_at).replace(tzinfo=ZONE)

    @property
    def end(self) -> dt.datetime:
        """The end, aware of its zone."""
        return dt.datetime.fromisoformat(self.ends_at).replace(tzinfo=ZONE)


class BarCalendar:
    """The days of one bar's year; no two sessions fall on one day, so nobody need be in two rooms."""

    def __init__(self, taken: set[dt.date] | None = None) -> None:
        self.taken = set(taken or ())

    def spread(self, window: tuple[dt.date, dt.date], wanted: int, rng: Random) -> list[dt.date]:
        """``wanted`` days over the window, in order, none of them a Sunday or a public holiday."""
        first, last = window
        stride = max(1, (last - first).days // wanted)
        shifts = [place * stride + rng.randrange(stride) for place in range(wanted)]
        return [self._free_day(first + dt.timedelta(days=shift)) for shift in shifts]

    def _free_day(self, day: dt.date) -> dt.date:
        while day in self.taken or day.weekday() == 6 or (day.month, day.day) in _HOLIDAYS:
            day += dt.timedelta(days=1)
        self.taken.add(day)
        return day


def hold(
    course: CoursePlan, syllabus: Syllabus, demand: Sequence[Enrolment], calendar: BarCalendar, rng: Random
) -> list[tuple[SessionPlan, list[Enrolment]]]:
    """As many sessions as the demand asks for, and who comes to each; a session that nobody can come to is not held."""
    wanted = -(-len(demand) * 11 // (syllabus.capacity * 10))  # a tenth of the seats stays free
    days = calendar.spread(syllabus.window, wanted, rng) if demand else []
    rooms: list[list[Enrolment]] = [[] for _ in days]
    for enrolment in demand:
        open_rooms = [
            room
            for room, day in zip(rooms, days, strict=True)
            if _may_come(enrolment, day) and len(room) < syllabus.capacity
        ]
        if open_rooms:
            rng.choice(open_rooms).append(enrolment)
    return [
        (_session(course, syllabus, number, day), room)
        for number, (day, room) in enumerate(zip(days, rooms, strict=True), 1)
        if room
    ]


def _may_come(enrolment: Enrolment, day: dt.date) -> bool:
    person = enrolment.person
    return person.joined <= day and (person.status_from is None or day < person.status_from)


def _session(course: CoursePlan, syllabus: Syllabus, number: int, day: dt.date) -> SessionPlan:
    kind = _report_kind(course, number)
    key = f"{course.key}-{number:02d}".lower()
    start = dt.datetime.combine(day, syllabus.begins)
    return SessionPlan(
        key=key,
        course_key=course.key,
        bar_code=course.bar_code,
        title=course.title_ru,
        starts_at=start.isoformat(),
        ends_at=(start + dt.timedelta(minutes=syllabus.length)).isoformat(),
        capacity=syllabus.capacity,
        file_name=f"{key}.{_EXTENSIONS.get(kind, 'csv')}",
        source_kind=kind,
    )


def _report_kind(course: CoursePlan, number: int) -> ReportKind:
    turn = int(course.bar_code[-2:], base=36) + number
    if course.format != "live_online":
        return ("list-xlsx", "list-csv")[turn % 2]
    if course.bar_code == NATIONAL:
        return "zoom-webinar"
    return ("zoom-meeting", "zoom-meeting", "teams", "zoom-meeting", "meet")[turn % 5]
