"""Importing a bar's roll: preview, apply, and decide what only a person can decide."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from advocates.identifiers import licence_key
from advocates.models import Advocate, Bar, ImportState, Outcome, RollFile, RollLine, User
from advocates.queries.roll import known_advocates, members_elsewhere, unit_names
from advocates.roll import ParsedRoll, parse_roll
from advocates.roll.changes import Changes, Values, compare, noted
from advocates.roll.doubts import DOUBTS
from advocates.roll.known import bare_licence
from advocates.roll.plan import PlannedLine, RollPlan, plan_roll
from advocates.roll.units import UnitNames
from advocates.services.roll_changes import SEALED, note_changes, said_by
from advocates.services.roll_records import amend, enrol, link, units_named
from cle.core.copying import copy_rows
from cle.core.errors import DomainError, Problem
from cle.core.locks import ROLL_IMPORT, one_at_a_time
from cle.core.tables import read_table

_READ_AS = "read-as"
_LONGEST_NAME = 255
_WRITTEN = (Outcome.CREATED, Outcome.CHANGED)
_UNRECORDED = (Outcome.CREATED, Outcome.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the file was read: kept with the preview, so that applying it reads the same."""

    sheet: str = ""
    encoding: str = ""
    today: dt.date | None = None

    def parse(self, bar: Bar, content: bytes, file_name: str) -> ParsedRoll:
        return _parsed(content, file_name, self.sheet, self.encoding, bar.jurisdiction, self.today)

    def as_note(self) -> dict[str, Any]:
        chosen = {"sheet": self.sheet, "encoding": self.encoding, "today": self.today and self.today.isoformat()}
        return {**_problem(Problem(_READ_AS, _("How the file was read."))), **chosen}

    @classmethod
    def of(cls, file: RollFile) -> _Reading:
        note = next((note for note in file.notes if note["code"] == _READ_AS), None)
        if note is None:
            return cls()
        return cls(note["sheet"], note["encoding"], dt.date.fromisoformat(note["today"]) if note["today"] else None)


@lru_cache(maxsize=1)  # a preview is often applied by the same process, which has just read the file
def _parsed(
    content: bytes, file_name: str, sheet: str, encoding: str, jurisdiction: str, today: dt.date | None
) -> ParsedRoll:
    table = read_table(content, file_name, sheet=sheet, encoding=encoding)
    return parse_roll(table, jurisdiction=jurisdiction, today=today)


@transaction.atomic
def preview_roll(
    bar: Bar,
    content: bytes,
    file_name: str,
    *,
    by: User | None,
    sheet: str = "",
    encoding: str = "",
    today: dt.date | None = None,
) -> RollFile:
    """Store the file and what importing it would do; nothing else changes.

    ``today`` is the bar's local day: later dates in the file are errors of their lines. Raises FileRefused,
    and then nothing is stored, when the file as a whole cannot be read.
    """
    file = receive_roll(bar, content, file_name, by=by, sheet=sheet, encoding=encoding, today=today)
    return _previewed(file)


def receive_roll(
    bar: Bar,
    content: bytes,
    file_name: str,
    *,
    by: User | None,
    sheet: str = "",
    encoding: str = "",
    today: dt.date | None = None,
) -> RollFile:
    """Store the file alone, to be read later (``read_received``) in the way that is chosen now."""
    return RollFile.objects.create(
        bar=bar, file_name=file_name[-_LONGEST_NAME:], sha256=hashlib.sha256(content).hexdigest(), content=content,
        notes=[_Reading(sheet, encoding, today).as_note()], state=ImportState.RECEIVED, uploaded_by=by,
    )  # fmt: skip


@transaction.atomic
def read_received(file: RollFile) -> RollFile:
    """Preview a file that was received; one that has been read already is returned as it is. Raises FileRefused."""
    file = RollFile.objects.select_for_update(of=("self",)).select_related("bar").get(pk=file.pk, bar=file.bar_id)
    return _previewed(file) if file.state == ImportState.RECEIVED else file


