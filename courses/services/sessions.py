"""Registration with a waiting list, and confirming a session's attendance."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, User
from cle.core.errors import DomainError
from courses.models import Attendance, Registration, Session, SessionState
from courses.queries.roster import session_day, who_may_attend
from courses.services.ledger import post_attendances

State = Registration.State


def locked(session: Session) -> Session:
    """The session as it is now, closed to everybody else until this transaction ends."""
    return Session.objects.select_for_update().get(pk=session.pk)


@beyond_the_wall("places taken by others, and the next one in the waiting list")
@transaction.atomic
def register(session: Session, advocate: Advocate, *, now: dt.datetime) -> Registration:
    """Take a place, or a place in the waiting list when the session is full. Asking twice changes nothing.

    Raises DomainError "registration-closed", and "not-accredited" where nobody would earn anything.
    """
    held = locked(session)
    if held.state != SessionState.PLANNED or held.starts_at <= now:
        raise DomainError("registration-closed", _("Registration for this session is closed."))
    mine = Registration.objects.filter(session=held, advocate=advocate).first()
    if mine is not None and mine.state != State.CANCELLED:
        return mine
    check_accredited(held)
    taken = Registration.objects.filter(session=held, state=State.REGISTERED).count()
    state = State.REGISTERED if held.capacity is None or taken < held.capacity else State.WAITING
    registration, _created = Registration.objects.update_or_create(
        session=held,
        advocate=advocate,
        defaults={"state": state, "asked_at": now, "moved_up": False, "bar_id": held.bar_id},
    )
    return registration


@beyond_the_wall("places taken by others, and the next one in the waiting list")
@transaction.atomic
def cancel_registration(session: Session, advocate: Advocate, *, now: dt.datetime) -> Registration | None:
    """Give up a place. The first in the waiting list gets it if that leaves one; that registration is returned."""
    held = locked(session)
    mine = Registration.objects.filter(session=held, advocate=advocate).exclude(state=State.CANCELLED).first()
    if mine is None:
        return None
    mine.state = State.CANCELLED
    mine.save(update_fields=["state", "changed_at"])
    return next(iter(move_up(held, now=now)), None)


@beyond_the_wall("places taken by others, and the next one in the waiting list")
def move_up(session: Session, *, now: dt.datetime) -> list[Registration]:
    """Give the places that are free to those who have waited longest, as long as they can still come: to nobody once
    the session has begun, or whose licence or membership has ended meanwhile. The caller holds the lock of the session.
    """
    if session.state != SessionState.PLANNED or session.starts_at <= now:
        return []
    rows = Registration.objects.filter(session=session)
    waiting = rows.filter(state=State.WAITING, advocate__in=who_may_attend(session)).order_by("asked_at", "pk")
    if session.capacity is not None:
        waiting = waiting[: max(0, session.capacity - rows.filter(state=State.REGISTERED).count())]
    following = list(waiting)
    for registration in following:
        registration.state, registration.moved_up = State.REGISTERED, True
        registration.save(update_fields=["state", "moved_up", "changed_at"])
    return following


@transaction.atomic
def confirm_session(session: Session, *, by: User | None, now: dt.datetime) -> int:
    """The bar vouches for the attendance: credit is posted. Returns the number of new entries; safe to repeat.

    Raises DomainError "session-not-held", and "not-accredited" where the course was not accredited that day.
    """
    held = locked(session)
    if held.state == SessionState.CANCELLED or held.ends_at > now:
        raise DomainError("session-not-held", _("A session can be confirmed once it has been held."))
    if held.state != SessionState.CONFIRMED:
        check_accredited(held)
        held.state, held.confirmed_by, held.confirmed_at = SessionState.CONFIRMED, by, now
        held.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    return post_attendances(standing_attendances(held), by=by)


def check_accredited(session: Session) -> None:
    """Raises DomainError "not-accredited" unless the course was, on the local day on which the session began."""
    if not session.course.accredited_on(session_day(session)):
        message = _("The course is not accredited on the day of the session: no credit can be posted.")
        raise DomainError("not-accredited", message)


def standing_attendances(session: Session) -> list[Attendance]:
    """Attendances of the session that have not been voided, ready for posting."""
    rows = Attendance.objects.filter(session=session, voided_at=None)
    return list(rows.select_related("advocate", "session__course", "session__bar").order_by("advocate_id"))
