"""When and where a course is held: planned, changed, called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import User
from cle.core.errors import DomainError
from courses.models import Attendance, Course, Session, SessionState
from courses.services.sessions import check_accredited, locked, move_up

LONGEST = dt.timedelta(days=31)


@transaction.atomic
def schedule_session(course: Course, details: Mapping[str, Any]) -> Session:
    """A sitting of an accredited course, by the fields of the model that are the organiser's.

    Raises DomainError "not-accredited" unless the course is, on the day of the session, and "session-times-wrong".
    """
    session = Session(bar_id=course.bar_id, course=course, **details)
    _check_times(session)
    check_accredited(session)
    session.save()
    return session


@transaction.atomic
def change_session(session: Session, details: Mapping[str, Any], *, now: dt.datetime) -> Session:
    """Write some details anew; the others stay. With more places, those who wait move up until the session begins;
    nobody loses a place.

    Raises DomainError as ``schedule_session``, and "session-closed" once it was confirmed or called off, and
    "session-has-attendance" where its times would change after presence was judged by them.
    """
    held = locked(session)
    if held.state != SessionState.PLANNED:
        raise DomainError("session-closed", _("A session is changed until it is confirmed or called off."))
    before = held.starts_at, held.ends_at
    for name, value in details.items():
        setattr(held, name, value)
    if (held.starts_at, held.ends_at) != before:
        _check_times(held)
        _check_no_attendance(held)
        check_accredited(held)
    held.save(update_fields=list(details))
    move_up(held, now=now)
    return held


@transaction.atomic
def cancel_session(session: Session, *, by: User, reason: str, now: dt.datetime) -> Session:
    """Call a session off; once is enough. Raises DomainError "reason-needed", "session-closed" for one that was
    confirmed, and "session-has-attendance": take the imports back first.
    """
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why the session is called off."))
    held = locked(session)
    if held.state == SessionState.CANCELLED:
        return held
    if held.state == SessionState.CONFIRMED:
        raise DomainError("session-closed", _("The attendance of this session was confirmed: it has been held."))
    _check_no_attendance(held)
    held.state, held.cancelled_by, held.cancelled_at = SessionState.CANCELLED, by, now
    held.cancel_reason = reason.strip()
    held.save(update_fields=["state", "cancelled_by", "cancelled_at", "cancel_reason"])
    return held


def _check_times(session: Session) -> None:
    if not dt.timedelta() < session.ends_at - session.starts_at <= LONGEST:
        raise DomainError("session-times-wrong", _("A session ends after it starts, within 31 days."))


def _check_no_attendance(session: Session) -> None:
    if Attendance.objects.filter(session=session, voided_at=None).exists():
        message = _("There is attendance on record for this session. Take its imports back first.")
        raise DomainError("session-has-attendance", message)
