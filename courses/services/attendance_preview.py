"""Previewing an attendance report: what importing it would do, stored so that a person can look before it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import transaction

from advocates.models import Outcome, User
from cle.core.copying import NULL, copy_lines, escaped, insert_whole
from cle.core.garbage import no_cycles_sought
from courses.attendance.matching import LICENCE
from courses.attendance.model import Presence, Report
from courses.models import AttendanceFile, AttendanceLine, Provider, Session
from courses.queries.attendance import decided_before, standing_by_advocate
from courses.services.attendance_basis import basis_of
from courses.services.attendance_evidence import evidence_of
from courses.services.attendance_matching import find_people
from courses.services.attendance_plan import Known, PlainLines, Plan, PlannedLine, plan_attendance, problems_as_json
from courses.services.attendance_reading import Reading

_COLUMNS = (
    "file_id", "bar_id", "session_id", "rows", "outcome", "label", "email", "licence", "no_times", "advocate_id",
    "seconds", "matched_by", "confidence", "changes", "problems", "suggestions",
)  # fmt: skip
_FILE_NAME, _LABEL, _EMAIL, _LICENCE = 255, 300, 254, 50  # characters that are kept


@transaction.atomic
@no_cycles_sought()
def preview_attendance(
    session: Session,
    content: bytes,
    file_name: str,
    *,
    by: User | None,
    time_zone: str = "",
    sheet: str = "",
    encoding: str = "",
    override_reason: str = "",
    by_code: bool = False,
    provider: Provider | None = None,
    replaces: AttendanceFile | None = None,
    as_if: AbstractContextManager[object] | None = None,
) -> AttendanceFile:
    """Store the report and what importing it would do; no attendance changes.

    ``time_zone`` (IANA) is that of whoever exported the file, by default the bar's. ``by_code``: ``content`` was
    written by ``sheet_of_stays``. ``as_if`` makes the records, for
    a moment, what they will be when a file that ``replaces`` another is applied. Raises FileRefused, and then
    nothing is stored, for a file that cannot be read and, unless ``override_reason`` is given, for
    the report of another event ("wrong-event").
    """
    session = Session.objects.select_related("course", "bar").get(pk=session.pk)
    reading = Reading(time_zone or session.bar.time_zone, sheet, encoding, override_reason.strip(), by_code)
    report = reading.report(session, content, file_name)
    sha256 = hashlib.sha256(content).hexdigest()
    basis = basis_of(session, len(report.presences))
    with as_if or nullcontext():
        plan = plan_session(session, report, sha256)
    counts = plan.counts
    file = AttendanceFile(
        bar_id=session.bar_id, session=session, source=report.source, people=len(report.presences),
        time_zone=report.zone_in_file or reading.time_zone, file_name=file_name[-_FILE_NAME:],
        sha256=sha256, content=content, plan_sha256=plan.sha256, basis=basis, notes=reading.notes(session, report),
        rows=sum(counts.values()), uploaded_by=by, provider=provider, replaces=replaces,
        **{outcome.value: count for outcome, count in counts.items()},
    )  # fmt: skip
    insert_whole(file)
    _store_lines(file, plan)
    return file


def plan_session(session: Session, report: Report, sha256: str) -> Plan:
    """The plan against the records of this moment; the same number of statements for any number of people."""
    decided = decided_before(session, sha256)
    also = {before.advocate_id for before in decided.values() if before.advocate_id is not None}
    found = find_people(session, report.presences, also)
    known = Known(
        session=session,
        found=found,
        standing=standing_by_advocate(session),
        earlier=evidence_of(session, without_content=sha256).presences,
        decided=decided,
    )
    return plan_attendance(report, known)


def _store_lines(file: AttendanceFile, plan: Plan) -> None:
    head = f"{file.pk}\t{file.bar_id}\t{file.session_id}"
    lines = plan.in_order(_stored_plain(head, plan.plain), (_stored(head, line) for line in plan.lines))
    copy_lines(AttendanceLine, _COLUMNS, lines)


def _stored(head: str, line: PlannedLine) -> str:
    """The values of ``_COLUMNS`` as COPY reads them, after those that are the same in all lines of the file."""
    label, email, licence, marked = _said(line.presence)
    suggestions = [{"advocate": one.pk, "confidence": one.confidence, "reason": one.reason} for one in line.suggestions]
    return (
        f"{head}\t{{{','.join(map(str, line.rows))}}}\t{line.outcome}\t{escaped(label[:_LABEL])}"
        f"\t{escaped(email[:_EMAIL])}\t{escaped(licence[:_LICENCE])}\t{'t' if marked else 'f'}"
        f"\t{line.advocate_id or NULL}\t{line.seconds}\t{line.matched_by}\t{line.confidence}"
        f"\t{escaped(line.changes)}\t{_json(problems_as_json(line.problems))}\t{_json(suggestions)}\n"
    )


def _stored_plain(head: str, lines: PlainLines) -> Iterator[str]:
    """As ``_stored``: plain rows have short licences and names, and nothing in them to escape."""
    rows, created = lines.rows, Outcome.CREATED.value
    tails = {
        seconds: f"{seconds}\tlicence\t{LICENCE}\t{escaped(changes)}\t[]\t[]\n"
        for seconds, (_judgement, changes) in lines.worth.items()
    }
    each = zip(rows.rows.tolist(), rows.names, rows.licences, lines.advocates, lines.seconds, strict=True)
    return (
        f"{head}\t{{{row}}}\t{created}\t{name}\t\t{licence}\tf\t{pk}\t{tails[seconds]}"
        for row, name, licence, pk, seconds in each
    )


def _said(presence: Presence | None) -> tuple[str, str, str, bool]:
    if presence is None:
        return "", "", "", False
    return presence.name or presence.original_name, presence.email, presence.licence, presence.marked


def _json(said: list[dict[str, Any]]) -> str:
    return escaped(json.dumps(said)) if said else "[]"
