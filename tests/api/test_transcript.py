"""The ledger of one person through the API: narrowed, asked about again, and read by whom it concerns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind
from cle.core.pagination import KeysetPagination
from courses.models import Claim, Course, Entry
from courses.services.ledger import post_attendances, reverse_entry
from tests.api.test_me import problem
from tests.compliance.rows import make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import (
    give_credit,
    make_advocate,
    make_attendance,
    make_bar,
    make_course,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db
MINE = "/api/v1/me/transcript"


@pytest.fixture
def national() -> Bar:
    return ruled_bar()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, user=make_user())


def browser(user: Any) -> Client:
    made = Client(headers={"accept-language": "en"})
    made.force_login(user)
    return made


@pytest.fixture(params=["advocate", "staff"])
def reader(request: Any, advocate: Advocate) -> tuple[Client, str]:
    """The advocate, and an officer of the bar: the same ledger at two addresses."""
    if request.param == "advocate":
        return browser(advocate.user), MINE
    return browser(make_user(bar=advocate.bar)), theirs(advocate)


def theirs(advocate: Advocate) -> str:
    return f"/api/v1/bars/{advocate.bar.code}/advocates/{advocate.pk}/transcript"


def minutes(reader: tuple[Client, str], query: str = "") -> list[int]:
    client, address = reader
    return [row["minutes"] for row in client.get(f"{address}?{query}").json()["results"]]


def test_a_period_holds_the_credit_earned_in_it(reader: tuple[Client, str], advocate: Advocate) -> None:
    make_standing(advocate)
    for year in (2025, 2026, 2027):
        give_credit(advocate, year - 2000, dt.date(year, 1, 1))
    give_credit(advocate, 60, dt.date(2026, 12, 31))
    assert minutes(reader, "period_start=2026-01-01") == [60, 26]
    assert minutes(reader, "period_start=2025-01-01") == []


def test_what_counts_and_what_was_taken_back(reader: tuple[Client, str], advocate: Advocate) -> None:
    reverse_entry(give_credit(advocate, 30), reason="twice", by=None)
    give_credit(advocate, 45)
    give_credit(advocate, -5)
    assert sorted(minutes(reader, "state=counts")) == [-5, 45]
    assert sorted(minutes(reader, "state=taken_back")) == [-30, 30]
    assert sum(minutes(reader, "state=counts")) == sum(minutes(reader))


def test_asked_again_it_costs_less_and_says_the_same(reader: tuple[Client, str], advocate: Advocate) -> None:
    give_credit(advocate, 45)
    client, address = reader
    with statements() as whole:
        first = client.get(address)
    assert first["Cache-Control"] == "private, no-cache"
    with statements() as short:
        again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    assert len(short) < len(whole)
    assert not any("courses_entry" in sent for sent in short)


@pytest.mark.parametrize(
    "change",
    [
        lambda me: give_credit(me, 1),
        lambda me: reverse_entry(me.entries.get(), reason="twice", by=None),
        lambda me: make_standing(me, period_start=dt.date(2025, 1, 1)),
    ],
    ids=["an entry", "a correction", "a period"],
)
def test_any_change_changes_the_tag(reader: tuple[Client, str], advocate: Advocate, change: Any) -> None:
    give_credit(advocate, 45)
    client, address = reader
    address += "?period_start=2025-01-01"
    before = client.get(address)["ETag"]
    change(advocate)
    changed = client.get(address, headers={"if-none-match": before})
    assert changed.status_code == 200
    assert changed["ETag"] != before


def test_each_question_has_its_own_tag(reader: tuple[Client, str], monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = reader
    questions = ["", "?category=law", "?state=counts", "?state=taken_back", "?period_start=2026-01-01"]
    tags = {client.get(f"{address}{question}")["ETag"] for question in questions}
    tags |= {client.get(address, headers={"accept-language": language})["ETag"] for language in ("kk", "ru")}
    assert len(tags) == len(questions) + 2


def test_the_next_page_has_its_own_tag(
    reader: tuple[Client, str], advocate: Advocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 1)
    give_credit(advocate, 1)
    give_credit(advocate, 2)
    client, address = reader
    first = client.get(address)
    assert client.get(first.json()["next"], headers={"if-none-match": first["ETag"]}).status_code == 200


def test_another_s_tag_is_none_of_mine(bar: Bar, advocate: Advocate) -> None:
    other = make_advocate(bar, user=make_user())
    for person in (advocate, other):
        give_credit(person, 45)
    tag = browser(other.user).get(MINE)["ETag"]
    assert browser(advocate.user).get(MINE, headers={"if-none-match": tag}).status_code == 200
    staff = browser(make_user(bar=bar))
    tag = staff.get(theirs(other))["ETag"]
    assert staff.get(theirs(advocate), headers={"if-none-match": tag}).status_code == 200


def test_who_may_not_read_is_not_told_that_it_is_the_same(advocate: Advocate, bar: Bar) -> None:
    tag = browser(make_user(bar=bar)).get(theirs(advocate))["ETag"]
    for user in (make_user(bar=bar, role=RoleKind.REVIEWER), make_user(bar=make_bar("R-2", bar.parent))):
        answer = browser(user).get(theirs(advocate), headers={"if-none-match": tag})
        problem(answer, 404)
        assert "no-store" in answer["Cache-Control"]
    problem(Client().get(MINE, headers={"if-none-match": tag}), 401)


@pytest.mark.parametrize("role", RoleKind)
def test_who_reads_a_ledger(advocate: Advocate, bar: Bar, role: RoleKind) -> None:
    reads = role in MAY[Action.READ_LEDGER]
    assert browser(make_user(bar=bar, role=role)).get(theirs(advocate)).status_code == (200 if reads else 404)


def test_the_first_page_says_what_a_narrowed_one_says(bar: Bar, advocate: Advocate) -> None:
    """Of a course with all its names and of one without an English one, of a claim, of an officer's own words."""
    for course in (make_course(bar), make_course(bar)):
        post_attendances([make_attendance(make_session(course), advocate)], by=None)
    Course.objects.filter(pk=course.pk).update(name_en="")
    given = give_credit(advocate, 30)
    shared = {
        "advocate": advocate, "bar": bar, "category": given.category, "format": given.format, "minutes": 10,
        "earned_on": given.earned_on,
    }  # fmt: skip
    Entry.objects.create(claim=Claim.objects.create(title="An article", **shared), **shared)
    reverse_entry(given, reason="twice", by=None)
    client = browser(advocate.user)
    for spoken in ("kk", "ru", "en"):
        first, narrowed = (
            client.get(f"{MINE}?{query}", headers={"accept-language": spoken}).json()["results"]
            for query in ("", "earned_from=2000-01-01")
        )
        assert first == narrowed
        assert len({row["title"] for row in first}) == 5


def test_each_reader_is_told_of_a_fault_in_their_language(advocate: Advocate) -> None:
    """What checks the parameters is made once; what it has said to one reader is not said to the next."""
    client, told = browser(advocate.user), []
    for spoken in ("en", "ru", "en"):
        answer = client.get(f"{MINE}?cursor={'a' * 201}", headers={"accept-language": spoken})
        told.append(problem(answer, 400)["errors"][0]["detail"])
    assert told[0] == told[2] != told[1]


@pytest.mark.parametrize("query", ["state=void", "period_start=2026", "earned_from=2026-02-01&earned_to=2026-01-01"])
def test_odd_questions_are_refused(reader: tuple[Client, str], query: str) -> None:
    client, address = reader
    problem(client.get(f"{address}?{query}"), 400)


def test_three_entries_cost_as_much_as_one(reader: tuple[Client, str], advocate: Advocate) -> None:
    client, address = reader

    def cost() -> int:
        with statements() as sent:
            client.get(address)
        return len(sent)

    give_credit(advocate, 1)
    with_one = cost()
    for _ in range(2):
        give_credit(advocate, 1)
    assert cost() == with_one
