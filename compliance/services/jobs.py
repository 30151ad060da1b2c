"""Work asked for now and done by a worker: each kind is one function that may run twice and reports how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from advocates.acting import acting_for
from advocates.models import Bar, User
from cle.core.errors import DomainError
from compliance.models import Job, JobState
from compliance.services import roll_jobs
from compliance.services.certificates.archives import archive_batch
from compliance.services.certificates.batches import issue_batch
from compliance.services.erasing import erase
from compliance.services.impact_job import judge_impact
from compliance.services.notices.paper import write_letters
from compliance.services.work import Work

KINDS: Final[Mapping[str, Work]] = {
    "certificates": issue_batch,
    "certificates-archive": archive_batch,
    "erasure": erase,
    "letters": write_letters,
    "rulebook-impact": judge_impact,
    "roll-preview": roll_jobs.preview,
    "roll-apply": roll_jobs.apply,
}

LEASE = dt.timedelta(minutes=16)
"""A job that has reported nothing for longer than a task may run has lost its worker."""

MOST_ATTEMPTS = 3
"""A job that takes its worker down each time is not tried for ever."""


def start_job(bar: Bar, kind: str, parameters: dict[str, Any], *, by: User | None, now: dt.datetime) -> Job:
    """Write the job down. Whoever calls puts it on the queue in the same transaction (``tasks.run_job``)."""
    if kind not in KINDS:
        raise LookupError(f"no work of the kind {kind}")
    return Job.objects.create(bar=bar, kind=kind, parameters=parameters, asked_by=by, asked_at=now)


def run_job(job_id: int, *, now: Callable[[], dt.datetime]) -> Job | None:
    """Do a waiting job; None when somebody else has taken it or it is done."""
    if not Job.objects.claim(job_id, now()):
        return None
    job = Job.objects.select_related("bar", "asked_by").get(pk=job_id)

    def report(done: int, total: int) -> None:
        Job.objects.filter(pk=job_id).update(done=done, total=total, claimed_at=now())

    with acting_for(job.asked_by), translation.override((job.asked_by or job.bar).language):
        try:
            result = KINDS[job.kind](job, report)
        except DomainError as error:
            problem = {"code": error.code, "message": str(error)}
            return _finish(job, JobState.FAILED, now(), problem=problem)
    return _finish(job, JobState.DONE, now(), result=result)


def _finish(job: Job, state: JobState, now: dt.datetime, **outcome: Any) -> Job:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=now, **outcome)
    job.refresh_from_db()
    return job


def resume_jobs(*, now: dt.datetime) -> list[int]:
    """Keys of jobs that nobody works on: of dead workers, or whose message was lost."""
    Job.objects.release_abandoned(now - LEASE)
    for job in Job.objects.waiting().filter(attempts__gte=MOST_ATTEMPTS).select_related("bar", "asked_by"):
        with translation.override((job.asked_by or job.bar).language):
            said = _("The work was broken off three times. Ask whoever runs the installation to look at the logs.")
            _finish(job, JobState.FAILED, now, problem={"code": "worker-lost", "message": str(said)})
    return list(Job.objects.waiting().order_by("pk").values_list("pk", flat=True))
