"""Between two nights: whoever is noted as moved on is looked at, and nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Event

import pytest
from django.db import connection, transaction

from advocates.models import Advocate, Bar, Status
from advocates.services.people import correct_status, leave_bar, record_status, rejoin, transfer
from cle.celery import app
from compliance import tasks
from compliance.models import Assessed, MovedOn, Standing
from compliance.queries.sweeps import take_moved_on
from compliance.services import sweeps
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import RangeCounts, sweep_changes
from courses.services.ledger import reverse_entry
from tests.compliance.rows import ruled_bar
from tests.compliance.test_sweep import JUNE, MAY, NEW_YEAR, NOW, rules_from, statements, swept, table
from tests.factories import give_credit, make_advocate, make_bar

DAY = dt.timedelta(days=1)


@pytest.fixture
def bar(db: None) -> Bar:
    return ruled_bar()


@pytest.fixture
def person(bar: Bar) -> Advocate:
    """One of three, all swept; nothing is noted."""
    people = [make_advocate(bar) for _ in range(3)]
    swept(bar, JUNE)
    MovedOn.objects.all().delete()
    return people[1]


def changed(bar: Bar) -> RangeCounts | None:
    return sweep_changes(bar, JUNE, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        lambda person: give_credit(person, 90, MAY),
        lambda person: reverse_entry(give_credit(person, 90, MAY), reason="not held", by=None),
        lambda person: record_status(person, Status.SUSPENDED_OWN, MAY),
        lambda person: correct_status(person, Status.SUSPENDED_OWN, MAY, ground="", document=""),
        lambda person: leave_bar(person, MAY),
        lambda person: (leave_bar(person, MAY), rejoin(person, JUNE)),
    ],
    ids=["credit", "credit taken back", "a status", "a status put right", "a leaving", "a leaving and a return"],
)
def test_who_moves_on_is_assessed_without_waiting_for_the_night(
    bar: Bar, person: Advocate, change: Callable[[Advocate], object]
) -> None:
    change(person)
    Assessed.objects.update(as_of=JUNE - DAY)
    assert changed(bar) in {RangeCounts(1, 1, 0), RangeCounts(1, 1, 1)}
    assert list(Assessed.objects.filter(as_of=JUNE).values_list("advocate", flat=True)) == [person.pk]
    before = table()
    assert swept(bar, JUNE, rebuild=True).written == 0
    assert table() == before
    assert changed(bar) is None


def test_a_change_of_the_record_that_no_rule_asks_about_notes_nobody(bar: Bar, person: Advocate) -> None:
    Advocate.objects.filter(pk=person.pk).update(phone="+7 701 000 00 00")
    assert not MovedOn.objects.exists()


def test_a_newcomer_has_a_standing_at_once(bar: Bar, person: Advocate) -> None:
    newcomer = make_advocate(bar)
    assert changed(bar) == RangeCounts(1, 1, 2)
    assert Standing.objects.filter(advocate=newcomer).count() == 2


def test_who_moves_is_assessed_by_the_new_bar(bar: Bar, person: Advocate) -> None:
    other = ruled_bar()
    transfer(person, other, JUNE)
    assert changed(bar) is None
    assert changed(other) == RangeCounts(1, 1, 2)
    assert {row.bar for row in Standing.objects.filter(advocate=person)} == {other}
    give_credit(person, 90, JUNE)
    assert (changed(bar), changed(other)) == (None, RangeCounts(1, 1, 1))


def test_the_time_between_two_memberships_is_nobody_s_duty(bar: Bar, person: Advocate) -> None:
    """Who left in 2025 owes nothing for that year, on coming back as before; of 2026 only what is left of it."""
    leave_bar(person, dt.date(2025, 3, 1))
    changed(bar)
    assert person.standings.get(period_start=NEW_YEAR.replace(year=2025)).status == "exempt"
    rejoin(person, MAY)
    changed(bar)
    before, running = person.standings.order_by("period_start")
    assert (before.status, before.required, before.missing) == ("exempt", 0, 0)
    newcomer = make_advocate(bar, joined_on=MAY)
    changed(bar)
    assert running.required == newcomer.standings.get().required < 720


def test_before_any_rules_there_is_nothing_to_say(db: None) -> None:
    bar = make_bar()
    person = make_advocate(bar)
    adopt_rulebook(bar, rules_from(NEW_YEAR), by=None)
    assert changed(bar) == RangeCounts(1, 0, 0)
    assert changed(bar) is None
    assert not Standing.objects.filter(advocate=person).exists()


def test_the_task_hands_out_each_share(
    bar: Bar,
    person: Advocate,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    monkeypatch.setattr(app.conf, "task_always_eager", True)
    monkeypatch.setattr(sweeps, "FEW", 1)
    other = ruled_bar()
    newcomers = [make_advocate(each) for each in (bar, other, other)]
    assert sweeps.shares_of_changes() == [(bar.pk, 1), *[(other.pk, 1)] * sweeps.ALIKE]
    with django_capture_on_commit_callbacks() as messages:
        tasks.sweep_changes(as_of=JUNE.isoformat())
    left = []
    for message in messages:
        message()
        left.append(MovedOn.objects.count())
    assert left == [2, 1, 0, 0, 0]
    assert Assessed.objects.filter(advocate__in=newcomers).count() == 3


@pytest.mark.parametrize(
    ("people", "shares"), [(1, [1]), (1_000, [1_000]), (1_001, [251] * 4), (16_000, [4_000] * 4), (16_001, [2_001] * 8)]
)
def test_many_are_dealt_into_shares_of_one_size(bar: Bar, people: int, shares: list[int]) -> None:
    MovedOn.objects.bulk_create(MovedOn(bar=bar, advocate_id=number) for number in range(people))
    assert sweeps.shares_of_changes() == [(bar.pk, most) for most in shares]


def test_a_share_leaves_the_others_on_the_list(bar: Bar) -> None:
    people = [make_advocate(bar) for _ in range(3)]
    assert sweep_changes(bar, JUNE, now=NOW, most=2) == RangeCounts(2, 2, 4)  # of two periods each
    assert [row.advocate for row in MovedOn.objects.all()] == people[2:]


def test_what_it_costs_does_not_grow_with_the_bar(bar: Bar, person: Advocate) -> None:
    def work(bystanders: int) -> list[str]:
        for _ in range(bystanders):
            make_advocate(bar)
        swept(bar, JUNE)
        MovedOn.objects.all().delete()
        give_credit(person, 30, MAY)
        with statements() as sent:
            assert changed(bar) == RangeCounts(1, 1, 1)
        return sent

    assert len(work(1)) == len(work(20))


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_has_taken_nobody_and_two_take_different_ones() -> None:
    bar = ruled_bar()
    first, second = (make_advocate(bar) for _ in range(2))
    taken, done = Event(), Event()

    def dying() -> list[int]:
        try:
            with transaction.atomic():
                found = take_moved_on(bar.pk, 1).tolist()
                taken.set()
                assert done.wait(20)
                transaction.set_rollback(True)
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        other = pool.submit(dying)
        assert taken.wait(20)
        assert changed(bar) == RangeCounts(1, 1, 2)
        done.set()
        assert other.result() == [first.pk]
    assert Assessed.objects.get().advocate == second
    assert changed(bar) == RangeCounts(1, 1, 2)
    assert Standing.objects.count() == 4
