"""Zoom's two reports: participants of a meeting, join by join, and attendees of a webinar in sections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from cle.demo.presence import Attendance, Stay
from cle.demo.sessions import SessionPlan
from cle.demo.sheets import Cell, write_text

HOST, HOST_MAIL = "Учебная комиссия", "host@bar.example"

_MEETING = ("Topic", "ID", "Host", "Duration (minutes)", "Start time", "End time", "Participants")
_PARTICIPANT = (
    "Name (original name)", "Email", "Join time", "Leave time", "Duration (minutes)", "Guest",
    "Recording disclaimer response", "In waiting room",
)  # fmt: skip
_WEBINAR = (
    "Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)", "# Registered", "# Cancelled",
    "Unique Viewers", "Total Users", "Max Concurrent Views",
)  # fmt: skip
_HOST_HEADINGS = (
    "Attended", "User Name (Original Name)", "Email", "Join Time", "Leave Time", "Time in Session (minutes)",
    "Is Guest", "Country/Region Name",
)  # fmt: skip
_ATTENDEE = (
    "Attended", "User Name (Original Name)", "First Name", "Last Name", "Email", "Registration Time",
    "Approval Status", "Join Time", "Leave Time", "Time in Session (minutes)", "Is Guest", "Country/Region Name",
)  # fmt: skip


def write_meeting(session: SessionPlan, attendances: Sequence[Attendance], path: Path) -> None:
    """The current lower-case meeting report: meeting block, blank line, one row per join; UTF-8 with a mark."""
    joins = sorted(_joins(attendances), key=_by_join)
    whole = _meeting_time(session, attendances)
    host = f"{HOST} ({HOST_MAIL})"
    rows: list[Sequence[Cell]] = [
        _MEETING,
        (session.title, _number(session), host, minutes(whole), stamp(whole.start), stamp(whole.end), len(joins)),
        (),
        _PARTICIPANT,
    ]
    rows += [_participant(attendance, stay, waiting=waiting) for attendance, stay, waiting in joins]
    write_text(rows, path, encoding="utf-8-sig", delimiter=",")


def _joins(attendances: Sequence[Attendance]) -> Iterator[tuple[Attendance, Stay, bool]]:
    for attendance in attendances:
        if attendance.waiting is not None:
            yield attendance, attendance.waiting, True
        for stay in attendance.stays:
            yield attendance, stay, False


def _by_join(join: tuple[Attendance, Stay, bool]) -> tuple[dt.datetime, str]:
    return join[1].start, join[0].shown


def _participant(attendance: Attendance, stay: Stay, *, waiting: bool) -> Sequence[Cell]:
    times = (stamp(stay.start), stamp(stay.end), minutes(stay))
    return attendance.shown, attendance.email, *times, "Yes", "" if waiting else "OK", "Yes" if waiting else "No"


def write_webinar(session: SessionPlan, attendances: Sequence[Attendance], path: Path) -> None:
    """The attendee report: title, host and attendee sections, re-joins without a registration, no-shows with dashes."""
    rng = Random(session.key)
    whole = _meeting_time(session, attendances)
    absent = [(f"absent{number}@elsewhere.example", number) for number in range(1, 2 + len(attendances) // 50)]
    totals = (len(attendances) + len(absent), 0, len(attendances), len(attendances) + 1, len(attendances))
    host = ("Yes", HOST, HOST_MAIL, webinar_stamp(whole.start), webinar_stamp(whole.end), minutes(whole), "No", "KZ")
    rows: list[Sequence[Cell]] = [
        ("Attendee Report", ""),
        ("Report Generated:", webinar_stamp(whole.end + dt.timedelta(hours=9))),
        _WEBINAR,
        (session.title, _number(session), webinar_stamp(whole.start), minutes(whole), *totals),
        ("Host Details", ""),
        _HOST_HEADINGS,
        host,
        ("Attendee Details", ""),
        _ATTENDEE,
    ]
    for attendance in attendances:
        rows += _attendee_rows(attendance, rng)
    rows += [_no_show(session, email, number) for email, number in absent]
    write_text(rows, path, encoding="utf-8-sig", delimiter=",")


def _attendee_rows(attendance: Attendance, rng: Random) -> Iterator[Sequence[Cell]]:
    """Registration asks for an address, so those without one on the roll give another, private one."""
    email = attendance.email or f"private{rng.randrange(10**9):09d}@elsewhere.example"
    registered = attendance.whole.start - dt.timedelta(hours=rng.randrange(20, 200))
    person = (attendance.shown, attendance.name.given, attendance.name.family, email)
    registration = (webinar_stamp(registered), "approved")
    for stay in attendance.stays:
        times = (webinar_stamp(stay.start), webinar_stamp(stay.end), minutes(stay))
        yield ("Yes", *person, *registration, *times, "Yes", "Kazakhstan")
        registration = ("", "")


def _no_show(session: SessionPlan, email: str, number: int) -> Sequence[Cell]:
    registered = webinar_stamp(session.start - dt.timedelta(days=number))
    return "No", f"Отсутствующий {number}", "Отсутствующий", str(number), email, registered, "approved", *["--"] * 5


def _meeting_time(session: SessionPlan, attendances: Sequence[Attendance]) -> Stay:
    """From the host's coming a quarter of an hour early to the last one's going."""
    return Stay(session.start - dt.timedelta(minutes=15), max(attendance.whole.end for attendance in attendances))


def _number(session: SessionPlan) -> str:
    """Eleven digits, as meetings have them."""
    return f"8{Random(session.key).randrange(10**10):010d}"


def minutes(stay: Stay) -> int:
    """Whole minutes, each begun one counted, as Zoom does."""
    return -(-stay.seconds // 60)


def stamp(moment: dt.datetime) -> str:
    """``03/14/2025 10:00:02 AM``, without a zone."""
    return f"{moment:%m/%d/%Y %I:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"


def webinar_stamp(moment: dt.datetime) -> str:
    """``Mar 14, 2025 10:00:02``; the months in English on any machine."""
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[moment.month - 1]
    return f"{month} {moment:%d, %Y %H:%M:%S}"
