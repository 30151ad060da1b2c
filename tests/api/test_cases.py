"""Cases through the API: who sees them, what an officer may do, and what no call can do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind, StatusSpan
from cle.core import clock
from cle.core.pagination import KeysetPagination
from compliance.api import cases as api
from compliance.models import Case, CaseState, CaseStep, ExcuseOutcome, Notice
from compliance.queries.excuses import OTHER
from compliance.services.asked import answer, name_excuse
from tests.api.roles import records
from tests.api.test_me import problem, read_through
from tests.compliance.rows import DUE, NOW, PETITION, make_case, make_notice, make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
S = CaseState
STAFF = set(RoleKind) - {RoleKind.UNIT_HEAD}


@pytest.fixture
def national() -> Bar:
    return ruled_bar()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def case(bar: Bar) -> Case:
    return short(bar, "Сәрсенова Әлия", S.NOTIFIED)


@pytest.fixture
def officer(client: Client, bar: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=bar, name="Ким Виктор"))
    return client


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the day that the API takes for today."""

    def today(day: dt.date) -> None:
        moment = dt.datetime(day.year, day.month, day.day, 5, tzinfo=dt.UTC)
        monkeypatch.setattr(api, "now", lambda: moment)

    return today


def short(bar: Bar, name: str = "", state: CaseState = S.OPEN, **fields: Any) -> Case:
    person = make_advocate(bar, name)
    make_standing(person)
    return make_case(person, state, **fields)


def at(bar: Bar, *parts: Any) -> str:
    return "/".join(["/api/v1/bars", bar.code, "cases", *map(str, parts)])


def step(client: Client, case: Case, to_state: CaseState, **fields: str) -> Any:
    body = {"to_state": to_state.value, **fields}
    return client.post(at(case.advocate.bar, case.pk, "steps"), body, content_type="application/json")


def test_the_list_says_the_three_days(officer: Client, bar: Bar, case: Case) -> None:
    (row,) = officer.get(at(bar)).json()["results"]
    assert row == {
        "id": case.pk, "advocate": case.advocate_id, "name": "Сәрсенова Әлия", "period_start": "2026-01-01",
        "due_on": "2026-12-31", "grace_ends_on": "2027-01-30", "petition_from": "2027-01-31", "term_ends_on": None,
        "state": "notified",
        "opened_at": "2027-01-05T05:00:00Z", "changed_at": "2027-01-05T05:00:00Z",
    }  # fmt: skip


def test_the_list_is_narrowed(officer: Client, bar: Bar, case: Case) -> None:
    older = {"due_on": DUE - dt.timedelta(365), "grace_ends_on": DUE, "period_start": dt.date(2025, 1, 1)}
    other = short(bar, "Ким Виктор", **{k: v for k, v in older.items() if k != "period_start"})

    def found(query: str) -> list[int]:
        return [row["id"] for row in officer.get(f"{at(bar)}?{query}").json()["results"]]

    assert found("") == [other.pk, case.pk]
    assert found("state=notified") == [case.pk]
    assert found(f"advocate={other.advocate_id}") == [other.pk]
    assert found("due_before=2026-12-31") == [other.pk]
    assert found("due_before=2027-01-01") == [other.pk, case.pk]


@pytest.mark.parametrize("query", ["state=lost", "due_before=2026", "advocate=0", "advocate=1e9", f"advocate={2**63}"])
def test_a_wrong_parameter_is_named(officer: Client, bar: Bar, query: str) -> None:
    faults = problem(officer.get(f"{at(bar)}?{query}"), 400)["errors"]
    assert [fault["parameter"] for fault in faults] == [query.partition("=")[0]]


