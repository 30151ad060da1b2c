"""What a sweep reads: who is behind, and their facts, as columns. A constant number of statements for a key range."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any

import numpy as np
import psycopg
from django.db import connection

from advocates.services.people import LONG_AGO
from cle.core.copying import Numbers
from compliance.queries.rules import BarRules
from compliance.rules import Facts, Rulebook, StatusSpan
from compliance.rules.columns import Kind, Plan, ignores_the_past
from compliance.rules.facts import OUTSIDE
from courses.models import Category, DeliveryFormat

# Whom to look for is said of each table: it is not carried over from one to the other, and each is as long as the roll.
_BEHIND = """
    SELECT count(*), string_agg(int8send(id) || int8send(version), ''::bytea) FILTER (WHERE behind)
      FROM (
        SELECT a.id, a.version, %(rebuild)s OR s.advocate_id IS NULL OR s.ledger_version <> coalesce(c.version, 0)
               OR s.record_version <> a.version OR s.rules_version <> %(rules)s
               OR s.changes_on <= %(today)s OR s.as_of > %(today)s AS behind
          FROM advocates_advocate a
          LEFT JOIN courses_account c ON c.advocate_id = a.id AND c.advocate_id BETWEEN %(first)s AND %(last)s
          LEFT JOIN compliance_assessed s ON s.advocate_id = a.id AND s.advocate_id BETWEEN %(first)s AND %(last)s
         WHERE a.bar_id = %(bar)s AND a.id BETWEEN %(first)s AND %(last)s
      ) AS each
"""
_OF_THESE = """
    SELECT count(*), string_agg(int8send(id) || int8send(version), ''::bytea)
      FROM advocates_advocate WHERE bar_id = %(bar)s AND id = ANY(%(only)s::int8[])
"""
# Whoever takes rows of the list holds them until the standings are written: two workers take different ones, and what
# a worker that is killed had taken is on the list again. Taken as an array, which is made once: a query within the
# condition may be asked more than once, and would take others each time. They go from where they lie, which takes a
# third of the time of looking them up once more: rows of the list are never written over.
_TAKE = """
    WITH gone AS (
        DELETE FROM compliance_movedon WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM compliance_movedon WHERE bar_id = %(bar)s
             ORDER BY advocate_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )) RETURNING advocate_id
    )
    SELECT string_agg(int8send(advocate_id), ''::bytea) FROM gone
"""
# Each entry is one number, and all of them one value: a row of each, or a sum on the server for each of the things that
# the rules tell apart, takes longer than all else. By sums and products, which take less time than shifts: from above,
# the day (whatever is centuries away is as far as it goes), the category, the format, whether an officer took it away,
# the minutes. The number of a person's entries is the version that they stand for. Credit taken away may be dated on
# any day, so whose it is is decided entry by entry.
_ENTRIES = """
    SELECT string_agg(int8send(advocate_id) || int4send(entries), ''::bytea), string_agg(packed, ''::bytea)
      FROM (
        SELECT e.advocate_id, count(*)::int4 AS entries, string_agg(int8send(
                   least(greatest(e.earned_on - date '2000-01-01', -131071), 131071) * 70368744177664
                   + e.category_id * 268435456 + (e.format * 33554432 + e.minutes)
                   + CASE WHEN e.minutes < 0 AND e.adjustment_id IS NOT NULL THEN 16777216 ELSE 0 END
               ), ''::bytea) AS packed
          FROM courses_entry e
         WHERE e.advocate_id {whose}
         GROUP BY e.advocate_id
      ) AS ledger
"""
_EPOCH, _FARTHEST = dt.date(2000, 1, 1), (1 << 17) - 1
_SIGN, _FORMATS, _CATEGORIES = 1 << 23, 1 << 3, 1 << 18
_AT_ONCE = 1 << 14
"""Entries that are taken apart at a time: what is made of them stays in a cache of the processor."""
# Those who share a fact are one row: a bar has few different ones, and a row for each person takes longer to read than
# all else.
_FACTS = """
    SELECT 'span', status, greatest(lower(period), %(floor)s), upper(period),
           string_agg(int8send(advocate_id), ''::bytea)
      FROM advocates_statusspan
     WHERE advocate_id {whose}
       AND (upper_inf(period) OR upper(period) > %(floor)s)
     GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'membership', bar_id::text, CASE WHEN lower(period) >= %(floor)s THEN lower(period) END, upper(period),
           string_agg(int8send(advocate_id), ''::bytea)
      FROM advocates_membership
     WHERE advocate_id {whose}
     GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'licence', NULL, licence_date, NULL, string_agg(int8send(id), ''::bytea)
      FROM advocates_advocate
     WHERE %(licensed)s AND id {whose} AND licence_date IS NOT NULL
     GROUP BY 3
