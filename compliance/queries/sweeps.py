"""What a sweep reads: who is behind, and their facts, as columns. A constant number of statements for a key range."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from django.db import connection

from advocates.services.people import LONG_AGO
from cle.core.copying import Numbers, read_columns
from compliance.rules import Facts, Rulebook, StatusSpan
from compliance.rules.columns import Kind, Plan, ignores_the_past
from courses.models import Category, DeliveryFormat

# Whom to look for is said of each table: it is not carried over from one to the other, and each is as long as the roll.
_PEOPLE = """
    SELECT a.id, a.version
      FROM advocates_advocate a
      LEFT JOIN courses_account c ON c.advocate_id = a.id AND c.advocate_id {whose}
      LEFT JOIN compliance_assessed s ON s.advocate_id = a.id AND s.advocate_id {whose}
     WHERE a.bar_id = %(bar)s AND a.id {whose}
       AND (%(rebuild)s OR s.advocate_id IS NULL OR s.ledger_version <> coalesce(c.version, 0)
            OR s.record_version <> a.version OR s.rules_version <> %(rules)s
            OR s.changes_on <= %(today)s OR s.as_of > %(today)s)
"""
_RANGE, _ONLY = "BETWEEN %(first)s AND %(last)s", "= ANY(%(only)s)"
# Whoever takes rows of the list holds them until the standings are written: two workers take different ones, and what
# a worker that is killed had taken is on the list again.
_TAKE = """
    DELETE FROM compliance_movedon WHERE id IN (
        SELECT id FROM compliance_movedon WHERE bar_id = %(bar)s
         ORDER BY advocate_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) RETURNING advocate_id
"""
# One row per advocate, one column per cell (window x pool): a single level of grouping, whatever the number of
# cells, in the order of the index. Each entry's cell is found once, by two searches in short arrays; OFFSET 0 keeps
# that from being done again for each column. The number of entries is read in the same statement as the sums: it is
# the version they stand for. Credit taken away by an officer may be dated on any day, so whose it is is decided entry
# by entry.
_SUMS = """
    SELECT advocate_id, count(*)::int4 AS entries, bool_or(earned_on >= %(tomorrow)s)::int4 AS later,
           bool_or(minutes < 0 AND adjustment_id IS NOT NULL)::int4 AS taken{cells}
      FROM (
        SELECT e.advocate_id, e.minutes, e.earned_on, e.adjustment_id,
               (%(pools)s::int2[])[%(formats)s * (width_bucket(e.category_id, %(categories)s::int8[]) - 1) + e.format]
               * %(stride)s + width_bucket(e.earned_on, %(days)s::date[]) AS cell
          FROM courses_entry e
         WHERE e.advocate_id BETWEEN %(first)s AND %(last)s AND (%(all)s OR e.advocate_id = ANY(%(people)s::int8[]))
         ORDER BY e.advocate_id OFFSET 0
      ) AS placed
     GROUP BY advocate_id
"""
_CELL = ", coalesce(sum(minutes) FILTER (WHERE cell = {cell}), 0)::int4 AS cell{cell}"
# Those who share all facts are one row: a bar has few different ones, and a row for each person takes longer to read
# than all else.
_COHORTS = """
    WITH history AS (
        SELECT advocate_id, string_agg(
                   concat_ws(' ', status, greatest(lower(period), %(floor)s), upper(period)), ',' ORDER BY period
               ) AS spans
          FROM advocates_statusspan
         WHERE advocate_id BETWEEN %(first)s AND %(last)s AND (%(all)s OR advocate_id = ANY(%(people)s))
           AND (upper_inf(period) OR upper(period) > %(floor)s)
         GROUP BY advocate_id
    ), member AS (
        SELECT advocate_id, CASE WHEN min(lower(period)) < %(floor)s THEN NULL ELSE min(lower(period)) END AS joined_on,
               CASE WHEN bool_or(upper_inf(period)) THEN NULL ELSE max(upper(period)) END AS left_on
          FROM advocates_membership
         WHERE advocate_id BETWEEN %(first)s AND %(last)s AND (%(all)s OR advocate_id = ANY(%(people)s))
         GROUP BY advocate_id
    ), licence AS (
        SELECT id AS advocate_id, licence_date FROM advocates_advocate
         WHERE %(licensed)s AND id BETWEEN %(first)s AND %(last)s AND (%(all)s OR id = ANY(%(people)s))
           AND licence_date IS NOT NULL
    )
    SELECT joined_on, left_on, licence_date, coalesce(spans, ''), string_agg(int8send(advocate_id), ''::bytea)
      FROM member FULL JOIN history USING (advocate_id) FULL JOIN licence USING (advocate_id)
     GROUP BY 1, 2, 3, 4
"""


Kept = tuple[int, int, Kind]
"""A kind of credit that the ledger holds: the category's key, the format's number, and both codes."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A key range of one bar's advocates, looked at on a day."""

    bar_id: int
    first: int
    last: int
    today: dt.date
    rules_version: int
    rebuild: bool


@dataclass(frozen=True, slots=True)
class People:
    """Advocates whose standings no longer follow from what is recorded; ``ids`` int64[n], ascending."""

    ids: Numbers
    record_versions: Numbers

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Their ledgers: number of entries [n], whether some are dated after today [n], minutes [n, window, pool].

    ``taken`` [n]: an officer took credit away, and only the entries one by one say from what. Pools are numbered as
    the plan numbers them; ``windows`` has the first day of each window.
    """

    entries: Numbers
    later: Numbers
    taken: Numbers
    minutes: Numbers
    windows: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who share every fact but their credit: ``members`` are positions among the people."""

    facts: Facts
    members: Numbers


