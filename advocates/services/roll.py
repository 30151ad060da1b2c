"""Importing a bar's roll: preview, apply, and decide what only a person can decide."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from advocates.identifiers import licence_key
from advocates.models import Advocate, Bar, ImportState, Outcome, RollFile, RollLine, User
from advocates.queries.roll import Elsewhere, known_advocates, members_elsewhere, records_behind, unit_names
from advocates.roll import ParsedRoll, parse_roll
from advocates.roll.changes import Changes, Values, compare, noted
from advocates.roll.doubts import DOUBTS
from advocates.roll.known import bare_licence
from advocates.roll.plan import RollPlan, plan_roll
from advocates.roll.units import UnitNames
from advocates.services.roll_basis import basis_now, basis_of, stored_licences
from advocates.services.roll_changes import SEALED, note_changes, said_by
from advocates.services.roll_lines import changes_of, newcomers, problem_json, store_lines, units_mentioned
from advocates.services.roll_records import amend, enrol, link, units_named
from cle.core.copying import insert_whole
from cle.core.errors import DomainError, Problem
from cle.core.garbage import no_cycles_sought
from cle.core.locks import ROLL_IMPORT, one_at_a_time
from cle.core.tables import Limits, read_table

_READ_AS = "read-as"
_LONGEST_NAME = 255
_LIMITS = Limits(file_bytes=120_000_000, rows=1_200_000, cells=15_000_000)
"""More than any bar has members. A file of a million lines takes some two gigabytes of memory while it is read."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the file was read: kept with the preview, so that applying it reads the same."""

    sheet: str = ""
    encoding: str = ""
    today: dt.date | None = None

    def parse(self, bar: Bar, content: bytes, file_name: str) -> ParsedRoll:
        return parse_roll(
            read_table(content, file_name, sheet=self.sheet, encoding=self.encoding, limits=_LIMITS),
            jurisdiction=bar.jurisdiction, today=self.today,
        )  # fmt: skip

    def as_note(self) -> dict[str, Any]:
        chosen = {"sheet": self.sheet, "encoding": self.encoding, "today": self.today and self.today.isoformat()}
        return {**problem_json(Problem(_READ_AS, _("How the file was read."))), **chosen}

    @classmethod
    def of(cls, file: RollFile) -> _Reading:
        note = next((note for note in file.notes if note["code"] == _READ_AS), None)
        if note is None:
            return cls()
        return cls(note["sheet"], note["encoding"], dt.date.fromisoformat(note["today"]) if note["today"] else None)


@transaction.atomic
@no_cycles_sought()
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
    file = RollFile(
        bar=bar, file_name=file_name[-_LONGEST_NAME:], sha256=hashlib.sha256(content).hexdigest(), content=content,
        notes=[_Reading(sheet, encoding, today).as_note()], state=ImportState.RECEIVED, uploaded_by=by,
    )  # fmt: skip
    insert_whole(file)
    return file


@transaction.atomic
@no_cycles_sought()
def read_received(file: RollFile) -> RollFile:
    """Preview a file that was received; one that has been read already is returned as it is. Raises FileRefused."""
    file = RollFile.objects.select_for_update(of=("self",)).select_related("bar").get(pk=file.pk, bar=file.bar_id)
    return _previewed(file) if file.state == ImportState.RECEIVED else file


@transaction.atomic
@no_cycles_sought()
def apply_roll(file: RollFile, *, by: User | None, now: dt.datetime) -> RollFile:
    """Do what was previewed, all of it or nothing; an applied file is returned as it is.

    New people join from their date of joining, with this file as the document. Nobody is removed, no status
    changes, and open lines stay open but for those of which somebody has said whom they name (``choose_line``); what
    is in the way of one of these is in the way of all, and names the line.

    Raises DomainError "roll-moved-on" when the records have changed so that the preview no longer holds,
    "roll-discarded" when it was thrown away, "roll-not-read" before its preview.
    """
    one_at_a_time(ROLL_IMPORT, file.bar_id)
    unread = RollFile.objects.select_for_update().select_related("bar").defer("content", "missing")
    file = unread.get(pk=file.pk, bar=file.bar_id)
    if file.state == ImportState.APPLIED:
        return file
    if file.state == ImportState.DISCARDED:
        raise DomainError("roll-discarded", _("This preview was discarded. Upload the file again."))
    if file.state == ImportState.RECEIVED:
        raise DomainError("roll-not-read", _("This file is still being read. Look at its preview first."))
    if not file.basis or file.basis != basis_now(file):
        _refuse_moved_on(file)
    _carry_out(file, by=by, now=now)
    file.state, file.applied_at = ImportState.APPLIED, now
    file.save(update_fields=["state", "applied_at"])
    _decide_chosen(file, by=by, now=now)
    return file


