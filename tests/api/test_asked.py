"""Objections and requests for correction: asked by right, answered in time, once, by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, RoleKind
from cle.core.errors import DomainError
from compliance.models import Case, Correction, Excuse, Objection
from compliance.services.asked import answer, ask_correction, name_excuse, object_to
from tests.api.test_me import problem, read_through
from tests.compliance.rows import START, make_case, make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
FRIDAY_EVENING = dt.datetime(2026, 11, 27, 20, 0, tzinfo=dt.UTC)
"""One in the morning of Saturday, 28 November, in Almaty."""
KINDS = ["objections", "corrections", "excuses"]
each_kind = pytest.mark.parametrize("kind", KINDS)
BODIES = {
    "objections": {"period_start": "2026-01-01", "text": "The seminar of 3 March is missing"},
    "excuses": {
        "period_start": "2026-01-01",
        "reason": "incapacity",
        "since": "2027-01-04",
        "until": "2027-01-09",
        "document": "No. 7",
        "text": "Ill",
    },
    "corrections": {"particular": "licence", "text": "It was given in 2015", "proof": "Licence, page 1"},
}
OUTCOMES = {"objections": "upheld", "corrections": "corrected", "excuses": "accepted"}
MODELS: dict[str, Any] = {"objections": Objection, "corrections": Correction, "excuses": Excuse}


@pytest.fixture
def national() -> Bar:
    return ruled_bar()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return someone(bar)


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(advocate.user)
    return client


def someone(bar: Bar, user: Any = None) -> Advocate:
    person = make_advocate(bar, user=user or make_user())
    make_standing(person)
    return person


def made(kind: str, advocate: Advocate, now: dt.datetime = FRIDAY_EVENING) -> Any:
    assert advocate.user is not None
    if kind == "objections":
        return object_to(advocate, START, "Not so", by=advocate.user, now=now)
    if kind == "excuses":
        days = dt.date(2027, 1, 4), dt.date(2027, 1, 9)
        return name_excuse(advocate, START, "other", "Ill", "No. 7", *days, by=advocate.user, now=now)
    return ask_correction(advocate, "licence", "Not so", "The paper", by=advocate.user, now=now)


def staff(bar: Bar, role: RoleKind = RoleKind.COMPLIANCE_OFFICER) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(bar=bar, role=role, name="Ержан"))
    return client


def desk(kind: str, bar: Bar) -> str:
    return f"/api/v1/bars/{bar.code}/{kind}"


def post(client: Client, address: str, body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


@each_kind
def test_asked_and_answered(me: Client, advocate: Advocate, bar: Bar, kind: str) -> None:
    asked = post(me, f"/api/v1/me/{kind}", BODIES[kind])
    assert asked.status_code == 201
    assert asked.json()["outcome"] == ""
    key, officer = asked.json()["id"], staff(bar)
    (line,) = officer.get(f"{desk(kind, bar)}?answered=false").json()["results"]
    assert (line["id"], line["advocate"], line["name"]) == (key, advocate.pk, advocate.full_name)
    said = {"outcome": OUTCOMES[kind], "text": "You are right"}
    answered = post(officer, f"{desk(kind, bar)}/{key}/answer", said)
    assert answered.status_code == 200
    seen = me.get(asked["Location"]).json()
    assert (seen["outcome"], seen["answer"], seen["answered_by"]) == (OUTCOMES[kind], "You are right", "Ержан")
    assert officer.get(f"{desk(kind, bar)}?answered=false").json()["results"] == []
    assert len(officer.get(f"{desk(kind, bar)}?answered=true").json()["results"]) == 1


@pytest.mark.parametrize(("kind", "due_on"), [("objections", "2026-12-02"), ("corrections", "2026-11-30")])
def test_the_term_is_in_working_days_of_the_bar(advocate: Advocate, kind: str, due_on: str) -> None:
    """Asked on a Saturday, in the time of the bar: three working days, and one."""
    assert made(kind, advocate).due_on.isoformat() == due_on


@each_kind
def test_one_at_a_time_about_the_same(me: Client, advocate: Advocate, bar: Bar, kind: str) -> None:
    row = made(kind, advocate)
    before = digest()
    again = problem(post(me, f"/api/v1/me/{kind}", BODIES[kind]), 409)
    assert again["type"] == "urn:problem-type:cle:already-asked"
    assert digest() == before
    answer(row, outcome=OUTCOMES[kind], text="So", by=make_user(bar=bar), now=FRIDAY_EVENING)
    assert post(me, f"/api/v1/me/{kind}", BODIES[kind]).status_code == 201


def test_an_objection_stands_on_the_case_and_changes_no_state(me: Client, advocate: Advocate, bar: Bar) -> None:
    case = make_case(advocate)
    assert post(me, "/api/v1/me/objections", BODIES["objections"]).json()["case"] == case.pk
    shown = staff(bar).get(f"/api/v1/bars/{bar.code}/cases/{case.pk}").json()
    assert [row["text"] for row in shown["objections"]] == ["The seminar of 3 March is missing"]
    assert Case.objects.get().state == "open"


@pytest.mark.parametrize(
    ("kind", "change", "pointer"),
    [
        ("objections", {"period_start": "2020-01-01"}, "#/period_start"),
        ("objections", {"text": " "}, "#/text"),
        ("objections", {"case": 1}, "#/case"),
        ("corrections", {"particular": "shoe size"}, "#/particular"),
        ("corrections", {"proof": ""}, "#/proof"),
    ],
)
def test_what_cannot_be_asked(me: Client, kind: str, change: dict[str, Any], pointer: str) -> None:
    before = digest()
    (fault,) = problem(post(me, f"/api/v1/me/{kind}", {**BODIES[kind], **change}), 400)["errors"]
    assert fault["pointer"] == pointer
    assert digest() == before


def test_another_s_period_is_none_of_mine(client: Client, bar: Bar, advocate: Advocate) -> None:
    client.force_login(make_advocate(bar, user=make_user()).user)
    problem(post(client, "/api/v1/me/objections", BODIES["objections"]), 400)


@each_kind
def test_another_s_is_as_if_it_were_not_there(me: Client, bar: Bar, kind: str) -> None:
    row = made(kind, someone(bar))
    problem(me.get(f"/api/v1/me/{kind}/{row.pk}"), 404)
    assert me.get(f"/api/v1/me/{kind}").json()["results"] == []


@each_kind
@pytest.mark.parametrize("role", RoleKind)
def test_who_reads_and_who_answers(advocate: Advocate, bar: Bar, kind: str, role: RoleKind) -> None:
    row, client = made(kind, advocate), staff(bar, role)
    reads, answers = role in MAY[Action.READ_REQUESTS], role in MAY[Action.ANSWER_REQUESTS]
    for address in (desk(kind, bar), f"{desk(kind, bar)}/{row.pk}"):
        assert client.get(address).status_code == (200 if reads else 404)
    before = digest()
    given = post(client, f"{desk(kind, bar)}/{row.pk}/answer", {"outcome": OUTCOMES[kind], "text": "So"})
    assert given.status_code == (200 if answers else 403 if reads else 404)
    assert (digest() == before) == (not answers)


@each_kind
def test_another_bar_s_are_not_there(advocate: Advocate, bar: Bar, national: Bar, kind: str) -> None:
    row, other = made(kind, advocate), make_bar("R-2", national)
    client, before = staff(other, RoleKind.BAR_ADMIN), digest()
    for code in (bar, other):
        problem(client.get(f"{desk(kind, code)}/{row.pk}"), 404)
        problem(post(client, f"{desk(kind, code)}/{row.pk}/answer", {"outcome": OUTCOMES[kind], "text": "So"}), 404)
    assert client.get(desk(kind, other)).json()["results"] == []
    assert digest() == before


@each_kind
def test_nobody_answers_their_own(bar: Bar, kind: str) -> None:
    user = make_user(bar=bar)
    row = made(kind, someone(bar, user))
    client = Client()
    client.force_login(user)
    before = digest()
    given = {"outcome": OUTCOMES[kind], "text": "So"}
    refused = problem(post(client, f"{desk(kind, bar)}/{row.pk}/answer", given), 409)
    assert refused["type"] == "urn:problem-type:cle:own-request"
    assert digest() == before


@each_kind
def test_answered_once_and_kept(advocate: Advocate, bar: Bar, kind: str) -> None:
    row, officer = made(kind, advocate), make_user(bar=bar)
    say: Callable[[], None] = lambda: answer(row, outcome=OUTCOMES[kind], text="So", by=officer, now=FRIDAY_EVENING)  # noqa: E731
    say()
    with pytest.raises(DomainError, match="answered before"):
        say()
    rows = MODELS[kind].objects.filter(pk=row.pk)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        rows.update(answer="Otherwise")
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        rows.delete()


@each_kind
def test_what_is_due_first_is_on_top(bar: Bar, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compliance.api.asked.DueFirst.page_size", 2)
    late, early, middle = (made(kind, someone(bar), FRIDAY_EVENING + dt.timedelta(days=days)) for days in (14, -14, 0))
    pages = read_through(staff(bar), desk(kind, bar))
    assert [row["id"] for page in pages for row in page] == [early.pk, middle.pk, late.pk]
    overdue = MODELS[kind].objects.overdue(dt.date(2026, 11, 28))
    assert list(overdue) == [early]


@each_kind
def test_three_cost_as_much_as_one(bar: Bar, kind: str) -> None:
    officer = staff(bar)

    def cost() -> int:
        with statements() as sent:
            officer.get(desk(kind, bar))
        return len(sent)

    made(kind, someone(bar))
    with_one = cost()
    for _ in range(2):
        made(kind, someone(bar))
    assert cost() == with_one <= 4


@pytest.mark.django_db(transaction=True)
def test_asked_twice_at_once_is_asked_once() -> None:
    advocate = someone(ruled_bar())

    def ask(_number: int) -> bool:
        try:
            made("objections", advocate)
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(4))) == 1
    assert Objection.objects.count() == 1
