"""Objections and requests to correct a file: the clock of the law, and an answer by somebody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocates.models import Advocate, Bar, FilePart, FileRead, RoleKind, User
from advocates.services.people import transfer
from cle.core.clock import local_date, now
from compliance.models import Correction, Objection
from tests.factories import make_advocate, make_bar, make_national, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bar() -> Bar:
    return make_bar("KZ-99", make_national())


@pytest.fixture
def officer(bar: Bar) -> User:
    return make_user(bar=bar)


@pytest.fixture
def page(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def objected(person: Advocate, days: int = 0, year: int = 2025) -> Objection:
    """Due so many days from today."""
    due = local_date(now(), person.bar.time_zone) + dt.timedelta(days)
    return Objection.objects.create(
        bar=person.bar, advocate=person, text="Six hours are missing", made_by=make_user(), made_at=now(), due_on=due,
        period_start=dt.date(year, 1, 1),
    )  # fmt: skip


def at(row: Objection) -> str:
    return reverse("office:objection", args=["KZ-99", row.pk])


def test_what_is_due_first_is_at_the_top_with_the_days_left(page: Client, bar: Bar) -> None:
    for days in (2, -1, 0):
        objected(make_advocate(bar), days)
    answer = page.get("/office/KZ-99/requests/")
    assert [row.days_left for row in answer.context["rows"]] == [-1, 0, 2]
    text = answer.content.decode()
    assert "overdue" in text
    assert "Today is the last day" in text
    assert "2 days left" in text


def test_each_kind_says_how_many_wait(page: Client, bar: Bar) -> None:
    person = make_advocate(bar)
    objected(person)
    Correction.objects.create(
        bar=bar, advocate=person, text="Misspelt", made_by=make_user(), made_at=now(), due_on=dt.date(2026, 1, 9),
        particular="name", proof="The licence",
    )  # fmt: skip
    answer = page.get("/office/KZ-99/requests/?about=correction")
    assert [kind["waiting"] for kind in answer.context["kinds"]] == [1, 0, 1]
    (row,) = answer.context["rows"]
    assert b"The licence" in page.get(row.url).content


def test_an_answer_is_given_once_and_read_in_the_list(page: Client, bar: Bar, officer: User) -> None:
    row = objected(make_advocate(bar))
    assert page.post(at(row), {"outcome": "upheld"}).status_code == 422
    answer = page.post(at(row), {"outcome": "upheld", "text": "You were there."})
    assert answer["Location"] == "/office/KZ-99/requests/"
    row.refresh_from_db()
    assert (row.outcome, row.answer, row.answered_by) == ("upheld", "You were there.", officer)
    assert list(page.get("/office/KZ-99/requests/").context["rows"]) == []
    assert list(page.get("/office/KZ-99/requests/?answered=yes").context["rows"]) == [row]
    page.post(at(row), {"outcome": "dismissed", "text": "No."})
    row.refresh_from_db()
    assert row.outcome == "upheld"


def test_who_has_moved_since_is_answered_by_the_bar_of_today(client: Client, bar: Bar) -> None:
    row, other = objected(make_advocate(bar)), make_bar("KZ-98", bar.parent)
    transfer(row.advocate, other, dt.date(2026, 2, 1))
    here = f"/office/KZ-98/requests/objections/{row.pk}/"
    client.force_login(make_user(bar=bar))
    assert client.get(at(row)).status_code == 404
    client.force_login(make_user(bar=other))
    assert [found.url for found in client.get("/office/KZ-98/requests/").context["rows"]] == [here]
    assert client.post(here, {"outcome": "upheld", "text": "You were there."}).status_code == 302
    row.refresh_from_db()
    assert row.outcome == "upheld"


def test_nobody_answers_what_is_about_themselves(page: Client, bar: Bar, officer: User) -> None:
    row = objected(make_advocate(bar, user=officer))
    assert b"somebody else answers" in page.get(at(row)).content
    page.post(at(row), {"outcome": "upheld", "text": "I was there."})
    row.refresh_from_db()
    assert row.answered_at is None


def test_reading_is_written_down_and_strangers_find_nothing(page: Client, client: Client, bar: Bar) -> None:
    row = objected(make_advocate(bar))
    page.get(at(row))
    assert FileRead.objects.get(advocate=row.advocate).part == FilePart.REQUEST
    client.force_login(make_user(bar=make_bar(parent=bar.parent)))
    assert client.get(at(row)).status_code == 404


def test_auditors_read_and_do_not_answer(client: Client, bar: Bar) -> None:
    client.force_login(make_user(bar=bar, role=RoleKind.AUDITOR))
    row = objected(make_advocate(bar))
    assert not client.get(at(row)).context["may_answer"]
    assert client.post(at(row), {"outcome": "upheld", "text": "Yes"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_often_for_many(page: Client, bar: Bar, rows: int) -> None:
    for _ in range(rows):
        objected(make_advocate(bar))
    with CaptureQueriesContext(connection) as asked:
        page.get("/office/KZ-99/requests/")
    assert len(asked) == 10
