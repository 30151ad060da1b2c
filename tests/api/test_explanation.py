"""An advocate's own account explained, and what if: whose it is, what it says, and that nothing is written."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from advocates.models import Advocate, Bar
from cle.core.clock import local_date, now
from compliance.models import Assessed, Standing
from compliance.rules.language.amounts import exact, written
from compliance.services.sweeps import sweep
from courses.models import Entry
from tests.compliance.rows import ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import give_credit, make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
EXPLANATION, WHAT_IF = "/api/v1/me/explanation", "/api/v1/me/what-if"


@pytest.fixture
def bar() -> Bar:
    return ruled_bar()


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия", user=make_user())


@pytest.fixture
def stranger(bar: Bar) -> Advocate:
    """With a credit that could leak."""
    other = make_advocate(bar, "Чужая Раиса", user=make_user())
    give_credit(other, 111, today(bar))
    return other


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(advocate.user)
    return client


def today(bar: Bar) -> dt.date:
    return local_date(now(), bar.time_zone)


def hours(minutes: int) -> Any:
    """Minutes as the report writes them, in academic hours."""
    return written(exact(Fraction(minutes, 45)))


def what_if(client: Client, data: Any) -> Any:
    return client.post(WHAT_IF, data, content_type="application/json")


def test_the_figures_are_those_of_the_sweep(me: Client, advocate: Advocate, stranger: Advocate, bar: Bar) -> None:
    give_credit(advocate, 400, today(bar), "law")
    give_credit(advocate, 60, today(bar), "ethics")
    sweep(bar, advocate.pk, advocate.pk, today(bar), now=now())
    standing = Standing.objects.filter(advocate=advocate).latest("period_start")
    found = me.get(EXPLANATION).json()
    current = found["periods"][-1]
    assert (current["start"], current["status"]) == (standing.period_start.isoformat(), standing.status)
    assert [(line["counted"], line["missing"]) for line in current["lines"].values()] == [
        (hours(line["counted"]), hours(line["missing"])) for line in standing.lines
    ]
    assert len(found["credits"]) == 2
    assert found["credits"][0]["portions"][0]["clause"]


def test_it_is_said_in_the_language_of_the_caller(me: Client, advocate: Advocate, bar: Bar) -> None:
    give_credit(advocate, 90, today(bar), "ethics")
    english = me.get(EXPLANATION).json()["words"]
    russian = me.get(EXPLANATION, headers={"accept-language": "ru"}).json()["words"]
    assert "Still needed" in english["summary"]
    assert "Ещё нужно" in russian["summary"]
    assert len(english["sections"]) == len(russian["sections"]) >= 3


def test_what_if_writes_nothing(me: Client, advocate: Advocate, bar: Bar) -> None:
    credits = [{"on": today(bar).isoformat(), "category": "ethics", "minutes": 900}]
    before = (Entry.objects.count(), Standing.objects.count(), Assessed.objects.count())
    assert me.get(EXPLANATION).json()["status"] != "compliant"
    assert what_if(me, {"credits": credits}).json()["status"] == "compliant"
    assert me.get(EXPLANATION).json()["status"] != "compliant"
    assert (Entry.objects.count(), Standing.objects.count(), Assessed.objects.count()) == before


def test_faults_of_a_supposition_are_pointed_at(me: Client) -> None:
    answer = what_if(me, {"credits": [{"on": "2026-02-30", "minutes": 1.5}], "wish": 1})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "#/credits/0/on", "#/credits/0/minutes", "#/wish",
    }  # fmt: skip
    assert what_if(me, [1]).status_code == 400
    assert what_if(me, {"credits": [{"on": "2026-02-03", "minutes": 1}] * 201}).status_code == 400


def test_a_bar_without_rules_says_so(client: Client) -> None:
    client.force_login(make_advocate(make_bar(), "Пока Никто", user=make_user()).user)
    answer = client.get(EXPLANATION)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem-type:cle:no-rules")


@pytest.mark.parametrize("address", [EXPLANATION, WHAT_IF])
def test_strangers_and_people_who_are_no_advocates(client: Client, address: str) -> None:
    ask = client.get if address == EXPLANATION else client.post
    assert ask(address).status_code == 401
    client.force_login(make_user())
    assert ask(address).status_code == 404


def test_only_own_credit_is_looked_at(me: Client, advocate: Advocate, stranger: Advocate) -> None:
    assert me.get(EXPLANATION).json()["credits"] == []
    assert "111" not in me.get(EXPLANATION).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_statements_does_not_grow(me: Client, advocate: Advocate, bar: Bar, rows: int) -> None:
    for number in range(rows):
        give_credit(advocate, 30 + number, today(bar))
    me.get(EXPLANATION)  # the rulebook is read once per process
    with statements() as sent:
        me.get(EXPLANATION)
    assert len(sent) == 7


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_shows_each_figure_with_its_ground(
    me: Client, advocate: Advocate, stranger: Advocate, bar: Bar
) -> None:
    give_credit(advocate, 90, today(bar), "ethics")
    page = me.get("/explained/").content.decode()
    assert "How it was calculated" in page
    assert "33(7)(13)" in page
    assert stranger.full_name not in page
    assert "111" not in page


def test_the_page_of_a_bar_without_rules_says_what_comes(client: Client) -> None:
    client.force_login(make_advocate(make_bar(), "Пока Никто", user=make_user()).user)
    assert "nightly run" in client.get("/explained/", headers={"accept-language": "en"}).content.decode()


def test_the_page_is_for_advocates_only(client: Client) -> None:
    assert client.get("/explained/").status_code == 302
    client.force_login(make_user())
    assert client.get("/explained/").status_code == 404
