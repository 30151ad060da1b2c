"""The API of courses and providers: who keeps them, who decides, and what neither may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Bar, RoleKind
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from courses.models import Course, CourseState, Entry, Provider
from courses.services.courses import clone_course
from tests.api.test_me import problem, read_through
from tests.compliance.certified import attended
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_category, make_course, make_national, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
PROVIDERS, COURSES = "/api/v1/bars/{bar}/providers", "/api/v1/bars/{bar}/courses"
PROVIDER, COURSE = PROVIDERS + "/{provider}", COURSES + "/{course}"
READ = [PROVIDERS, PROVIDER, COURSES, COURSE]
KEPT = [("post", PROVIDERS), ("patch", PROVIDER), ("post", COURSES), ("put", COURSE), ("post", COURSE + "/submit"),
        ("post", COURSE + "/withdraw"), ("post", COURSE + "/clone"), ("post", COURSE + "/recording")]  # fmt: skip
DECIDED = [("post", f"{COURSE}/{verb}") for verb in ("take-up", "return", "refuse", "approve", "revoke")]
WRITTEN = [*((method, address, Action.KEEP_COURSES) for method, address in KEPT),
           *((method, address, Action.ACCREDIT) for method, address in DECIDED)]  # fmt: skip
APPROVAL = {"number": "A-77", "accredited_from": "2026-01-01", "accredited_until": "2026-12-31"}


@pytest.fixture
def national() -> Bar:
    return make_national()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def course(bar: Bar) -> Course:
    """A draft, made by nobody who asks here."""
    return clone_course(make_course(bar, {"law": 90, "ethics": 30}), by=make_user(), now=now())


@pytest.fixture
def foreign(national: Bar) -> Course:
    return make_course(make_bar("R-2", national))


def browser(bar: Bar, role: RoleKind) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(bar=bar, role=role))
    return client


@pytest.fixture
def manager(bar: Bar) -> Client:
    return browser(bar, RoleKind.COURSE_MANAGER)


@pytest.fixture
def reviewer(bar: Bar) -> Client:
    return browser(bar, RoleKind.REVIEWER)


def of(address: str, course: Course, bar: Bar | None = None) -> str:
    return address.format(bar=(bar or course.bar).code, course=course.pk, provider=course.provider_id)


def send(client: Client, method: str, address: str, **fields: Any) -> Any:
    if method == "get":
        return client.get(address)
    return getattr(client, method)(address, fields, content_type="application/json")


def body(provider: Provider, **changes: Any) -> dict[str, Any]:
    make_category(provider.bar, "law")
    make_category(provider.bar, "ethics")
    agenda = [{"title": "One", "category": "law", "minutes": 60}, {"title": "Two", "category": "ethics", "minutes": 30}]
    return {"provider": provider.pk, "name_kk": "Құқық", "name_ru": "Право", "format": "live_online",
            "agenda": agenda, **changes}  # fmt: skip


@pytest.mark.parametrize("address", READ)
@pytest.mark.parametrize("kind", RoleKind)
def test_who_reads(bar: Bar, course: Course, kind: RoleKind, address: str) -> None:
    answer = browser(bar, kind).get(of(address, course))
    expected = 200 if kind in MAY[Action.READ_COURSES] else 404
    assert answer.status_code == expected


@pytest.mark.parametrize(("method", "address", "action"), WRITTEN)
@pytest.mark.parametrize("kind", RoleKind)
def test_who_writes(bar: Bar, course: Course, kind: RoleKind, method: str, address: str, action: Action) -> None:
    before = digest()
    answer = send(browser(bar, kind), method, of(address, course))
    if kind in MAY[action]:
        assert answer.status_code in (200, 201, 400, 409)
        return
    document = problem(answer, 403 if kind in MAY[Action.READ_COURSES] else 404)
    assert kind == RoleKind.UNIT_HEAD or document["type"].endswith(":role-needed")
    assert without_people(digest()) == without_people(before)


def without_people(found: dict[str, str]) -> dict[str, str]:
    """All but who logs in: the test itself makes a user."""
    return {table: fingerprint for table, fingerprint in found.items() if not table.startswith("advocates_")}


@pytest.mark.parametrize(("method", "address", "action"), [*[("get", each, None) for each in READ], *WRITTEN])
def test_another_bar_is_as_if_it_were_not_there(
    bar: Bar, foreign: Course, method: str, address: str, action: Action | None
) -> None:
    client = browser(bar, RoleKind.BAR_ADMIN)
    before = digest()
    problem(send(client, method, of(address, foreign), **APPROVAL), 404)
    if "{course}" in address or "{provider}" in address:
        problem(send(client, method, of(address, foreign, bar), **APPROVAL), 404)
    assert {**digest(), "advocates_user": ""} == {**before, "advocates_user": ""}


def test_strangers_are_asked_who_they_are(course: Course) -> None:
    for address in READ:
        problem(Client().get(of(address, course)), 401)


def test_the_whole_way_from_a_draft_to_a_number(bar: Bar, course: Course, manager: Client, reviewer: Client) -> None:
    made = send(manager, "post", of(COURSES, course), **body(course.provider))
    assert made.status_code == 201, made.json()
    where = f"{of(COURSES, course)}/{made.json()['id']}"
    assert send(manager, "post", f"{where}/submit").json()["state"] == "submitted"
    assert send(reviewer, "post", f"{where}/take-up").json()["state"] == "in_review"
    assert send(reviewer, "post", f"{where}/return", reason="Who speaks?").json()["state"] == "returned"
    changed = send(manager, "put", where, **body(course.provider, name_ru="Право и этика"))
    assert changed.json()["name_ru"] == "Право и этика"
    send(manager, "post", f"{where}/submit")
    send(reviewer, "post", f"{where}/take-up")
    approved = send(reviewer, "post", f"{where}/approve", **APPROVAL).json()
    assert {name: approved[name] for name in APPROVAL} == APPROVAL
    assert approved["minutes"] == {"law": 60, "ethics": 30}
    assert approved["total_minutes"] == 90
    assert approved["agenda"][1] == {"position": 2, "title": "Two", "category": "ethics", "minutes": 30}
    assert [step["to_state"] for step in approved["steps"]] == [
        "draft", "submitted", "in_review", "returned", "submitted", "in_review", "approved",
    ]  # fmt: skip
    assert approved["steps"][3]["reason"] == "Who speaks?"


def test_an_administrator_does_not_decide_on_their_own_submission(bar: Bar, course: Course) -> None:
    admin = browser(bar, RoleKind.BAR_ADMIN)
    assert send(admin, "post", of(COURSE, course) + "/submit").status_code == 200
    before = digest()
    document = problem(send(admin, "post", of(COURSE, course) + "/take-up"), 409)
    assert document["type"] == "urn:problem-type:cle:own-course"
    assert document["detail"] == "Nobody may decide on a course that they have submitted themselves."
    assert digest() == before


@pytest.mark.parametrize("verb", ["return", "refuse"])
def test_a_decision_against_needs_a_reason(course: Course, reviewer: Client, verb: str) -> None:
    Course.objects.filter(pk=course.pk).update(state=CourseState.IN_REVIEW)
    document = problem(send(reviewer, "post", f"{of(COURSE, course)}/{verb}"), 409)
    assert document["type"].endswith(":reason-needed")
    assert send(reviewer, "post", f"{of(COURSE, course)}/{verb}", reason="Not law.").status_code == 200


def test_a_course_that_earned_credit_keeps_its_agenda(bar: Bar, manager: Client) -> None:
    attended(make_advocate(bar))
    course = Course.objects.get()
    given = body(course.provider)
    before = digest()
    document = problem(send(manager, "put", of(COURSE, course), **given), 409)
    assert document["type"].endswith(":course-not-open")
    assert digest() == before
    assert Entry.objects.exists()
    copy = send(manager, "post", of(COURSE, course) + "/clone").json()
    assert (copy["state"], copy["derived_from"], copy["number"]) == ("draft", course.pk, "")


def test_a_recording_of_a_live_course(bar: Bar, manager: Client) -> None:
    course = make_course(bar)
    where = of(COURSE, course) + "/recording"
    problem(send(manager, "post", where), 400)
    made = send(manager, "post", where, accredited_until="2031-05-31").json()
    assert (made["format"], made["state"], made["accredited_until"]) == ("recorded", "draft", "2031-05-31")
    assert made["minutes"] == {"law": 180}


def test_an_accreditation_is_taken_away(bar: Bar, reviewer: Client) -> None:
    course = make_course(bar)
    ended = send(reviewer, "post", of(COURSE, course) + "/revoke", reason="The speaker was no lawyer.").json()
    assert (ended["state"], ended["accredited"]) == ("withdrawn", True)  # today is the last day


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"format": "by_post"}, "#/format"),
        ({"agenda": [{"title": "One", "category": "dance", "minutes": 60}]}, "#/agenda/0/category"),
        ({"agenda": [{"title": "One", "category": "law", "minutes": 0}]}, "#/agenda/0/minutes"),
        ({"agenda": [{"position": 1, "title": each, "category": "law", "minutes": 1} for each in "ab"]}, "#/agenda"),
        ({"agenda": [{"title": "One", "category": "law", "minutes": 1}] * 101}, "#/agenda"),
        ({"partial_percent": 90}, "#/partial_percent"),
        ({"name_kk": ""}, "#/name_kk"),
        ({"accredited_until": "31.12.2026"}, "#/accredited_until"),
        ({"state": "approved"}, "#/state"),
        ({"number": "A-1"}, "#/number"),
    ],
)
def test_what_is_wrong_in_a_body_is_named(course: Course, manager: Client, changes: Any, pointer: str) -> None:
    before = Course.objects.count()
    document = problem(send(manager, "post", of(COURSES, course), **body(course.provider, **changes)), 400)
    assert {fault["pointer"] for fault in document["errors"]} == {pointer}
    assert Course.objects.count() == before


def test_a_provider_of_another_bar_does_not_teach_here(course: Course, foreign: Course, manager: Client) -> None:
    document = problem(send(manager, "post", of(COURSES, course), **body(foreign.provider)), 400)
    nowhere = problem(send(manager, "post", of(COURSES, course), **{**body(foreign.provider), "provider": 10**9}), 400)
    assert [fault["pointer"] for fault in document["errors"]] == ["#/provider"]
    said = [each["errors"][0]["detail"] for each in (document, nowhere)]
    assert said[0].replace(str(foreign.provider_id), "N") == said[1].replace(str(10**9), "N")


def test_a_category_of_another_tree_is_unknown(course: Course, manager: Client) -> None:
    make_category(make_bar("elsewhere"), "maritime")
    agenda = [{"title": "One", "category": "maritime", "minutes": 60}]
    problem(send(manager, "post", of(COURSES, course), **body(course.provider, agenda=agenda)), 400)


def test_a_provider_is_added_and_changed(bar: Bar, course: Course, manager: Client) -> None:
    made = send(manager, "post", of(PROVIDERS, course), name_kk="Мектеп", name_ru="Школа").json()
    assert (made["trusted"], made["has_account"], made["contact"]) == (False, False, "")
    where = f"{of(PROVIDERS, course)}/{made['id']}"
    changed = send(manager, "patch", where, contact="school@mail.example.kz", trusted=True).json()
    assert changed == {**made, "contact": "school@mail.example.kz", "trusted": True}
    assert manager.get(where).json() == changed


@pytest.mark.parametrize("odd", [{"account": 1}, {"bar": 1}, {"name_kk": ""}])
def test_a_provider_is_not_given_what_is_not_asked_for(course: Course, manager: Client, odd: dict[str, Any]) -> None:
    before = digest()
    problem(send(manager, "patch", of(PROVIDER, course), **odd), 400)
    assert digest() == before


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["draft", "approved"]),
        ("state=draft", ["draft"]),
        ("format=recorded", []),
        ("accredited_on=2025-06-01", ["approved"]),
        ("accredited_on=2023-12-31", []),
        ("provider={provider}", ["draft", "approved"]),
        ("provider=999999999", []),
    ],
)
def test_courses_are_searched(course: Course, manager: Client, query: str, found: list[str]) -> None:
    rows = manager.get(f"{of(COURSES, course)}?{of(query, course)}").json()["results"]
    assert [row["state"] for row in rows] == found


@pytest.mark.parametrize("query", ["state=lost", "format=1", "provider=x", "accredited_on=2025", "bar=R-2"])
def test_a_wrong_parameter_is_named(course: Course, manager: Client, query: str) -> None:
    document = problem(manager.get(f"{of(COURSES, course)}?{query}"), 400)
    assert {fault["parameter"] for fault in document["errors"]} == {query.partition("=")[0]}


@pytest.mark.parametrize("address", [PROVIDERS, COURSES])
def test_lists_are_cut_by_key_and_cost_the_same(
    bar: Bar, manager: Client, monkeypatch: pytest.MonkeyPatch, foreign: Course, address: str
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert manager.get(of(address, foreign, bar)).status_code == 200
        return len(sent)

    make_course(bar)
    with_one = asked()
    for _ in range(2):
        make_course(bar, {"law": 60, "ethics": 60})
    assert asked() == with_one
    assert with_one <= 6
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    pages = read_through(manager, of(address, foreign, bar))
    assert [len(page) for page in pages] == [2, 1]
    ids = {row["id"] for page in pages for row in page}
    assert ids == set((Course if address == COURSES else Provider).objects.for_bar(bar).values_list("pk", flat=True))


def test_the_bar_above_keeps_the_courses_of_those_below(national: Bar, course: Course) -> None:
    client = browser(national, RoleKind.BAR_ADMIN)
    assert send(client, "post", of(COURSE, course) + "/submit").json()["state"] == "submitted"
    above = make_course(national)
    problem(browser(course.bar, RoleKind.BAR_ADMIN).get(of(COURSE, above)), 404)


def test_expired_courses_say_so(bar: Bar, manager: Client) -> None:
    course = make_course(bar, accredited_until=dt.date(2025, 1, 1))
    assert manager.get(of(COURSE, course)).json()["accredited"] is False
