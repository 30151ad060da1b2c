"""The steps of an accreditation: submitted by the one side, decided by the other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import User
from cle.core.errors import DomainError
from courses.accreditation import MOVES, Needs
from courses.models import AccreditationStep, Course, CourseState, DeliveryFormat
from courses.queries.courses import submitted_by


@dataclass(frozen=True, slots=True)
class Accreditation:
    """What an approval gives: the number, and the first and the last day; None for no last day."""

    number: str
    first: dt.date
    last: dt.date | None = None


@transaction.atomic
def take_step(course: Course, to_state: CourseState, *, by: User, now: dt.datetime, reason: str = "") -> Course:
    """Any step but an approval and the end of an accreditation, which have verbs of their own.

    Raises DomainError "course-step-not-possible", "own-course" for a decision on what one has submitted oneself,
    "reason-needed", and "agenda-missing" for the submission of a course without an agenda.
    """
    locked = _locked(course)
    if CourseState.APPROVED in (locked.state, to_state):
        raise _impossible(locked, to_state)
    _check(locked, to_state, by, reason)
    if to_state == CourseState.SUBMITTED and not locked.segments.exists():
        raise DomainError("agenda-missing", _("A course is submitted with its agenda."))
    return _moved(locked, to_state, by=by, now=now, reason=reason)


@transaction.atomic
def approve_course(course: Course, given: Accreditation, *, by: User, now: dt.datetime, reason: str = "") -> Course:
    """Accredit a course in review, under a number that no other course of the bar has.

    Raises DomainError as ``take_step``, and "number-taken", "expiry-needed" (the recording of a live course is
    accredited until a day) and "expiry-before-start".
    """
    locked = _locked(course)
    _check(locked, CourseState.APPROVED, by, reason)
    last = given.last or locked.accredited_until
    _check_days(locked, given.first, last)
    locked.number, locked.accredited_from, locked.accredited_until = given.number, given.first, last
    try:
        with transaction.atomic():
            return _moved(locked, CourseState.APPROVED, by=by, now=now, reason=reason)
    except IntegrityError as error:
        raise DomainError("number-taken", _("Another course of the bar has this number.")) from error


@transaction.atomic
def end_accreditation(course: Course, last_day: dt.date, *, by: User, now: dt.datetime, reason: str) -> Course:
    """Take an accreditation away: ``last_day`` is the last on which it holds. What was earned until then stays."""
    locked = _locked(course)
    if locked.state != CourseState.APPROVED:
        raise _impossible(locked, CourseState.WITHDRAWN)
    _check(locked, CourseState.WITHDRAWN, by, reason)
    if locked.accredited_from and locked.accredited_from > last_day:
        locked.accredited_from = None  # it never came to hold
    locked.accredited_until = min(last_day, locked.accredited_until or last_day)
    return _moved(locked, CourseState.WITHDRAWN, by=by, now=now, reason=reason)


def _locked(course: Course) -> Course:
    return Course.objects.select_for_update(of=("self",)).select_related("provider").get(pk=course.pk)


def _check(course: Course, to_state: CourseState, by: User, reason: str) -> None:
    needs: Needs | None = MOVES.get((CourseState(course.state), to_state))
    if needs is None:
        raise _impossible(course, to_state)
    if needs.decision and submitted_by(course, by):
        raise DomainError("own-course", _("Nobody may decide on a course that they have submitted themselves."))
    if needs.reason and not reason.strip():
        raise DomainError("reason-needed", _("Write down the reason for this step."))


def _check_days(course: Course, first: dt.date, last: dt.date | None) -> None:
    if last is None and course.derived_from_id and course.format == DeliveryFormat.RECORDED:
        raise DomainError("expiry-needed", _("The recording of a live course is accredited until a day: name it."))
    if last is not None and last < first:
        raise DomainError("expiry-before-start", _("The accreditation would end before it begins."))


def _moved(course: Course, to_state: CourseState, *, by: User, now: dt.datetime, reason: str) -> Course:
    AccreditationStep.objects.create(
        course=course, bar_id=course.bar_id, from_state=course.state, to_state=to_state, by=by, at=now,
        reason=reason.strip(),
    )  # fmt: skip
    course.state = to_state
    course.save(update_fields=["state", "number", "accredited_from", "accredited_until"])
    return course


def _impossible(course: Course, to_state: CourseState) -> DomainError:
    states = {"from": CourseState(course.state).label, "to": to_state.label}
    return DomainError("course-step-not-possible", _("A course cannot go from “%(from)s” to “%(to)s”.") % states)
