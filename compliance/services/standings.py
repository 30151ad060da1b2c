"""Writing standings: many rows in a constant number of statements, only those that changed.

Results come in columns (``Judged``, for whom sums alone decide) or one by one (from the exact rules). Both go
through one upsert in key order, so two sweeps over the same people wait for each other and never deadlock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection, transaction

from advocates.models import Bar
from cle.core.copying import Numbers, copy_columns, pg_days
from compliance.queries.rules import BarRules, Era
from compliance.queries.sweeps import Holdings, People
from compliance.rules.assess import PeriodAssessment
from compliance.rules.compiled import rules_of
from compliance.services.judging import STATUSES, Judged, Shape

NEVER = dt.date.max.toordinal()

_FACTS = (
    "rulebook_id", "period_end", "due_on", "petition_from", "status", "required", "counted", "missing", "lines",
)  # fmt: skip
_COLUMNS = ("advocate_id", "period_start", *_FACTS, "ledger_version")
_UPSERT = """
    INSERT INTO compliance_standing AS old (bar_id, computed_at, {columns})
    SELECT %s, %s, {columns} FROM ({parts}) AS fresh ({columns}) ORDER BY advocate_id, period_start
    ON CONFLICT (advocate_id, period_start) DO UPDATE
       SET (bar_id, computed_at, {columns}) = (excluded.bar_id, excluded.computed_at, {excluded})
     WHERE old.ledger_version <= excluded.ledger_version
       AND (old.bar_id, {old_facts}) IS DISTINCT FROM (excluded.bar_id, {new_facts})
"""
_ASSESSED = """
    INSERT INTO compliance_assessed AS old
           (bar_id, rules_version, as_of, advocate_id, ledger_version, record_version, changes_on)
    SELECT %s, %s, %s, advocate_id, ledger_version, record_version, nullif(changes_on, date '{never}')
      FROM fresh_assessed ORDER BY advocate_id
    ON CONFLICT (advocate_id) DO UPDATE
       SET (bar_id, rules_version, as_of, ledger_version, record_version, changes_on) =
           (excluded.bar_id, excluded.rules_version, excluded.as_of,
            excluded.ledger_version, excluded.record_version, excluded.changes_on)
     WHERE old.ledger_version <= excluded.ledger_version
