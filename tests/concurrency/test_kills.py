"""A worker is killed in the middle of its work; another one and the next look at the rows make it right."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from advocates.models import Advocate, Bar
from cle.celery import app
from cle.core.clock import now
from cle.core.queue import enqueue
from compliance.models import (
    Assessed,
    Case,
    CaseState,
    Certificate,
    Notice,
    NoticeState,
    SerialCounter,
    Standing,
    SweepRange,
    SweepRun,
)
from compliance.notices.message import message_id
from compliance.services.cases import review_cases
from compliance.services.notices import decide, plan_notices, release_abandoned, send_due
from compliance.services.notices.sending import LEASE as SENDER_LEASE
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import LEASE, resume_sweeps, start_sweep, sweep_range
from compliance.tasks import sweep_range as sweep_range_task
from courses.models import Attendance, DeliveryFormat, Entry
from tests.compliance.certified import crowd, held, numbers
from tests.compliance.rows import rulebook_document, ruled_bar
from tests.concurrency.conftest import SlowSink
from tests.factories import give_credit, make_advocate, make_bar, make_user
from tests.plugins.worker import Crew

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
DUE = dt.date(2025, 12, 31)
"""The end of a period that is over by whatever clock the worker reads."""


@contextmanager
def holding(row: QuerySet[Any]) -> Iterator[None]:
    """Whoever wants to write something that refers to the row waits in the middle of a transaction."""
    with transaction.atomic():
        row.select_for_update(of=("self",)).get()
        yield


@contextmanager
def holding_up(person: Advocate) -> Iterator[None]:
    """Whoever assesses that person waits in the middle of a transaction, for a row that in the end is never there."""
    with transaction.atomic():
        Assessed.objects.create(
            advocate=person, bar=person.bar, ledger_version=0, record_version=0, rules_version=0, as_of=DUE
        )
        yield
        transaction.set_rollback(True)


def alone_with_the_database() -> None:
    """Wait until the server has noticed that the killed worker is gone."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
    pytest.fail("the killed worker's connection is still there")


def ledger() -> tuple[int, int]:
    return Entry.objects.count(), Entry.objects.aggregate(sum=Sum("minutes"))["sum"]


def standings() -> list[tuple[Any, ...]]:
    facts = ("advocate", "period_start", "status", "required", "counted", "missing", "headings", "figures")
    return list(Standing.objects.order_by("advocate", "period_start").values_list(*facts))


def swept(run: SweepRun) -> None:
    for part in run.ranges.order_by("pk"):
        sweep_range(part.pk, now=now())


def recomputed(run: SweepRun) -> list[tuple[Any, ...]]:
    """The standings of a sweep over an empty table."""
    Standing.objects.all().delete()
    Assessed.objects.all().delete()
    swept(start_sweep(run.bar, run.as_of, now=now()))
    return standings()


def credited(bar: Bar, size: int) -> list[Advocate]:
    """Some short of hours, some with all, some with more recorded courses than may count."""
    people = crowd(bar, size)
    for number, person in enumerate(people):
        give_credit(person, 40 * (number + 1))
        give_credit(person, 90, category="ethics")
        give_credit(person, 400, delivery=DeliveryFormat.RECORDED)
    return people


def test_in_the_middle_of_a_sweep(crew: Crew) -> None:
    crew.start()
    bar = ruled_bar()
    people = credited(bar, 24)
    before = ledger()
    run = start_sweep(bar, dt.date(2026, 6, 1), now=now(), batch=2)
    ranges = list(run.ranges.order_by("pk").values_list("pk", flat=True))
    with holding_up(people[11]):  # of the sixth range
        for range_id in ranges:
            app.send_task("compliance.tasks.sweep_range", kwargs={"range_id": range_id})
        crew.until(lambda: SweepRange.objects.filter(pk=ranges[5]).exclude(claimed_at=None).exists())
        crew.until(lambda: SweepRange.objects.filter(finished_at=None).count() == 7)
        crew.kill()
    app.control.purge()  # and every message is lost
    alone_with_the_database()
    # What the worker had asked of the server when it died, the server may still have done: all of the range or nothing.
    finished = list(SweepRange.objects.exclude(finished_at=None).order_by("pk").values_list("pk", flat=True))
    assert finished in (ranges[:5], ranges[:6])
    assert Standing.objects.values("advocate").distinct().count() == 2 * len(finished)

    crew.start()
    assert resume_sweeps(now=now()) == ranges[6:]
    left = resume_sweeps(now=now() + LEASE + MINUTE)
    assert left == ranges[len(finished) :]
    for range_id in left:
        enqueue(sweep_range_task, range_id=range_id)
    crew.until(lambda: SweepRun.objects.filter(pk=run.pk).exclude(finished_at=None).exists())
    run.refresh_from_db()
    assert (run.advocates, run.assessed, run.written) == (24, 24, 48)
    assert ledger() == before
    assert standings() == recomputed(run)