def _refuse_moved_on(file: RollFile) -> None:
    """Something of what the plan was made from is not as it was: is the plan made anew the same?"""
    parsed = _Reading.of(file).parse(file.bar, bytes(file.content), file.file_name)
    if _plan(file.bar, parsed)[0].sha256 != file.plan_sha256:
        message = _("The records have changed since the preview. Upload the file again and check it anew.")
        raise DomainError("roll-moved-on", message)
    file.as_of = parsed.as_of  # which releases before this one did not keep


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
    file = RollFile.objects.select_for_update().defer("content", "missing").get(pk=file.pk, bar=file.bar_id)
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
    unread = RollLine.objects.select_for_update(of=("self",)).select_related("file")
    line = unread.defer("file__content", "file__missing").get(pk=line.pk, bar=line.bar_id)
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
    before = records_behind(file.bar_id)
    plan, elsewhere = _plan(file.bar, parsed)
    store_lines(file, plan.lines)
    outcome: dict[str, Any] = {
        "state": ImportState.PREVIEWED, "plan_sha256": plan.sha256, "rows": len(plan.lines), "as_of": parsed.as_of,
        "basis": _basis(file, before, elsewhere),
        "notes": [*file.notes, *map(problem_json, (*parsed.notes, *parsed.skipped))],
        "missing": [{"advocate": person.pk, "name": person.full_name} for person in plan.missing],
        **{outcome.value: count for outcome, count in plan.counts.items()},
    }  # fmt: skip
    for name, value in outcome.items():
        setattr(file, name, value)
    file.save(update_fields=list(outcome))
    return file


def _basis(file: RollFile, records: str, elsewhere: Elsewhere) -> str:
    """ "" when somebody has changed the records while the plan was made: who knows what it has seen of that?"""
    if records != records_behind(file.bar_id):
        return ""
    licences = stored_licences(file) if elsewhere else ()
    return basis_of(file, records, {one for one in elsewhere if one[1] in licences})


def _plan(bar: Bar, parsed: ParsedRoll) -> tuple[RollPlan, Elsewhere]:
    """The plan, and who of other bars has a licence of the roll."""
    said = (line.licence_number for line in parsed.lines if line.licence_number and not line.errors)
    licences = {bare_licence(licence_key(text)) for text in said}
    elsewhere = members_elsewhere(bar.pk, licences)
    return plan_roll(parsed, known_advocates(bar.pk), elsewhere, unit_names(bar.pk)), elsewhere


def _carry_out(file: RollFile, *, by: User | None, now: dt.datetime) -> None:
    """What was previewed, as its lines have it."""
    units, document = units_named(file.bar_id, units_mentioned(file)), _document(file)
    for lines, people in newcomers(file):
        link(lines, enrol(file.bar_id, people, units, document=document, by=by))
    for changes in changes_of(file):
        amend(file.bar_id, changes, units, now=now)


def _enrol_decided(line: RollLine, values: Values, *, by: User | None) -> None:
    units = units_named(line.bar_id, [values.get("unit", "")])
    (key,) = enrol(line.bar_id, [values], units, document=line.file.file_name, by=by)
    advocate = Advocate.objects.get(pk=key)
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
    line.problems = [*line.problems, *map(problem_json, noted(notes, line.rows[0]))]


def _refuse_taken_id(bar_id: int, national_id: str, advocate: Advocate | None) -> None:
    holders = Advocate.objects.for_bar(bar_id).filter(national_id=national_id)
    if advocate is not None:
        holders = holders.exclude(pk=advocate.pk)
    if national_id and holders.exists():
        raise DomainError("national-id-taken", _("Another advocate of the bar has this national identifier."))


def _unit(changes: Changes) -> list[str]:
    return changes["unit"][1:] if "unit" in changes else []


def _document(file: RollFile) -> str:
    return f"{file.file_name}, {file.as_of.isoformat()}" if file.as_of else file.file_name