"""


Stay = tuple[int, dt.date | None, dt.date | None]
"""A bar, the first day there, None for since before records began, and the first day elsewhere, None while it lasts."""

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
    """Advocates to be assessed; ``ids`` int64[n], ascending.

    ``of_all``: how many were looked at.
    """

    ids: Numbers
    record_versions: Numbers
    of_all: int

    def only(self, which: Numbers | Sequence[int]) -> People:
        return People(self.ids[which], self.record_versions[which], self.of_all)

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
    """People who share every fact but their credit: ``members`` are positions among the people; ``stays`` are their
    memberships, in no order. ``rules``: those by which they are judged, where these are not the ones of their bar.
    """

    facts: Facts
    members: Numbers
    stays: tuple[Stay, ...] = ()
    rules: BarRules | None = None


def take_moved_on(bar_id: int, limit: int) -> Numbers:
    """Advocates of the bar that are noted as moved on, ascending, taken off the list within this transaction."""
    ((packed,),) = rows_of(_TAKE, {"bar": bar_id, "limit": limit})
    return np.unique(np.frombuffer(packed or b"", ">i8").astype(np.int64))


def people_behind(part: Slice) -> People:
    """Those of the range whose standings no longer follow from what is recorded."""
    return _people(_BEHIND, {
        "bar": part.bar_id, "first": part.first, "last": part.last, "today": part.today, "rules": part.rules_version,
        "rebuild": part.rebuild,
    })  # fmt: skip


def people_of(bar_id: int, only: Numbers) -> People:
    """These, as far as they are the bar's."""
    return _people(_OF_THESE, {"bar": bar_id, "only": array_of(only)})


def _people(sql: str, params: dict[str, Any]) -> People:
    ((of_all, packed),) = rows_of(sql, params)
    found = np.frombuffer(packed or b"", ">i8").reshape(-1, 2).astype(np.int64)
    found = found[found[:, 0].argsort()]
    return People(found[:, 0], found[:, 1], of_all)


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


def packable(kept: Sequence[Kept]) -> bool:
    """Whether the keys of these categories leave the day of a packed entry its bits."""
    return all(category < _CATEGORIES for category, _delivery, _kind in kept)


def holdings(part: Slice, people: People, plan: Plan, kept: Sequence[Kept], windows: tuple[dt.date, ...]) -> Holdings:
    """Credit summed by pool (what the rules do not tell apart) and window (days they do not tell apart)."""
    days = [_day(day) for day in (*windows, part.today + dt.timedelta(days=1))]
    pools, before, after = _pools(plan, kept), 0, len(days)
    minutes = np.zeros((len(people), after + 1, len(plan.stand_ins) + 1), dtype=np.int64)
    entries, later, taken = (np.zeros(len(people), dtype=kind) for kind in (np.int64, bool, bool))
    for whose, packed in _ledger(part, people, entries):
        earned = (packed + _SIGN & (2 * _SIGN - 1)) - _SIGN
        kind = packed - earned >> 24
        window = np.full(len(packed), before)
        for day in days:
            window += kind >> 22 >= day
        pool = pools.take(kind >> 1 & (_CATEGORIES * _FORMATS - 1))
        np.add.at(minutes.reshape(-1), (whose * (after + 1) + window) * minutes.shape[2] + pool, earned)
        later[whose[window == after]] = True
        taken[whose[kind & 1 == 1]] = True
    return Holdings(entries, later, taken, minutes[:, 1:after, :-1], windows)


