"""Correcting a preview: whose an open line is going to be. Nothing is credited before the import is applied."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, ImportState, Outcome, User
from cle.core.errors import DomainError
from courses.models import AttendanceFile, AttendanceLine
from courses.queries.roster import of_the_tree
from courses.services.attendance import apply_attendance, locked_session
from courses.services.attendance_review import (
    accept_likely,
    dismiss_line,
    is_own,
    likely_people,
    note_dismissed,
    resolve_line,
)

PERSON, LIKELY, NOBODY = "person", "likely", "nobody"
"""What an open line of a preview says in ``matched_by`` once it was chosen: looked at, taken in bulk, or nobody's."""

CHOSEN = Q(outcome=Outcome.AMBIGUOUS, resolved_at=None, matched_by__in=[PERSON, LIKELY, NOBODY])


@transaction.atomic
def decide(line: AttendanceLine, advocate: Advocate, *, by: User, now: dt.datetime, remember: bool) -> AttendanceLine:
    """The line is this advocate's: credited at once in an applied import, chosen for later in a preview.

    Raises DomainError as ``resolve_line``.
    """
    if _state(line) != ImportState.PREVIEWED:
        return resolve_line(line, advocate, by=by, now=now, remember=remember)
    return _choose(line, advocate, PERSON if remember else LIKELY, by=by)


@transaction.atomic
def set_aside(line: AttendanceLine, *, reason: str, by: User, now: dt.datetime) -> AttendanceLine:
    """The line is nobody's of the bar: at once in an applied import, when it is applied in a preview.

    Raises DomainError as ``dismiss_line``.
    """
    if _state(line) != ImportState.PREVIEWED:
        return dismiss_line(line, reason=reason, by=by, now=now)
    if not reason.strip():
        raise DomainError("reason-needed", _("Say why nobody is credited."))
    held = _open_in_preview(line)
    note_dismissed(held, reason, by)
    return _written(held, None, NOBODY)


@transaction.atomic
def reopen(line: AttendanceLine) -> AttendanceLine:
    """Take back what was chosen in a preview. Raises DomainError "line-decided" once it is applied."""
    held = _open_in_preview(line)
    held.problems = [problem for problem in held.problems if problem["code"] != "dismissed"]
    return _written(held, None, "")


@transaction.atomic
def accept(file: AttendanceFile, least: int, *, by: User, now: dt.datetime, count: int) -> int:
    """Give all open lines to their likeliest people, from ``least`` percent on; returns how many.

    Raises DomainError "count-moved-on" unless there are ``count`` of them, as whoever asks was shown.
    """
    locked_session(file.session_id)
    file = AttendanceFile.objects.get(pk=file.pk)
    likely = likely_people(file, least, by=by)
    check_count(len(likely), count)
    if file.state != ImportState.PREVIEWED:
        return accept_likely(file, least, by=by, now=now)
    for line, advocate in likely:
        _choose(line, advocate, LIKELY, by=by)
    return len(likely)


@transaction.atomic
def apply_with_choices(file: AttendanceFile, *, by: User, now: dt.datetime) -> AttendanceFile:
    """Apply the import and what was chosen in its preview, all of it or nothing; once is enough."""
    chosen = list(chosen_lines(file))
    if file.state != ImportState.PREVIEWED:
        chosen = []
    applied = apply_attendance(file, by=by, now=now)
    for line in chosen:
        if line.advocate is not None:
            resolve_line(line, line.advocate, by=by, now=now, remember=line.matched_by == PERSON)
        else:
            _close_nobody(line, by=by, now=now)
    applied.refresh_from_db(fields=[*(outcome.value for outcome in Outcome)])
    return applied


def chosen_lines(file: AttendanceFile) -> list[AttendanceLine]:
    return list(file.lines.filter(CHOSEN).select_related("advocate").order_by("pk"))


def check_count(found: int, shown: int) -> None:
    """Raises DomainError "count-moved-on" where something else would be done than was shown."""
    if found != shown:
        raise DomainError("count-moved-on", _("Meanwhile something has changed. Look again, then confirm."))


def _close_nobody(line: AttendanceLine, *, by: User, now: dt.datetime) -> None:
    (said,) = [problem for problem in line.problems if problem["code"] == "dismissed"]
    line.problems = [problem for problem in line.problems if problem["code"] != "dismissed"]
    line.matched_by = ""
    line.save(update_fields=["problems", "matched_by"])
    dismiss_line(line, reason=said["message"], by=by, now=now)


def _state(line: AttendanceLine) -> str:
    return str(AttendanceFile.objects.values_list("state", flat=True).get(pk=line.file_id))


def _choose(line: AttendanceLine, advocate: Advocate, how: str, *, by: User) -> AttendanceLine:
    held = _open_in_preview(line)
    if is_own(advocate, by):
        raise DomainError("own-attendance", _("Nobody may decide that they were there themselves."))
    if not of_the_tree(held.session.bar).filter(pk=advocate.pk).exists():
        raise DomainError("advocate-of-another-bar", _("Choose an advocate of this bar."))
    held.problems = [problem for problem in held.problems if problem["code"] != "dismissed"]
    return _written(held, advocate, how)


def _written(line: AttendanceLine, advocate: Advocate | None, how: str) -> AttendanceLine:
    line.advocate, line.matched_by, line.confidence = advocate, how, 100 if advocate else 0
    line.save(update_fields=["advocate", "matched_by", "confidence", "problems"])
    return line


def _open_in_preview(line: AttendanceLine) -> AttendanceLine:
    locked_session(line.session_id)
    rows = AttendanceLine.objects.select_for_update(of=("self",)).select_related("file", "session__bar")
    line = rows.defer("file__content").get(pk=line.pk)
    is_open = line.outcome == Outcome.AMBIGUOUS and line.resolved_at is None
    if not is_open or line.file.state != ImportState.PREVIEWED:
        raise DomainError("line-decided", _("This line is not open."))
    return line
