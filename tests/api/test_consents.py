"""Consents through the API: what Art. 8(4) asks to be said, the clock of a withdrawal, and who may see and answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, Consent, Operator, RoleKind, Withdrawal
from advocates.services.consents import give_consent, withdraw_consent
from cle.core.pagination import KeysetPagination
from compliance.api import consents as api
from tests.api.test_me import problem, read_through
from tests.compliance.rows import ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
UTC = dt.UTC
GIVEN_AT = dt.datetime(2026, 11, 26, 6, tzinfo=UTC)
VERSION = "kz-example-1"


@pytest.fixture
def bar() -> Bar:
    bar = make_bar("R-1", ruled_bar())
    Operator.objects.create(
        bar=bar, number="220640028571", responsible_name="Ким Виктор", responsible_contact="+7 700 000 00 00"
    )
    return bar


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия", user=make_user("aliya@mail.example.kz"))


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "now", lambda: GIVEN_AT)


@pytest.fixture
def own(client: Client, advocate: Advocate) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(advocate.user)
    return client


@pytest.fixture
def admin(bar: Bar) -> Client:
    return staff(bar, RoleKind.BAR_ADMIN)


def staff(bar: Bar, kind: RoleKind) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_user(bar=bar, role=kind))
    return client


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


def refused(answer: Any, status: int, code: str) -> None:
    assert problem(answer, status)["type"] == (f"urn:problem-type:cle:{code}" if code else "about:blank")


def given(advocate: Advocate, **fields: Any) -> Consent:
    return give_consent(advocate, VERSION, "ru", by=advocate.user or make_user(), now=GIVEN_AT, **fields)


def test_the_text_says_who_asks_and_that_it_is_an_example(own: Client, bar: Bar) -> None:
    text = own.get("/api/v1/me/consents/text").json()
    assert (text["version"], text["example"], text["language"]) == (VERSION, True, "en")
    assert text["operator_number"] == "220640028571"
    assert text["text"].startswith(
        "An example, to be approved by the bar. I, Сәрсенова Әлия, agree that R-1 Bar (BIN 2206"
    )
    assert "IIN (where given)" in text["data"]
    russian = own.get("/api/v1/me/consents/text", headers={"accept-language": "ru"}).json()
    assert "ИИН (если указан)" in russian["data"]


def test_giving_consent_records_every_field_that_the_law_names(own: Client, advocate: Advocate) -> None:
    answer = post(own, "me/consents", version=VERSION)
    assert answer.status_code == 201
    consent = Consent.objects.get()
    assert (consent.operator_name, consent.operator_number) == ("R-1 Bar", "220640028571")  # (1)
    assert consent.subject_name == "Сәрсенова Әлия"  # (2)
    assert consent.term.startswith("until membership of the bar ends")  # (3)
    assert (consent.third_parties, consent.third_parties_note[:17]) == (True, "the national bar:")  # (4)
    assert (consent.cross_border, consent.publication) == (False, False)  # (5), (6)
    assert len(consent.data) == 6  # (7)
    assert (consent.how, consent.document, consent.recorded_by) == ("page", "", advocate.user)
    (row,) = own.get("/api/v1/me/consents").json()["results"]
    assert row == answer.json()
    assert row["withdrawal"] is None


@pytest.mark.parametrize(("version", "code"), [("kz-example-0", "consent-text-changed"), (VERSION, "consent-given")])
def test_what_cannot_be_agreed_to(own: Client, advocate: Advocate, version: str, code: str) -> None:
    given(advocate)
    before = digest()
    refused(post(own, "me/consents", version=version), 409, code)
    assert digest() == before


def test_no_consent_without_an_operator(own: Client) -> None:
    Operator.objects.all().delete()
    refused(own.get("/api/v1/me/consents/text"), 409, "no-operator")
    refused(post(own, "me/consents", version=VERSION), 409, "no-operator")


def test_a_withdrawal_starts_a_clock_of_fifteen_working_days(own: Client, advocate: Advocate) -> None:
    consent = given(advocate)
    answer = post(own, f"me/consents/{consent.pk}/withdrawal")
    assert answer.status_code == 201
    # 26 November 2026 is a Thursday, and 16 December a day off.
    assert answer.json()["answer_due_on"] == "2026-12-18"
    refused(post(own, f"me/consents/{consent.pk}/withdrawal"), 409, "consent-withdrawn")
    assert post(own, "me/consents", version=VERSION).status_code == 201, "and one may agree again"


def test_nobody_withdraws_for_another(own: Client, bar: Bar) -> None:
    consent, before = given(make_advocate(bar)), digest()
    refused(post(own, f"me/consents/{consent.pk}/withdrawal"), 404, "")
    assert digest() == before


def test_staff_record_paper_and_answer(admin: Client, bar: Bar, advocate: Advocate) -> None:
    body = {"version": VERSION, "language": "kk", "advocate": advocate.pk, "document": "form 17, folder 3"}
    answer = post(admin, "bars/R-1/consents/paper", **body)
    assert answer.status_code == 201
    assert (answer.json()["how"], answer.json()["name"]) == ("paper", "Сәрсенова Әлия")
    address = f"bars/R-1/consents/{answer.json()['id']}/withdrawal"
    assert post(admin, address, document="letter of 26 November").status_code == 201
    assert [row["id"] for row in admin.get("/api/v1/bars/R-1/consents?unanswered=true").json()["results"]] == [
        answer.json()["id"]
    ]
    refused(post(admin, f"{address}/answer", answer="refused"), 409, "reason-needed")
    told = post(admin, f"{address}/answer", answer="refused", reason="A case is open (Art. 8(2)).").json()
    assert (told["answer"], told["reason"]) == ("refused", "A case is open (Art. 8(2)).")
    refused(post(admin, f"{address}/answer", answer="stopped"), 409, "withdrawal-answered")
    assert not admin.get("/api/v1/bars/R-1/consents?unanswered=true").json()["results"]


def test_nobody_answers_their_own_withdrawal(bar: Bar) -> None:
    user = make_user(bar=bar, role=RoleKind.BAR_ADMIN)
    person = make_advocate(bar, user=user)
    consent = given(person)
    withdraw_consent(consent, by=user, now=GIVEN_AT)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    before = digest()
    refused(post(client, f"bars/R-1/consents/{consent.pk}/withdrawal/answer", answer="stopped"), 409, "own-request")
    assert digest() == before


def _addresses(consent: Consent) -> dict[str, dict[str, Any]]:
    one = f"bars/R-1/consents/{consent.pk}/withdrawal"
    paper = {"version": VERSION, "language": "kk", "advocate": consent.advocate_id, "document": "x"}
    return {"bars/R-1/consents/paper": paper, one: {"document": "x"}, f"{one}/answer": {"answer": "stopped"}}


@pytest.mark.parametrize("kind", RoleKind)
def test_who_reads_and_who_keeps(bar: Bar, advocate: Advocate, kind: RoleKind) -> None:
    consent, client = given(advocate), staff(bar, kind)
    reads, keeps = (kind in MAY[action] for action in (Action.READ_PRIVACY, Action.KEEP_PRIVACY))
    for address in ("bars/R-1/consents", "bars/R-1/operator"):
        assert client.get(f"/api/v1/{address}").status_code == (200 if reads else 404)
    if not keeps:
        before = digest()
        for address, body in _addresses(consent).items():
            assert post(client, address, **body).status_code == (403 if reads else 404), address
        put = client.put("/api/v1/bars/R-1/operator", {"number": "1"}, content_type="application/json")
        assert put.status_code == (403 if reads else 404)
        assert digest() == before


def test_another_bar_sees_and_changes_nothing(bar: Bar, advocate: Advocate) -> None:
    consent, neighbour = given(advocate), make_bar("R-2", bar.parent)
    withdraw_consent(consent, by=make_user(), now=GIVEN_AT)
    client, before = staff(neighbour, RoleKind.BAR_ADMIN), digest()
    assert client.get("/api/v1/bars/R-2/consents").json()["results"] == []
    assert client.get("/api/v1/bars/R-2/operator").status_code == 404
    for address, body in _addresses(consent).items():
        assert post(client, address, **body).status_code == 404, address
        expected = 400 if address.endswith("paper") else 404
        assert post(client, address.replace("R-1", "R-2"), **body).status_code == expected, address
    assert digest() == before


def test_the_operator_is_named_and_corrected(bar: Bar, admin: Client, advocate: Advocate) -> None:
    consent = given(advocate)
    body = {"number": "990000000001", "responsible_name": "Ахметов", "responsible_contact": "office@mail.example.kz"}
    answer = admin.put("/api/v1/bars/R-1/operator", body, content_type="application/json")
    assert answer.json() == {**body, "policy": ""}
    assert admin.get("/api/v1/bars/R-1/operator").json() == {**body, "policy": ""}
    consent.refresh_from_db()
    assert consent.operator_number == "220640028571", "what was agreed to stays as it was"


def test_lists_take_as_many_statements_for_three_as_for_one(bar: Bar, admin: Client, own: Client) -> None:
    person = Advocate.objects.get(user__email="aliya@mail.example.kz")
    for size in (1, 3):
        while Consent.objects.count() < size:
            withdraw_consent(given(person), by=make_user(), now=GIVEN_AT)
        with statements() as list_of_bar:
            assert len(admin.get("/api/v1/bars/R-1/consents").json()["results"]) == size
        with statements() as own_list:
            assert len(own.get("/api/v1/me/consents").json()["results"]) == size
        assert (len(list_of_bar), len(own_list)) == (4, 4)


def test_pages_hold_everything_once(bar: Bar, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    made = {given(make_advocate(bar)).pk for _ in range(5)}
    pages = read_through(admin, "/api/v1/bars/R-1/consents")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {row["id"] for page in pages for row in page} == made


@pytest.mark.parametrize(
    "change", [{"subject_name": ""}, {"term": "for ever"}, {"publication": True}, {"data": ["everything"]}]
)
def test_a_consent_is_never_altered(advocate: Advocate, change: dict[str, Any]) -> None:
    consent = given(advocate)
    with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(**change)
    with pytest.raises((InternalError, ProgrammingError), match="Cannot delete"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).delete()


def test_an_answer_is_given_once_and_the_clock_is_never_moved(advocate: Advocate) -> None:
    withdrawal = withdraw_consent(given(advocate), by=make_user(), now=GIVEN_AT)
    rows = Withdrawal.objects.filter(pk=withdrawal.pk)
    changes: list[dict[str, Any]] = [
        {"answer_due_on": dt.date(2030, 1, 1)},
        {"withdrawn_at": GIVEN_AT.replace(year=2030)},
    ]
    for change in changes:
        with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), transaction.atomic():
            rows.update(**change)
    rows.update(answered_at=GIVEN_AT, answer="stopped", answered_by=make_user())
    with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), transaction.atomic():
        rows.update(answer="refused", reason="after all not")
