"""Reading the demo's files through the same importers that a bar uses."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from advocates.identifiers import licence_key
from advocates.models import Advocate, Bar, ImportState, RollFile, Status, StatusSpan
from advocates.services.people import record_status
from advocates.services.roll import apply_roll, preview_roll
from cle.demo.plan import InputPlan
from courses.models import AttendanceFile, Session
from courses.services.attendance import apply_attendance, preview_attendance
from courses.services.sessions import confirm_session


def read_roll(code: str, path: Path, now: dt.datetime) -> bool:
    """Import the roll of the bar with that code; False when this very file has been imported before."""
    bar = Bar.objects.get(code=code)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if RollFile.objects.for_bar(bar).filter(sha256=digest, state=ImportState.APPLIED).exists():
        return False
    apply_roll(preview_roll(bar, content, path.name, by=None), by=None, now=now)
    return True


def read_attendance(session_id: int, path: Path, now: dt.datetime) -> bool:
    """Import a report and confirm the session; False when this very file has been imported before."""
    session = Session.objects.get(pk=session_id)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if AttendanceFile.objects.filter(session=session, sha256=digest, state=ImportState.APPLIED).exists():
        return False
    apply_attendance(preview_attendance(session, content, path.name, by=None), by=None, now=now)
    confirm_session(session, by=None, now=now)
    return True


def record_statuses(plan: InputPlan, bars: dict[str, Bar]) -> int:
    """The statuses of those who are not active: rolls do not say them, the register does."""
    people = {
        (bar_id, key, family): pk
        for pk, bar_id, key, family in Advocate.objects.values_list("pk", "bar_id", "licence_key", "family_name")
    }
    done = set(StatusSpan.objects.exclude(status=Status.ACTIVE).values_list("advocate_id", flat=True))
    recorded = 0
    for row in plan.statuses:
        family = row.full_name.split()[0]
        pk = people.get((bars[row.bar_code].pk, licence_key(row.licence_number), family))
        if pk is None or pk in done:
            continue
        record_status(Advocate(pk=pk), Status(row.status), row.since, ground="example", document="example")
        recorded += 1
    return recorded
