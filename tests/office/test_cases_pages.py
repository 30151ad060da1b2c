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
from advocates.services.people import record_status
from cle.core.errors import DomainError
from compliance.models import AdoptedRulebook, Case, CaseState, CaseStep, Excuse, Objection, Standing
from compliance.queries.today import waiting_at
from compliance.services.asked import answer
from compliance.services.cases import review_cases, take_step
from compliance.services.notices import mark_printed
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

    def test_says_that_a_notice_has_come_back_until_it_is_handed_over(self, client: Client, case: Case) -> None:
        sent = {"sent_at": DAY_31 - dt.timedelta(20), "channel": "paper", "text": "You are short."}
        letter = make_notice(case.advocate, state="to_print", **sent)
        make_notice(case.advocate, "reminder", state="failed", **sent)
        for path in ("", "step/?to_state=petition_drafted"):
            page = client.get(url(case, path)).content.decode()
            assert page.count("A notice has come back") == 1
            assert f"/notices/{letter.pk}/" in page
        mark_printed([letter.pk], by=make_user(bar=case.bar), now=DAY_31)
        assert "A notice has come back" not in client.get(url(case)).content.decode()

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
        "day": "2027-01-29",
    }

    def decided(self, client: Client, case: Case, **given: str) -> str:
        Case.objects.filter(pk=case.pk).update(state=S.PETITION_DRAFTED)
        return step(client, case, "suspended", **given).content.decode()

    def test_is_recorded_with_its_paper_day_and_person_and_changes_no_status(self, client: Client, case: Case) -> None:
        before = list(StatusSpan.objects.values())
        assert "The step is recorded" in self.decided(client, case, **self.PAPER)
        taken = CaseStep.objects.get(case=case)
        assert (taken.to_state, taken.reason) == (S.SUSPENDED, self.PAPER["reason"])
        assert taken.document.startswith("Order No. 15-l")
        assert "30.01.2027" in taken.document
        assert taken.by is not None
        assert list(StatusSpan.objects.values()) == before
        page = client.get(url(case)).content.decode()
        for text in ("The hours are to be made up", "29.04.2027", "may be appealed to court"):
            assert text in page

    def test_needs_the_paper(self, client: Client, case: Case) -> None:
        self.decided(client, case, reason=self.PAPER["reason"])
        assert not CaseStep.objects.filter(case=case).exists()

    def test_is_not_there_before_a_petition(self, client: Client, case: Case) -> None:
        assert "to_state=suspended" not in client.get(url(case)).content.decode()

    def test_a_term_that_is_longer_than_the_rules_allow_is_not_recorded(self, client: Client, case: Case) -> None:
        page = self.decided(client, case, **self.PAPER, until="2027-04-30")
        assert "on 29.04.2027 at the latest" in page
        assert not CaseStep.objects.filter(case=case).exists()

    def test_its_last_day_is_the_next_one_in_the_list(self, client: Client, bar: Bar, case: Case) -> None:
        self.decided(client, case, **self.PAPER)
        rows = client.get(f"/office/{bar.code}/cases/").context["cases"]
        assert [(row["case"].pk, row["day"]) for row in rows] == [(case.pk, dt.date(2027, 4, 29))]

    def test_waits_today_once_its_term_is_over_or_the_licensor_is_to_be_told(
        self, client: Client, bar: Bar, case: Case
    ) -> None:
        def waiting(day: dt.date) -> int:
            found = waiting_at([bar.pk], day, DAY_31).get(bar.pk, [])
            return sum(each.count for each in found if each.kind == "cases")

        self.decided(client, case, **self.PAPER)
        assert (waiting(dt.date(2027, 4, 29)), waiting(dt.date(2027, 4, 30))) == (0, 1)
        Case.objects.update(state=S.CURED)
        assert waiting(DAY_31.date()) == 1
        assert "Tell the licensor" in client.get(f"/office/{bar.code}/cases/").content.decode()

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

    def test_a_step_that_the_state_does_not_allow_leads_back_to_the_case(self, client: Client, case: Case) -> None:
        Case.objects.filter(pk=case.pk).update(state=S.OBJECTED)
        answer = step(client, case, "petition_drafted")
        assert answer.redirect_chain[-1][0] == url(case)
        assert "A case cannot go from" in answer.content.decode()
        assert not CaseStep.objects.filter(case=case).exists()

    def test_a_button_that_is_pressed_twice_takes_one_step(self, client: Client, case: Case) -> None:
        for _ in range(2):
            answer = step(client, case, "petition_drafted")
            assert (answer.status_code, answer.redirect_chain[-1][0]) == (200, url(case))
        assert CaseStep.objects.filter(case=case).count() == 1

    def test_drafting_changes_the_case_and_no_status(self, client: Client, case: Case) -> None:
        before = list(StatusSpan.objects.values_list("advocate", "status", "period"))
        step(client, case, "petition_drafted")
        case.refresh_from_db()
        assert case.state == S.PETITION_DRAFTED
        assert list(StatusSpan.objects.values_list("advocate", "status", "period")) == before


