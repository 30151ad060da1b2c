"""Retention through the API: what is due, the number that a person confirms, and the job that erases it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind
from cle.core.pagination import KeysetPagination
from compliance.models import Erasure, Job
from compliance.queries.retention import rules
from compliance.services.jobs import run_job
from tests.api.test_me import problem, read_through
from tests.api.work import finished
from tests.compliance.leaving import leave
from tests.compliance.rows import ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
RETENTION = "/api/v1/bars/R-1/retention"
ADVOCATES, ERASE = f"{RETENTION}/due?record=advocates", f"{RETENTION}/erase"


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", ruled_bar())


@pytest.fixture
def admin(bar: Bar) -> Client:
    return staff(bar, RoleKind.BAR_ADMIN)


def staff(bar: Bar, kind: RoleKind) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_user(bar=bar, role=kind))
    return client


def gone(bar: Bar, name: str = "") -> Advocate:
    person = make_advocate(bar, name)
    leave(person)
    return person


def erase(client: Client, address: str, count: int, key: str = "k-1") -> Any:
    body = {"count": count} if address.endswith("/erasure") else {"count": count, "record": "advocates"}
    return client.post(address, body, content_type="application/json", headers={"Idempotency-Key": key})


def code_of(answer: Any, status: int) -> str:
    return str(problem(answer, status)["type"].removeprefix("urn:problem-type:cle:"))


def test_the_table_says_how_long_and_that_it_is_an_example(admin: Client, bar: Bar) -> None:
    gone(bar)
    rows = admin.get(RETENTION).json()["results"]
    assert [row["code"] for row in rows] == list(rules())
    assert {row["code"]: row["due"] for row in rows if row["due"]} == {"advocates": 1}
    assert all(row["example"] and "Law No. 94-V" in row["ground"] for row in rows)
    assert rows[-1]["name"] == "former members: name, contacts, and all words about them"
    russian = admin.get(RETENTION, headers={"accept-language": "ru"}).json()["results"]
    assert russian[-1]["counted_from"] == "день прекращения последнего членства"


def test_what_is_due_is_seen_confirmed_and_erased(admin: Client, bar: Bar) -> None:
    people, member = [gone(bar) for _ in range(3)], make_advocate(bar, "Сәрсенова Әлия")
    preview = admin.get(ADVOCATES).json()
    assert (preview["due"], preview["first"]) == (3, [one.pk for one in people])
    job = finished(admin, erase(admin, ERASE, 3))
    assert (job["state"], job["done"], job["total"], job["result"]["erased"]) == ("done", 3, 3, 3)
    assert set(Advocate.objects.exclude(pk=member.pk).values_list("full_name", flat=True)) == {"—"}
    member.refresh_from_db()
    assert member.full_name == "Сәрсенова Әлия"
    (row,) = admin.get("/api/v1/bars/R-1/erasures").json()["results"]
    assert (row["record"], row["counted"], row["erased"], row["advocate"]) == ("advocates", 3, 3, None)
    assert row["finished_at"]
    assert code_of(erase(admin, ERASE, 3, "k-2"), 409) == "nothing-due"


def test_another_number_than_was_seen_erases_nothing(admin: Client, bar: Bar) -> None:
    gone(bar)
    gone(bar)
    before = digest()
    assert code_of(erase(admin, ERASE, 1), 409) == "count-differs"
    assert digest() == before


def test_the_same_call_twice_is_one_erasure(admin: Client, bar: Bar) -> None:
    gone(bar)
    answers = [erase(admin, ERASE, 1) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (Erasure.objects.count(), Job.objects.count()) == (1, 1)
    assert problem(admin.post(ERASE, {"count": 1}, content_type="application/json"), 400)


def test_nothing_that_became_due_since_goes_with_it(admin: Client, bar: Bar) -> None:
    gone(bar)
    answer = erase(admin, ERASE, 1)
    late = gone(bar)
    job = finished(admin, answer)
    assert job["result"]["erased"] == 1
    late.refresh_from_db()
    assert late.erased_at is None


def test_an_erasure_that_was_cut_off_goes_on(admin: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    from compliance.services import erasing

    monkeypatch.setattr(erasing, "BATCH", 2)
    for _ in range(5):
        gone(bar)
    answer = erase(admin, ERASE, 5)
    whole = erasing.ERASE["advocates"]
    calls: list[int] = []

    def dies(keys: Any, now: dt.datetime) -> int:
        calls.append(len(keys))
        if len(calls) == 2:
            raise RuntimeError("the worker dies")
        return whole(keys, now)

    monkeypatch.setattr(erasing, "ERASE", {**erasing.ERASE, "advocates": dies})
    with pytest.raises(RuntimeError):
        run_job(answer.json()["id"], now=lambda: dt.datetime(2026, 11, 26, tzinfo=dt.UTC))
    assert (Erasure.objects.get().erased, Advocate.objects.filter(erased_at=None).count()) == (2, 3)
    Job.objects.update(state="waiting", claimed_at=None)
    assert finished(admin, answer)["result"]["erased"] == 5
    assert not Advocate.objects.filter(erased_at=None).exists()


def test_one_former_member_is_erased_before_the_time(admin: Client, bar: Bar) -> None:
    person = make_advocate(bar, "Сәрсенова Әлия")
    address = f"/api/v1/bars/R-1/advocates/{person.pk}/erasure"
    assert code_of(admin.get(address), 409) == "membership-open"
    assert code_of(erase(admin, address, 1), 409) == "membership-open"
    leave(person, dt.date(2026, 11, 1))
    seen = admin.get(address).json()
    assert {row["record"]: row["rows"] for row in seen["words"]}["advocates"] == 1
    assert code_of(erase(admin, address, seen["count"] + 1), 409) == "count-differs"
    finished(admin, erase(admin, address, seen["count"], "k-2"))
    person.refresh_from_db()
    assert (person.full_name, person.email) == ("—", "")
    assert code_of(admin.get(address), 409) == "erased-before"


def test_nobody_erases_themselves(bar: Bar) -> None:
    user = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
    person = make_advocate(bar, user=user)
    leave(person)
    client = Client()
    client.force_login(user)
    address, before = f"/api/v1/bars/R-1/advocates/{person.pk}/erasure", digest()
    assert code_of(erase(client, address, client.get(address).json()["count"]), 409) == "own-request"
    assert digest() == before


@pytest.mark.parametrize("kind", RoleKind)
def test_who_reads_and_who_erases(bar: Bar, kind: RoleKind) -> None:
    person, client = gone(bar), staff(bar, kind)
    reads, keeps = (kind in MAY[action] for action in (Action.READ_PRIVACY, Action.KEEP_PRIVACY))
    one = f"/api/v1/bars/R-1/advocates/{person.pk}/erasure"
    for address in (RETENTION, ADVOCATES, one, "/api/v1/bars/R-1/erasures"):
        assert client.get(address).status_code == (200 if reads else 404), address
    if not keeps:
        before = digest()
        for address in (ERASE, one):
            assert erase(client, address, 1).status_code == (403 if reads else 404)
        assert digest() == before


def test_another_bar_is_not_reached(bar: Bar) -> None:
    person, neighbour = gone(bar), make_bar("R-2", bar.parent)
    client, before = staff(neighbour, RoleKind.BAR_ADMIN), digest()
    for address in (RETENTION, ADVOCATES, f"/api/v1/bars/R-2/advocates/{person.pk}/erasure"):
        assert client.get(address).status_code == 404, address
    for address in (ERASE, f"/api/v1/bars/R-2/advocates/{person.pk}/erasure"):
        assert erase(client, address, 1).status_code == 404, address
    assert client.get("/api/v1/bars/R-2/retention/due?record=advocates").json()["due"] == 0
    assert client.get("/api/v1/bars/R-2/erasures").json()["results"] == []
    assert digest() == before


def test_there_are_no_other_records(admin: Client) -> None:
    problem(admin.get(f"{RETENTION}/due?record=everything"), 400)
    problem(admin.get(f"{RETENTION}/due"), 400)


def test_lists_take_as_many_statements_for_three_as_for_one(bar: Bar, admin: Client) -> None:
    user = make_user(name="Ким Виктор")
    counts = []
    for size in (1, 3):
        while Erasure.objects.count() < size:
            gone(bar)
            Erasure.objects.create(
                bar=bar, record="advocates", before=dt.date(2020, 1, 1), counted=1, confirmed_by=user,
                confirmed_at=dt.datetime(2026, 11, 26, tzinfo=dt.UTC),
            )  # fmt: skip
        for address in ("/api/v1/bars/R-1/erasures", RETENTION):
            with statements() as sent:
                assert admin.get(address).status_code == 200
            counts.append(len(sent))
    assert counts[:2] == counts[2:] == [4, 9]


def test_pages_hold_everything_once(bar: Bar, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    for _ in range(3):
        Erasure.objects.create(
            bar=bar, record="notices", before=dt.date(2020, 1, 1), counted=1, confirmed_by=make_user(bar=bar),
            confirmed_at=dt.datetime(2026, 11, 26, tzinfo=dt.UTC),
        )  # fmt: skip
    pages = read_through(admin, "/api/v1/bars/R-1/erasures")
    assert [len(page) for page in pages] == [2, 1]
