"""Doorways for the queue: keyword-only JSON scalars in, one call of a service. Any of them may run twice or never."""

from __future__ import annotations

import datetime as dt

from celery import shared_task

from advocates.models import Bar
from advocates.services import requests
from cle.core.clock import local_date, now
from cle.core.queue import enqueue
from compliance.models import SweepRange, SweepRun
from compliance.queries import certificates as due
from compliance.services import cases, certificates, jobs, notices, sweeps
from compliance.services.certificates import archives
from courses.models import Session

NOTICES_AT_ONCE = 200
"""Notices handed to the server by one message: a minute or two of a slow mailbox, well inside the lease."""


def _day(bar: Bar, as_of: str | None) -> dt.date:
    return dt.date.fromisoformat(as_of) if as_of else local_date(now(), bar.time_zone)


@shared_task
def nightly_sweep(*, as_of: str | None = None) -> None:
    for bar in Bar.objects.filter(parent=None):
        run = sweeps.start_sweep(bar, _day(bar, as_of), now=now())
        hand_out(run)


def hand_out(run: SweepRun) -> None:
    """Put the ranges of a sweep that was just written down on the queue."""
    for range_id in SweepRange.objects.filter(run=run).values_list("pk", flat=True):
        enqueue(sweep_range, range_id=range_id)


@shared_task
def sweep_changes(*, as_of: str | None = None) -> None:
    for share in sweeps.shares_of_changes():
        enqueue(sweep_bar_changes, bar_id=share.bar_id, most=share.most, as_of=as_of)


@shared_task
def sweep_bar_changes(*, bar_id: int, most: int = sweeps.SHARE, as_of: str | None = None) -> None:
    bar = Bar.objects.get(pk=bar_id)
    sweeps.sweep_changes(bar, _day(bar, as_of), now=now(), most=most)


@shared_task
def resume_sweeps() -> None:
    for range_id in sweeps.resume_sweeps(now=now()):
        enqueue(sweep_range, range_id=range_id)


@shared_task
def sweep_range(*, range_id: int) -> None:
    sweeps.sweep_range(range_id, now=now())


@shared_task
def review_cases(*, as_of: str | None = None) -> None:
    for bar_id in Bar.objects.values_list("pk", flat=True):
        enqueue(review_bar_cases, bar_id=bar_id, as_of=as_of)


@shared_task
def review_bar_cases(*, bar_id: int, as_of: str | None = None) -> None:
    bar = Bar.objects.get(pk=bar_id)
    cases.review_cases(bar, _day(bar, as_of), now())


@shared_task
def plan_notices(*, as_of: str | None = None) -> None:
    for bar_id in Bar.objects.values_list("pk", flat=True):
        enqueue(plan_bar_notices, bar_id=bar_id, as_of=as_of)


@shared_task
def plan_bar_notices(*, bar_id: int, as_of: str | None = None) -> None:
    bar = Bar.objects.get(pk=bar_id)
    notices.plan_notices(bar, _day(bar, as_of), now())


@shared_task
def send_due_notices() -> None:
    notices.release_abandoned(now())
    notices.plan_session_notices(now=now())
    notices.send_due(now=now(), limit=NOTICES_AT_ONCE)


@shared_task
def read_mail_reports() -> None:
    notices.read_mailbox(now=now())


@shared_task
def issue_due_certificates(*, as_of: str | None = None) -> None:
    for session_id in due.sessions_without_certificates():
        enqueue(issue_session_certificates, session_id=session_id)
    for bar in Bar.objects.all():
        for period_start in due.closed_periods(bar, _day(bar, as_of)):
            enqueue(issue_period_certificates, bar_id=bar.pk, period_start=period_start.isoformat())


@shared_task
def issue_session_certificates(*, session_id: int) -> None:
    certificates.issue_for_session(Session.objects.get(pk=session_id), now=now())


@shared_task
def issue_period_certificates(*, bar_id: int, period_start: str) -> None:
    certificates.issue_for_period(Bar.objects.get(pk=bar_id), dt.date.fromisoformat(period_start), now=now())


@shared_task
def run_job(*, job_id: int) -> None:
    jobs.run_job(job_id, now=now)


@shared_task
def resume_jobs() -> None:
    for job_id in jobs.resume_jobs(now=now()):
        enqueue(run_job, job_id=job_id)


@shared_task
def forget_answers() -> None:
    requests.forget_answers(now=now())


@shared_task
def delete_old_archives() -> None:
    archives.delete_old_archives(now())