def _ledger(part: Slice, people: People, entries: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Whose they are, as positions among the people, and packed entries; how many each has goes into ``entries``."""
    ((heads, packed),) = rows_of(*asked_of(_ENTRIES, part, people))
    head = np.frombuffer(heads or b"", np.dtype([("advocate", ">i8"), ("entries", ">i4")]))
    advocates, count = head["advocate"].astype(np.int64), head["entries"].astype(np.int64)
    places = np.minimum(np.searchsorted(people.ids, advocates), len(people) - 1)
    known = people.ids[places] == advocates
    entries[places[known]] = count[known]
    whose, numbers = np.repeat(np.where(known, places, -1), count), np.frombuffer(packed or b"", ">i8")
    for start in range(0, len(numbers), _AT_ONCE):
        each, own = numbers[start : start + _AT_ONCE].astype(np.int64), whose[start : start + _AT_ONCE]
        yield (own, each) if known.all() else (own[own >= 0], each[own >= 0])


def _day(day: dt.date) -> int:
    return max(-_FARTHEST, min((day - _EPOCH).days, _FARTHEST))


def _pools(plan: Plan, kept: Sequence[Kept]) -> Numbers:
    """The pool of each category and format, by the place that they have in a packed entry; of what is in none, one
    more than there are."""
    most = max((category for category, _delivery, _kind in kept), default=0)
    pools = np.full((most + 1) * _FORMATS, len(plan.stand_ins))
    for category, delivery, kind in kept:
        pools[category * _FORMATS + delivery] = plan.pools.get(kind, len(plan.stand_ins))
    return pools


def cohorts(part: Slice, people: People, law: tuple[Rulebook, ...]) -> list[Cohort]:
    """The people by their facts other than credit, without what happened before the rules where that is all one."""
    floor = law[0].effective_from if ignores_the_past(law) else dt.date.min
    licensed = any(version.admission == "licensed" for version in law)
    rows: defaultdict[str, list[Said]] = defaultdict(list)
    sql, params = asked_of(_FACTS, part, people)
    for kind, status, start, end, keys in rows_of(sql, {**params, "floor": floor, "licensed": licensed}):
        rows[kind].append(((status, start, end), _positions(people, keys)))
    known = [_shared(len(people), rows[kind]) for kind in ("span", "membership", "licence")]
    code = np.zeros(len(people), dtype=np.int64)
    for said, which in known:
        code = code * len(said) + which
    _codes, one_of_each, alike = np.unique(code, return_index=True, return_inverse=True)
    members = np.split(np.argsort(alike, kind="stable"), np.cumsum(np.bincount(alike))[:-1])
    return [
        _cohort(*(said[which[one]] for said, which in known), members=whose)
        for one, whose in zip(one_of_each.tolist(), members, strict=True)
    ]


Fact = tuple[str | None, dt.date | None, dt.date | None]
"""(status, start, end) of a span; (bar, start, end) of a membership; (None, day, None) of a licence."""
Said = tuple[Fact, Numbers]
"""A fact and the positions of those of whom it is true."""


def _shared(count: int, rows: Iterable[Said]) -> tuple[list[tuple[Fact, ...]], Numbers]:
    """All that is said of anybody; and for each of so many people, which."""
    numbers: dict[tuple[Fact, ...], int] = {(): 0}
    which = np.zeros(count, dtype=np.int64)
    several: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact, positions in rows:
        first = which[positions] == 0
        for position in positions[~first].tolist():
            several[position].append(fact)
        which[positions[first]] = numbers.setdefault((fact,), len(numbers))
    singly = list(numbers)
    for position, more in several.items():
        which[position] = numbers.setdefault((*singly[which[position]], *more), len(numbers))
    return list(numbers), which


def _cohort(spans: Sequence[Any], memberships: Sequence[Any], licences: Sequence[Any], *, members: Numbers) -> Cohort:
    stays = tuple((int(bar), start, end) for bar, start, end in memberships)
    return Cohort(_facts(spans, memberships, licences), members, stays)


def _facts(spans: Sequence[Any], memberships: Sequence[Any], licences: Sequence[Any]) -> Facts:
    joined, left = [start for _bar, start, _end in memberships], [end for _bar, _start, end in memberships]
    joined_on = min(joined) if joined and None not in joined else None
    spans = (*spans, *_between(memberships))
    return Facts(
        joined_on=None if joined_on == LONG_AGO else joined_on,
        left_on=max(left) if left and None not in left else None,
        licensed_on=licences[0][1] if licences else None,
        statuses=tuple(StatusSpan(*span) for span in sorted(spans, key=itemgetter(1))),
    )


def _between(memberships: Sequence[Any]) -> Iterator[Fact]:
    """The time between one membership and the next: a status that lasts meanwhile asks for nothing."""
    ordered = sorted(memberships, key=lambda each: each[2] or dt.date.max)
    for (_bar, _start, end), (_next_bar, start, _end) in pairwise(ordered):
        if start is not None and end < start:
            yield OUTSIDE, end, start


def _positions(people: People, keys: bytes) -> Numbers:
    """Where among the people those of these keys are; whoever is none of them is left out."""
    wanted = np.frombuffer(keys, ">i8").astype(np.int64)
    places: Numbers = np.minimum(np.searchsorted(people.ids, wanted), len(people) - 1)
    found: Numbers = places[people.ids[places] == wanted]
    return found


def asked_of(sql: str, part: Slice, people: People) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters, with whom it is about in place of "{whose}"."""
    # When most of the range is behind, reading all of it beats looking people up one by one.
    if 2 * len(people) > part.last - part.first:
        return sql.format(whose="BETWEEN %(first)s AND %(last)s"), {"first": part.first, "last": part.last}
    return sql.format(whose="= ANY(%(people)s::int8[])"), {"people": array_of(people.ids)}


def array_of(keys: Numbers) -> str:
    """Keys as PostgreSQL writes an array of them: one after the other through psycopg they take five times as long."""
    return f"{{{','.join(map(str, keys.tolist()))}}}"


def rows_of(sql: str, params: dict[str, Any]) -> list[Any]:
    """Rows by the binary protocol, which costs a third of what text does for numbers and dates."""
    connection.ensure_connection()
    assert connection.connection is not None
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, params, binary=True).fetchall()
