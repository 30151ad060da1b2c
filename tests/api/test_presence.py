"""Presence by code through the API: the screen's code, who is there, and checking in and out oneself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Bar, Role, RoleKind
from cle.core.clock import now
from compliance.services.presence import WRONG_CODES
from courses.attendance.codes import STEP, poster_code, screen_code, spaced
from courses.models import PresenceMark, Session
from courses.queries.presence import How, Kind
from courses.services.presence import mark_presence, switch_poster
from tests.api.roles import browser
from tests.api.test_me import problem
from tests.factories import make_advocate, make_bar, make_course, make_session, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
OWN = "/api/v1/me/presence"


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_bar("KZ"))


@pytest.fixture
def session(bar: Bar) -> Session:
    return make_session(make_course(bar), now() - HOUR)


@pytest.fixture
def manager(bar: Bar) -> Client:
    return browser(bar, RoleKind.COURSE_MANAGER)


@pytest.fixture
def me(bar: Bar, client: Client) -> Client:
    client.force_login(make_advocate(bar, "Әділова Гүлнар", user=make_user()).user)
    return client


def at(session: Session, end: str = "") -> str:
    return f"/api/v1/bars/{session.bar.code}/sessions/{session.pk}/presence{end}"


def send(client: Client, code: str, kind: str = "in") -> Any:
    return client.post(OWN, {"code": code, "kind": kind}, content_type="application/json")


def test_from_the_screen_to_the_record(session: Session, manager: Client, me: Client) -> None:
    shown = manager.get(at(session, "/code")).json()
    assert shown["link"].endswith(f"/here/{shown['code']}")
    assert 0 < shown["seconds_left"] <= STEP
    assert (shown["is_open"], shown["came"], shown["inside"]) == (True, 0, 0)
    made = send(me, spaced(shown["code"]))
    assert made.status_code == 201
    assert (made.json()["kind"], made.json()["by"], made.json()["session"]["id"]) == ("in", "screen", session.pk)
    assert send(me, shown["code"]).json()["id"] == made.json()["id"], "twice is once"
    assert manager.get(at(session, "/code")).json()["inside"] == 1
    send(me, shown["code"], "out")
    (person,) = manager.get(at(session)).json()["results"]
    assert (person["name"], person["is_there"]) == ("Әділова Гүлнар", False)
    assert [stay["by"] for stay in person["stays"]] == ["screen"]
    assert person["stays"][0]["left_at"] >= person["stays"][0]["came_at"]
    assert [row["kind"] for row in me.get(OWN).json()["results"]] == ["out", "in"]


def test_no_code_is_told_before_its_time(bar: Bar, manager: Client) -> None:
    shown = manager.get(at(make_session(make_course(bar), now() + HOUR), "/code")).json()
    assert (shown["is_open"], shown["code"], shown["link"]) == (False, None, None)


def test_codes_are_not_for_those_who_only_read(session: Session, bar: Bar, me: Client) -> None:
    auditor = browser(bar, RoleKind.AUDITOR)
    assert auditor.get(at(session)).status_code == 200
    problem(auditor.get(at(session, "/code")), 404)
    problem(me.get(at(session, "/code")), 404)


def test_a_poster_is_said_to_be_one(session: Session, me: Client, manager: Client) -> None:
    since = switch_poster(session, True, now=now()).poster_since
    assert since is not None
    assert send(me, poster_code(session.pk, since)).json()["by"] == "poster"
    assert manager.get(at(session)).json()["results"][0]["stays"][0]["by"] == "poster"


def test_wrong_codes_are_said_counted_and_stopped(session: Session, me: Client) -> None:
    right = screen_code(session.pk, now())
    wrong = f"{(int(right) + 1) % 10**8:08}"
    told = problem(send(me, wrong), 400)
    assert told["errors"][0]["pointer"] == "#/code"
    for _ in range(WRONG_CODES - 2):
        send(me, wrong)
    problem(send(me, wrong), 429)
    assert int(send(me, right)["Retry-After"]) > 0, "then a right one is of no use"
    assert not PresenceMark.objects.exists()


@pytest.mark.parametrize(
    ("kind", "home"), [(RoleKind.COURSE_MANAGER, "R-1"), (RoleKind.BAR_ADMIN, "KZ")], ids=["the bar", "the one above"]
)
def test_who_may_open_the_codes_does_not_check_in_by_them(
    session: Session, bar: Bar, client: Client, kind: RoleKind, home: str
) -> None:
    person = make_advocate(bar, user=make_user())
    role = Role.objects.create(user=person.user, bar=Bar.objects.get(code=home), kind=kind)
    client.force_login(person.user)
    told = problem(send(client, screen_code(session.pk, now())), 409)
    assert told["type"].endswith("sees-the-codes")
    assert "colleague" in told["detail"]
    assert not PresenceMark.objects.exists()
    role.ended_at = now()
    role.save()
    assert send(client, screen_code(session.pk, now())).status_code == 201


def test_a_role_that_shows_no_codes_is_no_hindrance(session: Session, bar: Bar, client: Client) -> None:
    person = make_advocate(bar, user=make_user())
    Role.objects.create(user=person.user, bar=bar, kind=RoleKind.AUDITOR)
    Role.objects.create(user=person.user, bar=make_bar("R-2", bar.parent), kind=RoleKind.BAR_ADMIN)
    client.force_login(person.user)
    assert send(client, screen_code(session.pk, now())).status_code == 201


@pytest.mark.parametrize("people", [1, 3])
def test_lists_cost_the_same_for_however_many(session: Session, bar: Bar, manager: Client, people: int) -> None:
    for number in range(people):
        person = make_advocate(bar, f"Омаров Айдар {number}", user=make_user(f"o{number}@mail.example.kz"))
        mark_presence(session, person, Kind.IN, How.SCREEN, now=now())
    for _ in range(people - 1):
        mark_presence(make_session(make_course(bar), now() - HOUR), person, Kind.IN, How.SCREEN, now=now())
    mine = Client()
    mine.force_login(person.user)
    costs = []
    for client, address in ((manager, at(session)), (mine, OWN)):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(address).json()["results"]) == people
        costs.append(len(asked))
    assert costs == [6, 4]
