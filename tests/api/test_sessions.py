"""The API of sessions and of places in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind
from cle.core.pagination import KeysetPagination
from courses.models import Course, CourseState, Entry, Registration, Session
from courses.services.sessions import register
from tests.api.roles import browser, records, send
from tests.api.test_me import problem, read_through
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_attendance, make_bar, make_course, make_national, make_session

pytestmark = pytest.mark.django_db
LIST = "/api/v1/bars/{bar}/sessions"
ONE = LIST + "/{session}"
PLACES, GIVE_UP = ONE + "/registrations", ONE + "/registrations/{registration}/cancel"
CALLS = [
    ("get", LIST, Action.READ_COURSES), ("get", ONE, Action.READ_COURSES), ("get", PLACES, Action.READ_ATTENDANCE),
    ("post", LIST, Action.KEEP_COURSES), ("patch", ONE, Action.KEEP_COURSES),
    ("post", ONE + "/cancel", Action.KEEP_COURSES), ("post", ONE + "/confirm", Action.KEEP_ATTENDANCE),
    ("post", PLACES, Action.KEEP_ATTENDANCE), ("post", GIVE_UP, Action.KEEP_ATTENDANCE),
]  # fmt: skip
READ_BEFORE = {Action.KEEP_COURSES: Action.READ_COURSES, Action.KEEP_ATTENDANCE: Action.READ_ATTENDANCE}
COMING = dt.datetime(2100, 3, 14, 5, 0, tzinfo=dt.UTC)
TIMES = {"starts_at": "2100-05-03T10:00:00+05:00", "ends_at": "2100-05-03T13:00:00+05:00"}


@pytest.fixture
def national() -> Bar:
    return make_national()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def session(bar: Bar) -> Session:
    return planned(bar)


@pytest.fixture
def foreign(national: Bar) -> Session:
    return planned(make_bar("R-2", national))


@pytest.fixture
def manager(bar: Bar) -> Client:
    return browser(bar, RoleKind.COURSE_MANAGER)


def planned(bar: Bar, **fields: Any) -> Session:
    """Still to come, with one place and one who has it."""
    session = make_session(make_course(bar), COMING, capacity=1, **fields)
    register(session, make_advocate(bar), now=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    return session


def of(address: str, session: Session, bar: Bar | None = None) -> str:
    place = session.registrations.first()
    return address.format(bar=(bar or session.bar).code, session=session.pk, registration=place.pk if place else 10**9)


@pytest.mark.parametrize(("method", "address", "action"), CALLS)
@pytest.mark.parametrize("kind", RoleKind)
def test_who_may_do_what(bar: Bar, session: Session, kind: RoleKind, method: str, address: str, action: Action) -> None:
    before = records()
    answer = send(browser(bar, kind), method, of(address, session))
    if kind in MAY[action]:
        assert answer.status_code in (200, 201, 400, 409)
        return
    problem(answer, 403 if kind in MAY[READ_BEFORE.get(action, action)] else 404)
    assert records() == before


@pytest.mark.parametrize(("method", "address", "action"), CALLS)
def test_another_bar_is_as_if_it_were_not_there(
    bar: Bar, foreign: Session, method: str, address: str, action: Action
) -> None:
    client = browser(bar, RoleKind.BAR_ADMIN)
    before = records()
    problem(send(client, method, of(address, foreign), reason="mine now"), 404)
    if "{session}" in address:
        problem(send(client, method, of(address, foreign, bar), reason="mine now"), 404)
    assert records() == before


def test_a_place_in_another_session_is_not_given_up_here(session: Session, bar: Bar, manager: Client) -> None:
    other = planned(bar)
    address = of(GIVE_UP, other).replace(f"sessions/{other.pk}", f"sessions/{session.pk}")
    before = records()
    problem(send(manager, "post", address), 404)
    assert records() == before


def test_a_session_is_planned_and_changed(bar: Bar, manager: Client) -> None:
    course = make_course(bar)
    made = send(manager, "post", f"/api/v1/bars/{bar.code}/sessions", course=course.pk, place="Алматы", **TIMES)
    assert made.status_code == 201, made.json()
    shown = made.json()
    assert (shown["state"], shown["course_number"], shown["registered"]) == ("planned", course.number, 0)
    where = f"/api/v1/bars/{bar.code}/sessions/{shown['id']}"
    changed = send(manager, "patch", where, capacity=20, speakers="А. Ким").json()
    assert changed == {**shown, "capacity": 20, "speakers": "А. Ким"}
    assert manager.get(where).json() == changed


@pytest.mark.parametrize("state", [CourseState.DRAFT, CourseState.IN_REVIEW, CourseState.REFUSED])
def test_no_session_of_a_course_that_is_not_accredited(bar: Bar, manager: Client, state: CourseState) -> None:
    course = make_course(bar)
    Course.objects.update(state=state, accredited_from=None, number="")
    answer = send(manager, "post", f"/api/v1/bars/{bar.code}/sessions", course=course.pk, **TIMES)
    assert problem(answer, 409)["type"].endswith(":not-accredited")
    assert not Session.objects.exists()


def test_a_course_of_another_bar_is_not_held_here(bar: Bar, foreign: Session, manager: Client) -> None:
    answer = send(manager, "post", f"/api/v1/bars/{bar.code}/sessions", course=foreign.course_id, **TIMES)
    assert problem(answer, 400)["errors"][0]["pointer"] == "#/course"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"starts_at": "2100-05-03T10:00:00"}, 400),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, 400),
        ({"ends_at": "2100-05-03T10:00:00+05:00"}, 409),
        ({"ends_at": "2100-07-03T10:00:00+05:00"}, 409),
        ({"capacity": 0}, 400),
        ({"link": "javascript:alert(1)"}, 400),
        ({"state": "confirmed"}, 400),
        ({"language": "de"}, 400),
    ],
)
def test_wrong_details_are_refused(bar: Bar, manager: Client, wrong: dict[str, Any], status: int) -> None:
    given = {"course": make_course(bar).pk, **TIMES, **wrong}
    problem(send(manager, "post", f"/api/v1/bars/{bar.code}/sessions", **given), status)
    assert not Session.objects.exists()


def test_more_places_let_those_move_up_who_waited(session: Session, manager: Client) -> None:
    people = [make_advocate(session.bar) for _ in range(3)]
    states = [send(manager, "post", of(PLACES, session), advocate=person.pk).json()["state"] for person in people]
    assert states == ["waiting"] * 3
    shown = send(manager, "patch", of(ONE, session), capacity=3).json()
    assert (shown["registered"], shown["waiting"]) == (3, 1)
    shown = send(manager, "patch", of(ONE, session), capacity=1).json()
    assert (shown["registered"], shown["waiting"]) == (3, 1)  # nobody loses a place
    given_up = send(manager, "post", of(GIVE_UP, session)).json()
    assert (given_up["registration"]["state"], given_up["moved_up"]) == ("cancelled", None)
    shown = send(manager, "patch", of(ONE, session), capacity=None).json()
    assert (shown["registered"], shown["waiting"]) == (3, 0)


def test_a_place_that_is_given_up_goes_to_who_waited_first(session: Session, manager: Client) -> None:
    first, second = make_advocate(session.bar, "Ким Анна"), make_advocate(session.bar)
    for person in (first, second, first):
        send(manager, "post", of(PLACES, session), advocate=person.pk)
    given_up = send(manager, "post", of(GIVE_UP, session)).json()
    assert given_up["registration"]["state"] == "cancelled"
    assert (given_up["moved_up"]["advocate"], given_up["moved_up"]["name"]) == (first.pk, "Ким Анна")
    rows = manager.get(of(PLACES, session)).json()["results"]
    assert [row["state"] for row in rows] == ["cancelled", "registered", "waiting"]


def test_somebody_of_a_bar_below_gets_a_place_and_of_a_neighbour_not(
    national: Bar, session: Session, foreign: Session, manager: Client
) -> None:
    theirs = make_advocate(foreign.bar)
    before = records()
    answer = problem(send(manager, "post", of(PLACES, session), advocate=theirs.pk), 400)
    assert answer["errors"][0]["pointer"] == "#/advocate"
    assert records() == before
    above = planned(national)
    answer = send(browser(national, RoleKind.COURSE_MANAGER), "post", of(PLACES, above), advocate=theirs.pk)
    assert answer.status_code == 201


def test_registration_closes_when_the_session_begins(bar: Bar, manager: Client) -> None:
    held = make_session(make_course(bar))
    answer = send(manager, "post", of(PLACES, held), advocate=make_advocate(bar).pk)
    assert problem(answer, 409)["type"].endswith(":registration-closed")


def test_a_session_is_called_off_once_and_with_a_reason(session: Session, manager: Client) -> None:
    problem(send(manager, "post", of(ONE, session) + "/cancel"), 400)
    shown = send(manager, "post", of(ONE, session) + "/cancel", reason="The speaker is ill.").json()
    assert (shown["state"], shown["cancel_reason"]) == ("cancelled", "The speaker is ill.")
    again = send(manager, "post", of(ONE, session) + "/cancel", reason="Another reason.").json()
    assert again == shown
    assert problem(send(manager, "patch", of(ONE, session), place="elsewhere"), 409)["type"].endswith("session-closed")


def test_what_has_been_attended_is_not_called_off_nor_moved(bar: Bar, manager: Client) -> None:
    held = make_session(make_course(bar))
    make_attendance(held, make_advocate(bar))
    before = records()
    for method, address, given in (
        ("post", ONE + "/cancel", {"reason": "never held"}),
        ("patch", ONE, TIMES),
    ):
        answer = problem(send(manager, method, of(address, held), **given), 409)
        assert answer["type"].endswith(":session-has-attendance")
    assert records() == before


def test_confirming_posts_the_credit_once(bar: Bar, manager: Client) -> None:
    held = make_session(make_course(bar, {"law": 120, "ethics": 60}))
    make_attendance(held, make_advocate(bar))
    where = of(ONE, held) + "/confirm"
    key = {"idempotency-key": "confirm it"}
    first = manager.post(where, headers=key)
    assert (first.json()["posted"], first.json()["session"]["state"]) == (2, "confirmed")
    again = manager.post(where, headers=key)
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    assert send(manager, "post", where).json()["posted"] == 0
    assert Entry.objects.count() == 2
    problem(manager.post(where), 400)
    assert problem(send(manager, "post", of(ONE, held) + "/cancel", reason="x"), 409)["type"].endswith("closed")


def test_a_session_to_come_is_not_confirmed(session: Session, manager: Client) -> None:
    answer = problem(send(manager, "post", of(ONE, session) + "/confirm"), 409)
    assert answer["type"].endswith(":session-not-held")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("state=cancelled", 1),
        ("course={course}", 1),
        ("starts_from=2100-03-14&starts_to=2100-03-14", 1),
        ("starts_from=2100-03-15", 0),
        ("starts_to=2025-03-13", 0),
        ("starts_to=2025-03-14", 2),
        ("starts_to=2199-12-31", 3),
    ],
)
def test_sessions_are_searched(bar: Bar, session: Session, manager: Client, query: str, found: int) -> None:
    make_session(make_course(bar))
    make_session(make_course(bar), state="cancelled")
    query = query.format(course=session.course_id)
    assert len(manager.get(f"{of(LIST, session)}?{query}").json()["results"]) == found


@pytest.mark.parametrize("query", ["state=held", "course=x", "starts_from=1", "starts_to=9999-12-31", "bar=1"])
def test_a_wrong_parameter_is_named(session: Session, manager: Client, query: str) -> None:
    document = problem(manager.get(f"{of(LIST, session)}?{query}"), 400)
    assert {fault["parameter"] for fault in document["errors"]} == {query.partition("=")[0]}


@pytest.mark.parametrize("address", [LIST, PLACES])
def test_lists_are_cut_by_key_and_cost_the_same(
    session: Session, foreign: Session, manager: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert manager.get(of(address, session)).status_code == 200
        return len(sent)

    with_one = asked()
    for _ in range(2):
        planned(session.bar)
        register(session, make_advocate(session.bar), now=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert asked() == with_one
    assert with_one <= 6
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    pages = read_through(manager, of(address, session))
    assert [len(page) for page in pages] == [2, 1]
    model = Session if address == LIST else Registration
    ids = {row["id"] for page in pages for row in page}
    assert ids <= set(model.objects.for_bar(session.bar).values_list("pk", flat=True))  # type: ignore[attr-defined]
    assert len(ids) == 3


def test_national_identifiers_are_no_part_of_it(session: Session, manager: Client) -> None:
    Advocate.objects.update(national_id="850505300123")
    assert "850505300123" not in manager.get(of(PLACES, session)).content.decode()
