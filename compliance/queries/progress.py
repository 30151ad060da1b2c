"""How far sweeps are, as far as they concern a bar."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum

from advocates.models import Bar
from compliance.models import SweepRange, SweepRun


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