"""


@dataclass(slots=True)
class Results:
    """What a slice of a sweep has found so far: ``changes`` [n] are ordinals of days, ``entries`` ledger versions."""

    people: People
    changes: Numbers
    entries: Numbers
    parts: list[str] = field(default_factory=list)
    tables: list[tuple[str, dict[str, Numbers]]] = field(default_factory=list)

    @classmethod
    def empty(cls, people: People) -> Results:
        return cls(people, np.full(len(people), NEVER), np.full(len(people), np.iinfo(np.int64).max))

    def add(self, era: Era, judged: Judged, held: Holdings) -> None:
        """One period of the members of a cohort that was decided in columns."""
        if not len(judged.members) or not _governs(era, judged.shape.period.start):
            return
        table = f"fresh_{len(self.tables)}"
        columns = {"advocate_id": self.people.ids[judged.members].astype(">i8"),
                   "ledger_version": held.entries[judged.members].astype(">i4"),
                   "status": judged.status.astype(">i2"), "missing": judged.missing.astype(">i4")}  # fmt: skip
        for line in range(judged.counted.shape[1]):
            columns[f"counted{line}"] = judged.counted[:, line].astype(">i4")
        self.tables.append((table, columns))
        self.parts.append(_in_columns(era, judged.shape, table))

    def add_exact(self, era: Era, position: int, entries: int, periods: Sequence[PeriodAssessment]) -> None:
        """The periods of one advocate as the exact rules decided them."""
        self.parts.extend(
            _in_full(era, int(self.people.ids[position]), entries, period)
            for period in periods
            if _governs(era, period.period.start)
        )

    def change_by(self, positions: Numbers | list[int], ordinals: Numbers | int) -> None:
        """Their standings may change on these days at the latest."""
        self.changes[positions] = np.minimum(self.changes[positions], ordinals)


@transaction.atomic
def write_results(bar: Bar, rules: BarRules, today: dt.date, results: Results, *, now: dt.datetime) -> int:
    """Upsert; returns how many standings were new or different.

    A worker that computed from an older ledger never overwrites a newer result.
    """
    if not len(results.people):
        return 0
    written = 0
    with connection.cursor() as cursor:
        for table, columns in results.tables:
            copy_columns(cursor, table, columns)
        if results.parts:
            cursor.execute(_upsert(results.parts), [bar.pk, now])
            written = cursor.rowcount
        _fill_assessed(cursor, results)
        cursor.execute(_ASSESSED.format(never=dt.date.max), [bar.pk, rules.version, today])
    return int(written)


def _fill_assessed(cursor: Any, results: Results) -> None:
    offset = pg_days(dt.date(2000, 1, 1)) - dt.date(2000, 1, 1).toordinal()
    columns = {
        "advocate_id": results.people.ids.astype(">i8"),
        "ledger_version": results.entries.astype(">i8"),
        "record_version": results.people.record_versions.astype(">i8"),
        "changes_on": (results.changes + offset).astype(">i4"),
    }
    copy_columns(cursor, "fresh_assessed", columns, dates=frozenset({"changes_on"}))


def _upsert(parts: list[str]) -> str:
    return _UPSERT.format(
        columns=", ".join(_COLUMNS),
        parts=" UNION ALL ".join(parts),
        excluded=", ".join(f"excluded.{name}" for name in _COLUMNS),
        old_facts=", ".join(f"old.{name}" for name in _FACTS),
        new_facts=", ".join(f"excluded.{name}" for name in _FACTS),
    )


def _governs(era: Era, start: dt.date) -> bool:
    return era.end is None or start < era.end


# Only numbers, dates and codes go into these statements, and a rulebook's codes are checked to be plain lower-case
# letters, digits, dots, dashes and underscores when it is adopted: nothing in them can end a string.


def _in_columns(era: Era, shape: Shape, table: str) -> str:
    lines = " || ',' || ".join(
        f"""'{{"code": "{code}", "clause": "{clause}", "required": {required}, "counted": ' || counted{line}"""
        f""" || ', "missing": ' || greatest(0, {required} - counted{line}) || '}}'"""
        for line, (code, clause, required) in enumerate(_heads(era, shape))
    )
    statuses = "ARRAY[" + ", ".join(f"'{status}'" for status in STATUSES) + "]"
    return (
        f"SELECT advocate_id, date '{shape.period.start}' AS period_start, {era.adopted_id}::bigint AS rulebook_id, "
        f"date '{shape.period.end}' AS period_end, date '{shape.period.due_on}' AS due_on, "
        f"date '{shape.deadlines.petition_from}' AS petition_from, ({statuses})[status + 1] AS status, "
        f"{shape.required[0]} AS required, counted0 AS counted, missing, ('[' || {lines} || ']')::jsonb AS lines, "
        f"ledger_version::bigint FROM {table}"
    )


def _in_full(era: Era, advocate_id: int, entries: int, result: PeriodAssessment) -> str:
    total = result.lines[0]
    lines = ", ".join(
        f'{{"code": "{line.code}", "clause": "{line.clause}", "required": {line.required}, '
        f'"counted": {line.counted}, "missing": {line.missing}}}'
        for line in result.lines
    )
    return (
        f"SELECT {advocate_id}::bigint, date '{result.period.start}', {era.adopted_id}::bigint, "
        f"date '{result.period.end}', date '{result.due_on}', date '{result.petition_from}', '{result.status}', "
        f"{total.required}, {total.counted}, {result.missing}, '[{lines}]'::jsonb, {entries}::bigint"
    )


def _heads(era: Era, shape: Shape) -> list[tuple[str, str, int]]:
    rules = rules_of(era.rulebook)
    heads = [("total", rules.total_clause), *((category.code, category.clause) for category in rules.categories)]
    return [(code, clause, required) for (code, clause), required in zip(heads, shape.required, strict=True)]
