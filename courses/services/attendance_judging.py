"""What a length of presence is worth; whole numbers throughout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from courses.attendance.model import Interval
from courses.models import Course, Decision, Segment, Session
from courses.queries.roster import session_day
from courses.services.ledger import earned_on


@dataclass(frozen=True, slots=True)
class Judgement:
    """Seconds present within the session, the decision, and the share of the credit in whole per cent."""

    seconds: int
    decision: Decision
    credit_percent: int


def window_of(session: Session) -> Interval:
    """The time that attendance is judged against."""
    return Interval(session.starts_at, session.ends_at)


def length_of(session: Session) -> int:
    """The seconds that are all of the session: from its beginning to its end.

    Where it goes on on another day the nights between are nobody's absence: then the hours of each day of the
    agenda, the breaks within them included; or, of an agenda without times, what it teaches.
    """
    whole = window_of(session).seconds
    if session_day(session) == earned_on(session.ends_at, session.bar.time_zone):
        return whole
    prefetch_related_objects([session.course], "segments")  # asked for once, whoever asks again
    return min(whole, 60 * _minutes_of(session.course.segments.all())) or whole


def _minutes_of(agenda: Iterable[Segment]) -> int:
    spans: dict[int, tuple[int, int]] = {}
    parts = list(agenda)
    for part in parts:
        if part.begins is None:
            return sum(each.minutes for each in parts)
        begins = part.begins.hour * 60 + part.begins.minute
        first, last = spans.get(part.day, (begins, begins))
        spans[part.day] = min(first, begins), max(last, begins + part.minutes)
    return sum(last - first for first, last in spans.values())


def judge(seconds: int, length: int, course: Course) -> Judgement:
    """By the course's percentages of the session's ``length`` in seconds; a part of a per cent is dropped."""
    percent = seconds * 100 // max(1, length)
    if percent >= course.full_percent:
        return Judgement(seconds, Decision.FULL, 100)
    if percent >= course.partial_percent:
        return Judgement(seconds, Decision.PARTIAL, percent)
    return Judgement(seconds, Decision.NONE, 0)
