"""Writing standings: many rows in a constant number of statements, only those that changed; new ones by COPY alone.

Who has looked at whom is written first and in key order, so two sweeps over the same people wait for each other there
and never deadlock. A standing of a period that the rules do not know any more is taken away in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.db import connection, transaction
from psycopg.errors import DeadlockDetected, UniqueViolation

from advocates.models import Bar
from cle.core.copying import Numbers, Piece, copy_pieces, int_arrays, pg_days, pg_microseconds
from compliance.queries.rules import BarRules
from compliance.queries.sweeps import array_of
from compliance.services.findings import NEVER, STATUSES, Finding, Lines, Results, figures_of

_FACTS = (
    "bar_id", "rulebook_id", "period_end", "due_on", "petition_from", "status", "required", "counted", "missing",
    "headings_id", "figures",
)  # fmt: skip
_STANDING = ("advocate_id", "period_start", *_FACTS, "ledger_version", "computed_at")
_MARK = ("bar_id", "rules_version", "as_of", "ledger_version", "record_version", "changes_on")


def _listed(names: Sequence[str], table: str = "") -> str:
    return ", ".join(f"{table}.{name}" if table else name for name in names)


_FRESH = (
    f"CREATE TEMP TABLE fresh_standing ON COMMIT DROP AS SELECT {_listed(_STANDING)} FROM compliance_standing LIMIT 0",
    "CREATE TEMP TABLE fresh_assessed ON COMMIT DROP AS SELECT * FROM compliance_assessed LIMIT 0",
)
# What is there is read once and written over where it lies: nobody else writes a standing of these people before this
# transaction ends. Rows that are as they were are left alone. Rows of periods that are no more go: standings are
# derived and nothing refers to their rows; cases, notices and certificates name the advocate and the first day of the
# period. Only two first sweeps at once conflict.
_STANDINGS = f"""
    WITH known AS (
        SELECT s.ctid AS place, id, advocate_id, period_start, ledger_version, {_listed(_FACTS)}
          FROM compliance_standing s WHERE advocate_id = ANY(%(people)s::int8[])
    ), other AS MATERIALIZED (
        SELECT advocate_id, period_start, place, id, f.status IS NULL AS is_gone, k.ledger_version
          FROM known k FULL JOIN fresh_standing f USING (advocate_id, period_start)
         WHERE ({_listed(_FACTS, "k")}) IS DISTINCT FROM ({_listed(_FACTS, "f")})
           AND (k.ledger_version <= f.ledger_version) IS NOT FALSE
    ), gone AS (
        DELETE FROM compliance_standing WHERE id IN (
            SELECT o.id FROM other o
              JOIN fresh_assessed f ON f.advocate_id = o.advocate_id AND f.ledger_version >= o.ledger_version
             WHERE is_gone
        )
    ), changed AS (
        UPDATE compliance_standing s SET ({_listed(_STANDING[2:])}) = ({_listed(_STANDING[2:], "f")})
          FROM fresh_standing f
         WHERE s.ctid = ANY(ARRAY(SELECT place FROM other WHERE NOT is_gone))
           AND f.advocate_id = s.advocate_id AND f.period_start = s.period_start
        RETURNING s.id
    ), made AS (
        INSERT INTO compliance_standing AS old ({_listed(_STANDING)})
        SELECT {_listed(_STANDING, "f")}
          FROM fresh_standing f JOIN other o USING (advocate_id, period_start)
         WHERE o.id IS NULL ORDER BY f.advocate_id, f.period_start
        ON CONFLICT (advocate_id, period_start) DO UPDATE
           SET ({_listed(_STANDING[2:])}) = ({_listed(_STANDING[2:], "excluded")})
         WHERE old.ledger_version <= excluded.ledger_version
           AND ({_listed(_FACTS, "old")}) IS DISTINCT FROM ({_listed(_FACTS, "excluded")})
        RETURNING id
    )
    SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM made)
"""
# Looking for rows to update takes a quarter of the time of writing them: asked once for all, of the whole range.
_NEXT = """
    SELECT (SELECT advocate_id FROM compliance_standing WHERE advocate_id >= %(first)s ORDER BY advocate_id LIMIT 1),
           (SELECT advocate_id FROM compliance_assessed WHERE advocate_id >= %(first)s ORDER BY advocate_id LIMIT 1)
"""
_ASSESSED = f"""
    INSERT INTO compliance_assessed AS old (advocate_id, {_listed(_MARK)})
    SELECT advocate_id, {_listed(_MARK)} FROM fresh_assessed ORDER BY advocate_id
    ON CONFLICT (advocate_id) DO UPDATE SET ({_listed(_MARK)}) = ({_listed(_MARK, "excluded")})
     WHERE old.ledger_version <= excluded.ledger_version
"""
# A standing whose figures came out the same keeps the version of the ledger that first gave them, so it does not tell
# whether somebody has looked at a newer one since: that is on record with the advocate.
_STALE = """
    DELETE FROM {table} f USING compliance_assessed a
     WHERE a.advocate_id = f.advocate_id AND a.ledger_version > f.ledger_version