def take_moved_on(bar_id: int, limit: int) -> list[int]:
    """Advocates of the bar that are noted as moved on, ascending, taken off the list within this transaction."""
    return sorted({pk for (pk,) in rows_of(_TAKE, {"bar": bar_id, "limit": limit})})


def people_behind(part: Slice, only: list[int] | None = None) -> People:
    """Those of the range, or of ``only``."""
    columns = read_columns(_PEOPLE.format(whose=_RANGE if only is None else _ONLY), {
        "bar": part.bar_id, "first": part.first, "last": part.last, "today": part.today,
        "rules": part.rules_version, "rebuild": part.rebuild, "only": only,
    }, {"id": ">i8", "version": ">i8"})  # fmt: skip
    columns = columns[columns[:, 0].argsort()]
    return People(columns[:, 0], columns[:, 1])


def enough_memory() -> None:
    """For sorting a range's rows in this transaction: with what a server gives by itself they go by way of the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")


def kinds_kept() -> tuple[Kept, ...]:
    """Every kind of credit that the ledger can hold."""
    return tuple(
        (pk, int(delivery), (code, delivery.code))
        for pk, code in Category.objects.order_by("pk").values_list("pk", "code")
        for delivery in DeliveryFormat
    )


def holdings(part: Slice, people: People, plan: Plan, kept: Sequence[Kept], windows: tuple[dt.date, ...]) -> Holdings:
    """Credit summed by pool (what the rules do not tell apart) and window (days they do not tell apart)."""
    days = [*windows, part.today + dt.timedelta(days=1)]
    pools, stride = range(len(plan.stand_ins)), len(days) + 1
    cells = [pool * stride + 1 + window for window in range(len(windows)) for pool in pools]
    read = read_columns(
        _SUMS.format(cells="".join(_CELL.format(cell=cell) for cell in cells)),
        {**scope_of(part, people), **_places(plan, kept), "stride": stride, "days": days, "tomorrow": days[-1]},
        {"advocate_id": ">i8", "entries": ">i4", "later": ">i4", "taken": ">i4"}
        | {f"cell{cell}": ">i4" for cell in cells},
    )
    read = read[np.isin(read[:, 0], people.ids, assume_unique=True)]
    found = np.zeros((len(people), 3 + len(cells)), dtype=np.int64)
    found[np.searchsorted(people.ids, read[:, 0])] = read[:, 1:]
    minutes = found[:, 3:].reshape(len(people), len(windows), len(pools))
    return Holdings(found[:, 0], found[:, 1] > 0, found[:, 2] > 0, minutes, windows)


def _places(plan: Plan, kept: Sequence[Kept]) -> dict[str, Any]:
    """The pool of each category and format, as an array for SQL: category by category, in the order of their keys."""
    formats = max(DeliveryFormat)
    places = {category: place for place, category in enumerate(sorted({category for category, _format, _kind in kept}))}
    pools: list[int | None] = [None] * (len(places) * formats)
    for category, delivery, kind in kept:
        pools[places[category] * formats + delivery - 1] = plan.pools.get(kind)
    return {"categories": list(places), "formats": int(formats), "pools": pools}


def cohorts(part: Slice, people: People, law: tuple[Rulebook, ...]) -> list[Cohort]:
    """The people by their facts other than credit, without what happened before the rules where that is all one."""
    floor = law[0].effective_from if ignores_the_past(law) else dt.date.min
    licensed = any(version.admission == "licensed" for version in law)
    scope = {**scope_of(part, people), "floor": floor, "licensed": licensed}
    nothing_known = np.ones(len(people), dtype=bool)
    found = []
    for joined, left, licence, history, keys in rows_of(_COHORTS, scope):
        members = _positions(people, keys)
        nothing_known[members] = False
        facts = Facts(
            joined_on=None if joined == LONG_AGO else joined,
            left_on=left,
            licensed_on=licence,
            statuses=_spans(history),
        )
        found.append(Cohort(facts, members))
    found.append(Cohort(Facts(), np.flatnonzero(nothing_known)))
    return [cohort for cohort in found if len(cohort.members)]


def _positions(people: People, keys: bytes) -> Numbers:
    """Where among the people those of these keys are, ascending; whoever is none of them is left out."""
    wanted = np.sort(np.frombuffer(keys, ">i8").astype(np.int64))
    places: Numbers = np.minimum(np.searchsorted(people.ids, wanted), len(people) - 1)
    found: Numbers = places[people.ids[places] == wanted]
    return found


def _spans(history: str) -> tuple[StatusSpan, ...]:
    parts = [span.split(" ") for span in history.split(",") if span]
    days = dt.date.fromisoformat
    return tuple(StatusSpan(part[0], days(part[1]), days(part[2]) if len(part) > 2 else None) for part in parts)


def scope_of(part: Slice, people: People) -> dict[str, Any]:
    # When most of the range is behind, reading all of it beats looking people up one by one.
    whole = 2 * len(people) > part.last - part.first
    return {"first": part.first, "last": part.last, "all": whole, "people": [] if whole else people.ids.tolist()}


def rows_of(sql: str, params: dict[str, Any]) -> list[Any]:
    """Rows by the binary protocol, which costs a third of what text does for numbers and dates."""
    connection.ensure_connection()
    assert connection.connection is not None
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, params, binary=True).fetchall()
