"""Writing attendances, and the credit that hangs on them; set-based, for one line or a whole file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, QuerySet

from advocates.acting import beyond_the_wall
from advocates.models import Outcome, User
from cle.core.clock import now as moment_now
from cle.core.copying import NULL, copy_lines, keys_for
from courses.models import Attendance, AttendanceFile, Entry, Session, SessionState
from courses.services.attendance_judging import Judgement
from courses.services.ledger import post_attendances

BATCH = 5_000
_COLUMNS = (
    "bar_id", "session_id", "advocate_id", "line_id", "seconds", "decision", "credit_percent", "recorded_at",
    "void_reason",
)  # fmt: skip
_NEW = """
    INSERT INTO courses_attendance (bar_id, session_id, advocate_id, line_id, seconds, decision, credit_percent,
                                    recorded_at, void_reason)
    SELECT DISTINCT ON (advocate_id) %(bar)s, %(session)s, advocate_id, id, coalesce((changes->'seconds'->>1)::int, 0),
           changes->'decision'->>1, coalesce((changes->'credit_percent'->>1)::int, 0), %(now)s, ''
      FROM courses_attendanceline WHERE file_id = %(file)s AND outcome = %(created)s ORDER BY advocate_id, id
"""
"""By the first line of each: all have the whole of the changes from nothing, without what stays 0."""


@dataclass(frozen=True, slots=True)
class Record:
    """A judgement to put on record, and the key of the line of a file on which it rests."""

    judgement: Judgement
    line: int | None


def void(attendances: Collection[int], *, reason: str, by: User | None, now: dt.datetime) -> None:
    """Void attendances by key, and take back the credit that they earned."""
    if not attendances:
        return
    Attendance.objects.filter(pk__in=attendances, voided_at=None).update(voided_at=now, void_reason=reason)
    reverse_credit(attendances, reason=reason, by=by)


@beyond_the_wall("the credit of advocates of other bars who came to a session")
def reverse_credit(attendances: Collection[int], *, reason: str, by: User | None) -> int:
    """Mirror every entry of these attendances that still counts; returns how many. Safe to repeat."""
    standing = Entry.objects.filter(attendance__in=attendances, reversed_by=None).order_by("advocate_id", "pk")
    mirrored = [_mirrored(entry, reason, by.pk if by else None) for entry in standing]
    Entry.objects.bulk_create(mirrored, batch_size=BATCH)
    return len(mirrored)


def _mirrored(entry: Entry, reason: str, by: int | None) -> Entry:
    return Entry(
        bar_id=entry.bar_id, advocate_id=entry.advocate_id, category_id=entry.category_id, format=entry.format,
        minutes=-entry.minutes, earned_on=entry.earned_on, reverses=entry, reason=reason, posted_by_id=by,
    )  # fmt: skip


Taken = dict[tuple[int, int], Entry]
"""The reversal by which a person took credit away, by the keys of advocate and category."""


@beyond_the_wall("the credit of advocates of other bars who came to a session")
def taken_by_hand(attendances: Collection[int]) -> Taken:
    """What an officer took away of the credit of these attendances, other than by voiding one: a reversal that goes
    with that has its reason."""
    rows = Entry.objects.filter(reverses__attendance__in=attendances)
    rows = rows.exclude(reason=F("reverses__attendance__void_reason")).order_by("pk")
    return {(entry.advocate_id, entry.category_id): entry for entry in rows}


@beyond_the_wall("the credit of advocates of other bars who came to a session")
def take_again(session: Session, taken: Taken) -> None:
    """Reverse what has been posted anew of it, in the words and in the name of whoever took it away."""
    advocates = {advocate for advocate, _category in taken}
    standing = Entry.objects.filter(attendance__session=session, advocate__in=advocates, reversed_by=None)
    Entry.objects.bulk_create(
        _mirrored(entry, earlier.reason, earlier.posted_by_id)
        for entry in standing.order_by("advocate_id", "pk")
        if (earlier := taken.get((entry.advocate_id, entry.category_id)))
    )


def record_new(file: AttendanceFile, session: Session, *, by: User | None) -> None:
    """Create the attendance of each advocate who had none, as the stored lines of the file have it, in one statement;
    where the session is confirmed already, post their credit at once.
    """
    keys = {"file": file.pk, "bar": session.bar_id, "session": session.pk}
    with connection.cursor() as cursor:
        cursor.execute(_NEW, {**keys, "created": Outcome.CREATED.value, "now": moment_now()})
    if session.state == SessionState.CONFIRMED:
        _post(Attendance.objects.filter(session=session, line__file=file, voided_at=None), by=by)


def record(session: Session, records: Mapping[int, Record], *, by: User | None) -> None:
    """Create attendances by advocate; where the session is confirmed already, post their credit at once."""
    if not records:
        return
    made = sorted(records.items())
    head, tail = f"{session.bar_id}\t{session.pk}", f"{moment_now().isoformat()}\t\n"
    lines = (
        f"{head}\t{advocate}\t{one.line or NULL}\t{one.judgement.seconds}\t{one.judgement.decision}"
        f"\t{one.judgement.credit_percent}\t{tail}"
        for advocate, one in made
    )
    if session.state != SessionState.CONFIRMED:
        copy_lines(Attendance, _COLUMNS, lines)
        return
    keys = keys_for(Attendance, len(made))
    copy_lines(Attendance, ("id", *_COLUMNS), (f"{key}\t{line}" for key, line in zip(keys, lines, strict=True)))
    _post(Attendance.objects.filter(pk__in=keys), by=by)


def _post(attendances: QuerySet[Attendance], *, by: User | None) -> None:
    post_attendances(list(attendances.select_related("advocate", "session__course", "session__bar")), by=by)