def test_in_the_middle_of_a_mailing(crew: Crew, sink: SlowSink, settings: Any) -> None:
    crew.start()
    bar = ruled_bar()
    crowd(bar, 12)
    swept(start_sweep(bar, DUE + DAY, now=now()))
    assert review_cases(bar, DUE + DAY, now()).opened == 12
    assert plan_notices(bar, DUE + DAY, now()) == 12
    sink.pause = 0.3
    app.send_task("compliance.tasks.send_due_notices")
    crew.until(lambda: len(sink.messages) >= 4)
    crew.kill()
    sink.pause = 0.0
    assert 0 < Notice.objects.filter(state=NoticeState.SENT).count() < 12
    in_the_air = Notice.objects.filter(state=NoticeState.DUE).exclude(claimed_at=None)
    assert in_the_air.count() == 1

    crew.start()
    app.send_task("compliance.tasks.send_due_notices")
    crew.until(lambda: Notice.objects.filter(state=NoticeState.SENT).count() == 11)
    assert in_the_air.count() == 1
    assert release_abandoned(now()) == 0
    settings.EMAIL_BACKEND = "cle.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    later = now() + SENDER_LEASE + MINUTE
    assert send_due(now=later, limit=20).sent == 0  # it may have been sent: somebody is asked
    doubtful = Notice.objects.get(state=NoticeState.UNCERTAIN)
    assert decide(doubtful.pk, arrived=False, by=make_user(bar=bar), now=later) == NoticeState.DUE
    assert send_due(now=later, limit=20).sent == 1

    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}
    received = Counter(str(message["Message-ID"]) for message in sink.messages)
    assert set(received) == {message_id(notice) for notice in Notice.objects.all()}
    assert received.total() <= 13
    assert Counter(Case.objects.values_list("state", flat=True)) == {CaseState.NOTIFIED: 12}


def test_in_the_middle_of_issuing_certificates(crew: Crew) -> None:
    crew.start()
    bar = make_bar("T-75")
    people = crowd(bar, 6)
    sessions = [held(bar, *people, minutes={"law": 135, "ethics": 45}) for _ in range(4)]
    before = ledger()
    with holding(Attendance.objects.filter(session=sessions[2], advocate=people[4])):
        app.send_task("compliance.tasks.issue_due_certificates")
        crew.until(lambda: Certificate.objects.count() == 12)
        crew.until(lambda: "issue_session_certificates" in crew.log.read_text().splitlines()[-1])
        crew.kill()
    app.control.purge()

    crew.start()
    for _ in range(2):
        app.send_task("compliance.tasks.issue_due_certificates")
    crew.until(lambda: Certificate.objects.count() == 24)
    app.send_task("compliance.tasks.issue_due_certificates")
    crew.rest()
    assert numbers(bar) == list(range(1, 25))
    assert SerialCounter.objects.get(bar=bar).last == 24
    assert Certificate.objects.values("attendance").distinct().count() == Attendance.objects.count() == 24
    assert Certificate.objects.values("code").distinct().count() == 24
    assert ledger() == before


def test_a_night_by_the_names_in_the_schedule(crew: Crew) -> None:
    """Without a kill: the sweep fans out to all bars, then cases are opened and notices planned."""
    crew.start()
    national = make_bar("KZ")
    adopt_rulebook(national, rulebook_document(), by=None)
    bars = [make_bar(parent=national) for _ in range(2)]
    for bar in bars:
        credited(bar, 3)
    make_advocate(national)
    day = {"as_of": "2026-01-05"}
    app.send_task("compliance.tasks.nightly_sweep", kwargs=day)
    crew.until(lambda: SweepRun.objects.exclude(finished_at=None).exists())
    run = SweepRun.objects.get()
    assert (run.bar, run.advocates, run.assessed, run.written) == (national, 7, 7, 14)
    assert run.ranges.count() == 3
    assert standings() == recomputed(run)
    app.send_task("compliance.tasks.review_cases", kwargs=day)
    crew.until(lambda: Case.objects.count() == 7)
    app.send_task("compliance.tasks.plan_notices", kwargs=day)
    crew.until(lambda: Notice.objects.count() == 7)
    assert set(Notice.objects.values_list("stage", "state")) == {("overdue", NoticeState.DUE)}
