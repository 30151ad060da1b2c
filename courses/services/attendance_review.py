"""Deciding what the matching would not: whose line of a report it is, or that it is nobody's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, ImportState, NameAlias, Outcome, User
from advocates.names import letters_lost
from cle.core.errors import DomainError, Problem
from courses.attendance.claims import alias_key
from courses.attendance.presence import seconds_present
from courses.models import Attendance, AttendanceFile, AttendanceLine, Session, SessionState
from courses.queries.attendance import TAKEN_BACK, applied_files, credited_lines, open_lines, standing_by_advocate
from courses.queries.roster import of_the_tree
from courses.services.attendance import locked_session
from courses.services.attendance_evidence import evidence_of, presence_of, presences_by_rows
from courses.services.attendance_judging import Judgement, judge, length_of, window_of
from courses.services.attendance_plan import changes_between, outcome_of
from courses.services.attendance_reading import as_json
from courses.services.attendance_records import Record, record, void
from courses.services.attendance_wording import NOT_A_MEMBER

_DECIDED = "A person decided whose presence another line of the report is."
_NOT_TO_REMEMBER = {"namesakes", "same-name-different-mail", "evidence-disagrees"}
"""Doubts that say that somebody else may sign in under the same name next time."""
_ONE_BY_ONE = {NOT_A_MEMBER, "evidence-disagrees"}
"""Doubts that no likeness outweighs."""


@transaction.atomic
def resolve_line(
    line: AttendanceLine, advocate: Advocate, *, by: User | None, now: dt.datetime, remember: bool = True
) -> AttendanceLine:
    """The line is this advocate's: the presence is united with what is on record, and credited.

    ``remember`` keeps the display name for next time, unless other people may bear it. Raises DomainError
    "attendance-not-applied", "line-decided", "session-cancelled", "own-attendance" for a line that one would be
    credited for oneself, or "advocate-of-another-bar" for somebody who never belonged to the session's bar or to one
    below it.
    """
    if is_own(advocate, by):
        raise DomainError("own-attendance", _("Nobody may decide that they were there themselves."))
    session = locked_session(line.session_id)
    if session.state == SessionState.CANCELLED:
        raise DomainError("session-cancelled", _("The session was cancelled: there is nothing to attend."))
    line = _open_line(line)
    if not of_the_tree(session.bar).filter(pk=advocate.pk).exists():
        raise DomainError("advocate-of-another-bar", _("Choose an advocate of this bar."))
    judgement = _judged_with(line, session, advocate)
    standing = standing_by_advocate(session).get(advocate.pk)
    outcome = outcome_of(judgement, standing)
    if standing and outcome == Outcome.CHANGED:
        line.changes = changes_between(standing, judgement)
        void([standing.pk], reason=_DECIDED, by=by, now=now)
    line.advocate, line.matched_by, line.confidence = advocate, "person", 100
    _close(line, outcome, now)
    if outcome != Outcome.UNCHANGED:
        record(session, {advocate.pk: Record(judgement, line.pk)}, by=by)
    if remember:
        _remember(line, advocate, by=by, now=now)
    return line


@transaction.atomic
def dismiss_line(line: AttendanceLine, *, reason: str, by: User | None, now: dt.datetime) -> AttendanceLine:
    """The line is nobody's of this bar. It stays in the file with the reason; nothing is credited."""
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why nobody is credited."))
    locked_session(line.session_id)
    line = _open_line(line)
    note_dismissed(line, reason, by)
    _close(line, Outcome.REJECTED, now)
    return line


@transaction.atomic
def take_back(attendance: Attendance, *, by: User | None, reason: str, now: dt.datetime) -> Attendance:
    """Void one attendance and reverse its credit; the lines that it rests on are nobody's from then on. Safe to repeat.

    A display name that was remembered is forgotten, or the next report would credit the same person by it again.
    Whatever else the files of the session say stays. Raises DomainError "reason-needed".
    """
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why the attendance is taken back."))
    session = locked_session(attendance.session_id)
    standing = standing_by_advocate(session).get(attendance.advocate_id)
    if standing is not None and standing.pk == attendance.pk:
        void([attendance.pk], reason=reason.strip(), by=by, now=now)
        for line in credited_lines(applied_files(session), advocate=attendance.advocate_id):
            _note(line, TAKEN_BACK, reason, by)
            _forget(line, now=now)
            line.advocate = None
            _close(line, Outcome.REJECTED, now, was=Outcome(line.outcome))
    attendance.refresh_from_db()
    return attendance


def is_own(advocate: Advocate, by: User | None) -> bool:
    return by is not None and advocate.user_id == by.pk


def note_dismissed(line: AttendanceLine, reason: str, by: User | None) -> None:
    """Why nobody is credited, and who says so; the caller saves ``problems``."""
    _note(line, "dismissed", reason, by)


def _note(line: AttendanceLine, code: str, reason: str, by: User | None) -> None:
    problem = as_json(Problem(code, reason.strip(), line.rows[0]))
    line.problems = [*line.problems, {**problem, "by": by.pk if by else None}]


