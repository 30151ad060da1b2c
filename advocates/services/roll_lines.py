"""The lines of a previewed roll as they are stored, and what is read back of them when the roll is applied."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Min, QuerySet
from django.db.models.fields.json import KT

from advocates.models import Outcome, RollFile, RollLine
from advocates.roll.changes import Changes, Values
from advocates.roll.plan import PlannedLine, Suggestion
from advocates.services.roll_changes import masked, revealed, said
from cle.core.copying import NULL, as_bytes, copy_lines, escaped
from cle.core.errors import Problem
from cle.core.sealed_fields import MASK

BATCH = 10_000
"""Lines that are in memory at once while a roll is applied."""

_COLUMNS = (
    "bar_id", "file_id", "rows", "outcome", "label", "advocate_id", "changes", "problems", "suggestions", "national_id",
    "national_id_before", "chosen_new",
)  # fmt: skip
_UNRECORDED = (Outcome.CREATED, Outcome.AMBIGUOUS)
_WRITTEN = (Outcome.CREATED, Outcome.CHANGED)
_sealed = RollLine._meta.get_field("national_id").get_prep_value
_sealed_before = RollLine._meta.get_field("national_id_before").get_prep_value
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring


def store_lines(file: RollFile, lines: Sequence[PlannedLine]) -> None:
    head = f"{file.bar_id}\t{file.pk}"
    copy_lines(RollLine, _COLUMNS, (_stored(head, line) for line in lines))


def newcomers(file: RollFile) -> Iterator[tuple[list[int], list[Values]]]:
    """Keys of lines that are to be created and what they say, batch by batch."""
    lines = file.lines.filter(outcome=Outcome.CREATED).order_by("pk").values_list("pk", "changes", "national_id")
    for batch in _batches(lines):
        yield [key for key, _, _ in batch], [said(changes, sealed) for _, changes, sealed in batch]


def changes_of(file: RollFile) -> Iterator[dict[int, Changes]]:
    """Advocate → field → [old, new], of the lines that change a record, batch by batch in the order of the records."""
    lines = file.lines.filter(outcome=Outcome.CHANGED).order_by("advocate_id")
    for batch in _batches(lines.values_list("advocate", "changes", "national_id_before", "national_id")):
        yield {advocate: revealed(changes, before, after) for advocate, changes, before, after in batch}


def _batches(rows: QuerySet[Any, Any]) -> Iterator[list[Any]]:
    found = rows.iterator(BATCH)
    while batch := list(islice(found, BATCH)):
        yield batch


def units_mentioned(file: RollFile) -> list[str]:
    """Names of units that are to be written, in the order of the lines."""
    named = file.lines.filter(outcome__in=_WRITTEN, changes__has_key="unit").values(name=KT("changes__unit__1"))
    return [one["name"] for one in named.annotate(first=Min("pk")).order_by("first")]


def licences_said(file: RollFile) -> set[str]:
    """Licence numbers of new and open lines, and those that change."""
    lines = file.lines.filter(changes__has_key="licence_number")
    return set(lines.values_list(KT("changes__licence_number__1"), flat=True))


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code, "message": str(problem.message), "row": problem.row, "column": problem.column
    }  # fmt: skip


def _stored(head: str, line: PlannedLine) -> str:
    """The values of ``_COLUMNS`` as COPY reads them, after those that are the same in all lines of the file."""
    changes, before, after = _news(line) if line.outcome in _UNRECORDED else _changes(line.changes)
    problems = escaped(_json([problem_json(problem) for problem in line.problems])) if line.problems else "[]"
    suggestions = escaped(_json([_suggestion(one) for one in line.suggestions])) if line.suggestions else "[]"
    return (
        f"{head}\t{{{','.join(map(str, line.rows))}}}\t{line.outcome.value}\t{escaped(line.label)}"
        f"\t{line.advocate_id or NULL}\t{escaped(changes)}\t{problems}\t{suggestions}"
        f"\t{as_bytes(_sealed(after) if after else b'')}\t{as_bytes(_sealed_before(before) if before else b'')}\tf\n"
    )


def _news(line: PlannedLine) -> tuple[str, str, str]:
    """An open or new line keeps what the file says as changes from nothing: there is no record yet to hold it."""
    values = line.values
    shown = {**values, "national_id": MASK} if "national_id" in values else values
    changes = ",".join([f'"{field}":["",{_quoted(text)}]' for field, text in shown.items()])
    return f"{{{changes}}}", "", values.get("national_id", "")


def _changes(changes: Changes) -> tuple[str, str, str]:
    before, after = changes.get("national_id", ("", ""))
    return _json(masked(changes)) if changes else "{}", before, after


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {"advocate": one.advocate_id, "confidence": one.confidence, "reason": str(one.reason)}