"""
_HEADINGS = "SELECT cle_headings(%s, %s::text[], %s::text[])"
_EPOCH = dt.date(2000, 1, 1).toordinal() - pg_days(dt.date(2000, 1, 1))


def write_results(bar: Bar, rules: BarRules, today: dt.date, results: Results, *, now: dt.datetime) -> int:
    """Upsert, and delete what is gone; returns how many standings were new or different.

    A worker that computed from an older ledger never overwrites a newer result: who has looked is written first, which
    makes two workers wait for each other advocate by advocate.
    """
    if not results.known.any():
        return 0
    marks = _marks(bar, rules, today, results)
    tables = results.tables()
    headings = headings_of(bar, {found.heads.lines for found in tables})
    standings = [piece for found in tables for piece in _pieces(bar, found, headings[found.heads.lines], results, now)]
    ids = results.people.ids
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NEXT, {"first": int(ids[0])})
        none_yet = all(key is None or key > ids[-1] for key in cursor.fetchone())
        if none_yet and not getattr(connection, "is_walled", False):  # no COPY where row-level security holds
            try:
                with transaction.atomic():
                    copy_pieces(cursor, "compliance_assessed", marks)
                    return copy_pieces(cursor, "compliance_standing", standings) if standings else 0
            except (UniqueViolation, DeadlockDetected):
                pass  # another worker has written some of them in the meantime, or is about to
        return _over(cursor, marks, standings, ids)


def _over(cursor: Any, marks: list[Piece], standings: list[Piece], ids: Numbers) -> int:
    """Over what is there already."""
    for table in ("standing", "assessed"):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.fresh_{table}")
    for statement in _FRESH:
        cursor.execute(statement)
    known = copy_pieces(cursor, "fresh_assessed", marks)
    if standings:
        copy_pieces(cursor, "fresh_standing", standings)
    cursor.execute(_ASSESSED)
    if cursor.rowcount < known:
        for table in ("fresh_assessed", "fresh_standing"):
            cursor.execute(_STALE.format(table=table))
    cursor.execute(_STANDINGS, {"people": array_of(ids)})
    (written,) = cursor.fetchone()
    return int(written)


def _marks(bar: Bar, rules: BarRules, today: dt.date, results: Results) -> list[Piece]:
    """Who has been looked at, in key order; apart those whom time alone will not change."""
    known, never = results.known, results.changes == NEVER
    return [
        {
            "advocate_id": results.people.ids[which].astype(">i8"),
            "bar_id": _every(bar.pk, ">i8"),
            "ledger_version": results.entries[which].astype(">i8"),
            "record_version": results.people.record_versions[which].astype(">i8"),
            "rules_version": _every(rules.version, ">i4"),
            "as_of": _every(pg_days(today), ">i4"),
            "changes_on": changes,
        }
        for which, changes in ((known & never, None), (known & ~never, _days(results.changes[known & ~never])))
        if which.any()
    ]


def headings_of(bar: Bar, lines: Iterable[Lines]) -> dict[Lines, int]:
    """The key of what these lines are called; what is new is written down. Always in the same order, so that two
    sweeps never wait for each other."""
    with connection.cursor() as cursor:
        keys = {}
        for each in sorted(lines):
            cursor.execute(_HEADINGS, [bar.pk, [code for code, _clause in each], [clause for _code, clause in each]])
            (keys[each],) = cursor.fetchone()
        return keys


def _pieces(bar: Bar, found: Finding, headings: int, results: Results, now: dt.datetime) -> Iterator[Piece]:
    """Standings of the same heads, status by status: so all texts of a piece are of one width."""
    order = np.lexsort((found.start, found.members))
    for number, status in enumerate(STATUSES):
        each = found.only(order[found.status[order] == number])
        if not len(each.members):
            continue
        yield {
            "advocate_id": results.people.ids[each.members].astype(">i8"),
            "period_start": _days(each.start),
            "bar_id": _every(bar.pk, ">i8"),
            "rulebook_id": _every(each.heads.adopted_id, ">i8"),
            "period_end": _days(each.end),
            "due_on": _days(each.due_on),
            "petition_from": _days(each.petition_from),
            "status": _every(status.encode(), f"S{len(status)}"),
            "required": each.required[:, 0].astype(">i4"),
            "counted": each.counted[:, 0].astype(">i4"),
            "missing": each.missing.astype(">i4"),
            "headings_id": _every(headings, ">i8"),
            "figures": int_arrays(figures_of(each)),
            "ledger_version": results.entries[each.members].astype(">i8"),
            "computed_at": _every(pg_microseconds(now), ">i8"),
        }


def _every(value: Any, kind: str) -> Numbers:
    return np.array([value], dtype=kind)


def _days(ordinals: Numbers) -> Numbers:
    return (ordinals - _EPOCH).astype(">i4")