@transaction.atomic
def accept_likely(file: AttendanceFile, least: int, *, by: User, now: dt.datetime) -> int:
    """Give the open lines of a file to their likeliest people, from ``least`` percent on; returns how many.

    Left open are lines with two people who are equally likely, and one's own. No name is remembered: nobody has
    looked at it. Raises DomainError "attendance-not-applied".
    """
    if file.state != ImportState.APPLIED:
        raise DomainError("attendance-not-applied", _("Apply the import first, then decide its open lines."))
    locked_session(file.session_id)
    accepted = likely_people(file, least, by=by)
    for line, advocate in accepted:
        resolve_line(line, advocate, by=by, now=now, remember=False)
    return len(accepted)


def likely_people(file: AttendanceFile, least: int, *, by: User) -> list[tuple[AttendanceLine, Advocate]]:
    """The open lines of a file that one person is likeliest to be, from ``least`` percent on, but for one's own.

    Who was no member, or whose licence had ended, is known all too surely, and where name and address are of two people
    the surer one may be the wrong one: these are decided one by one.
    """
    likely = {line: pk for line in open_lines(file) if (pk := _likeliest(line, least)) is not None}
    people = of_the_tree(file.session.bar).in_bulk(set(likely.values()))
    return [(line, people[pk]) for line, pk in likely.items() if pk in people and people[pk].user_id != by.pk]


def _likeliest(line: AttendanceLine, least: int) -> int | None:
    if any(problem["code"] in _ONE_BY_ONE for problem in line.problems):
        return None
    first, *others = [(one["confidence"], one["advocate"]) for one in line.suggestions] or [(0, None)]
    return first[1] if first[0] >= least and all(other[0] < first[0] for other in others) else None


def _open_line(line: AttendanceLine) -> AttendanceLine:
    line = AttendanceLine.objects.select_for_update(of=("self",)).select_related("file").get(pk=line.pk)
    if line.file.state != ImportState.APPLIED:
        raise DomainError("attendance-not-applied", _("Apply the import first, then decide its open lines."))
    if line.outcome != Outcome.AMBIGUOUS or line.resolved_at is not None:
        raise DomainError("line-decided", _("This line is not open."))
    return line


def _judged_with(line: AttendanceLine, session: Session, advocate: Advocate) -> Judgement:
    """The advocate's presence in all files of the session, this line included; never less than is on record."""
    window = window_of(session)
    presences = evidence_of(session).presences.get(advocate.pk, [])
    presences = [*presences, presence_of(line, presences_by_rows(line.file, session))]
    standing = standing_by_advocate(session).get(advocate.pk)
    seconds = max(seconds_present(presences, window), standing.seconds if standing else 0)
    return judge(seconds, length_of(session), session.course)


def _close(line: AttendanceLine, outcome: Outcome, now: dt.datetime, was: Outcome = Outcome.AMBIGUOUS) -> None:
    """Book the line's rows from what they were to their outcome."""
    line.outcome, line.resolved_at = outcome, now
    line.save(update_fields=["outcome", "resolved_at", "advocate", "matched_by", "confidence", "changes", "problems"])
    rows = len(line.rows)
    moved = {was.value: F(was.value) - rows, outcome.value: F(outcome.value) + rows}
    AttendanceFile.objects.filter(pk=line.file_id).update(**moved)


@beyond_the_wall("the name under which somebody of another bar came to a session of this one")
def _remember(line: AttendanceLine, advocate: Advocate, *, by: User | None, now: dt.datetime) -> None:
    """Keep the display name as this advocate's. A name that has stood for two people is nobody's any more."""
    key = alias_key(line.label)
    doubted = {problem["code"] for problem in line.problems} & _NOT_TO_REMEMBER
    if doubted or len(key.split()) < 2 or letters_lost(line.label):
        return
    known = NameAlias.objects.for_bar(advocate.bar_id).filter(key=key)
    holder = known.filter(revoked_at=None).first()
    if _contested(known) or (holder and holder.advocate_id == advocate.pk):
        return
    known.filter(revoked_at=None).update(revoked_at=now)
    NameAlias.objects.create(
        bar_id=advocate.bar_id, advocate=advocate, key=key, decided_by=by, revoked_at=now if holder else None
    )


@beyond_the_wall("the name under which somebody of another bar came to a session of this one")
def _forget(line: AttendanceLine, *, now: dt.datetime) -> None:
    """The display name is no longer this advocate's; it may be decided on anew."""
    names = NameAlias.objects.filter(advocate=line.advocate_id, key=alias_key(line.label), revoked_at=None)
    names.update(revoked_at=now)


def _contested(aliases: Iterable[NameAlias]) -> bool:
    """Whether the name was taken from two people at one moment, which is done when it has stood for both."""
    revoked = Counter(alias.revoked_at for alias in aliases if alias.revoked_at)
    return any(count > 1 for count in revoked.values())
