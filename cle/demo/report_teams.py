"""Microsoft Teams' attendance report in three sections and Google Meet's table of one row per person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from cle.demo.presence import Attendance, Stay
from cle.demo.sessions import SessionPlan
from cle.demo.sheets import Cell, write_text

_PERSON = ("Name", "First join", "Last leave", "In-meeting duration", "Email", "Participant ID (UPN)", "Role")
_ACTIVITY = ("Name", "Join time", "Leave time", "Duration", "Email", "Role")
_MEET = ("First name", "Last name", "Email", "Duration", "Time joined", "Time exited")


def write_teams(session: SessionPlan, attendances: Sequence[Attendance], path: Path) -> None:
    """Summary, participants and in-meeting activities; UTF-16LE with a mark and tabs, whatever the file is called."""
    first = min(attendance.whole.start for attendance in attendances)
    last = max(attendance.whole.end for attendance in attendances)
    rows: list[Sequence[Cell]] = [
        ("1. Summary",),
        ("Meeting title", session.title),
        ("Attended participants", len(attendances)),
        ("Start time", _stamp(first)),
        ("End time", _stamp(last)),
        ("Meeting duration", _length(Stay(first, last).seconds)),
        (),
        ("2. Participants",),
        _PERSON,
    ]
    rows += [_person(attendance) for attendance in attendances]
    rows += [(), ("3. In-Meeting Activities",), _ACTIVITY]
    rows += [_activity(attendance, stay) for attendance in attendances for stay in attendance.stays]
    path.write_bytes(b"\xff\xfe")
    write_text(rows, path, encoding="utf-16-le", delimiter="\t", append=True)


def _person(attendance: Attendance) -> Sequence[Cell]:
    whole, email = attendance.whole, attendance.email
    inside = _length(min(whole.seconds, sum(stay.seconds for stay in attendance.stays)))
    return attendance.shown, _stamp(whole.start), _stamp(whole.end), inside, email, email, "Attendee"


def _activity(attendance: Attendance, stay: Stay) -> Sequence[Cell]:
    times = (_stamp(stay.start), _stamp(stay.end), _length(stay.seconds))
    return attendance.shown, *times, attendance.email, "Attendee"


def write_meet(session: SessionPlan, attendances: Sequence[Attendance], path: Path) -> None:
    """One row per person; times of day only, and a length in words that leaves out the time away; UTF-8 with a mark."""
    rows: list[Sequence[Cell]] = [_MEET]
    rows += [_meet_row(attendance) for attendance in attendances]
    write_text(rows, path, encoding="utf-8-sig", delimiter=",")


def _meet_row(attendance: Attendance) -> Sequence[Cell]:
    """Given names in the first column; a display name that is no name at all stays whole in it."""
    name, whole = attendance.name, attendance.whole
    given, family = f"{name.given} {name.patronymic}".strip(), name.family
    if attendance.certainty != "certain":
        given, family = attendance.shown, ""
    inside = min(whole.seconds, sum(stay.seconds for stay in attendance.stays))
    return given, family, attendance.email, _words(inside), _clock(whole.start), _clock(whole.end)


def _stamp(moment: dt.datetime) -> str:
    """``3/14/25, 10:00:02 AM``"""
    return f"{moment.month}/{moment.day}/{moment:%y}, {_clock(moment, ':%S')}"


def _clock(moment: dt.datetime, seconds: str = "") -> str:
    """``10:01 AM``"""
    return f"{moment.hour % 12 or 12}:{moment:%M}{moment.strftime(seconds)} {'AM' if moment.hour < 12 else 'PM'}"


def _length(seconds: int) -> str:
    """``2h 59m``, and seconds only below an hour."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}h {rest // 60}m" if hours else f"{rest // 60}m {rest % 60}s"


def _words(seconds: int) -> str:
    """``1 hr 25 min``"""
    hours, rest = divmod(seconds // 60, 60)
    return f"{hours} hr {rest} min" if hours else f"{rest} min"
