"""Writing standings: many rows in a constant number of statements, only those that changed.

Everything goes through one upsert in key order, so two sweeps over the same people wait for each other and never
deadlock. A standing of a period that the rules do not know any more is taken away in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from advocates.models import Bar
from cle.core.copying import Numbers, copy_columns, pg_days
from compliance.queries.rules import BarRules
from compliance.services.findings import STATUSES, Finding, Heads, Results

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
# Standings are derived and nothing refers to their rows: cases, notices and certificates name the advocate and the
# first day of the period.
_GONE = """
    DELETE FROM compliance_standing WHERE id IN (
        SELECT s.id
          FROM compliance_standing s
          JOIN fresh_assessed f ON f.advocate_id = s.advocate_id AND f.ledger_version >= s.ledger_version
         WHERE s.advocate_id BETWEEN %s AND %s AND (s.advocate_id, s.period_start) NOT IN ({kept})
         ORDER BY s.advocate_id, s.period_start
           FOR UPDATE OF s
    )
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
# A standing whose figures came out the same keeps the version of the ledger that first gave them, so it does not tell
# whether somebody has looked at a newer one since: that is on record with the advocate.
_STALE = """
    DELETE FROM {table} f USING compliance_assessed a
     WHERE a.advocate_id = f.advocate_id AND a.ledger_version > f.ledger_version
"""
_DAYS = frozenset({"period_start", "period_end", "due_on", "petition_from", "changes_on"})
_EPOCH = dt.date(2000, 1, 1).toordinal() - pg_days(dt.date(2000, 1, 1))


@transaction.atomic
def write_results(bar: Bar, rules: BarRules, today: dt.date, results: Results, *, now: dt.datetime) -> int:
    """Upsert, and delete what is gone; returns how many standings were new or different.

    A worker that computed from an older ledger never overwrites a newer result: who has looked is written first, which
    makes two workers wait for each other advocate by advocate.
    """
    if not results.known.any():
        return 0
    written = 0
    tables = results.tables()
    with connection.cursor() as cursor:
        for number, found in enumerate(tables):
            copy_columns(cursor, f"fresh_{number}", _columns(found, results), dates=_DAYS)
        _copy_assessed(cursor, results)
        cursor.execute(_ASSESSED.format(never=dt.date.max), [bar.pk, rules.version, today])
        if cursor.rowcount < results.known.sum():
            for table in ("fresh_assessed", *(f"fresh_{number}" for number in range(len(tables)))):
                cursor.execute(_STALE.format(table=table))
        if tables:
            cursor.execute(_upsert([found.heads for found in tables]), [bar.pk, now])
            written = cursor.rowcount
        ids = results.people.ids
        cursor.execute(_GONE.format(kept=_kept(len(tables))), [int(ids[0]), int(ids[-1])])
    return int(written)


def _columns(found: Finding, results: Results) -> dict[str, Numbers]:
    columns = {
        "advocate_id": results.people.ids[found.members].astype(">i8"),
        "ledger_version": results.entries[found.members].astype(">i8"),
        "period_start": _days(found.start),
        "period_end": _days(found.end),
        "due_on": _days(found.due_on),
        "petition_from": _days(found.petition_from),
        "status": found.status.astype(">i2"),
        "missing": found.missing.astype(">i4"),
    }
    for line in range(len(found.heads.lines)):
        columns[f"required{line}"] = found.required[:, line].astype(">i4")
        columns[f"counted{line}"] = found.counted[:, line].astype(">i4")
        columns[f"lacking{line}"] = found.lacking[:, line].astype(">i4")
    return columns


def _days(ordinals: Numbers) -> Numbers:
    return (ordinals - _EPOCH).astype(">i4")


def _copy_assessed(cursor: Any, results: Results) -> None:
    known = results.known
    columns = {
        "advocate_id": results.people.ids[known].astype(">i8"),
        "ledger_version": results.entries[known].astype(">i8"),
        "record_version": results.people.record_versions[known].astype(">i8"),
        "changes_on": _days(results.changes[known]),
    }
    copy_columns(cursor, "fresh_assessed", columns, dates=_DAYS)


# Only numbers, dates and codes go into these statements, and a rulebook's codes are checked to be plain lower-case
# letters, digits, dots, dashes and underscores when it is adopted: nothing in them can end a string.


def _upsert(heads: list[Heads]) -> str:
    return _UPSERT.format(
        columns=", ".join(_COLUMNS),
        parts=" UNION ALL ".join(_part(each, number) for number, each in enumerate(heads)),
        excluded=", ".join(f"excluded.{name}" for name in _COLUMNS),
        old_facts=", ".join(f"old.{name}" for name in _FACTS),
        new_facts=", ".join(f"excluded.{name}" for name in _FACTS),
    )


def _part(heads: Heads, number: int) -> str:
    lines = " || ',' || ".join(
        f"""'{{"code": "{code}", "clause": "{clause}", "required": ' || required{line} || ', "counted": ' ||"""
        f""" counted{line} || ', "missing": ' || lacking{line} || '}}'"""
        for line, (code, clause) in enumerate(heads.lines)
    )
    statuses = "ARRAY[" + ", ".join(f"'{status}'" for status in STATUSES) + "]"
    return (
        f"SELECT advocate_id, period_start, {heads.adopted_id}::bigint AS rulebook_id, period_end, due_on, "
        f"petition_from, ({statuses})[status + 1] AS status, required0 AS required, counted0 AS counted, missing, "
        f"('[' || {lines} || ']')::jsonb AS lines, ledger_version FROM fresh_{number}"
    )


def _kept(tables: int) -> str:
    parts = [f"SELECT advocate_id, period_start FROM fresh_{number}" for number in range(tables)]
    return " UNION ALL ".join(parts) or "SELECT NULL::int8, NULL::date WHERE false"
