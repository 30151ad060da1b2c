"""Whether a previewed report may be carried out as its lines have it, without making its plan once more.

A plan follows from the file, the release, the session, everybody's records, and what is on record of the session
already. The first report of a session has nothing of that last kind to go by: as long as none was applied before it
and the records are those that they were, its plan is what it was.
"""

from __future__ import annotations

import hashlib
import json

from django.db.models import Model

from cle.core import release
from courses.models import AttendanceFile, Session
from courses.queries.records_behind import about_so_many, is_the_first, records_behind
from courses.services.attendance_judging import length_of

SHARE = 20
"""To look whether the records of so many people are as they were takes as long as to plan one row anew."""


def basis_of(session: Session, people: int) -> str:
    """What the plan is made from, of a report of so many people; "" where to make it anew takes no longer.

    ``session``, its course and its bar as they were read for the plan. Asked before the plan is made, so that what is
    written while it is made has changed since.
    """
    return _basis(session) if people * SHARE >= about_so_many() else ""


def still_holds(file: AttendanceFile, session: Session) -> bool:
    """Whether the plan made anew would be the one whose lines are stored."""
    return bool(file.basis) and file.basis == _basis(session)


def _basis(session: Session) -> str:
    """ "" where there are attendances of the session, or a report of it was applied."""
    if not is_the_first(session):
        return ""
    read = [_values(row) for row in (session, session.course, session.bar)]
    found = [release.build(), records_behind(session), read, length_of(session)]
    return hashlib.sha256(json.dumps(found, default=str).encode()).hexdigest()


def _values(row: Model) -> list[object]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]
