"""What the files of a session say about each advocate, read again from their stored content."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from cle.core.errors import FileRefused
from courses.attendance.model import Presence
from courses.models import AttendanceFile, AttendanceLine, Session
from courses.queries.attendance import Rows, applied_files, credited_lines
from courses.services.attendance_reading import Reading


@dataclass(frozen=True, slots=True)
class Evidence:
    """Presences of each advocate, and the key of the first line that credits them."""

    presences: dict[int, list[Presence]] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)


def evidence_of(session: Session, *, without: Collection[int] = (), without_content: str = "") -> Evidence:
    """Of the session's applied files, but for some files by key and those with a content; two statements.

    Stays are united over files, so a meeting that was started again counts in full and no minute twice.
    """
    files = [
        file
        for file in applied_files(session)
        if file.pk not in without and (not without_content or file.sha256 != without_content)
    ]
    found = Evidence()
    if not files:
        return found
    said = {file.pk: presences_by_rows(file, session) for file in files}
    for line in credited_lines(files):
        if line.advocate_id is not None:
            found.presences.setdefault(line.advocate_id, []).append(presence_of(line, said[line.file_id]))
            found.lines.setdefault(line.advocate_id, line.pk)
    return found


def presences_by_rows(file: AttendanceFile, session: Session) -> dict[Rows, Presence]:
    """The file's presences; empty if it cannot be read any more, so that only the lines' seconds are left."""
    try:
        report = Reading.of(file).report(session, bytes(file.content), file.file_name)
    except FileRefused:
        return {}
    return {presence.rows: presence for presence in report.presences}


def presence_of(line: AttendanceLine, said: Mapping[Rows, Presence]) -> Presence:
    """The line's presence in full, or at least its length."""
    rows = tuple(line.rows)
    return said.get(rows) or Presence(rows[0], rows, line.label, seconds=line.seconds)