@transaction.atomic
def apply_roll(file: RollFile, *, by: User | None, now: dt.datetime) -> RollFile:
    """Do what was previewed, all of it or nothing; an applied file is returned as it is.

    New people join from their date of joining, with this file as the document. Nobody is removed, no status
    changes, and open lines stay open but for those of which somebody has said whom they name (``choose_line``); what
    is in the way of one of these is in the way of all, and names the line.

    Raises DomainError "roll-moved-on" when the records have changed so that the preview no longer holds,
    "roll-discarded" when it was thrown away, "roll-not-read" before its preview.
    """
    one_at_a_time(ROLL_IMPORT, file.bar_id)
    file = RollFile.objects.select_for_update().select_related("bar").get(pk=file.pk, bar=file.bar_id)
    if file.state == ImportState.APPLIED:
        return file
    if file.state == ImportState.DISCARDED:
        raise DomainError("roll-discarded", _("This preview was discarded. Upload the file again."))
    if file.state == ImportState.RECEIVED:
        raise DomainError("roll-not-read", _("This file is still being read. Look at its preview first."))
    parsed = _Reading.of(file).parse(file.bar, bytes(file.content), file.file_name)
    plan = _plan(file.bar, parsed)
    if plan.sha256 != file.plan_sha256:
        message = _("The records have changed since the preview. Upload the file again and check it anew.")
        raise DomainError("roll-moved-on", message)
    _carry_out(file, plan, _document(file, parsed.as_of), by=by, now=now)
    file.state, file.applied_at = ImportState.APPLIED, now
    file.save(update_fields=["state", "applied_at"])
    _decide_chosen(file, by=by, now=now)
    return file


def _decide_chosen(file: RollFile, *, by: User | None, now: dt.datetime) -> None:
    for line in RollLine.objects.settled().filter(file=file).select_related("chosen").order_by("pk"):
        try:
            decide_line(line, advocate=line.chosen, by=by, now=now)
        except DomainError as error:
            raise DomainError(error.code, f"{line.label}: {error}") from error
    file.refresh_from_db(fields=[outcome.value for outcome in Outcome])


@transaction.atomic
def discard_roll(file: RollFile) -> RollFile:
    """Put a preview aside; it can no longer be applied. Safe to repeat."""
    file = RollFile.objects.select_for_update().get(pk=file.pk, bar=file.bar_id)
    if file.state == ImportState.APPLIED:
        raise DomainError("roll-applied", _("This roll has been applied and cannot be discarded."))
    file.state = ImportState.DISCARDED
    file.save(update_fields=["state"])
    return file


@transaction.atomic
def decide_line(line: RollLine, *, advocate: Advocate | None, by: User | None, now: dt.datetime) -> RollLine:
    """Close an open line of an applied file: it names this advocate of the bar, or (None) a new person.

    Raises DomainError: "roll-not-applied", "line-decided", "line-erased" (its time was up),
    "advocate-of-another-bar", "other-bar" (a new record for a member of another bar), "national-id-taken".
    """
    one_at_a_time(ROLL_IMPORT, line.bar_id)
    line = RollLine.objects.select_for_update(of=("self",)).select_related("file").get(pk=line.pk, bar=line.bar_id)
    if line.file.state != ImportState.APPLIED:
        raise DomainError("roll-not-applied", _("Apply the roll first, then decide its open lines."))
    if line.outcome != Outcome.AMBIGUOUS:
        raise DomainError("line-decided", _("This line is not open."))
    if not line.changes:
        raise DomainError("line-erased", _("The file is not kept any more. Upload it again."))
    spelling = UnitNames(unit_names(line.bar_id)).spelling
    values = {field: spelling(new) if field == "unit" else new for field, new in said_by(line).items()}
    _refuse_taken_id(line.bar_id, values.get("national_id", ""), advocate)
    if advocate is None:
        _enrol_decided(line, values, by=by)
    else:
        _amend_decided(line, values, advocate, now=now)
    line.save(update_fields=["outcome", "advocate", "changes", "problems", *SEALED])
    closed = {"ambiguous": F("ambiguous") - 1, line.outcome: F(line.outcome) + 1}
    RollFile.objects.filter(pk=line.file_id).update(**closed)
    return line