def test_pages_hold_each_case_once(officer: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    keys = [short(bar).pk for _ in range(5)]
    pages = read_through(officer, at(bar))
    assert [row["id"] for page in pages for row in page] == keys


def test_a_case_says_all_that_happened_and_what_may_follow(officer: Client, bar: Bar, case: Case) -> None:
    make_notice(case.advocate, state="sent", sent_at=NOW)
    earlier = make_notice(case.advocate, "reminder-7")
    Notice.objects.filter(pk=earlier.pk).update(period_start=dt.date(2025, 1, 1))
    CaseStep.objects.create(case=case, bar=bar, from_state="open", to_state="notified", at=NOW)
    shown = officer.get(at(bar, case.pk)).json()
    assert [(each["from_state"], each["to_state"], each["by"]) for each in shown["steps"]] == [
        ("open", "notified", None)
    ]
    assert [(each["stage"], each["state"], each["sent_at"]) for each in shown["notices"]] == [
        ("overdue", "sent", "2027-01-05T05:00:00Z")
    ]
    assert [
        (each["step"], each["to_state"], each["needs_reason"], each["needs_document"], each["possible_from"])
        for each in shown["possible_steps"]
    ] == [
        ("objected", "objected", True, False, None),
        ("petition", "petition_drafted", False, False, "2027-01-31"),
        ("excused", "excused", True, True, None),
        ("closed", "closed", True, False, None),
    ]
    assert shown["suspensions"]["warn"] is False


def test_no_petition_is_offered_against_who_has_the_hours(officer: Client, bar: Bar) -> None:
    person = make_advocate(bar)
    make_standing(person, "compliant")
    shown = officer.get(at(bar, make_case(person, S.NOTIFIED).pk)).json()
    assert "petition_drafted" not in [each["to_state"] for each in shown["possible_steps"]]


def test_a_step_is_taken_and_signed(officer: Client, bar: Bar, case: Case) -> None:
    answer = step(officer, case, S.EXCUSED, reason="Treatment abroad", document="Certificate 12")
    assert answer.status_code == 201
    assert answer.json()["state"] == "excused"
    (taken,) = answer.json()["steps"]
    assert (taken["from_state"], taken["to_state"], taken["by"]) == ("notified", "excused", "Ким Виктор")
    assert (taken["reason"], taken["document"]) == ("Treatment abroad", "Certificate 12")
    assert officer.get(at(bar, case.pk)).json() == answer.json()


@pytest.mark.parametrize(
    ("to_state", "fields", "code", "said"),
    [
        (S.OPEN, {}, "case-step-not-possible", "A case cannot go from “notified” to “open”."),
        (S.CURED, {"reason": "x"}, "case-step-not-possible", "A case cannot go from “notified” to “cured”."),
        (S.OBJECTED, {"reason": "  "}, "reason-needed", "Write down the reason for this step."),
        (S.EXCUSED, {"reason": "ill"}, "document-needed", "Name the document that proves the reason."),
        (S.PETITION_DRAFTED, {}, "petition-too-early", "A petition is possible from 31.01.2027 on."),
    ],
)
def test_why_a_step_is_refused(
    officer: Client, case: Case, day: Any, to_state: CaseState, fields: dict[str, str], code: str, said: str
) -> None:
    day(PETITION - dt.timedelta(1))
    before = digest()
    document = problem(step(officer, case, to_state, **fields), 409)
    assert (document["type"], document["detail"]) == (f"urn:problem-type:cle:{code}", said)
    assert digest() == before


def test_a_petition_is_drafted_on_its_first_day_and_no_status_changes(officer: Client, case: Case, day: Any) -> None:
    day(PETITION)
    spans = list(StatusSpan.objects.values())
    assert step(officer, case, S.PETITION_DRAFTED).status_code == 201
    assert list(StatusSpan.objects.values()) == spans


def test_the_same_step_again_is_refused_and_stands_once(officer: Client, case: Case) -> None:
    assert step(officer, case, S.OBJECTED, reason="Not told").status_code == 201
    problem(step(officer, case, S.OBJECTED, reason="Not told"), 409)
    assert case.steps.count() == 1


def test_nobody_decides_in_their_own_case(client: Client, bar: Bar, case: Case) -> None:
    user = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
    Advocate.objects.filter(pk=case.advocate_id).update(user=user)
    client.force_login(user)
    before = digest()
    document = problem(step(client, case, S.CLOSED, reason="It is mine"), 409)
    assert document["type"] == "urn:problem-type:cle:own-case"
    assert digest() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/to_state"),
        ({"to_state": "lost"}, "#/to_state"),
        ({"to_state": "closed", "reason": "x" * 501}, "#/reason"),
        ({"to_state": "closed", "reason": "x", "status": "suspended_cle"}, "#/status"),
    ],
)
def test_a_wrong_body_is_named(officer: Client, case: Case, body: dict[str, str], pointer: str) -> None:
    answer = officer.post(at(case.advocate.bar, case.pk, "steps"), body, content_type="application/json")
    assert [fault["pointer"] for fault in problem(answer, 400)["errors"]] == [pointer]


