"""How far sweeps are, as far as they concern a bar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from advocates.models import Advocate, Bar
from compliance.models import AdoptedRulebook, JobState, SweepRange, SweepRun
from compliance.queries.rules import rules_of


def sweeps_over(bar: Bar) -> QuerySet[SweepRun]:
    """Runs over the bar or a bar below it, those of the bars above included: with the figures of these bars alone.

    Adds ``ranges_total``, ``ranges_running``, ``ranges_done``, ``people``, ``people_assessed``, ``rows_written``.
    """
    bars = list(Bar.objects.below(bar).values_list("pk", flat=True))
    touched = SweepRange.objects.filter(bar__in=bars).values("run")
    ours, done = Q(ranges__bar__in=bars), Q(ranges__finished_at__isnull=False)
    return SweepRun.objects.filter(Q(bar=bar) | Q(pk__in=touched)).annotate(
        ranges_total=Count("ranges", filter=ours),
        ranges_running=Count("ranges", filter=ours & ~done & Q(ranges__claimed_at__isnull=False)),
        ranges_done=Count("ranges", filter=ours & done),
        people=Sum("ranges__advocates", filter=ours, default=0),
        people_assessed=Sum("ranges__assessed", filter=ours, default=0),
        rows_written=Sum("ranges__written", filter=ours, default=0),
    )


def state_of(run: Any) -> JobState:
    """Of a run with the figures of ``sweeps_over``: done for a bar once nothing of it is left there."""
    if run.finished_at or run.ranges_done == run.ranges_total:
        return JobState.DONE
    return JobState.RUNNING if run.ranges_done or run.ranges_running else JobState.WAITING


def people_to_sweep(bar: Bar, today: dt.date) -> int:
    """How many a sweep of the bar and the bars below it would look at: those of bars without rules it leaves out."""
    bars = Bar.objects.below(bar)
    if not rules_of(bar).regulates(today):
        bars = bars.filter(Exists(AdoptedRulebook.objects.filter(bar=OuterRef("pk"), effective_from__lte=today)))
    return Advocate.objects.filter(bar__in=bars).count()
