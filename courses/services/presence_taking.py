"""From check-ins to a preview like that of an uploaded report: a person looks at it, and applies it or does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import ImportState, User
from cle.core.errors import DomainError
from courses.attendance.stays import SOURCE, Stay, sheet_of_stays
from courses.models import AttendanceFile, Session, SessionState
from courses.queries.presence import There, people_at
from courses.services.attendance import discard_preview, locked_session
from courses.services.attendance_preview import preview_attendance

FILE_NAME = "presence.csv"


@transaction.atomic
def take_over(session: Session, *, count_open: bool, by: User, now: dt.datetime) -> AttendanceFile:
    """What the presences by code come to, as a report that waits to be applied; no attendance changes.

    Who did not check out counts until the end of the session if ``count_open``, else with that stay not at all. An
    earlier preview of this kind is put aside. Raises DomainError "session-not-held", "session-cancelled", "no-rows".
    """
    held = locked_session(session.pk)
    if held.state == SessionState.CANCELLED:
        raise DomainError("session-cancelled", _("The session was cancelled: there is nothing to attend."))
    if held.ends_at > now:
        raise DomainError("session-not-held", _("Take the presences over once the session is over."))
    stays = [stay for there in people_at(held) for stay in _stays(there, held, count_open=count_open)]
    if not stays:
        raise DomainError("no-rows", _("There is no presence to take over."))
    for old in previews_of(held):
        discard_preview(old)
    content = sheet_of_stays(stays)
    return preview_attendance(held, content, FILE_NAME, by=by, time_zone="UTC", by_code=True)


def previews_of(session: Session) -> list[AttendanceFile]:
    """Presences that were taken over and wait for somebody to apply them."""
    waiting = AttendanceFile.objects.filter(session=session, source=SOURCE, state=ImportState.PREVIEWED)
    return list(waiting.defer("content").order_by("pk"))


def _stays(there: There, session: Session, *, count_open: bool) -> Iterator[Stay]:
    person = there.advocate
    for came, left in there.stays:
        if left is None and not count_open:
            continue
        end = left.at if left else max(session.ends_at, came.at)
        yield Stay(person.pk, person.full_name, person.licence_number, came.at, end, checked_out=left is not None)
