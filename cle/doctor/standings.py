"""Standings: computed once more from the ledger, the roll and the rules, and compared with what is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, TypeAlias

import numpy as np
from django.db import connection
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from cle.core.batching import key_ranges
from cle.core.clock import local_date
from cle.doctor.check import Check, Finding, Look, found, named
from compliance.models import Headings, Standing
from compliance.queries.rules import BarRules, rules_of
from compliance.queries.sweeps import People, Slice, people_behind
from compliance.services.assessing import assessed
from compliance.services.findings import STATUSES, Results, figures_of
from compliance.services.findings import Finding as Columns
from compliance.services.sweeps import BATCH

Row: TypeAlias = tuple[Any, ...]
Standings: TypeAlias = dict[tuple[int, dt.date], Row]
"""By advocate and first day of the period."""

_FIELDS: Final = (
    "bar_id", "rulebook_id", "period_end", "due_on", "petition_from", "status", "required", "counted", "missing",
    "headings_id", "figures",
)  # fmt: skip
_DRAWN = """
    SELECT bar_id, id FROM (SELECT bar_id, id FROM advocates_advocate ORDER BY random() LIMIT %s) AS drawn
     ORDER BY bar_id, id
"""


def _look(look: Look) -> list[Finding]:
    wrong = sorted(key for bar, first, last, only in _parts(look) for key in _wrong(bar, first, last, only, look.now))
    return found(named(_("advocates whose standings do not follow from the records"), map(str, wrong)))


def _parts(look: Look) -> Iterator[tuple[Bar, int, int, list[int] | None]]:
    """Key ranges of a bar, and which of the advocates in them to look at; None: all."""
    bars = Bar.objects.in_bulk()
    if look.sample is None:
        for bar in bars.values():
            for first, last in key_ranges(Advocate.objects.for_bar(bar), BATCH):
                yield bar, first, last, None
        return
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, [look.sample])
        drawn = cursor.fetchall()
    for bar_id, rows in groupby(drawn, key=lambda row: row[0]):
        keys = [key for _bar, key in rows]
        yield bars[bar_id], keys[0], keys[-1], keys


def _wrong(bar: Bar, first: int, last: int, only: list[int] | None, now: dt.datetime) -> set[int]:
    """Of these advocates, those whose standings differ. Whoever a sweep has yet to come to is left out."""
    rules, today = rules_of(bar), local_date(now, bar.time_zone)
    if not rules.regulates(today):
        return set()
    people = _settled(Slice(bar.pk, first, last, today, rules.version, rebuild=False), only)
    part = Slice(bar.pk, first, last, today, rules.version, rebuild=True)
    return _different(bar, rules, assessed(part, rules, people)) if len(people) else set()


def _settled(part: Slice, only: list[int] | None) -> People:
    everybody = people_behind(Slice(part.bar_id, part.first, part.last, part.today, part.rules_version, rebuild=True))
    settled = ~np.isin(everybody.ids, people_behind(part).ids)
    if only is not None:
        settled &= np.isin(everybody.ids, only)
    return everybody.only(settled)


def _different(bar: Bar, rules: BarRules, results: Results) -> set[int]:
    known = results.people.ids[results.known].tolist()
    headings = {tuple(zip(each.codes, each.clauses, strict=True)): each.pk for each in Headings.objects.for_bar(bar)}
    computed = {
        key: row for table in results.tables()
        for key, row in _rows(bar, table, headings.get(table.heads.lines), results)
    }  # fmt: skip
    rows = Standing.objects.filter(advocate__in=known).values_list("advocate_id", "period_start", *_FIELDS)
    written: Standings = {(key, start): tuple(rest) for key, start, *rest in rows}
    return {
        key
        for key, start in computed.keys() | written.keys()
        if computed.get((key, start)) != written.get((key, start))
    }


def _rows(
    bar: Bar, table: Columns, headings: int | None, results: Results
) -> Iterator[tuple[tuple[int, dt.date], Row]]:
    """What a sweep would write, as it would be read again."""
    day = dt.date.fromordinal
    figures = figures_of(table)
    for place, member in enumerate(table.members.tolist()):
        dates = [day(int(column[place])) for column in (table.end, table.due_on, table.petition_from)]
        numbers = figures[place].tolist()
        yield (
            (int(results.people.ids[member]), day(int(table.start[place]))),
            (bar.pk, table.heads.adopted_id, *dates, STATUSES[int(table.status[place])], *numbers[:2],
             int(table.missing[place]), headings, numbers),
        )  # fmt: skip


STANDINGS: Final = Check(
    "standings",
    _("Standings follow from the ledger, the roll and the rules"),
    _(
        "Compute them anew: start a sweep of the bar in the office with “recompute everything”. If they are wrong "
        "again afterwards, this is an error of the program: report it, with what `manage.py doctor --only standings` "
        "says."
    ),
    _look,
)
