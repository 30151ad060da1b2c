"""The sweep: who stands how, for everybody whose standing no longer follows from what is recorded.

A run is cut into key ranges, each a row; a range is assessed and written in one transaction. Killing a worker
leaves its range to be taken again; two sweeps at once compute the same and write it once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Sum

from advocates.models import Advocate, Bar, User
from cle.core.batching import key_ranges
from compliance.models import MovedOn, SweepRange, SweepRun
from compliance.queries.rules import rules_of
from compliance.queries.sweeps import Slice, enough_memory, people_behind, people_of, take_moved_on
from compliance.services.assessing import assessed
from compliance.services.standings import write_results

BATCH = 20_000
"""Advocates per range: about a quarter of a second of work. Half of that took some 5 % longer, twice that no less."""

SHARE, ALIKE, FEW = 4_000, 4, 1_000
"""Of those who moved on, the most that one message looks at: a fifth of a second of work. Beyond a few they are dealt
into so many shares of one size, or twice as many and so on: one, two or four workers are done with them together."""

LEASE = dt.timedelta(minutes=15)
"""A range claimed for longer than this has lost its worker: the longest task is cut off sooner."""


class Share(NamedTuple):
    """So many, at the most, of those of a bar who are noted as moved on."""

    bar_id: int
    most: int


@dataclass(frozen=True, slots=True)
class RangeCounts:
    advocates: int
    assessed: int
    written: int


@transaction.atomic
def start_sweep(
    bar: Bar, today: dt.date, *, now: dt.datetime, by: User | None = None, rebuild: bool = False, batch: int = BATCH
) -> SweepRun:
    """Record a run over the bar and the bars below it, cut into ranges; bars without rules in force are left out."""
    run = SweepRun.objects.create(bar=bar, as_of=today, rebuild=rebuild, started_by=by, started_at=now)
    SweepRange.objects.bulk_create(
        SweepRange(run=run, bar=each, first=first, last=last)
        for each in Bar.objects.below(bar)
        if rules_of(each).regulates(today)
        for first, last in key_ranges(Advocate.objects.for_bar(each), batch)
    )
    finish_run(run.pk, now=now)
    return run


def sweep_range(range_id: int, *, now: dt.datetime) -> RangeCounts | None:
    """Assess one range of a run; None when somebody else has taken it or it is done."""
    if not SweepRange.objects.claim(range_id, now):
        return None
    part = SweepRange.objects.select_related("run", "bar").get(pk=range_id)
    with transaction.atomic():
        counts = sweep(part.bar, part.first, part.last, part.run.as_of, now=now, rebuild=part.run.rebuild)
        SweepRange.objects.filter(pk=part.pk).update(
            finished_at=now, advocates=counts.advocates, assessed=counts.assessed, written=counts.written
        )
    finish_run(part.run_id, now=now)
    return counts


def sweep(bar: Bar, first: int, last: int, today: dt.date, *, now: dt.datetime, rebuild: bool = False) -> RangeCounts:
    """Bring the standings of the bar's advocates with keys ``first`` to ``last`` up to date, as of ``today``."""
    rules = rules_of(bar)
    part = Slice(bar.pk, first, last, today, rules.version, rebuild)
    people = people_behind(part)
    if not rules.regulates(today):
        return RangeCounts(people.of_all, 0, 0)
    enough_memory()
    results = assessed(part, rules, people)
    return RangeCounts(people.of_all, int(results.known.sum()), write_results(bar, rules, today, results, now=now))


@transaction.atomic
def sweep_changes(bar: Bar, today: dt.date, *, now: dt.datetime, most: int = SHARE) -> RangeCounts | None:
    """The same for so many of the bar's advocates whose ledger or record is noted as moved on; None when there are
    none. What it costs follows from how many they are, not from how many the bar has.
    """
    moved, rules = take_moved_on(bar.pk, most), rules_of(bar)
    if not len(moved):
        return None
    if not rules.regulates(today):
        return RangeCounts(len(moved), 0, 0)
    enough_memory()
    part = Slice(bar.pk, int(moved[0]), int(moved[-1]), today, rules.version, rebuild=False)
    results = assessed(part, rules, people_of(bar.pk, moved))
    return RangeCounts(len(moved), int(results.known.sum()), write_results(bar, rules, today, results, now=now))


def shares_of_changes() -> list[Share]:
    """What it takes to look at all who are noted as moved on, bar by bar."""
    counts = MovedOn.objects.values_list("bar").annotate(people=Count("pk")).order_by("bar")
    return [share for bar, people in counts for share in _dealt(bar, people)]


def _dealt(bar: int, people: int) -> list[Share]:
    shares = ALIKE * ceil(people / (ALIKE * SHARE)) if people > FEW else 1
    return [Share(bar, ceil(people / shares))] * shares


def finish_run(run_id: int, *, now: dt.datetime) -> bool:
    """Close the run when no range of it is left. Its own statement, so that the last of two sees the other's work."""
    left = SweepRange.objects.filter(run=run_id).unfinished()
    if left.exists():
        return False
    totals = SweepRange.objects.filter(run=run_id).aggregate(
        advocates=Sum("advocates", default=0), assessed=Sum("assessed", default=0), written=Sum("written", default=0)
    )
    return SweepRun.objects.filter(pk=run_id, finished_at=None).update(finished_at=now, **totals) == 1


def resume_sweeps(*, now: dt.datetime) -> list[int]:
    """Ranges that nobody works on: of dead workers, or whose message was lost. Runs with none left are closed."""
    SweepRange.objects.release_abandoned(now - LEASE)
    for run_id in SweepRun.objects.filter(finished_at=None).values_list("pk", flat=True):
        finish_run(run_id, now=now)
    waiting = SweepRange.objects.unfinished().filter(claimed_at=None, run__finished_at=None)
    return list(waiting.order_by("pk").values_list("pk", flat=True))