@pytest.mark.parametrize("kind", RoleKind)
def test_roles_read_and_step_as_the_table_says(client: Client, bar: Bar, case: Case, kind: RoleKind) -> None:
    client.force_login(make_user(bar=bar, role=kind))
    reads, steps = kind in MAY[Action.READ_CASES], kind in MAY[Action.STEP_CASES]
    before = records()
    for address in (at(bar), at(bar, case.pk)):
        assert client.get(address).status_code == (200 if reads else 404)
    answer = step(client, case, S.OBJECTED, reason="Not told")
    assert answer.status_code == (201 if steps else 403 if reads else 404)
    assert (records() == before) != steps


def test_the_bar_above_decides_and_a_neighbour_finds_nothing(client: Client, national: Bar, case: Case) -> None:
    neighbour, above = make_bar("R-2", national), short(national, state=S.NOTIFIED)
    for user, foreign in ((make_user(bar=neighbour), case), (make_user(bar=case.bar), above)):
        client.force_login(user)
        own = user.roles.get().bar
        before = digest()
        for address in (at(foreign.bar), at(foreign.bar, foreign.pk), at(own, foreign.pk)):
            problem(client.get(address), 404)
        problem(step(client, foreign, S.OBJECTED, reason="x"), 404)
        assert client.post(f"{at(own, foreign.pk)}/steps", {"to_state": "closed"}).status_code == 404
        assert digest() == before
    client.force_login(make_user(bar=national))
    assert step(client, case, S.OBJECTED, reason="Not told").status_code == 201


def test_a_case_follows_the_advocate_to_a_new_bar(officer: Client, national: Bar, case: Case) -> None:
    Advocate.objects.filter(pk=case.advocate_id).update(bar=make_bar("R-2", national))
    problem(officer.get(at(case.bar, case.pk)), 404)
    assert officer.get(at(case.bar)).json()["results"] == []


def test_strangers_and_advocates_without_a_role_find_nothing(client: Client, bar: Bar, case: Case) -> None:
    problem(client.get(at(bar)), 401)
    problem(step(client, case, S.CLOSED, reason="x"), 401)
    client.force_login(make_user())
    problem(client.get(at(bar)), 404)
    Advocate.objects.filter(pk=case.advocate_id).update(user=(user := make_user()))
    client.force_login(user)
    problem(client.get(at(bar, case.pk)), 404)


def test_a_decision_has_its_day_its_term_and_what_follows(officer: Client, bar: Bar, day: Any) -> None:
    case = short(bar, state=S.PETITION_DRAFTED)
    day(dt.date(2027, 3, 1))
    offered = {each["to_state"]: each for each in officer.get(at(bar, case.pk)).json()["possible_steps"]}
    suspended = offered["suspended"]
    assert (suspended["needs_day"], suspended["months_at_most"]) == (True, 3)
    assert "appealed to court" in suspended["advice"]
    given = {"reason": "Not made up", "document": "Order 5", "day": "2027-02-15"}
    late = problem(step(officer, case, S.SUSPENDED, **given, until="2027-05-16"), 409)
    assert late["type"] == "urn:problem-type:cle:term-too-long"
    shown = step(officer, case, S.SUSPENDED, **given).json()
    assert (shown["state"], shown["term_ends_on"]) == ("suspended", "2027-05-15")
    put = next(each for each in shown["possible_steps"] if each["to_state"] == "membership_drafted")
    assert put["possible_from"] == "2027-05-16"


