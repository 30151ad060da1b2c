"""Checking in and out of a session by a code, and the poster that an officer switches on."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate
from cle.core.errors import DomainError
from courses.models import PresenceMark, Session, SessionState
from courses.queries.presence import How, Kind, is_open, marks_at, may_show_codes
from courses.queries.roster import may_attend

MOST_MARKS: Final = 60
"""Of one person in one session: thirty times out and back are more than anybody's day."""


@transaction.atomic
def mark_presence(
    session: Session, advocate: Advocate, kind: PresenceMark.Kind, how: PresenceMark.How, *, now: dt.datetime
) -> PresenceMark:
    """Note that the advocate came or left. Twice is once: who is in already stays in since the first time.

    Whoever calls has seen that the code was shown. Raises DomainError "session-closed", "session-cancelled",
    "session-over" for coming after the end, "not-of-this-bar", "sees-the-codes" for those who may open the page with
    the codes, and so could check in from anywhere, "not-checked-in", and "marked-too-often".
    """
    _check_time(session, kind, now)
    if not may_attend(session, advocate):
        raise DomainError("not-of-this-bar", _("This session is not for advocates of your bar."))
    if may_show_codes(session, advocate):
        raise DomainError("sees-the-codes", _("You can open the codes yourself: ask a colleague to mark you present."))
    last = marks_at(session, advocate).last()
    if last is not None and last.kind == kind:
        return last
    if last is None and kind == Kind.OUT:
        raise DomainError("not-checked-in", _("You have not checked in to this session."))
    number = last.number + 1 if last else 1
    if number > MOST_MARKS:
        raise DomainError("marked-too-often", _("You have checked in and out too often. Speak to the organiser."))
    given = {"bar_id": session.bar_id, "kind": kind, "how": how, "at": now}
    try:
        with transaction.atomic():
            return PresenceMark.objects.create(session=session, advocate=advocate, number=number, **given)
    except IntegrityError:  # the same request came twice at once, and the other one was first
        return marks_at(session, advocate).get(number=number)


def _check_time(session: Session, kind: PresenceMark.Kind, now: dt.datetime) -> None:
    if session.state == SessionState.CANCELLED:
        raise DomainError("session-cancelled", _("The session was cancelled: there is nothing to attend."))
    if not is_open(session, now):
        raise DomainError("session-closed", _("Nobody can check in or out of this session now."))
    if kind == Kind.IN and now > session.ends_at:
        raise DomainError("session-over", _("The session is over."))


@transaction.atomic
def switch_poster(session: Session, on: bool, *, now: dt.datetime) -> Session:
    """Let a poster with a fixed code be used for the session, or no longer; twice is once.

    Switched on anew it has another code: posters that hang somewhere no longer count.
    """
    held = Session.objects.select_for_update(of=("self",)).select_related("course", "bar").get(pk=session.pk)
    if on != (held.poster_since is not None):
        held.poster_since = now if on else None
        held.save(update_fields=["poster_since"])
    return held


__all__ = ["MOST_MARKS", "How", "Kind", "mark_presence", "switch_poster"]
