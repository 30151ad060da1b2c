"""The state of the work: what is due and has not gone out, what waits, when the last sweep was over.

A few statements over counters and partial indexes, whose cost does not grow with the number of advocates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, Sum

from compliance.models import CertificateKind, Job, Notice, NoticeState, SerialCounter, SweepRun
from compliance.models.jobs import JobState
from compliance.models.notice_events import EventKind, NoticeEvent

OPEN = (NoticeState.DUE, NoticeState.FAILED, NoticeState.UNCERTAIN, NoticeState.TO_PRINT)
"""States of notices that somebody or something still has to deal with."""


@dataclass(frozen=True)
class Work:
    """Ages in seconds, 0 where nothing waits; None where there has never been a sweep."""

    notices: dict[str, int]
    notices_tried: int
    oldest_due: float
    jobs: dict[str, int]
    oldest_job: float
    sweep_age: float | None
    sweep_duration: float | None
    oldest_unfinished_sweep: float
    certificates: dict[str, int]
    bounces: int
    connections: int
    connections_allowed: int


def work_at(now: dt.datetime) -> Work:
    """As it is at that moment; eight statements."""
    due = Notice.objects.filter(state=NoticeState.DUE).aggregate(
        oldest=Min("due_at", filter=Q(due_at__lte=now)), tried=Count("pk", filter=Q(attempts__gt=0))
    )
    jobs = {row["state"]: row for row in Job.objects.values("state").annotate(n=Count("pk"), oldest=Min("asked_at"))}
    finished = SweepRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    unfinished = SweepRun.objects.filter(finished_at=None).aggregate(oldest=Min("started_at"))
    serials = dict(SerialCounter.objects.values_list("kind").annotate(n=Sum("last")).order_by())
    connections, allowed = _connections()
    return Work(
        notices=_open_notices(),
        notices_tried=due["tried"],
        oldest_due=_age(due["oldest"], now),
        jobs={state: jobs[state]["n"] if state in jobs else 0 for state in JobState.values},
        oldest_job=_age(jobs[JobState.WAITING]["oldest"] if JobState.WAITING in jobs else None, now),
        sweep_age=_age(finished.finished_at, now) if finished else None,
        sweep_duration=_age(finished.started_at, finished.finished_at) if finished else None,
        oldest_unfinished_sweep=_age(unfinished["oldest"], now),
        certificates={kind: serials.get(kind, 0) for kind in CertificateKind.values},
        bounces=NoticeEvent.objects.filter(kind=EventKind.BOUNCED).count(),
        connections=connections,
        connections_allowed=allowed,
    )


def _age(since: dt.datetime | None, now: dt.datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since and now else 0.0


def _open_notices() -> dict[str, int]:
    """Bar by bar, so that the index by bar and state is read where it has such rows, and nowhere else."""
    counting = """
        SELECT state, coalesce(sum(n), 0)::bigint FROM unnest(%s::text[]) AS state
          LEFT JOIN LATERAL (
            SELECT n FROM advocates_bar AS bar CROSS JOIN LATERAL (
              SELECT count(*) AS n FROM compliance_notice AS notice
               WHERE notice.bar_id = bar.id AND notice.state = state.state) AS counted) AS by_bar ON true
         GROUP BY state
    """
    with connection.cursor() as cursor:
        cursor.execute(counting, [[str(state) for state in OPEN]])
        return dict(cursor.fetchall())


def _connections() -> tuple[Any, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT numbackends, current_setting('max_connections')::int"
            " FROM pg_stat_database WHERE datname = current_database()"
        )
        return cursor.fetchone() or (0, 0)