def _previewed(file: RollFile) -> RollFile:
    parsed = _Reading.of(file).parse(file.bar, bytes(file.content), file.file_name)
    plan = _plan(file.bar, parsed)
    outcome: dict[str, Any] = {
        "state": ImportState.PREVIEWED, "plan_sha256": plan.sha256, "rows": len(plan.lines),
        "notes": [*file.notes, *map(_problem, (*parsed.notes, *parsed.skipped))],
        "missing": [{"advocate": person.pk, "name": person.full_name} for person in plan.missing],
        **{outcome.value: count for outcome, count in plan.counts.items()},
    }  # fmt: skip
    for name, value in outcome.items():
        setattr(file, name, value)
    file.save(update_fields=list(outcome))
    copy_rows([_stored(file, line) for line in plan.lines])
    return file


def _plan(bar: Bar, parsed: ParsedRoll) -> RollPlan:
    licences = {bare_licence(licence_key(line.licence_number)) for line in parsed.lines if line.licence_number}
    return plan_roll(parsed, known_advocates(bar.pk), members_elsewhere(bar.pk, licences), unit_names(bar.pk))


def _carry_out(file: RollFile, plan: RollPlan, document: str, *, by: User | None, now: dt.datetime) -> None:
    newcomers = [line.values for line in plan.lines if line.outcome == Outcome.CREATED]
    changes = {line.advocate_id: line.changes for line in plan.lines if line.advocate_id and line.changes}
    mentioned = [line.values.get("unit", "") for line in plan.lines if line.outcome in _WRITTEN]
    units = units_named(file.bar_id, mentioned)
    created = enrol(file.bar_id, newcomers, units, document=document, by=by)
    amend(file.bar_id, changes, units, now=now)
    link(file.lines.filter(outcome=Outcome.CREATED).order_by("pk").values_list("pk", flat=True), created)


def _enrol_decided(line: RollLine, values: Values, *, by: User | None) -> None:
    units = units_named(line.bar_id, [values.get("unit", "")])
    (advocate,) = enrol(line.bar_id, [values], units, document=line.file.file_name, by=by)
    licence = bare_licence(advocate.licence_key)
    if licence and (advocate.name_key, licence) in members_elsewhere(line.bar_id, [licence]):
        raise DomainError("other-bar", DOUBTS["other-bar"])  # undoes the enrolment with the transaction
    line.outcome, line.advocate = Outcome.CREATED, advocate


def _amend_decided(line: RollLine, values: Values, advocate: Advocate, *, now: dt.datetime) -> None:
    known = known_advocates(line.bar_id, advocate.pk)
    if not known:
        raise DomainError("advocate-of-another-bar", _("Choose an advocate of this bar."))
    changes, notes = compare(values, known[0])
    amend(line.bar_id, {advocate.pk: changes} if changes else {}, units_named(line.bar_id, _unit(changes)), now=now)
    line.outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    line.advocate_id = advocate.pk
    note_changes(line, changes)
    line.problems = [*line.problems, *map(_problem, noted(notes, line.rows[0]))]


def _refuse_taken_id(bar_id: int, national_id: str, advocate: Advocate | None) -> None:
    holders = Advocate.objects.for_bar(bar_id).filter(national_id=national_id)
    if advocate is not None:
        holders = holders.exclude(pk=advocate.pk)
    if national_id and holders.exists():
        raise DomainError("national-id-taken", _("Another advocate of the bar has this national identifier."))


def _unit(changes: Changes) -> list[str]:
    return changes["unit"][1:] if "unit" in changes else []


def _document(file: RollFile, as_of: dt.date | None) -> str:
    return f"{file.file_name}, {as_of.isoformat()}" if as_of else file.file_name


def _stored(file: RollFile, line: PlannedLine) -> RollLine:
    """An open or new line keeps what the file says as changes from nothing: there is no record yet to hold it."""
    said = {field: ["", text] for field, text in line.values.items()}
    stored = RollLine(
        bar_id=file.bar_id, file=file, rows=list(line.rows), outcome=line.outcome, label=line.label,
        advocate_id=line.advocate_id,
        problems=[_problem(problem) for problem in line.problems],
        suggestions=[
            {"advocate": one.advocate_id, "confidence": one.confidence, "reason": str(one.reason)}
            for one in line.suggestions
        ],
    )  # fmt: skip
    note_changes(stored, said if line.outcome in _UNRECORDED else line.changes)
    return stored


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code, "message": str(problem.message), "row": problem.row, "column": problem.column
    }  # fmt: skip