def text_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


class TestWithoutALicence:
    """Nothing is asked of the dead, nor a suspension of a licence that is gone."""

    @pytest.mark.parametrize("status", [Status.DECEASED, Status.TERMINATED])
    def test_no_petition_is_drafted_and_the_case_can_be_closed(
        self, client: Client, bar: Bar, case: Case, status: Status
    ) -> None:
        record_status(case.advocate, status, dt.date(2027, 1, 20))
        for where in (url(case), f"/office/{bar.code}/cases/"):
            assert "There is no licence any more: the case can be closed" in client.get(where).content.decode()
        assert "to_state=petition_drafted" not in client.get(url(case)).content.decode()
        with pytest.raises(DomainError, match="no licence"):
            take_step(case, S.PETITION_DRAFTED, by=make_user(bar=bar), now=DAY_31, today=DAY_31.date())
        step(client, case, "closed", reason="The advocate has died")
        case.refresh_from_db()
        assert case.state == S.CLOSED


class TestExcuse:
    """Named on paper or by the advocate, decided about by another officer, and seen where the case is."""

    GIVEN = {"reason": "incapacity", "since": "2027-01-10", "until": "2027-01-20", "document": "Sheet No. 7"}

    def named(self, client: Client, case: Case) -> Excuse:
        answer = client.post(url(case, "excuse/"), {**self.GIVEN, "text": "Two weeks in hospital"}, follow=True)
        assert "Somebody else decides about it" in answer.content.decode()
        return Excuse.objects.get(case=case)

    def decide(self, client: Client, excuse: Excuse, **body: str) -> str:
        where = f"/office/{excuse.bar.code}/requests/excuses/{excuse.pk}/"
        return client.post(where, {"text": "Proved", **body}, follow=True).content.decode()

    def test_another_officer_decides_and_the_petition_is_put_off(self, client: Client, bar: Bar, case: Case) -> None:
        excuse = self.named(client, case)
        mine = client.get(f"/office/{bar.code}/requests/excuses/{excuse.pk}/").content.decode()
        assert "somebody else answers" in mine
        assert "waiting for a decision" in client.get(url(case)).content.decode()
        self.decide(browser_of(bar), excuse, outcome="accepted")
        page = client.get(url(case)).content.decode()
        for text in ("Possible from 11.02.2027 on", "accepted", "Sheet No. 7", "Temporary incapacity"):
            assert text in page
        file = f"/office/{bar.code}/advocates/{case.advocate_id}/cases/"
        for where in (url(case), f"/office/{bar.code}/cases/", f"/office/{bar.code}/short/?stands=short", file):
            shown = client.get(where).content.decode()
            assert ("11.02.2027" in shown, "31.01.2027" in shown) == (True, where == url(case)), where
        assert "A petition is possible from 11.02.2027 on" in step(client, case, "petition_drafted").content.decode()
        assert "До 11.02.2027" in text_of(client.get(url(case, "petition.pdf")).content)[0]

    def test_the_advocate_reads_the_day_too(self, client: Client, bar: Bar, case: Case) -> None:
        reader = Client()
        reader.force_login(make_user())
        Advocate.objects.filter(pk=case.advocate_id).update(user=User.objects.latest("pk"))
        assert "31 January 2027" in reader.get("/").content.decode()
        self.decide(browser_of(bar), self.named(client, case), outcome="accepted")
        page = reader.get("/").content.decode()
        assert ("11 February 2027" in page, "31 January 2027" in page) == (True, False)

    def test_taken_back_it_stays_on_record(self, client: Client, bar: Bar, case: Case) -> None:
        excuse, other = self.named(client, case), browser_of(bar)
        self.decide(other, excuse, outcome="accepted")
        self.decide(other, excuse, taking_back="True", text="The sheet is forged")
        page = other.get(f"/office/{bar.code}/requests/excuses/{excuse.pk}/").content.decode()
        assert "The sheet is forged" in page
        assert "Take the decision back" not in page
        assert "taken back" in client.get(url(case)).content.decode()
        assert "to_state=petition_drafted" in client.get(url(case)).content.decode()

    def test_the_papers_name_it_with_its_decision(self, client: Client, bar: Bar, case: Case) -> None:
        self.decide(browser_of(bar), self.named(client, case), outcome="refused")
        Case.objects.update(state=S.PETITION_DRAFTED)
        for paper in ("petition.pdf", "file.pdf"):
            whole = " ".join(text_of(client.get(url(case, paper)).content))
            for text in ("Sheet No. 7", "10.01.2027 – 20.01.2027", "нетрудоспособность", "отказано", "Proved"):
                assert text in whole, text

    def test_nobody_writes_one_down_in_their_own_case(self, bar: Bar, case: Case) -> None:
        user = make_user(bar=bar)
        Advocate.objects.filter(pk=case.advocate_id).update(user=user)
        own = Client()
        own.force_login(user)
        assert own.post(url(case, "excuse/"), {**self.GIVEN, "text": "Mine"}).status_code == 403


