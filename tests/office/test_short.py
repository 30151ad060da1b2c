"""The list of the short: whom each filter finds, in which order, and the file of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar, RoleKind, Status, Unit
from advocates.services.people import record_status
from compliance.models import CaseState, Standing
from tests.compliance.rows import make_case, make_standing, ruled_bar
from tests.factories import make_advocate, make_bar
from tests.office.people import browser_of, sheet_of


@pytest.fixture(autouse=True)
def in_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is looked at on 5 January 2027: five days after the due date, 26 before a petition."""
    noon = dt.datetime(2027, 1, 5, 7, tzinfo=dt.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(code="T-SH")


@pytest.fixture
def client(bar: Bar) -> Client:
    return browser_of(bar)


def lacking(bar: Bar, name: str, status: str = "short", missing: int = 270, **fields: Any) -> Advocate:
    person = make_advocate(bar, name, **fields)
    make_standing(person, status, missing=missing)
    return person


def names(client: Client, bar: Bar, query: str = "") -> list[str]:
    rows = client.get(f"/office/{bar.code}/short/{query}").context["people"]
    return [row.standing.advocate.full_name for row in rows]


class TestWho:
    def test_is_short_or_at_risk_unless_something_else_is_asked(self, client: Client, bar: Bar) -> None:
        for status in ("short", "at_risk", "on_track", "compliant", "exempt"):
            lacking(bar, f"Person {status}", status)
        assert sorted(names(client, bar)) == ["Person at_risk", "Person short"]
        assert names(client, bar, "?stands=compliant") == ["Person compliant"]
        assert len(names(client, bar, "?stands=lacking")) == 3

    def test_is_of_this_bar_and_has_a_licence(self, client: Client, bar: Bar) -> None:
        lacking(make_bar("T-OTHER", bar), "Of another bar")
        record_status(lacking(bar, "Dead"), Status.DECEASED, dt.date(2026, 12, 1))
        assert names(client, bar) == []

    def test_the_soonest_petition_comes_first_then_who_lacks_most(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Little", missing=45)
        lacking(bar, "Much", missing=700)
        later = lacking(bar, "Later", missing=700)
        Standing.objects.filter(advocate=later).update(petition_from=dt.date(2027, 3, 1))
        assert names(client, bar) == ["Much", "Little", "Later"]


class TestFilters:
    def test_requirement(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Ethics too", missing=270)
        without = lacking(bar, "Hours alone", missing=270)
        row = Standing.objects.get(advocate=without)
        row.figures[5] = 0
        row.save(update_fields=["figures"])
        assert names(client, bar, "?requirement=ethics") == ["Ethics too"]
        assert len(names(client, bar, "?requirement=total")) == 2

    def test_unit(self, client: Client, bar: Bar) -> None:
        unit = Unit.objects.create(bar=bar, name="First")
        lacking(bar, "Inside", unit=unit)
        lacking(bar, "Outside")
        assert names(client, bar, f"?unit={unit.pk}") == ["Inside"]
        assert names(client, bar, "?unit=none") == ["Outside"]

    def test_a_unit_of_another_bar_is_shown_as_wrong_and_not_used(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Somebody")
        strange = Unit.objects.create(bar=make_bar(), name="Strange")
        answer = client.get(f"/office/{bar.code}/short/?unit={strange.pk}")
        assert len(answer.context["people"]) == 1
        assert "unit" in answer.context["form"].errors
        assert "Strange" not in answer.content.decode()

    def test_email(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Reachable")
        lacking(bar, "Unreachable", email="")
        assert names(client, bar, "?email=no") == ["Unreachable"]
        assert names(client, bar, "?email=yes") == ["Reachable"]

    def test_state_of_the_case(self, client: Client, bar: Bar) -> None:
        make_case(lacking(bar, "Notified"), CaseState.NOTIFIED)
        lacking(bar, "Without")
        assert names(client, bar, "?case_state=notified") == ["Notified"]
        assert names(client, bar, "?case_state=none") == ["Without"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [("due_within=-5", 1), ("due_within=-6", 0), ("petition_within=26", 1), ("petition_within=25", 0)],
    )
    def test_days(self, client: Client, bar: Bar, query: str, found: int) -> None:
        lacking(bar, "Somebody")
        assert len(names(client, bar, f"?{query}")) == found

    def test_name_in_either_script(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Сәрсенова Айгүл")
        lacking(bar, "Иванов Пётр")
        assert names(client, bar, "?name=Sarsen") == ["Сәрсенова Айгүл"]

    def test_period(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Somebody")
        assert names(client, bar, "?period=2026-01-01") == ["Somebody"]
        assert client.get(f"/office/{bar.code}/short/?period=2025-01-01").context["form"].errors


class TestPage:
    def test_shows_days_to_both_dates(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Somebody")
        page = client.get(f"/office/{bar.code}/short/").content.decode()
        assert "5 days ago" in page
        assert "in 26 days" in page

    def test_the_head_of_a_unit_sees_the_unit_alone(self, bar: Bar) -> None:
        unit = Unit.objects.create(bar=bar, name="First")
        lacking(bar, "Inside", unit=unit)
        lacking(bar, "Outside")
        head = browser_of(bar, RoleKind.UNIT_HEAD, unit)
        assert names(head, bar) == ["Inside"]
        assert names(head, bar, "?unit=none") == ["Inside"]

    def test_says_so_when_nobody_is_short_and_when_nobody_fits(self, client: Client, bar: Bar) -> None:
        assert "Nobody is short or at risk" in client.get(f"/office/{bar.code}/short/").content.decode()
        assert "Nobody fits" in client.get(f"/office/{bar.code}/short/?email=no").content.decode()

    def test_asks_the_same_number_of_statements_of_three_as_of_one(self, client: Client, bar: Bar) -> None:
        def statements() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"/office/{bar.code}/short/").status_code == 200
            return len(asked)

        make_case(lacking(bar, "One"))
        statements()
        with_one = statements()
        for name in ("Two", "Three"):
            make_case(lacking(bar, name, unit=Unit.objects.create(bar=bar, name=name)))
        assert statements() == with_one


class TestFile:
    def test_holds_the_narrowed_list(self, client: Client, bar: Bar) -> None:
        lacking(bar, "Reachable")
        lacking(bar, "Unreachable", email="", phone="+7 701 000 00 01")
        rows = sheet_of(client.get(f"/office/{bar.code}/short.xlsx?email=no"))
        people = [row for row in rows if row[0] in ("Reachable", "Unreachable")]
        assert [(row[0], row[5], row[6], row[7], row[9], row[11]) for row in people] == [
            ("Unreachable", "6", "31.12.2026", -5, 26, "+7 701 000 00 01")
        ]

    def test_a_name_like_a_formula_runs_nothing(self, client: Client, bar: Bar) -> None:
        lacking(bar, "=HYPERLINK(1)")
        text = client.get(f"/office/{bar.code}/short.csv").content.decode("utf-8-sig")
        assert "'=HYPERLINK(1)" in text
