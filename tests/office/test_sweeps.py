"""Sweeps from the office: the count before, the progress while they run, what came of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Bar, RoleKind
from cle.core.clock import now
from compliance.models import Standing, SweepRange, SweepRun
from compliance.queries.progress import people_to_sweep
from compliance.services.sweeps import start_sweep, sweep_range
from tests.compliance.rows import ruled_bar
from tests.factories import make_advocate, make_bar
from tests.office.people import browser_of

TODAY = dt.date(2026, 11, 26)


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(code="T-SW")


@pytest.fixture
def client(bar: Bar) -> Client:
    return browser_of(bar)


def test_the_button_names_the_count_of_the_bar_and_the_bars_below(client: Client, bar: Bar) -> None:
    make_advocate(bar)
    make_advocate(make_bar("T-SW-BELOW", bar))
    make_advocate(make_bar("T-ELSE"))
    assert "Look at 2 advocates" in client.get(f"/office/{bar.code}/sweeps/").content.decode()


def test_bars_without_rules_are_not_counted(db: None) -> None:
    top = make_bar("T-TOP")
    ruled = ruled_bar(code="T-RULED", parent=top)
    make_advocate(top)
    make_advocate(ruled)
    assert people_to_sweep(top, TODAY) == 1
    assert (
        SweepRange.objects.filter(run=start_sweep(top, TODAY, now=now())).values_list("bar", flat=True)[0] == ruled.pk
    )


def test_a_sweep_is_started_followed_and_done(client: Client, bar: Bar) -> None:
    make_advocate(bar)
    answer = client.post(f"/office/{bar.code}/sweeps/", {"rebuild": "on"})
    run = SweepRun.objects.get()
    assert answer.headers["Location"] == f"/office/{bar.code}/sweeps/{run.pk}/"
    assert (run.rebuild, run.started_by is not None) == (True, True)
    waiting = client.get(answer.headers["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "0 of 1 parts" in waiting
    sweep_range(run.ranges.get().pk, now=now())
    done = client.get(answer.headers["Location"]).content.decode()
    assert "hx-trigger" not in done
    assert Standing.objects.for_bar(bar).count() == 2  # the period that is over, and the one that runs


def test_who_may_only_read_sees_runs_and_starts_none(bar: Bar) -> None:
    make_advocate(bar)
    start_sweep(bar, TODAY, now=now())
    auditor = browser_of(bar, RoleKind.AUDITOR)
    page = auditor.get(f"/office/{bar.code}/sweeps/")
    assert len(page.context["sweeps"]) == 1
    assert "Look at" not in page.content.decode()
    assert auditor.post(f"/office/{bar.code}/sweeps/", {}).status_code == 403
    assert SweepRun.objects.count() == 1


def test_a_run_of_the_bar_above_is_shown_with_own_figures_and_without_its_person(bar: Bar) -> None:
    below = make_bar("T-SW-B", bar)
    make_advocate(bar)
    make_advocate(below)
    boss = browser_of(bar)
    boss.post(f"/office/{bar.code}/sweeps/", {})
    for part in SweepRange.objects.all():
        sweep_range(part.pk, now=now())
    one = browser_of(below).get(f"/office/{below.code}/sweeps/").context["sweeps"][0]
    assert (one["run"].people, one["by"]) == (1, None)


def test_a_run_of_another_bar_is_not_there(client: Client, bar: Bar) -> None:
    other = ruled_bar(code="T-SW-O")
    run = start_sweep(other, TODAY, now=now())
    assert client.get(f"/office/{bar.code}/sweeps/{run.pk}/").status_code == 404


def test_asks_the_same_number_of_statements_of_three_runs_as_of_one(client: Client, bar: Bar) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/office/{bar.code}/sweeps/").status_code == 200
        return len(asked)

    make_advocate(bar)
    start_sweep(bar, TODAY, now=now())
    statements()
    with_one = statements()
    start_sweep(bar, TODAY, now=now())
    start_sweep(bar, TODAY, now=now())
    assert statements() == with_one
