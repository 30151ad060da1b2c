"""What a length of presence is worth; whole numbers throughout."""

from __future__ import annotations

from dataclasses import dataclass

from courses.attendance.model import Interval
from courses.models import Course, Decision, Session


@dataclass(frozen=True, slots=True)
class Judgement:
    """Seconds present within the session, the decision, and the share of the credit in whole per cent."""

    seconds: int
    decision: Decision
    credit_percent: int


def window_of(session: Session) -> Interval:
    """The time that attendance is judged against."""
    return Interval(session.starts_at, session.ends_at)


def judge(seconds: int, length: int, course: Course) -> Judgement:
    """By the course's percentages of the session's ``length`` in seconds; a part of a per cent is dropped."""
    percent = seconds * 100 // max(1, length)
    if percent >= course.full_percent:
        return Judgement(seconds, Decision.FULL, 100)
    if percent >= course.partial_percent:
        return Judgement(seconds, Decision.PARTIAL, percent)
    return Judgement(seconds, Decision.NONE, 0)
