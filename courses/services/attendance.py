"""Importing attendance reports: apply what was previewed, or take a whole import back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container
from itertools import chain

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from advocates.models import ImportState, Outcome, User
from cle.core.errors import DomainError
from cle.core.garbage import no_cycles_sought
from cle.core.locks import ATTENDANCE_IMPORT, one_at_a_time
from courses.attendance.presence import seconds_present
from courses.models import Attendance, AttendanceFile, AttendanceLine, Session, SessionState
from courses.queries.attendance import open_lines, standing_by_advocate
from courses.services.attendance_basis import still_holds
from courses.services.attendance_evidence import evidence_of
from courses.services.attendance_judging import judge, length_of, window_of
from courses.services.attendance_plan import Plan
from courses.services.attendance_preview import plan_session, preview_attendance
from courses.services.attendance_reading import SHIFT, Reading
from courses.services.attendance_records import Record, record, record_new, take_again, taken_by_hand, void
from courses.services.attendance_wording import ALREADY_IN_REVIEW

__all__ = ["apply_attendance", "discard_preview", "locked_session", "preview_attendance", "undo_import"]

CORRECTED = "Replaced by a corrected roster."
_REPLACED = "Replaced by the import of another report."


@transaction.atomic
@no_cycles_sought()
def apply_attendance(file: AttendanceFile, *, by: User | None, now: dt.datetime) -> AttendanceFile:
    """Do what was previewed, all of it or nothing; an applied file is returned as it is.

    Where the session is confirmed already the credit is posted at once. A file that it replaces is taken back first;
    then what ``undo_import`` raises is raised here too. Raises DomainError
    "attendance-moved-on" when the records have changed so that the preview no longer holds,
    "attendance-discarded", "session-cancelled", and "time-zone-doubtful" when most times lie outside the session.
    """
    session = locked_session(file.session_id)
    file = AttendanceFile.objects.select_for_update().get(pk=file.pk, session=session)
    if file.state == ImportState.APPLIED:
        return file
    _refuse(file, session)
    if file.replaces is not None:
        undo_import(file.replaces, by=by, reason=CORRECTED, now=now)
    plan = None if still_holds(file, session) else _planned_anew(file, session)
    record_new(file, session, by=by)
    if plan is not None:
        _replace_changed(file, session, plan, by=by, now=now)
    file.state, file.applied_at = ImportState.APPLIED, now
    file.save(update_fields=["state", "applied_at"])
    return file


@transaction.atomic
def undo_import(file: AttendanceFile, *, by: User | None, reason: str, now: dt.datetime) -> AttendanceFile:
    """Take back all that the import did, its credit too; what the session's other files say is put on record again.

    A preview is only put aside. Safe to repeat. Raises DomainError "reason-needed", and "attendance-used-later"
    when a later import has replaced attendances of this one: that one must be undone first.
    """
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why the import is taken back."))
    session = locked_session(file.session_id)
    file = AttendanceFile.objects.select_for_update().get(pk=file.pk, session=session)
    if file.state == ImportState.APPLIED:
        _take_back(file, session, reason=reason.strip(), by=by, now=now)
    file.state, file.applied_at = ImportState.DISCARDED, None
    file.save(update_fields=["state", "applied_at"])
    return file


@transaction.atomic
def discard_preview(file: AttendanceFile) -> AttendanceFile:
    """Put a preview aside; once is enough. Raises DomainError "attendance-applied" when it was carried out."""
    locked_session(file.session_id)
    file = AttendanceFile.objects.select_for_update().get(pk=file.pk)
    if file.state == ImportState.APPLIED:
        raise DomainError("attendance-applied", _("This import was applied. It can only be taken back."))
    file.state = ImportState.DISCARDED
    file.save(update_fields=["state"])
    return file


def locked_session(pk: int) -> Session:
    """The session, with its attendance closed to everybody else until this transaction ends."""
    one_at_a_time(ATTENDANCE_IMPORT, pk)
    return Session.objects.select_for_update(of=("self",)).select_related("course", "bar").get(pk=pk)


def _refuse(file: AttendanceFile, session: Session) -> None:
    if file.state == ImportState.DISCARDED:
        raise DomainError("attendance-discarded", _("This import was discarded. Upload the file again."))
    if session.state == SessionState.CANCELLED:
        raise DomainError("session-cancelled", _("The session was cancelled: there is nothing to attend."))
    codes = {note["code"] for note in file.notes}
    if SHIFT in codes and not Reading.of(file).override_reason:
        message = _("Most times of the file lie outside the session. Upload it again with the zone of its times.")
        raise DomainError("time-zone-doubtful", message)


def _planned_anew(file: AttendanceFile, session: Session) -> Plan:
    """The plan, which is what the stored lines have it."""
    report = Reading.of(file).report(session, bytes(file.content), file.file_name)
    plan = plan_session(session, report, file.sha256)
    if plan.sha256 != file.plan_sha256:
        message = _("The records have changed since the preview. Upload the file again and check it anew.")
        raise DomainError("attendance-moved-on", message)
    return plan


def _replace_changed(file: AttendanceFile, session: Session, plan: Plan, *, by: User | None, now: dt.datetime) -> None:
    """The attendances that the report makes longer: a new one for each."""
    if not any(line.outcome == Outcome.CHANGED for line in plan.lines):
        return
    changed, standing = _first_changed(file), standing_by_advocate(session)
    void([standing[pk].pk for pk in changed], reason=_REPLACED, by=by, now=now)
    record(session, {pk: Record(plan.judgements[pk], line) for pk, line in changed.items()}, by=by)


def _first_changed(file: AttendanceFile) -> dict[int, int]:
    """The first line of each advocate whose attendance changes, by their keys."""
    lines = file.lines.filter(outcome=Outcome.CHANGED, advocate__isnull=False).order_by("-pk")
    return {advocate: pk for advocate, pk in lines.values_list("advocate_id", "pk") if advocate is not None}


def _take_back(file: AttendanceFile, session: Session, *, reason: str, by: User | None, now: dt.datetime) -> None:
    mine, later = made_by(file, session)
    if later:
        message = _("A later import or decision has replaced attendances of this one. Take that back first.")
        raise DomainError("attendance-used-later", message)
    taken = taken_by_hand(_made_or_replaced(file, session, mine))
    void(list(mine.values()), reason=reason, by=by, now=now)
    record(session, _without(file, session, mine), by=by)
    if taken:  # what is put on record again is posted in full, and an officer had found that too much
        take_again(session, taken)
    _hand_on(file, session)
    file.lines.filter(outcome=Outcome.AMBIGUOUS, resolved_at=None).update(resolved_at=now)


def _hand_on(file: AttendanceFile, session: Session) -> None:
    """What waits for a decision here waits from now on in the next copy of the file, which had left it to this one."""
    waiting = {tuple(line.rows) for line in open_lines(file)}
    copies = AttendanceLine.objects.filter(
        session=session, file__sha256=file.sha256, file__state=ImportState.APPLIED, outcome=Outcome.REJECTED,
        problems__contains=[{"code": ALREADY_IN_REVIEW}],
    )  # fmt: skip
    for line in copies.exclude(file=file).order_by("pk") if waiting else ():
        if tuple(line.rows) not in waiting:
            continue
        waiting.remove(tuple(line.rows))
        line.outcome = Outcome.AMBIGUOUS
        line.problems = [problem for problem in line.problems if problem["code"] != ALREADY_IN_REVIEW]
        line.save(update_fields=["outcome", "problems"])
        rows = len(line.rows)
        AttendanceFile.objects.filter(pk=line.file_id).update(
            rejected=F("rejected") - rows, ambiguous=F("ambiguous") + rows
        )


def made_by(file: AttendanceFile, session: Session) -> tuple[dict[int, int], int]:
    """The attendances of the file that stand, by advocate, and how many of it something later has replaced."""
    made = Attendance.objects.filter(session=session, line__file=file)
    newest = dict(made.order_by("pk").values_list("advocate_id", "pk"))
    standing = {pk: one.pk for pk, one in standing_by_advocate(session).items()}
    later = sum(standing.get(advocate, 0) > pk for advocate, pk in newest.items())
    return {advocate: pk for advocate, pk in newest.items() if standing.get(advocate) == pk}, later


def _made_or_replaced(file: AttendanceFile, session: Session, advocates: Container[int]) -> list[int]:
    """The attendances of these advocates that the file made, and the one of each that it replaced."""
    rows = Attendance.objects.filter(session=session).order_by("pk")
    before: dict[int, int] = {}
    made: defaultdict[int, list[int]] = defaultdict(list)
    for advocate, pk, its in rows.values_list("advocate_id", "pk", "line__file"):
        if advocate not in advocates:
            continue
        if its == file.pk:
            made[advocate].append(pk)
        elif advocate not in made:
            before[advocate] = pk
    return [*before.values(), *chain.from_iterable(made.values())]


def _without(file: AttendanceFile, session: Session, advocates: dict[int, int]) -> dict[int, Record]:
    """What is on record of these advocates once the file is gone: its predecessor's seconds, or other files' stays."""
    others = evidence_of(session, without=[file.pk])
    before = _seconds_before(file)
    window, length = window_of(session), length_of(session)
    left: dict[int, Record] = {}
    for pk in advocates:
        presences = others.presences.get(pk, [])
        if not presences and pk not in before:
            continue
        seconds = max(seconds_present(presences, window), before.get(pk, 0))
        left[pk] = Record(judge(seconds, length, session.course), others.lines.get(pk))
    return left


def _seconds_before(file: AttendanceFile) -> dict[int, int]:
    """The seconds on record before the file changed them; of several lines of one person, before the first of them.

    A line on which a person decided later starts from what the file itself had put on record.
    """
    before: dict[int, int] = {}
    for line in file.lines.filter(outcome=Outcome.CHANGED, advocate__isnull=False):
        if line.advocate_id is not None:
            seconds = line.changes["seconds"][0]  # presence only grows: the least was there first
            before[line.advocate_id] = min(seconds, before.get(line.advocate_id, seconds))
    created = file.lines.filter(outcome=Outcome.CREATED, advocate__in=list(before))
    for advocate in created.values_list("advocate_id", flat=True):
        before.pop(advocate, None)
    return before
