"""Sweeps over the API: started once by few, watched by those who read standings, each bar with its own figures."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from advocates.models import Bar, RoleKind
from cle.core.clock import local_date, now
from compliance.models import Standing, SweepRange, SweepRun
from compliance.services.sweeps import start_sweep, sweep_range
from tests.api.test_me import problem
from tests.compliance.rows import ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
SWEEPS = "/api/v1/bars/R-1/sweeps"


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", ruled_bar())


@pytest.fixture
def officer(client: Client, bar: Bar) -> Client:
    client.force_login(make_user(bar=bar, name="Officer"))
    return client


def start(client: Client, body: dict[str, Any] | None = None, key: str = "k1") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(SWEEPS, body or {}, content_type="application/json", headers=headers)


def nightly(bar: Bar, batch: int = 5_000) -> SweepRun:
    return start_sweep(bar, local_date(now(), "Asia/Almaty"), now=now(), batch=batch)


def work(run: SweepRun, parts: int | None = None) -> None:
    for pk in run.ranges.order_by("pk").values_list("pk", flat=True)[:parts]:
        sweep_range(pk, now=now())


def test_a_sweep_is_started_and_watched(officer: Client, bar: Bar) -> None:
    make_advocate(bar)
    answer = start(officer)
    assert (answer.status_code, answer.json()["state"], answer.json()["total"]) == (202, "waiting", 1)
    run = SweepRun.objects.get()
    assert answer["Location"] == f"{SWEEPS}/{run.pk}"
    assert answer.json()["started_by"] == "Officer"
    work(run)
    shown = officer.get(answer["Location"]).json()
    assert (shown["state"], shown["done"], shown["advocates"], shown["assessed"]) == ("done", 1, 1, 1)
    assert shown["written"] == Standing.objects.count() > 0
    assert officer.get(SWEEPS).json()["results"] == [shown]


def test_the_same_key_starts_one_sweep(officer: Client, bar: Bar) -> None:
    make_advocate(bar)
    first, again = start(officer), start(officer)
    assert first.json() == again.json()
    assert SweepRun.objects.count() == 1
    before = digest()
    problem(start(officer, key=""), 400)
    problem(start(officer, {"rebuild": "often"}, key="k2"), 400)
    problem(start(officer, {"bar": "R-2"}, key="k3"), 400)
    assert digest() == before


def test_a_rebuild_computes_everybody_anew(officer: Client, bar: Bar) -> None:
    make_advocate(bar)
    work(nightly(bar))
    for rebuild, assessed in ((False, 0), (True, 1)):
        where = start(officer, {"rebuild": rebuild}, key=str(rebuild))["Location"]
        work(SweepRun.objects.latest("pk"))
        assert officer.get(where).json()["assessed"] == assessed


def test_how_far_it_is(officer: Client, bar: Bar) -> None:
    for _ in range(3):
        make_advocate(bar)
    run = nightly(bar, batch=1)
    work(run, 1)
    SweepRange.objects.filter(pk=run.ranges.latest("pk").pk).update(claimed_at=now())
    shown = officer.get(f"{SWEEPS}/{run.pk}").json()
    assert (shown["state"], shown["done"], shown["running"], shown["total"]) == ("running", 1, 1, 3)
    assert (shown["started_by"], shown["finished_at"]) == (None, None)


def test_of_a_sweep_of_the_bars_above_each_sees_its_own_part(officer: Client, bar: Bar) -> None:
    national = bar.parent
    assert national is not None
    make_advocate(bar)
    neighbour = make_bar("R-2", national)
    for _ in range(2):
        make_advocate(neighbour)
    run = start_sweep(national, local_date(now(), "Asia/Almaty"), now=now(), by=make_user(name="Somebody else"))
    work(run)
    (row,) = officer.get(SWEEPS).json()["results"]
    assert (row["id"], row["total"], row["advocates"], row["started_by"]) == (run.pk, 1, 1, None)
    work(nightly(neighbour))
    problem(officer.get(f"{SWEEPS}/{SweepRun.objects.latest('pk').pk}"), 404)
    assert len(officer.get(SWEEPS).json()["results"]) == 1
    officer.force_login(make_user(bar=national))
    whole = officer.get(SWEEPS.replace("R-1", national.code)).json()["results"]
    assert [(row["total"], row["advocates"]) for row in whole] == [(1, 2), (2, 3)]


def test_a_bar_without_rules_has_nothing_to_sweep(client: Client) -> None:
    bar = make_bar("R-1")
    make_advocate(bar)
    client.force_login(make_user(bar=bar))
    assert (start(client).json()["state"], start(client).json()["total"]) == ("done", 0)


@pytest.mark.parametrize("kind", [*RoleKind, None])
@pytest.mark.parametrize("home", ["own", "above", "neighbour"])
def test_who_may_sweep(client: Client, bar: Bar, kind: RoleKind | None, home: str) -> None:
    make_advocate(bar)
    run = nightly(bar)
    at = {"own": bar, "above": bar.parent, "neighbour": make_bar("R-2", bar.parent)}[home]
    client.force_login(make_user(bar=at, role=kind) if kind else make_user())
    before = digest()
    sees = home != "neighbour" and kind in (RoleKind.COMPLIANCE_OFFICER, RoleKind.BAR_ADMIN, RoleKind.AUDITOR)
    assert client.get(SWEEPS).status_code == (200 if sees else 404)
    assert client.get(f"{SWEEPS}/{run.pk}").status_code == (200 if sees else 404)
    if sees and kind != RoleKind.AUDITOR:
        assert start(client).status_code == 202
        return
    problem(start(client), 403 if sees else 404)
    assert digest() == before


def test_three_rows_cost_as_much_as_one(officer: Client, bar: Bar) -> None:
    def asked() -> int:
        with statements() as sent:
            assert officer.get(SWEEPS).status_code == 200
        return len(sent)

    make_advocate(bar)
    nightly(bar)
    with_one = asked()
    nightly(bar)
    nightly(bar)
    assert asked() == with_one
    assert with_one <= 6
