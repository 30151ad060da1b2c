"""Rosters that a provider's own programs post, correct, or report that there is none of.

The provider learns which rows matched and nothing else; see docs/a-provider-learns-which-rows-matched.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import ImportState, Outcome, User
from cle.core.errors import DomainError
from courses.models import Attendance, AttendanceFile, AttendanceLine, NilReturn, Provider, Session, SessionState
from courses.queries.attendance import CREDITED
from courses.queries.rosters import sessions_between
from courses.services.attendance import CORRECTED, apply_attendance, discard_preview, locked_session, undo_import
from courses.services.attendance_preview import preview_attendance
from courses.services.attendance_wording import ALREADY_IN_REVIEW, DISMISSED_BEFORE, NOT_A_MEMBER


class Found(StrEnum):
    """What came of the rows of a line."""

    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    REVIEW = "review"


def found(line: AttendanceLine) -> Found:
    """Whether the rows of a line name somebody whom the bar knows.

    Whoever is recognised is matched, whatever their status and whatever the bar makes of it: the answer must not
    tell who was struck off from who was not.
    """
    codes = {problem["code"] for problem in line.problems}
    if line.outcome in CREDITED or NOT_A_MEMBER in codes:
        return Found.MATCHED
    if line.outcome == Outcome.AMBIGUOUS and not codes & {"not-on-roll", "no-name"}:
        return Found.REVIEW
    return Found.REVIEW if ALREADY_IN_REVIEW in codes else Found.NOT_MATCHED


def faults(line: AttendanceLine) -> list[dict[str, Any]]:
    """Why a row could not be read, as far as that rests on what the file says alone."""
    codes = {problem["code"] for problem in line.problems}
    if line.outcome != Outcome.REJECTED or line.resolved_at or codes & {ALREADY_IN_REVIEW, DISMISSED_BEFORE}:
        return []
    return list(line.problems)


@transaction.atomic
def post_roster(
    provider: Provider, session: Session, report: dict[str, Any], *, by: User, now: dt.datetime,
    replaces: AttendanceFile | None = None,
) -> AttendanceFile:  # fmt: skip
    """Store a roster for the bar's staff to apply; where the bar trusts the provider, apply the clear matches at once.

    ``report`` is what ``preview_attendance`` reads. Raises what that raises, DomainError "session-not-held" and
    "session-cancelled", and for a roster that ``replaces`` another of the provider's what ``corrigible`` raises.
    """
    held = locked_session(session.pk)
    _check_held(held, now)
    NilReturn.objects.filter(session=held, withdrawn_at=None).update(withdrawn_at=now)
    if replaces is None:
        file = preview_attendance(held, by=by, provider=provider, **report)
    else:
        file = _corrected(provider, held, replaces, report, by=by, now=now)
    return apply_attendance(file, by=by, now=now) if provider.trusted else file


def _corrected(
    provider: Provider, session: Session, old: AttendanceFile, report: dict[str, Any], *, by: User, now: dt.datetime
) -> AttendanceFile:
    """A roster in the place of another: at once where that was never applied, else when it is applied itself."""
    old = AttendanceFile.objects.select_for_update(of=("self",)).get(pk=old.pk)
    if old.state == ImportState.PREVIEWED:
        discard_preview(old)
        return preview_attendance(session, by=by, provider=provider, **report)
    if old.state != ImportState.APPLIED:
        raise DomainError("roster-replaced", _("This roster was replaced or put aside before."))
    waiting = AttendanceFile.objects.filter(replaces=old, state=ImportState.PREVIEWED)
    for other in waiting:
        discard_preview(other)
    as_if = _taken_back(old, by=by, now=now)
    return preview_attendance(session, by=by, provider=provider, replaces=old, as_if=as_if, **report)


@contextmanager
def _taken_back(file: AttendanceFile, *, by: User, now: dt.datetime) -> Iterator[None]:
    """The records as they will be without the file, until the end of the block."""
    point = transaction.savepoint()
    try:
        undo_import(file, by=by, reason=CORRECTED, now=now)
        yield
    except DomainError as error:
        if error.code != "attendance-used-later":
            raise
        raise DomainError("roster-in-use", _("Something rests on this roster already: ask the bar.")) from error
    finally:
        transaction.savepoint_rollback(point)


@transaction.atomic
def report_nobody(provider: Provider, session: Session, *, by: User, now: dt.datetime) -> NilReturn:
    """State that nobody attended a session. Safe to repeat.

    Raises DomainError "session-not-held", "session-cancelled", and "session-has-attendance".
    """
    held = locked_session(session.pk)
    _check_held(held, now)
    made = NilReturn.objects.filter(session=held, withdrawn_at=None).first()
    if made is not None:
        return made
    waiting = AttendanceFile.objects.filter(session=held, provider=provider, state=ImportState.PREVIEWED)
    if waiting.exists() or Attendance.objects.filter(session=held, voided_at=None).exists():
        raise DomainError("session-has-attendance", _("There is a roster or attendance for this session."))
    return NilReturn.objects.create(bar_id=held.bar_id, provider=provider, session=held, made_by=by, made_at=now)


def report_no_sessions(provider: Provider, first: dt.date, last: dt.date, *, by: User, now: dt.datetime) -> NilReturn:
    """State that no session was held from a day to a day, of the bar's time zone. Safe to repeat.

    Raises DomainError "sessions-held".
    """
    if sessions_between(provider, first, last).exclude(state=SessionState.CANCELLED).exists():
        raise DomainError("sessions-held", _("Sessions were held in this period. Report on each of them."))
    same = {"bar_id": provider.bar_id, "provider": provider, "first": first, "last": last}
    try:
        with transaction.atomic():
            return NilReturn.objects.create(**same, made_by=by, made_at=now)
    except IntegrityError:
        return NilReturn.objects.get(**same, withdrawn_at=None)


def _check_held(session: Session, now: dt.datetime) -> None:
    if session.state == SessionState.CANCELLED:
        raise DomainError("session-cancelled", _("The session was cancelled: there is nothing to attend."))
    if session.ends_at > now:
        raise DomainError("session-not-held", _("Report on a session once it has been held."))
