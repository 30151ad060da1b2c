"""The API of the credit ledger: who reads it, and how it is corrected."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind, User
from cle.core.pagination import KeysetPagination
from courses.models import Claim, Entry
from courses.services.ledger import approve_claim, reverse_entry
from tests.api.roles import browser, records, send
from tests.api.test_me import problem, read_through
from tests.compliance.certified import attended
from tests.compliance.test_sweep import statements
from tests.factories import give_credit, make_advocate, make_bar, make_category, make_national, make_user

pytestmark = pytest.mark.django_db
LEDGER = "/api/v1/bars/{bar}/ledger"
REVERSE, ADJUST = LEDGER + "/{entry}/reverse", "/api/v1/bars/{bar}/adjustments"
NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


@pytest.fixture
def national() -> Bar:
    return make_national()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия", national_id="850505300123")


@pytest.fixture
def entry(advocate: Advocate) -> Entry:
    return give_credit(advocate, 90)


@pytest.fixture
def foreign(national: Bar) -> Entry:
    return give_credit(make_advocate(make_bar("R-2", national)), 77)


@pytest.fixture
def officer(bar: Bar) -> Client:
    return browser(bar, RoleKind.COMPLIANCE_OFFICER)


def of(address: str, entry: Entry, bar: Bar | None = None) -> str:
    return address.format(bar=(bar or entry.bar).code, entry=entry.pk)


def adjustment(advocate: Advocate, **changes: Any) -> dict[str, Any]:
    make_category(advocate.bar, "ethics")
    return {"advocate": advocate.pk, "category": "ethics", "format": "self_study", "minutes": 45,
            "earned_on": "2025-05-20", "reason": "A lecture given.", "document": "Minutes 7", **changes}  # fmt: skip


@pytest.mark.parametrize("kind", RoleKind)
def test_who_reads(bar: Bar, entry: Entry, kind: RoleKind) -> None:
    answer = browser(bar, kind).get(of(LEDGER, entry))
    assert answer.status_code == (200 if kind in MAY[Action.READ_LEDGER] else 404)


@pytest.mark.parametrize("address", [REVERSE, ADJUST])
@pytest.mark.parametrize("kind", RoleKind)
def test_who_corrects(bar: Bar, advocate: Advocate, entry: Entry, kind: RoleKind, address: str) -> None:
    given = adjustment(advocate) if address == ADJUST else {"reason": "twice"}
    before = records()
    answer = send(browser(bar, kind), "post", of(address, entry), **given)
    if kind in MAY[Action.CORRECT_LEDGER]:
        assert answer.status_code == 201, answer.json()
        return
    problem(answer, 403 if kind in MAY[Action.READ_LEDGER] else 404)
    assert records() == before


@pytest.mark.parametrize(("method", "address"), [("get", LEDGER), ("post", REVERSE), ("post", ADJUST)])
def test_another_bar_is_as_if_it_were_not_there(bar: Bar, foreign: Entry, method: str, address: str) -> None:
    client, given = browser(bar, RoleKind.BAR_ADMIN), adjustment(foreign.advocate)
    before = records()
    problem(send(client, method, of(address, foreign), **given), 404)
    if method == "post":
        problem(send(client, method, of(address, foreign, bar), **given), 404 if address == REVERSE else 400)
    assert records() == before


def test_an_entry_is_taken_back_once(entry: Entry, officer: Client) -> None:
    made = send(officer, "post", of(REVERSE, entry), reason="Entered twice.")
    assert made.status_code == 201
    shown = made.json()
    assert (shown["minutes"], shown["source"], shown["reverses"]) == (-90, "reversal", entry.pk)
    assert (shown["correction"], shown["reason"]) == (True, "Entered twice.")
    before = records()
    for again in (of(REVERSE, entry), of(REVERSE, Entry.objects.get(reverses=entry))):
        assert problem(send(officer, "post", again, reason="again"), 409)["type"].endswith(":already-reversed")
    problem(send(officer, "post", of(REVERSE, entry)), 400)
    assert records() == before


def test_credit_is_granted_and_taken_away(advocate: Advocate, officer: Client) -> None:
    where = ADJUST.format(bar=advocate.bar.code)
    granted = send(officer, "post", where, **adjustment(advocate)).json()
    assert {name: granted[name] for name in ("advocate", "name", "minutes", "category", "format", "source")} == {
        "advocate": advocate.pk, "name": "Сәрсенова Әлия", "minutes": 45, "category": "ethics",
        "format": "self_study", "source": "adjustment",
    }  # fmt: skip
    assert send(officer, "post", where, **adjustment(advocate, minutes=-15)).json()["minutes"] == -15
    assert sum(Entry.objects.values_list("minutes", flat=True)) == 30
    assert advocate.adjustments.first().document == "Minutes 7"


def test_credit_of_a_call_with_a_key_is_granted_once(advocate: Advocate, officer: Client) -> None:
    where, given = ADJUST.format(bar=advocate.bar.code), adjustment(advocate)
    keyed = {"content_type": "application/json", "headers": {"Idempotency-Key": "minutes 7"}}
    first, again = (officer.post(where, given, **keyed) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"minutes": 0}, "#/minutes"), ({"reason": " "}, "#/reason"), ({"document": ""}, "#/document"),
        ({"category": "dance"}, "#/category"), ({"format": "by_post"}, "#/format"), ({"earned_on": ""}, "#/earned_on"),
        ({"posted_by": 1}, "#/posted_by"),
    ],
)  # fmt: skip
def test_a_wrong_adjustment_is_refused(
    advocate: Advocate, officer: Client, wrong: dict[str, Any], pointer: str
) -> None:
    given = adjustment(advocate, **wrong)
    before = records()
    document = problem(send(officer, "post", ADJUST.format(bar=advocate.bar.code), **given), 400)
    assert {fault["pointer"] for fault in document["errors"]} == {pointer}
    assert records() == before


@pytest.mark.parametrize(("address", "code"), [(REVERSE, "own-entry"), (ADJUST, "own-adjustment")])
def test_nobody_corrects_their_own_ledger(
    bar: Bar, advocate: Advocate, entry: Entry, officer: Client, address: str, code: str
) -> None:
    Advocate.objects.filter(pk=advocate.pk).update(user=User.objects.get(roles__bar=bar))
    given = adjustment(advocate) if address == ADJUST else {"reason": "mine"}
    before = records()
    assert problem(send(officer, "post", of(address, entry), **given), 409)["type"].endswith(f":{code}")
    assert records() == before


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        ("", [30, -90, 90, 180]),
        ("source=attendance", [180]),
        ("source=claim", [30]),
        ("source=adjustment", [90]),
        ("source=reversal", [-90]),
        ("earned_from=2025-05-20&earned_to=2025-05-20", [-90, 90]),
        ("category=ethics", [30]),
        ("advocate={advocate}", [30, -90, 90, 180]),
        ("advocate=999999999", []),
    ],
)
def test_the_ledger_is_searched(
    advocate: Advocate, entry: Entry, foreign: Entry, officer: Client, query: str, minutes: list[int]
) -> None:
    attended(advocate)
    claim = Claim.objects.create(
        bar=advocate.bar, advocate=advocate, category=make_category(advocate.bar, "ethics"), format=4, minutes=30,
        earned_on=dt.date(2025, 5, 21), title="An article", state="submitted", submitted_at=NOW,
    )  # fmt: skip
    approve_claim(claim, by=make_user(), now=NOW)
    reverse_entry(entry, reason="wrong", by=None)
    rows = officer.get(f"{of(LEDGER, entry)}?{query.format(advocate=advocate.pk)}").json()["results"]
    assert [row["minutes"] for row in rows] == minutes


@pytest.mark.parametrize("query", ["source=magic", "advocate=x", "earned_from=1", "bar=R-2"])
def test_a_wrong_parameter_is_named(entry: Entry, officer: Client, query: str) -> None:
    document = problem(officer.get(f"{of(LEDGER, entry)}?{query}"), 400)
    assert {fault["parameter"] for fault in document["errors"]} == {query.partition("=")[0]}


def test_the_list_is_cut_by_key_and_costs_the_same(
    bar: Bar, advocate: Advocate, entry: Entry, foreign: Entry, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert officer.get(of(LEDGER, entry)).status_code == 200
        return len(sent)

    asked()  # bars and content types are read once
    with_one = asked()
    attended(advocate)
    give_credit(make_advocate(bar), 60)
    assert asked() == with_one
    assert with_one <= 5
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    pages = read_through(officer, of(LEDGER, entry))
    assert [len(page) for page in pages] == [2, 1]
    assert foreign.minutes not in [row["minutes"] for page in pages for row in page]


def test_national_identifiers_are_no_part_of_it(entry: Entry, officer: Client) -> None:
    assert entry.advocate.national_id.reveal() not in officer.get(of(LEDGER, entry)).content.decode()
