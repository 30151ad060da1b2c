"""Cases in the office: the list, the timeline, steps with what they need, and the draft of a petition as one PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar, FileRead, RoleKind, Status, StatusSpan, User
from compliance.models import AdoptedRulebook, Case, CaseState, CaseStep, Objection, Standing
from compliance.services.cases import review_cases
from compliance.services.rulebooks import adopt_rulebook
from tests.compliance.rows import START, make_case, make_notice, make_standing, rulebook_document, ruled_bar
from tests.factories import give_credit, make_advocate, make_bar, make_user
from tests.office.people import browser_of

S = CaseState
DAY_31 = dt.datetime(2027, 1, 31, 7, tzinfo=dt.UTC)


def it_is(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.fixture(autouse=True)
def on_day_31(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first day on which a petition is possible."""
    it_is(monkeypatch, DAY_31)


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(code="T-CA")


@pytest.fixture
def client(bar: Bar) -> Client:
    return browser_of(bar)


@pytest.fixture
def case(bar: Bar) -> Case:
    person = make_advocate(bar, "Сейітқазы Әлімжан", licence_date=dt.date(2015, 2, 1))
    make_standing(person)
    return make_case(person, S.NOTIFIED)


def objection(case: Case, **fields: Any) -> Objection:
    asked = {"text": "Six hours are missing", "made_by": make_user(), "made_at": DAY_31, "due_on": dt.date(2027, 2, 3)}
    return Objection.objects.create(
        advocate=case.advocate, bar=case.bar, period_start=START, case=case, **{**asked, **fields}
    )


def url(case: Case, rest: str = "") -> str:
    return f"/office/{case.advocate.bar.code}/cases/{case.pk}/{rest}"


def step(client: Client, case: Case, to_state: str, **fields: Any) -> Any:
    body = {"to_state": to_state, "sure": "on", **fields}
    return client.post(url(case, f"step/?to_state={to_state}"), body, follow=True)


class TestList:
    def test_shows_open_cases_by_the_day_of_the_next_step(self, client: Client, bar: Bar, case: Case) -> None:
        sooner = make_case(make_advocate(bar), S.OBJECTED, petition_from=dt.date(2027, 5, 1))
        objection(sooner, due_on=dt.date(2027, 1, 20))
        make_case(make_advocate(bar), S.CURED)
        rows = client.get(f"/office/{bar.code}/cases/").context["cases"]
        assert [(row["case"].pk, row["day"]) for row in rows] == [
            (sooner.pk, dt.date(2027, 1, 20)), (case.pk, dt.date(2027, 1, 31)),
        ]  # fmt: skip

    def test_counts_by_state_agree_with_the_table(self, client: Client, bar: Bar, case: Case) -> None:
        make_case(make_advocate(bar), S.CURED)
        make_case(make_advocate(make_bar()), S.CURED)
        tabs = {value: count for value, _label, count in client.get(f"/office/{bar.code}/cases/").context["tabs"]}
        assert {value: count for value, count in tabs.items() if count} == {"notified": 1, "cured": 1}

    def test_narrows_by_state_and_name(self, client: Client, bar: Bar, case: Case) -> None:
        cured = make_case(make_advocate(bar, "Иванов Пётр"), S.CURED)
        for query, found in (("?state=cured", cured), ("?state=all&name=Seitk", case)):
            rows = client.get(f"/office/{bar.code}/cases/{query}").context["cases"]
            assert [row["case"].pk for row in rows] == [found.pk]

    def test_asks_the_same_number_of_statements_of_three_as_of_one(self, client: Client, bar: Bar, case: Case) -> None:
        def statements() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"/office/{bar.code}/cases/").status_code == 200
            return len(asked)

        statements()
        with_one = statements()
        for _number in range(2):
            objection(make_case(make_advocate(bar), S.OBJECTED))
        assert statements() == with_one


