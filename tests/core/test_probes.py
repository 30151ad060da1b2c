"""What machines that watch over an installation are told: by whom it is asked, what it says, what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from cle.core import health
from cle.metrics.exposition import WORK
from compliance.models import Job, Notice, SweepRun
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
TOKEN = "a token that nobody guesses"
BEARER = {"authorization": f"Bearer {TOKEN}"}
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def watched(settings) -> Iterator[None]:
    settings.SECOND_WALL = True
    settings.ENV = settings.ENV.model_copy(update={"metrics_token": TOKEN})
    WORK.forget()
    yield
    WORK.forget()


def waiting_work(hours: int) -> None:
    """A due notice, a job that waits and a sweep that took an hour, each so many hours old, of a bar of their own."""
    then, bar = timezone.now() - hours * HOUR, make_bar(f"W{hours}")
    someone = make_advocate(bar, "Қарлығаш Өтеген", email="karlygash@mail.example.kz")
    Notice.objects.create(
        bar=bar,
        advocate=someone,
        stage="overdue",
        period_start=then.date(),
        channel="email",
        language="kk",
        due_at=then,
    )
    Job.objects.create(bar=bar, kind="export", asked_at=then)
    SweepRun.objects.create(bar=bar, as_of=then.date(), started_at=then - HOUR, finished_at=then)


def samples(client: Client) -> dict[tuple[str, str], float]:
    """Of the page: (name, values of the labels) → value."""
    page = client.get("/metrics", headers=BEARER)
    assert page.status_code == 200
    found = text_string_to_metric_families(page.content.decode())
    return {(s.name, "/".join(s.labels.values())): s.value for family in found for s in family.samples}


def test_ready_says_each_part_and_the_oldest_work(client: Client) -> None:
    waiting_work(3)
    waiting_work(5)
    answer = client.get("/readyz")
    body = answer.json()
    assert (answer.status_code, body["database"], body["cache"], body["queue"]) == (200, "ok", "ok", "ok")
    ages = {name: seconds // 3600 for name, seconds in body["waiting"].items()}
    assert ages == {"oldest_due_unsent": 5, "oldest_waiting_job": 5, "last_sweep_finished": 3}


def test_not_ready_while_migrations_are_pending(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'courses' AND name = '0002_provider_account'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, health.BEHIND)
    assert client.get("/livez").status_code == 200
    shown = client.get("/version", headers=BEARER).json()
    assert shown["pending_migrations"] == ["courses.0002_provider_account"]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://guest:guest@127.0.0.1:1//"])
def test_not_ready_without_the_queue(client: Client, settings: Any, url: str) -> None:
    settings.ENV = settings.ENV.model_copy(update={"broker_url": url})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["queue"], answer.json()["cache"]) == (503, health.BROKEN, "ok")


def test_nobody_is_looked_up_and_little_is_asked(client: Client) -> None:
    """With the cookie of somebody logged in, and however much there is."""
    client.force_login(make_user("staff@mail.example.kz"))
    counts = []
    for hours in (1, 2, 3):
        waiting_work(hours)
        WORK.forget()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/readyz")
        assert not [query for query in asked if "session" in query["sql"] or "advocates_user" in query["sql"]]
        counts.append(len(asked))
    assert counts == [9, 9, 9]
    with CaptureQueriesContext(connection) as asked:
        client.get("/metrics", headers=BEARER)
        client.get("/livez")
    assert len(asked) == 0  # remembered


def test_metrics_are_for_whoever_bears_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer else"}).status_code == 401
    settings.ENV = settings.ENV.model_copy(update={"metrics_token": ""})
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_metrics_tell_of_requests_and_of_work(client: Client) -> None:
    waiting_work(2)
    before = samples(client)
    client.get("/verify/")
    client.get("/no/such/karlygash")
    after = samples(client)
    for seen in ("GET/verify-form/2xx", "GET/none/4xx"):
        key = "cle_request_duration_seconds_count", seen
        assert after[key] == before.get(key, 0) + 1
    assert after["cle_notices", "due"] == 1
    assert after["cle_notices", "failed"] == 0
    assert after["cle_jobs", "waiting"] == 1
    assert 7200 <= after["cle_oldest_due_unsent_seconds", ""] < 7300
    assert 7200 <= after["cle_sweep_age_seconds", ""] < 7300
    assert after["cle_sweep_duration_seconds", ""] == 3600
    assert after["cle_database_up", ""] == 1
    assert after["cle_files_disk_size_bytes", ""] > 0
    assert not [key for key in after if "karlygash" in str(key)]


def test_the_release_is_shown_to_staff_alone(client: Client) -> None:
    assert client.get("/version").status_code == 404
    client.force_login(make_user("nobody@mail.example.kz"))
    assert client.get("/version").status_code == 404
    client.force_login(make_user(bar=make_bar("REL")))
    shown = client.get("/version").json()
    assert shown["pending_migrations"] == []
    assert len(shown["build"]) == 12
