"""Writing down who taught at a session, and taking that back."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, User
from cle.core.errors import DomainError
from courses.models import Session, SessionState, Teaching


def add_teaching(session: Session, advocate: Advocate, minutes: int, *, by: User, now: dt.datetime) -> Teaching:
    """The advocate taught at the session for so many minutes.

    Raises DomainError when the session was called off, or is shorter, when it is one's own teaching, and when the
    advocate is on record as having taught there already.
    """
    if session.state == SessionState.CANCELLED:
        raise DomainError("session-cancelled", _("The session was called off."))
    if advocate.user_id == by.pk:
        raise DomainError("own-teaching", _("Nobody may record that they taught themselves."))
    length = int((session.ends_at - session.starts_at).total_seconds()) // 60
    if not 1 <= minutes <= length:
        message = _("The session lasted %(minutes)s minutes: nobody can have taught for longer.") % {"minutes": length}
        raise DomainError("longer-than-the-session", message)
    try:
        with transaction.atomic():
            return Teaching.objects.create(
                bar_id=session.bar_id, session=session, advocate=advocate, minutes=minutes, added_by=by, added_at=now
            )
    except IntegrityError as error:
        message = _("%(name)s is on record as having taught here.") % {"name": advocate}
        raise DomainError("already-taught", message) from error


def take_back_teaching(teaching: Teaching, *, by: User, now: dt.datetime) -> None:
    """It was not so. A certificate that was issued for it is revoked by a person. Safe to repeat."""
    if teaching.advocate.user_id == by.pk:
        raise DomainError("own-teaching", _("Nobody may record that they taught themselves."))
    Teaching.objects.filter(pk=teaching.pk, ended_at=None).update(ended_at=now, ended_by=by)