class TestPage:
    def test_shows_steps_notices_with_proof_and_objections_the_newest_first(self, client: Client, case: Case) -> None:
        told = {"state": "sent", "sent_at": DAY_31 - dt.timedelta(20), "address": "a@mail.example.kz"}
        make_notice(case.advocate, message_id="<1@bar>", text="You are short.", **told)
        CaseStep.objects.create(case=case, bar=case.bar, to_state=S.OPEN, at=DAY_31 - dt.timedelta(26))
        objection(case)
        answer = client.get(url(case))
        assert [str(event.title) for event in answer.context["events"]] == ["objection", "hours overdue", "open"]
        page = answer.content.decode()
        for text in ("a@mail.example.kz", "&lt;1@bar&gt;", "Six hours are missing", "recorded by the system",
                     "To be answered by 03.02.2027"):  # fmt: skip
            assert text in page

    def test_opening_it_is_written_down(self, client: Client, case: Case) -> None:
        client.get(url(case))
        assert FileRead.objects.filter(advocate=case.advocate, part="case").count() == 1

    def test_says_that_no_status_changes_here(self, client: Client, case: Case) -> None:
        assert "No step here changes the advocate's status" in client.get(url(case)).content.decode()

    def test_a_petition_is_not_offered_before_its_day(
        self, client: Client, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        it_is(monkeypatch, DAY_31 - dt.timedelta(1))
        page = client.get(url(case)).content.decode()
        assert "Possible from 31.01.2027 on" in page
        assert "to_state=petition_drafted" not in page

    def test_who_may_only_read_is_offered_nothing(self, bar: Bar, case: Case) -> None:
        auditor = browser_of(bar, RoleKind.AUDITOR)
        page = auditor.get(url(case)).content.decode()
        assert "Take this step" not in page
        assert auditor.get(url(case, "step/")).status_code == 404

    def test_ones_own_case_offers_nothing_and_takes_no_step(self, bar: Bar, case: Case) -> None:
        user = make_user(bar=bar)
        Advocate.objects.filter(pk=case.advocate_id).update(user=user)
        own = Client(headers={"accept-language": "en"})
        own.force_login(user)
        assert "This is your own case" in own.get(url(case)).content.decode()
        assert own.get(url(case, "step/?to_state=closed")).status_code == 403
        answer = own.post(url(case, "step/"), {"to_state": "closed", "reason": "no", "sure": "on"})
        assert answer.status_code == 403
        case.refresh_from_db()
        assert case.state == S.NOTIFIED

    def test_a_case_of_another_bar_is_not_there(self, client: Client, bar: Bar) -> None:
        strange = make_case(make_advocate(make_bar()))
        for rest in ("", "step/", "petition.pdf"):
            assert client.get(f"/office/{bar.code}/cases/{strange.pk}/{rest}").status_code == 404


class TestDecision:
    PAPER = {
        "reason": "Suspended until the hours are made up",
        "document": "Order No. 15-l",
        "document_day": "2027-01-30",
    }

    def decided(self, client: Client, case: Case, **given: str) -> str:
        Case.objects.filter(pk=case.pk).update(state=S.PETITION_DRAFTED)
        return step(client, case, "decided", **given).content.decode()

    def test_is_recorded_with_its_paper_day_and_person_and_changes_no_status(self, client: Client, case: Case) -> None:
        before = list(StatusSpan.objects.values())
        assert "The step is recorded" in self.decided(client, case, **self.PAPER)
        taken = CaseStep.objects.get(case=case)
        assert (taken.to_state, taken.reason) == (S.DECIDED, self.PAPER["reason"])
        assert taken.document.startswith("Order No. 15-l")
        assert "30.01.2027" in taken.document
        assert taken.by is not None
        assert list(StatusSpan.objects.values()) == before
        assert "The hours are to be made up" in client.get(url(case)).content.decode()

    def test_needs_the_paper(self, client: Client, case: Case) -> None:
        self.decided(client, case, reason=self.PAPER["reason"])
        assert not CaseStep.objects.filter(case=case).exists()

    def test_is_not_there_before_a_petition(self, client: Client, case: Case) -> None:
        assert "to_state=decided" not in client.get(url(case)).content.decode()

    def test_ends_once_the_hours_are_there(self, client: Client, case: Case) -> None:
        self.decided(client, case, **self.PAPER)
        Standing.objects.update(status="compliant")
        review_cases(case.bar, DAY_31.date(), DAY_31)
        case.refresh_from_db()
        assert case.state == S.CURED


class TestStep:
    def test_an_excuse_keeps_its_reason_document_day_and_person(self, client: Client, bar: Bar, case: Case) -> None:
        given = {"reason": "Two months in hospital", "document": "Certificate No. 7", "document_day": "2027-01-12"}
        assert "The step is recorded" in step(client, case, "excused", **given).content.decode()
        taken = CaseStep.objects.get(case=case)
        assert (taken.to_state, taken.reason, taken.document, taken.at) == (
            "excused", "Two months in hospital", "Certificate No. 7, 12.01.2027", DAY_31,
        )  # fmt: skip
        assert taken.by == User.objects.get(roles__bar=bar)

    @pytest.mark.parametrize("left_out", ["reason", "document", "document_day", "sure"])
    def test_nothing_is_recorded_while_something_is_left_out(self, client: Client, case: Case, left_out: str) -> None:
        given = {"reason": "ill", "document": "No. 7", "document_day": "2027-01-12", left_out: ""}
        answer = step(client, case, "excused", **given)
        assert answer.status_code == 422
        assert left_out in answer.context["form"].errors
        assert not CaseStep.objects.filter(case=case).exists()

    def test_a_petition_before_its_day_is_refused_with_the_day(
        self, client: Client, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        it_is(monkeypatch, DAY_31 - dt.timedelta(1))
        assert "A petition is possible from 31.01.2027 on" in step(client, case, "petition_drafted").content.decode()
        case.refresh_from_db()
        assert case.state == S.NOTIFIED

    def test_a_step_that_the_state_does_not_allow_is_not_there(self, client: Client, case: Case) -> None:
        Case.objects.filter(pk=case.pk).update(state=S.OBJECTED)
        assert step(client, case, "petition_drafted").status_code == 404

    def test_drafting_changes_the_case_and_no_status(self, client: Client, case: Case) -> None:
        before = list(StatusSpan.objects.values_list("advocate", "status", "period"))
        step(client, case, "petition_drafted")
        case.refresh_from_db()
        assert case.state == S.PETITION_DRAFTED
        assert list(StatusSpan.objects.values_list("advocate", "status", "period")) == before


def text_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


class TestPetition:
    @pytest.fixture
    def drafted(self, case: Case) -> Case:
        Case.objects.filter(pk=case.pk).update(state=S.PETITION_DRAFTED)
        return case

    def test_until_somebody_has_taken_the_step_it_is_a_preview_and_says_so(self, client: Client, case: Case) -> None:
        before = text_of(client.get(url(case, "petition.pdf")).content)[0]
        for text in ("алдын ала қарау", "предварительный просмотр", "До 31.01.2027", "ЖОБА", "ПРОЕКТ"):
            assert text in before
        for page in (url(case), url(case, "step/?to_state=petition_drafted")):
            assert "What a petition would say" in client.get(page).content.decode()
        assert "What a petition would say" not in client.get(url(case, "step/?to_state=excused")).content.decode()
        assert not CaseStep.objects.filter(case=case).exists()
        step(client, case, "petition_drafted")
        assert "Petition draft with evidence" in client.get(url(case)).content.decode()
        answer = client.get(url(case, "petition.pdf"))
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "предварительный" not in text_of(answer.content)[0]

    def test_there_is_none_where_no_petition_is_possible(self, client: Client, case: Case) -> None:
        for state in (S.OBJECTED, S.EXCUSED, S.CLOSED):
            Case.objects.filter(pk=case.pk).update(state=state)
            assert client.get(url(case, "petition.pdf")).status_code == 404
            assert "petition.pdf" not in client.get(url(case)).content.decode()

    def test_the_first_page_is_a_draft_in_both_languages_with_blanks(self, client: Client, drafted: Case) -> None:
        first, *others = text_of(client.get(url(drafted, "petition.pdf")).content)
        for text in ("ЖОБА", "ПРОЕКТ", "ӨТІНІШХАТ", "ХОДАТАЙСТВО", "Сейітқазы Әлімжан", "31.01.2027", "тоқтата тұру",
                     "приостановлении действия", "Решение президиума: № ____", "№ 176-VI"):  # fmt: skip
            assert text in first
        assert others
        assert all("ЖОБА" in page and "ПРОЕКТ" in page for page in others)

    def test_holds_rules_ledger_notices_objections_and_steps(self, client: Client, drafted: Case) -> None:
        give_credit(drafted.advocate, 450, dt.date(2026, 5, 20))
        give_credit(drafted.advocate, 90, dt.date(2025, 5, 20))
        told = {"state": "sent", "sent_at": DAY_31 - dt.timedelta(20), "address": "a@mail.example.kz"}
        make_notice(drafted.advocate, message_id="<1@bar>", subject="Overdue", text="You are short.", **told)
        objection(drafted, outcome="dismissed", answer="Not accredited", answered_by=make_user(), answered_at=DAY_31)
        CaseStep.objects.create(
            case=drafted, bar=drafted.bar, to_state=S.OBJECTED, at=DAY_31, by=make_user(), reason="As asked"
        )
        whole = " ".join(text_of(client.get(url(drafted, "petition.pdf")).content))
        for text in ("43(3)(3)", "20.05.2026", "10 академических часов", "a@mail.example.kz", "<1@bar>",
                     "You are short.", "Six hours are missing", "Not accredited", "As asked"):  # fmt: skip
            assert text in whole, text
        assert "20.05.2025" not in whole

    def test_is_the_same_each_time_on_one_day(self, client: Client, drafted: Case) -> None:
        assert client.get(url(drafted, "petition.pdf")).content == client.get(url(drafted, "petition.pdf")).content

    def test_embeds_every_face_it_names(self, client: Client, drafted: Case) -> None:
        content = client.get(url(drafted, "petition.pdf")).content
        assert b"Helvetica" not in content
        assert content.count(b"/FontFile2") == 2

    def test_names_earlier_suspensions_of_36_months(self, client: Client, drafted: Case) -> None:
        spans = drafted.advocate.statuses
        spans.all().delete()
        for first, after in (("2023-12-01", "2024-01-31"), ("2025-03-10", "2025-05-10")):
            spans.create(bar=drafted.bar, status=Status.SUSPENDED_CLE, period=(first, after))
        whole = " ".join(text_of(client.get(url(drafted, "petition.pdf")).content))
        assert "10.03.2025" in whole
        assert "01.12.2023" not in whole

    def test_a_letter_that_the_face_lacks_is_named_by_its_code(self, client: Client, drafted: Case) -> None:
        objection(drafted, text="It was 雨 that day")
        assert "[U+96E8]" in " ".join(text_of(client.get(url(drafted, "petition.pdf")).content))

    def test_long_words_of_a_rule_go_on_on_the_next_page(self, client: Client, bar: Bar, drafted: Case) -> None:
        document = rulebook_document(code="long", version="2", effective_from="2026-01-01")
        document["clauses"]["duty"]["text"] = {"kk": "сөз " * 900, "ru": "слово " * 600}
        adopt_rulebook(bar, document, by=None)
        Standing.objects.update(rulebook=AdoptedRulebook.objects.latest("pk"))
        pages = text_of(client.get(url(drafted, "petition.pdf")).content)
        assert " ".join(pages).count("слово") == 600

    def test_is_not_made_for_bars_under_another_law(self, client: Client, bar: Bar, drafted: Case) -> None:
        Bar.objects.filter(pk=bar.pk).update(jurisdiction="KG")
        assert client.get(url(drafted, "petition.pdf")).status_code == 404

    def test_asks_the_same_number_of_statements_however_much_it_holds(self, client: Client, drafted: Case) -> None:
        def statements() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url(drafted, "petition.pdf")).status_code == 200
            return len(asked)

        def add() -> None:
            give_credit(drafted.advocate, 45, dt.date(2026, 5, 20))
            CaseStep.objects.create(case=drafted, bar=drafted.bar, to_state=S.OPEN, at=DAY_31, by=make_user())

        add()
        make_notice(drafted.advocate)
        statements()
        with_one = statements()
        add()
        add()
        make_notice(drafted.advocate, "reminder-30")
        assert statements() == with_one
