"""A task that is given the key of one bar's row leaves the rows of every other bar as they are."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from advocates.models import Bar
from cle.celery import app
from compliance.models import SweepRange
from tests.compliance.rows import ruled_bar
from tests.factories import make_bar
from tests.house.keys import KEYS
from tests.house.rows import Rows, digest, make_rows

OVER_ALL_BARS = {
    "nightly_sweep": "starts a sweep of every bar",
    "resume_sweeps": "gives back ranges whose worker died",
    "review_cases": "asks for a review of each bar",
    "plan_notices": "asks for the notices of each bar",
    "read_mail_reports": "reads the installation's mailbox; a report names its notice by a number nobody can guess",
    "send_due_notices": "sends what is due, whoever planned it",
    "issue_due_certificates": "asks for the certificates of each bar and session",
    "forget_answers": "deletes answers of yesterday, whoever asked",
    "resume_jobs": "gives back jobs whose worker died",
}
"""Tasks without a key, which the schedule starts."""
TOUCHES_NO_ROWS = {"send_letter": "hands a written letter to the mail server"}
DEPENDS_ON_THE_JOB = {"run_job": "what a job may name is checked where it is asked for: test_tenancy tries each body"}
PLAIN: dict[str, Any] = {"as_of": "2027-02-01", "period_start": "2025-01-01", "most": 100}

app.loader.import_default_modules()
TASKS = {
    name.rpartition(".")[2]: task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))
}
KEYED = sorted(set(TASKS) - {*OVER_ALL_BARS, *TOUCHES_NO_ROWS, *DEPENDS_ON_THE_JOB})


def _given(name: str, rows: Rows) -> dict[str, Any]:
    """Values for the parameters of a task. Fails for a name of which it is not known whose key it is."""
    return {wanted: PLAIN.get(wanted) or _key(wanted, rows) for wanted in inspect.signature(TASKS[name].run).parameters}


def _key(wanted: str, rows: Rows) -> Any:
    model, _column = KEYS[{"range_id": "sweeprange"}.get(wanted, wanted.removesuffix("_id"))]
    return rows[model].pk


def test_tasks_are_known() -> None:
    assert len(KEYED) >= 5
    assert {*OVER_ALL_BARS, *TOUCHES_NO_ROWS, *DEPENDS_ON_THE_JOB} <= set(TASKS)
    assert [name for name in OVER_ALL_BARS if {*inspect.signature(TASKS[name].run).parameters} - set(PLAIN)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", KEYED)
def test_a_task_keeps_to_the_bar_of_its_key(name: str) -> None:
    national = ruled_bar(code="KZ")
    own, foreign = (make_rows(make_bar(parent=national)) for _ in range(2))
    SweepRange.objects.update(first=1, last=2**40)
    before = digest(foreign[Bar])
    TASKS[name].run(**_given(name, own))
    assert digest(foreign[Bar]) == before
