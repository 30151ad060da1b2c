"""Long work: asked for once, done by one worker, finished or given up, and looked up by whom it concerns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.models import Bar, Change, RoleKind
from cle.core.clock import now
from cle.core.errors import DomainError
from compliance import tasks
from compliance.models import Job, JobState
from compliance.services import jobs
from compliance.services.jobs import LEASE, MOST_ATTEMPTS, resume_jobs, run_job, start_job
from tests.api.test_me import problem
from tests.factories import make_bar, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Bar:
    """A bar, and two kinds of work beside the real ones."""

    def refuse(job: Job, report: jobs.Progress) -> dict[str, Any]:
        raise DomainError("nothing-to-do", "There is nothing to do.")

    def count(job: Job, report: jobs.Progress) -> dict[str, Any]:
        report(1, 2)
        return {"halfway": Job.objects.values_list("done", "total").get(pk=job.pk), "given": job.parameters["n"]}

    monkeypatch.setattr(jobs, "KINDS", {**jobs.KINDS, "count": count, "refuse": refuse})
    return make_bar()


def asked(bar: Bar, kind: str = "count", **fields: Any) -> Job:
    return start_job(bar, kind, {"n": 7}, by=fields.get("by"), now=now())


def test_it_is_done_once_and_says_what_came_of_it(bar: Bar) -> None:
    job = run_job(asked(bar).pk, now=now)
    assert job is not None
    assert (job.state, job.result, job.finished_at is not None) == ("done", {"halfway": [1, 2], "given": 7}, True)
    assert run_job(job.pk, now=now) is None


def test_a_refusal_is_its_result_and_not_an_error_of_ours(bar: Bar) -> None:
    job = run_job(asked(bar, "refuse").pk, now=now)
    assert job is not None
    assert job.state == JobState.FAILED
    assert job.problem == {"code": "nothing-to-do", "message": "There is nothing to do."}


def test_work_of_no_known_kind_is_refused_where_it_is_asked_for(bar: Bar) -> None:
    with pytest.raises(LookupError):
        asked(bar, "strike-off")


def test_a_job_whose_worker_died_is_taken_again_and_not_for_ever(bar: Bar) -> None:
    job = asked(bar)
    for _ in range(MOST_ATTEMPTS):
        assert resume_jobs(now=now()) == [job.pk]
        assert Job.objects.claim(job.pk, now())
        assert resume_jobs(now=now()) == []
        Job.objects.filter(pk=job.pk).update(claimed_at=now() - LEASE - dt.timedelta(seconds=1))
    assert resume_jobs(now=now()) == []
    job.refresh_from_db()
    assert (job.state, job.problem["code"]) == ("failed", "worker-lost")


def test_who_may_look_at_a_job(client: Client, bar: Bar) -> None:
    asker = make_user(bar=bar)
    job = asked(bar, by=asker)
    address = f"/api/v1/bars/{bar.code}/jobs"
    seen = {}
    for who, user in {
        "asker": asker,
        "colleague": make_user(bar=bar, role=RoleKind.REVIEWER),
        "auditor": make_user(bar=bar, role=RoleKind.AUDITOR),
    }.items():
        client.force_login(user)
        listed = [row["id"] for row in client.get(address).json()["results"]]
        seen[who] = (listed == [job.pk], client.get(f"{address}/{job.pk}").status_code)
    assert seen == {"asker": (True, 200), "colleague": (False, 404), "auditor": (True, 200)}
    client.force_login(make_user(bar=make_bar(), role=RoleKind.BAR_ADMIN))
    problem(client.get(address), 404)
    problem(client.get(f"{address}/{job.pk}"), 404)


def test_what_a_job_changes_is_its_asker_s(bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(job: Job, report: jobs.Progress) -> dict[str, Any]:
        Bar.objects.filter(pk=bar.pk).update(contact="asked for")
        return {}

    monkeypatch.setattr(jobs, "KINDS", {**jobs.KINDS, "rename": rename})
    asker = make_user(bar=bar)
    tasks.run_job(job_id=asked(bar, "rename", by=asker).pk)
    changed = Change.objects.get(table="advocates_bar", action="update")
    assert (changed.user, changed.source, changed.after) == (asker, "task", {"contact": "asked for"})
    finished = Change.objects.filter(table="compliance_job", action="update").latest("pk")
    assert (finished.user, finished.source) == (None, "task")