class TestSuspensions:
    """Those that add up are seen on the case, in the advocate's file and by the officer who opens the day."""

    @pytest.fixture
    def twice(self, case: Case) -> Case:
        spans = case.advocate.statuses
        spans.all().delete()
        spans.create(bar=case.bar, status=Status.SUSPENDED_CLE, period=("2025-03-10", "2025-05-10"))
        spans.create(
            bar=case.bar,
            status=Status.SUSPENDED_OTHER,
            period=("2026-04-05", "2026-07-05"),
            ground="пп. 4) п. 3 ст. 43",
        )
        return case

    def test_two_are_a_warning_everywhere(self, client: Client, bar: Bar, twice: Case) -> None:
        code, person = bar.code, twice.advocate_id
        for page in (url(twice), f"/office/{code}/advocates/{person}/", f"/office/{code}/"):
            assert "2 of 3 within 36 months" in client.get(page).content.decode(), page

    def test_one_is_none(self, client: Client, bar: Bar, twice: Case) -> None:
        twice.advocate.statuses.filter(status=Status.SUSPENDED_OTHER).update(ground="43(3)(6)")
        assert "within 36 months" not in client.get(f"/office/{bar.code}/").content.decode()
        assert "2 of 3" not in client.get(url(twice)).content.decode()

    def test_one_whose_ground_names_no_article_is_shown_as_not_counted(self, client: Client, twice: Case) -> None:
        twice.advocate.statuses.filter(status=Status.SUSPENDED_OTHER).update(ground="Order 5")
        page = client.get(url(twice)).content.decode()
        assert "names no article" in page
        assert "05.04.2026 (Order 5)" in page


def test_the_whole_case_on_paper_has_each_step_with_its_person_day_and_document(client: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state=S.PETITION_DRAFTED)
    given = {"reason": "Not made up", "document": "Order No. 15-l", "document_day": "2027-01-30", "day": "2027-01-29"}
    step(client, case, "suspended", **given)
    pages = text_of(client.get(url(case, "file.pdf")).content)
    whole = " ".join(pages)
    officer = str(CaseStep.objects.get(case=case).by)
    for text in ("ІС", "ДЕЛО", "приостановление записано", "29.01.2027", "29.04.2027", "Order No. 15-l, 30.01.2027",
                 "Not made up", officer, "43(3)(3)", "43(4), 43(6), 43(7)"):  # fmt: skip
        assert text in whole, text
    assert "ХОДАТАЙСТВО" not in whole
    assert "petition.pdf" not in client.get(url(case)).content.decode()


def test_a_term_over_days_off_that_are_not_known_says_so(client: Client, bar: Bar, case: Case) -> None:
    known = objection(case)
    where = f"/office/{bar.code}/requests/objections/"
    assert "are not known" not in client.get(f"{where}{known.pk}/").content.decode()
    answer(known, outcome="dismissed", text="No", by=make_user(), now=DAY_31)
    known = objection(case, due_on=dt.date(2028, 1, 5))
    assert "The public holidays of 2028 are not known" in client.get(f"{where}{known.pk}/").content.decode()
    assert "The public holidays of 2028 are not known" in client.get(url(case)).content.decode()


class TestPetition:
    @pytest.fixture
    def drafted(self, case: Case) -> Case:
        Case.objects.filter(pk=case.pk).update(state=S.PETITION_DRAFTED)
        return case

    def test_there_is_none_of_a_period_that_the_rules_do_not_know_any_more(self, client: Client, drafted: Case) -> None:
        Standing.objects.all().delete()
        page = client.get(url(drafted))
        assert (page.status_code, "petition.pdf" in page.content.decode()) == (200, False)
        assert client.get(url(drafted, "petition.pdf")).status_code == 404

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
