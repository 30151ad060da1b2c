"""Places in sessions through the API: which sessions, whose places, and the waiting list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.models import Advocate, Bar
from cle.core.clock import local_date, now
from courses.models import Registration, Session, SessionState
from courses.services.accreditation import end_accreditation
from courses.services.sessions import register
from tests.api.test_me import problem
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_course, make_national, make_session, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
SESSIONS, PLACES = "/api/v1/me/sessions", "/api/v1/me/registrations"


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_national())


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, user=make_user())


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(advocate.user)
    return client


def coming(bar: Bar, days: int = 7, **fields: Any) -> Session:
    return make_session(make_course(bar), now() + dt.timedelta(days=days), link="https://meet.example.kz/x", **fields)


def ask(client: Client, session: Session | int) -> Any:
    key = session if isinstance(session, int) else session.pk
    return client.post(PLACES, {"session": key}, content_type="application/json")


def full(bar: Bar, capacity: int = 1, waiting: int = 0) -> Session:
    session = coming(bar, capacity=capacity)
    for _ in range(capacity + waiting):
        register(session, make_advocate(bar), now=now())
    return session


def test_a_place_is_asked_for_and_given_up(me: Client, bar: Bar) -> None:
    session = coming(bar, capacity=2)
    (line,) = me.get(SESSIONS).json()["results"]
    assert (line["id"], line["free_places"], line["time_zone"]) == (session.pk, 2, "Asia/Almaty")
    assert "link" not in line
    made = ask(me, session)
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["link"]) == ("registered", "https://meet.example.kz/x")
    assert me.get(SESSIONS).json()["results"][0]["free_places"] == 1
    assert ask(me, session).json()["id"] == made.json()["id"]
    gone = me.delete(made["Location"]).json()
    assert (gone["state"], gone["link"]) == ("cancelled", "")
    assert me.delete(made["Location"]).json()["state"] == "cancelled"
    assert [row["state"] for row in me.get(PLACES).json()["results"]] == ["cancelled"]
    assert me.get(f"{PLACES}?state=registered").json()["results"] == []
    assert Registration.objects.count() == 1


def test_no_place_is_given_where_no_credit_can_be(me: Client, bar: Bar, advocate: Advocate) -> None:
    session = coming(bar)
    held = ask(me, session)
    today = local_date(now(), bar.time_zone)
    end_accreditation(session.course, today, by=make_user(), now=now(), reason="No longer taught as approved.")
    assert me.get(SESSIONS).json()["results"] == []
    assert ask(me, session).json()["id"] == held.json()["id"]
    me.delete(held["Location"])
    assert problem(ask(me, session), 409)["type"] == "urn:problem-type:cle:not-accredited"
    assert not advocate.registrations.filter(state="registered").exists()


def test_who_comes_late_waits_in_line_and_moves_up(me: Client, bar: Bar) -> None:
    session = full(bar, waiting=2)
    made = ask(me, session).json()
    assert (made["state"], made["place_in_line"], made["link"]) == ("waiting", 3, "")
    client = Client()
    other = Registration.objects.filter(session=session).order_by("pk").first()
    assert other is not None
    other.advocate.user = make_user()
    other.advocate.save(update_fields=["user"])
    client.force_login(other.advocate.user)
    assert client.delete(f"{PLACES}/{other.pk}").status_code == 200
    assert me.get(f"{PLACES}/{made['id']}").json()["place_in_line"] == 2


@pytest.mark.parametrize("state", ["cancelled", "begun"])
def test_no_place_in_what_is_off_or_has_begun(me: Client, bar: Bar, state: str) -> None:
    session = coming(bar, days=-1) if state == "begun" else coming(bar, state=SessionState.CANCELLED)
    before = digest()
    assert problem(ask(me, session), 409)["type"] == "urn:problem-type:cle:registration-closed"
    assert me.get(SESSIONS).json()["results"] == []
    assert digest() == before


def test_who_stayed_away_has_stayed_away(me: Client, bar: Bar) -> None:
    made = ask(me, coming(bar))
    Session.objects.update(starts_at=now() - dt.timedelta(hours=1))
    before = digest()
    assert problem(me.delete(made["Location"]), 409)["type"] == "urn:problem-type:cle:session-begun"
    assert digest() == before


def test_sessions_are_open_to_one_s_own_bar_and_those_above(me: Client, bar: Bar) -> None:
    assert bar.parent is not None
    own, national = coming(bar, 1), coming(bar.parent, 2)
    neighbour, below = coming(make_bar("R-2", bar.parent), 3), coming(make_bar("R-1-1", bar), 4)
    assert [row["id"] for row in me.get(SESSIONS).json()["results"]] == [own.pk, national.pk]
    assert ask(me, national).status_code == 201
    before = digest()
    for session in (neighbour, below):
        (fault,) = problem(ask(me, session), 400)["errors"]
        assert fault == {"pointer": "#/session", "detail": "There is no such session for you."}
    assert digest() == before


@pytest.mark.parametrize("method", ["get", "delete"])
def test_another_s_place_is_as_if_it_were_not_there(me: Client, bar: Bar, method: str) -> None:
    theirs = register(coming(bar), make_advocate(bar), now=now())
    before = digest()
    problem(getattr(me, method)(f"{PLACES}/{theirs.pk}"), 404)
    assert me.get(PLACES).json()["results"] == []
    assert digest() == before


@pytest.mark.parametrize("address", [SESSIONS, PLACES])
def test_three_rows_cost_as_much_as_one(me: Client, bar: Bar, address: str) -> None:
    def cost() -> int:
        with statements() as sent:
            assert me.get(address).json()["results"]
        return len(sent)

    ask(me, full(bar))
    with_one = cost()
    for _ in range(2):
        ask(me, full(bar))
    assert cost() == with_one <= 5