def test_a_reason_named_on_paper_is_decided_by_another_officer_and_taken_back(
    officer: Client, bar: Bar, case: Case
) -> None:
    given = {"reason": "other", "since": "2027-01-10", "until": "2027-01-20", "document": "No. 7", "text": "Ill"}
    send = {"content_type": "application/json"}
    shown = officer.post(at(bar, case.pk, "excuses"), given, **send).json()
    (excuse,) = shown["excuses"]
    where = f"/api/v1/bars/{bar.code}/excuses/{excuse['id']}"
    decision = {"outcome": "accepted", "text": "Proved"}
    own = problem(officer.post(f"{where}/answer", decision, **send), 409)
    assert own["type"] == "urn:problem-type:cle:own-request"
    other = Client(headers={"accept-language": "en"})
    other.force_login(make_user(bar=bar))
    assert other.post(f"{where}/answer", decision, **send).json()["outcome"] == "accepted"

    def petition() -> str:
        steps = officer.get(at(bar, case.pk)).json()["possible_steps"]
        return next(each["possible_from"] for each in steps if each["to_state"] == "petition_drafted")

    assert petition() == "2027-02-11"
    back = other.post(f"{where}/reversal", {"text": "Forged"}, **send)
    assert (back.status_code, back.json()["reverses"], back.json()["outcome"]) == (201, excuse["id"], "reversed")
    assert petition() == "2027-01-31"


def test_lists_and_cases_cost_the_same_however_long(officer: Client, bar: Bar) -> None:
    def asked(address: str) -> int:
        with statements() as sent:
            assert officer.get(address).status_code == 200
        return len(sent)

    def told(case: Case, number: int) -> None:
        CaseStep.objects.create(case=case, bar=bar, to_state="open", at=clock.now(), reason=str(number))
        make_notice(case.advocate, f"reminder-{number}")

    case = short(bar, state=S.NOTIFIED)
    told(case, 1)
    asked(at(bar, case.pk))  # which reads the rules, once in a process
    listed, one = asked(at(bar)), asked(at(bar, case.pk))
    for number in (2, 3):
        short(bar)
        told(case, number)
    assert (asked(at(bar)), asked(at(bar, case.pk))) == (listed, one)
    assert listed <= 5
    assert one <= 15  # one of them writes down who opened the file


def excuse(case: Case) -> None:
    """A reason that covers eleven days of the time before a petition, named by one person and accepted by another."""
    days = dt.date(2027, 1, 10), dt.date(2027, 1, 20)
    named = name_excuse(case.advocate, case.period_start, OTHER, "Ill", "No. 7", *days, by=make_user(), now=NOW)
    answer(named, outcome=ExcuseOutcome.ACCEPTED, text="Proved", by=make_user(), now=NOW)


def petition_days(client: Client, case: Case) -> list[str]:
    """The first day of a petition as each answer about the case and its period has it."""
    bar = case.advocate.bar
    rows = [
        client.get(at(bar)).json()["results"][0],
        client.get(at(bar, case.pk)).json(),
        client.get(f"/api/v1/bars/{bar.code}/standings").json()["results"][0],
        client.get(f"/api/v1/bars/{bar.code}/advocates/{case.advocate_id}").json()["standings"][0],
    ]
    client.force_login(case.advocate.user)
    return [row["petition_from"] for row in [*rows, *client.get("/api/v1/me/standings").json()["results"]]]


@pytest.mark.parametrize(("accepted", "day"), [(False, "2027-01-31"), (True, "2027-02-11")])
def test_every_answer_names_the_day_to_which_reasons_put_a_petition_off(
    officer: Client, case: Case, accepted: bool, day: str
) -> None:
    Advocate.objects.filter(pk=case.advocate_id).update(user=make_user())
    case.advocate.refresh_from_db()
    if accepted:
        excuse(case)
    assert petition_days(officer, case) == [day] * 5


def test_three_with_reasons_cost_as_many_statements_as_one(officer: Client, bar: Bar, case: Case) -> None:
    def asked() -> list[int]:
        counts = []
        for address in (at(bar), f"/api/v1/bars/{bar.code}/standings"):
            with statements() as sent:
                assert {row["petition_from"] for row in officer.get(address).json()["results"]} == {"2027-02-11"}
            counts.append(len(sent))
        return counts

    excuse(case)
    asked()
    with_one = asked()
    for _ in range(2):
        excuse(short(bar))
    assert asked() == with_one
