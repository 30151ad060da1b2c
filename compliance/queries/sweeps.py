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
from cle.core.copying import Numbers
from compliance.rules import Facts, Rulebook, StatusSpan
from compliance.rules.columns import Kind, Plan, ignores_the_past
from courses.models import Category, DeliveryFormat

_PEOPLE = """
    SELECT a.id, a.version
      FROM advocates_advocate a
      LEFT JOIN courses_account c ON c.advocate_id = a.id
      LEFT JOIN compliance_assessed s ON s.advocate_id = a.id
     WHERE a.bar_id = %(bar)s AND a.id BETWEEN %(first)s AND %(last)s
       AND (%(rebuild)s OR s.advocate_id IS NULL OR s.ledger_version <> coalesce(c.version, 0)
            OR s.record_version <> a.version OR s.rules_version <> %(rules)s
            OR s.changes_on <= %(today)s OR s.as_of > %(today)s)
     ORDER BY a.id
"""
# One row per advocate, one column per cell (window x pool): a single level of grouping, whatever the number of
# cells. The number of entries is read in the same statement as the sums: it is the version they stand for. Credit
# taken away by an officer may be dated on any day, so whose it is is decided entry by entry.
_SUMS = """
    SELECT e.advocate_id, count(*)::int4, bool_or(e.earned_on >= %(tomorrow)s)::int4,
           bool_or(e.minutes < 0 AND e.adjustment_id IS NOT NULL)::int4{cells}
      FROM courses_entry e
      JOIN (SELECT * FROM unnest(%(categories)s::int8[], %(formats)s::int2[], %(pools)s::int2[])) AS p(category, format, pool)
        ON p.category = e.category_id AND p.format = e.format
     WHERE e.advocate_id BETWEEN %(first)s AND %(last)s AND (%(all)s OR e.advocate_id = ANY(%(people)s))
     GROUP BY e.advocate_id ORDER BY e.advocate_id
"""  # noqa: E501
_CELL = (
    ", coalesce(sum(e.minutes) FILTER"
    " (WHERE p.pool = {pool} AND e.earned_on >= '{start}' AND e.earned_on < '{end}'), 0)::int4"
)
_STATUSES = """
    SELECT advocate_id,
           string_agg(concat_ws(' ', status, greatest(lower(period), %(floor)s), upper(period)), ',' ORDER BY period)
      FROM advocates_statusspan
     WHERE advocate_id BETWEEN %(first)s AND %(last)s AND (%(all)s OR advocate_id = ANY(%(people)s))
       AND (upper_inf(period) OR upper(period) > %(floor)s)
     GROUP BY advocate_id
"""
_MEMBERSHIPS = """
    SELECT advocate_id,
           CASE WHEN min(lower(period)) < %(floor)s THEN NULL ELSE min(lower(period)) END,
           CASE WHEN bool_or(upper_inf(period)) THEN NULL ELSE max(upper(period)) END
      FROM advocates_membership
     WHERE advocate_id BETWEEN %(first)s AND %(last)s AND (%(all)s OR advocate_id = ANY(%(people)s))
     GROUP BY advocate_id
"""
_LICENCES = """
    SELECT id, licence_date FROM advocates_advocate
     WHERE id BETWEEN %(first)s AND %(last)s AND (%(all)s OR id = ANY(%(people)s)) AND licence_date IS NOT NULL
"""


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


def people_behind(part: Slice) -> People:
    rows = rows_of(_PEOPLE, {
        "bar": part.bar_id, "first": part.first, "last": part.last, "today": part.today,
        "rules": part.rules_version, "rebuild": part.rebuild,
    })  # fmt: skip
    columns = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return People(columns[:, 0], columns[:, 1])


def kinds_kept() -> tuple[tuple[int, int, Kind], ...]:
    """Every kind of credit that the ledger can hold: the category's key, the format's number, and both codes."""
    return tuple(
        (pk, int(delivery), (code, delivery.code))
        for pk, code in Category.objects.order_by("pk").values_list("pk", "code")
        for delivery in DeliveryFormat
    )


def holdings(part: Slice, people: People, plan: Plan, windows: tuple[dt.date, ...]) -> Holdings:
    """Credit summed by pool (what the rules do not tell apart) and window (days they do not tell apart)."""
    tomorrow = part.today + dt.timedelta(days=1)
    spans = list(zip(windows, (*windows[1:], tomorrow), strict=False))  # none where nobody has a period yet
    pools = range(len(plan.stand_ins))
    cells = [_CELL.format(pool=pool, start=start, end=end) for start, end in spans for pool in pools]
    rows = rows_of(
        _SUMS.format(cells="".join(cells)), {**scope_of(part, people), **_mapping(plan), "tomorrow": tomorrow}
    )
    found = np.zeros((len(people), 3 + len(cells)), dtype=np.int64)
    if rows:
        read = np.array(rows, dtype=np.int64)
        read = read[np.isin(read[:, 0], people.ids, assume_unique=True)]
        found[np.searchsorted(people.ids, read[:, 0])] = read[:, 1:]
    minutes = found[:, 3:].reshape(len(people), len(spans), len(pools))
    return Holdings(found[:, 0], found[:, 1] > 0, found[:, 2] > 0, minutes, windows)


def _mapping(plan: Plan) -> dict[str, list[int]]:
    """The pool of each (category, format) as columns for SQL."""
    kept = [(category, delivery, plan.pools[kind]) for category, delivery, kind in kinds_kept() if kind in plan.pools]
    columns = [list(column) for column in zip(*kept, strict=True)] or [[], [], []]
    return dict(zip(("categories", "formats", "pools"), columns, strict=True))


def cohorts(part: Slice, people: People, law: Sequence[Rulebook]) -> list[Cohort]:
    """The people by their facts other than credit, without what happened before the rules where that is all one."""
    floor = law[0].effective_from if ignores_the_past(law) else dt.date.min
    scope = {**scope_of(part, people), "floor": floor}
    statuses = dict(rows_of(_STATUSES, scope))
    memberships = {pk: (joined, left) for pk, joined, left in rows_of(_MEMBERSHIPS, scope)}
    licensed = any(version.admission == "licensed" for version in law)
    licences = dict(rows_of(_LICENCES, scope)) if licensed else {}
    members: dict[tuple[Any, ...], list[int]] = {}
    for position, pk in enumerate(people.ids.tolist()):
        key = (*memberships.get(pk, (None, None)), licences.get(pk), statuses.get(pk, ""))
        members.setdefault(key, []).append(position)
    return [
        Cohort(
            Facts(
                joined_on=None if joined == LONG_AGO else joined,
                left_on=left,
                licensed_on=licence,
                statuses=_spans(history),
            ),
            np.array(positions, dtype=np.int64),
        )
        for (joined, left, licence, history), positions in members.items()
    ]


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
