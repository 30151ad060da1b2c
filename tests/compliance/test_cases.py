"""Cases: what the review does by itself, and what only an officer may do."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from advocates.models import Advocate, Bar, RoleKind, Status, StatusSpan, User
from advocates.services.people import record_status, transfer
from cle.core.errors import DomainError
from compliance.cases import DEFAULT, LIVE, by_hand, ladder
from compliance.models import Case, CaseState, CaseStep, Excuse, ExcuseOutcome, Standing
from compliance.queries.cases import possible_steps
from compliance.rules import parse_rulebook
from compliance.services.asked import answer, name_excuse, take_back
from compliance.services.cases import CaseCounts, mark_notified, review_cases, take_step
from compliance.services.rulebooks import adopt_rulebook
from tests.compliance.rows import (
    AFTER,
    DUE,
    NOW,
    PETITION,
    START,
    make_case,
    make_standing,
    rulebook_document,
    ruled_bar,
    set_status,
)
from tests.factories import make_advocate, make_bar, make_user

DAY = dt.timedelta(days=1)
S = CaseState
BY_HAND = by_hand(ladder(parse_rulebook(rulebook_document())))


def states(case: Case) -> list[tuple[str, str]]:
    return list(CaseStep.objects.filter(case=case).values_list("from_state", "to_state"))


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar()


@pytest.fixture
def officer(bar: Bar) -> User:
    return make_user(bar=bar)


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сейітқазы Әлімжан")


class TestReview:
    def test_opens_a_case_with_three_different_dates(self, bar: Bar, advocate: Advocate) -> None:
        make_standing(advocate)
        assert review_cases(bar, AFTER, NOW) == CaseCounts(opened=1, cured=0, reopened=0)
        case = Case.objects.get(advocate=advocate)
        assert (case.state, case.bar, case.due_on) == (S.OPEN, bar, DUE)
        assert (case.grace_ends_on, case.petition_from) == (dt.date(2027, 1, 30), dt.date(2027, 1, 31))
        step = CaseStep.objects.get(case=case)
        assert (step.from_state, step.to_state, step.by, step.at) == ("", S.OPEN, None, NOW)

    @pytest.mark.parametrize(
        ("status", "day"), [("short", DUE), ("at_risk", AFTER), ("compliant", AFTER), ("exempt", AFTER)]
    )
    def test_opens_none_while_nothing_is_overdue(self, bar: Bar, advocate: Advocate, status: str, day: dt.date) -> None:
        make_standing(advocate, status)
        assert review_cases(bar, day, NOW).opened == 0

    @pytest.mark.parametrize("status", [Status.DECEASED, Status.TERMINATED, Status.DEPRIVED, Status.EXCLUDED_LICENSED])
    def test_opens_none_when_there_is_no_licence_at_stake(self, bar: Bar, advocate: Advocate, status: Status) -> None:
        make_standing(advocate)
        record_status(advocate, status, AFTER - DAY)
        assert review_cases(bar, AFTER, NOW).opened == 0

    def test_looks_at_the_bars_own_advocates_only(self, bar: Bar) -> None:
        below = make_bar(parent=bar)
        make_standing(make_advocate(below))
        assert review_cases(bar, AFTER, NOW).opened == 0
        assert review_cases(below, AFTER, NOW).opened == 1

    @pytest.mark.parametrize(("moved", "opened"), [(DUE + DAY, 1), (DUE + 2 * DAY, 0)])
    def test_what_fell_due_at_another_bar_was_that_bar_s_to_ask_for(
        self, bar: Bar, advocate: Advocate, moved: dt.date, opened: int
    ) -> None:
        """The rules of the bar of today may ask for more than those that the advocate was under."""
        stricter = make_bar(parent=bar.parent)
        make_standing(advocate)
        transfer(advocate, stricter, moved)
        assert review_cases(stricter, AFTER, NOW).opened == opened

    def test_a_case_comes_along_with_a_move(self, bar: Bar, advocate: Advocate) -> None:
        make_standing(advocate)
        review_cases(bar, AFTER, NOW)
        other = make_bar(parent=bar.parent)
        transfer(advocate, other, AFTER)
        assert review_cases(other, AFTER, NOW) == CaseCounts(0, 0, 0)
        assert list(Case.objects.for_bar(other)) == [Case.objects.get()]

    def test_twice_is_once(self, bar: Bar, advocate: Advocate) -> None:
        make_standing(advocate)
        review_cases(bar, AFTER, NOW)
        assert review_cases(bar, AFTER, NOW) == CaseCounts(0, 0, 0)
        assert CaseStep.objects.count() == 1

    @pytest.mark.parametrize("state", LIVE)
    @pytest.mark.parametrize("status", ["compliant", "exempt"])
    def test_made_up_hours_cure_a_live_case(self, bar: Bar, advocate: Advocate, state: CaseState, status: str) -> None:
        make_standing(advocate, status)
        case = make_case(advocate, state)
        assert review_cases(bar, AFTER, NOW).cured == 1
        case.refresh_from_db()
        assert case.state == S.CURED
        assert states(case) == [(state, S.CURED)]

    @pytest.mark.parametrize("state", [S.EXCUSED, S.CLOSED])
    def test_what_people_have_settled_is_left_alone(self, bar: Bar, advocate: Advocate, state: CaseState) -> None:
        standing, case = make_standing(advocate, "compliant"), make_case(advocate, state)
        review_cases(bar, AFTER, NOW)
        set_status(standing, "short")
        review_cases(bar, AFTER, NOW)
        case.refresh_from_db()
        assert (case.state, states(case)) == (state, [])

    @pytest.mark.parametrize("state", [S.CURED, S.LICENSOR_TOLD])
    def test_a_cured_case_opens_again_when_credit_is_taken_back(
        self, bar: Bar, advocate: Advocate, state: CaseState
    ) -> None:
        make_standing(advocate, "short", due_on=DUE + DAY, petition_from=PETITION + DAY)
        case = make_case(advocate, state)
        assert review_cases(bar, AFTER, NOW) == CaseCounts(opened=0, cured=0, reopened=1)
        case.refresh_from_db()
        assert states(case) == [(state, S.OPEN)]
        assert (case.due_on, case.grace_ends_on, case.petition_from) == (DUE + DAY, PETITION, PETITION + DAY)

    def test_touches_no_status_of_a_person(self, bar: Bar, advocate: Advocate, officer: User) -> None:
        before = list(StatusSpan.objects.values_list("advocate", "status", "period"))
        make_standing(advocate)
        review_cases(bar, AFTER, NOW)
        case = Case.objects.get()
        mark_notified([case.pk], now=NOW)
        take_step(case, S.PETITION_DRAFTED, by=officer, now=NOW, today=PETITION)
        assert list(StatusSpan.objects.values_list("advocate", "status", "period")) == before

    @pytest.mark.parametrize("rows", [1, 3])
    def test_number_of_statements_does_not_grow(self, bar: Bar, django_assert_num_queries: Any, rows: int) -> None:
        for _ in range(rows):
            make_standing(make_advocate(bar))
            make_standing(cured := make_advocate(bar), "compliant")
            make_case(cured)
            make_standing(again := make_advocate(bar))
            make_case(again, S.CURED)
        # Two of them are the savepoint; select, update, insert for cured and for reopened; read, insert twice; dates.
        with django_assert_num_queries(13):
            assert review_cases(bar, AFTER, NOW) == CaseCounts(rows, rows, rows)


@pytest.mark.django_db(transaction=True)
def test_two_reviews_at_once_open_each_case_once() -> None:
    bar = ruled_bar()
    for _ in range(20):
        make_standing(make_advocate(bar))

    def review(_: int) -> int:
        try:
            return review_cases(bar, AFTER, NOW).opened
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(review, range(2)))
    assert sum(opened) == 20
    assert (Case.objects.count(), CaseStep.objects.count()) == (20, 20)


class TestNotified:
    def test_moves_open_cases_only(self, bar: Bar, advocate: Advocate) -> None:
        open_, objected = make_case(advocate), make_case(make_advocate(bar), S.OBJECTED)
        assert mark_notified([open_.pk, objected.pk], now=NOW) == 1
        assert states(open_) == [(S.OPEN, S.NOTIFIED)]
        assert states(objected) == []
        assert CaseStep.objects.get(case=open_).by is None

    def test_records_who_handed_it_over(self, advocate: Advocate, officer: User) -> None:
        case = make_case(advocate)
        mark_notified([case.pk], now=NOW, by=officer)
        assert CaseStep.objects.get(case=case).by == officer


class TestSteps:
    @pytest.mark.parametrize("from_state", CaseState)
    @pytest.mark.parametrize("to_state", CaseState)
    def test_only_the_steps_of_the_table_are_possible(
        self, advocate: Advocate, officer: User, from_state: CaseState, to_state: CaseState
    ) -> None:
        make_standing(advocate)
        case = make_case(advocate, from_state)
        Case.objects.filter(pk=case.pk).update(term_ends_on=DUE)
        CaseStep.objects.create(case=case, bar=case.bar, to_state=S.SUSPENDED, by=officer, at=NOW - DAY)
        written: Any = {"reason": "so decided", "document": "No. 7", "day": PETITION}
        if (from_state, to_state) in BY_HAND:
            taken = take_step(case, to_state, by=officer, now=NOW, today=PETITION, **written)
            step = CaseStep.objects.get(case=case, at=NOW)
            assert taken.state == to_state
            assert (step.from_state, step.to_state, step.by) == (from_state, to_state, officer)
            assert (step.reason, step.document) == ("so decided", "No. 7")
        else:
            with pytest.raises(DomainError) as refused:
                take_step(case, to_state, by=officer, now=NOW, today=PETITION, **written)
            assert refused.value.code == "case-step-not-possible"
            case.refresh_from_db()
            assert (case.state, CaseStep.objects.filter(at=NOW).exists()) == (from_state, False)

    @pytest.mark.parametrize(
        ("pair", "possible"),
        [
            ((S.OPEN, S.PETITION_DRAFTED), False),
            ((S.OBJECTED, S.PETITION_DRAFTED), False),
            ((S.NOTIFIED, S.PETITION_DRAFTED), True),
            ((S.NOTIFIED, S.CURED), False),
            ((S.CLOSED, S.OPEN), False),
            ((S.EXCUSED, S.CLOSED), True),
            ((S.PETITION_DRAFTED, S.OBJECTED), True),
        ],
    )
    def test_the_table_says(self, pair: tuple[CaseState, CaseState], possible: bool) -> None:
        assert (pair in BY_HAND) is possible

    def test_nobody_cures_by_hand(self) -> None:
        assert all(to_state != S.CURED for _from, to_state in BY_HAND)

    @pytest.mark.parametrize(
        ("from_state", "to_state", "written", "code"),
        [
            (S.OPEN, S.EXCUSED, {"document": "No. 7"}, "reason-needed"),
            (S.OPEN, S.EXCUSED, {"reason": "maternity leave", "document": "  "}, "document-needed"),
            (S.NOTIFIED, S.OBJECTED, {"reason": " "}, "reason-needed"),
            (S.OBJECTED, S.NOTIFIED, {}, "reason-needed"),
            (S.CURED, S.CLOSED, {}, "reason-needed"),
        ],
    )
    def test_what_must_be_written_down(
        self, advocate: Advocate, officer: User, from_state: CaseState, to_state: CaseState, written: Any, code: str
    ) -> None:
        case = make_case(advocate, from_state)
        with pytest.raises(DomainError) as refused:
            take_step(case, to_state, by=officer, now=NOW, today=AFTER, **written)
        assert refused.value.code == code

    def test_the_state_of_this_moment_counts(self, advocate: Advocate, officer: User) -> None:
        case = make_case(advocate)
        stale = Case.objects.get(pk=case.pk)
        take_step(case, S.CLOSED, by=officer, now=NOW, today=AFTER, reason="entered twice")
        with pytest.raises(DomainError, match="“closed”"):
            take_step(stale, S.NOTIFIED, by=officer, now=NOW, today=AFTER)


class TestPetition:
    @pytest.mark.parametrize(("today", "possible"), [(PETITION - DAY, False), (PETITION, True)])
    def test_possible_from_day_31(self, advocate: Advocate, officer: User, today: dt.date, possible: bool) -> None:
        make_standing(advocate)
        case = make_case(advocate, S.NOTIFIED)
        if possible:
            assert take_step(case, S.PETITION_DRAFTED, by=officer, now=NOW, today=today).state == S.PETITION_DRAFTED
        else:
            with pytest.raises(DomainError, match=r"31\.01\.2027"):
                take_step(case, S.PETITION_DRAFTED, by=officer, now=NOW, today=today)

    def test_not_when_the_hours_were_made_up_since_the_last_review(self, advocate: Advocate, officer: User) -> None:
        make_standing(advocate, "compliant")
        with pytest.raises(DomainError) as refused:
            take_step(make_case(advocate, S.NOTIFIED), S.PETITION_DRAFTED, by=officer, now=NOW, today=PETITION)
        assert refused.value.code == "case-made-up"

    def test_the_later_date_counts_when_the_deadline_was_extended(self, advocate: Advocate, officer: User) -> None:
        make_standing(advocate, petition_from=PETITION + 10 * DAY)
        with pytest.raises(DomainError, match=r"10\.02\.2027"):
            take_step(make_case(advocate, S.NOTIFIED), S.PETITION_DRAFTED, by=officer, now=NOW, today=PETITION)


class TestLadder:
    """What follows a petition in the example's rules: the decision, its term, the cure or the end of membership."""

    DECIDED: Any = {"reason": "Not made up", "document": "Order No. 15"}

    def suspend(self, case: Case, by: User, day: dt.date, **more: Any) -> Case:
        return take_step(case, S.SUSPENDED, by=by, now=NOW, today=day, day=day, **self.DECIDED, **more)

    @pytest.fixture
    def drafted(self, advocate: Advocate) -> Case:
        make_standing(advocate)
        return make_case(advocate, S.PETITION_DRAFTED)

    def test_the_term_ends_three_months_after_the_decision(self, drafted: Case, officer: User) -> None:
        decided = dt.date(2027, 2, 15)
        assert self.suspend(drafted, officer, decided).term_ends_on == dt.date(2027, 5, 15)
        step = CaseStep.objects.get(case=drafted)
        assert (step.code, step.day, step.until) == ("suspended", decided, dt.date(2027, 5, 15))

    def test_a_shorter_term_is_kept_and_a_longer_one_refused(self, drafted: Case, officer: User) -> None:
        decided = dt.date(2027, 2, 15)
        for until in (dt.date(2027, 5, 16), decided):
            with pytest.raises(DomainError) as refused:
                self.suspend(drafted, officer, decided, until=until)
            assert (refused.value.code, "15.05.2027" in str(refused.value)) == ("term-too-long", True)
        assert self.suspend(drafted, officer, decided, until=dt.date(2027, 4, 1)).term_ends_on == dt.date(2027, 4, 1)

    @pytest.mark.parametrize(("day", "code"), [(None, "day-needed"), (PETITION + DAY, "day-to-come")])
    def test_the_day_of_the_decision_is_needed(
        self, drafted: Case, officer: User, day: dt.date | None, code: str
    ) -> None:
        with pytest.raises(DomainError) as refused:
            take_step(drafted, S.REFUSED, by=officer, now=NOW, today=PETITION, day=day, **self.DECIDED)
        assert refused.value.code == code

    def test_membership_is_for_the_day_after_the_term_and_for_the_short(
        self, drafted: Case, officer: User, advocate: Advocate
    ) -> None:
        self.suspend(drafted, officer, dt.date(2027, 2, 15))
        put = {"by": officer, "now": NOW, **self.DECIDED}
        with pytest.raises(DomainError, match=r"16\.05\.2027"):
            take_step(drafted, S.MEMBERSHIP_DRAFTED, today=dt.date(2027, 5, 15), **put)
        Standing.objects.update(status="compliant")
        with pytest.raises(DomainError) as refused:
            take_step(drafted, S.MEMBERSHIP_DRAFTED, today=dt.date(2027, 5, 16), **put)
        assert refused.value.code == "case-made-up"
        Standing.objects.update(status="short")
        before = list(StatusSpan.objects.values())
        take_step(drafted, S.MEMBERSHIP_DRAFTED, today=dt.date(2027, 5, 16), **put)
        day = dt.date(2027, 5, 20)
        ended = take_step(drafted, S.MEMBERSHIP_ENDED, today=day, day=day, **put)
        assert (ended.state, list(StatusSpan.objects.values())) == (S.MEMBERSHIP_ENDED, before)

    def test_made_up_in_time_it_is_for_a_person_to_tell_the_licensor(self, drafted: Case, officer: User) -> None:
        self.suspend(drafted, officer, dt.date(2027, 2, 15))
        before = list(StatusSpan.objects.values())
        Standing.objects.update(status="compliant")
        review_cases(drafted.bar, dt.date(2027, 3, 1), NOW + DAY)
        day = dt.date(2027, 3, 2)
        told = take_step(drafted, S.LICENSOR_TOLD, by=officer, now=NOW + 2 * DAY, today=day, day=day, document="No. 3")
        assert (told.state, list(StatusSpan.objects.values())) == (S.LICENSOR_TOLD, before)

    def test_who_was_never_suspended_has_no_licensor_to_be_told(self, advocate: Advocate, officer: User) -> None:
        with pytest.raises(DomainError) as refused:
            take_step(
                make_case(advocate, S.CURED), S.LICENSOR_TOLD, by=officer, now=NOW, today=AFTER, day=AFTER,
                document="No. 3",
            )  # fmt: skip
        assert refused.value.code == "case-step-not-possible"

    def test_a_decision_that_was_annulled_is_taken_back_and_both_stay(self, drafted: Case, officer: User) -> None:
        self.suspend(drafted, officer, dt.date(2027, 2, 15))
        day = dt.date(2027, 3, 1)
        back = take_step(
            drafted, S.PETITION_DRAFTED, by=officer, now=NOW + DAY, today=day, day=day, reason="Annulled",
            document="Judgment No. 2",
        )  # fmt: skip
        assert (back.state, back.term_ends_on) == (S.PETITION_DRAFTED, None)
        assert states(drafted) == [("petition_drafted", "suspended"), ("suspended", "petition_drafted")]

    def test_a_rulebook_without_a_ladder_has_the_one_of_the_program(self, officer: User) -> None:
        document = rulebook_document()
        del document["enforcement"]
        clauses = {code: document["clauses"][code] for code in ("duty", "suspension", "example")}
        bar = make_bar()
        adopt_rulebook(bar, {**document, "clauses": clauses}, by=None)
        make_standing(person := make_advocate(bar))
        found = {each.to_state for each in possible_steps(make_case(person, S.PETITION_DRAFTED), PETITION)}
        assert found == {to_state for from_state, to_state in by_hand(DEFAULT) if from_state == S.PETITION_DRAFTED}
        assert S.DECIDED in found


class TestExcuses:
    """A reason for being late puts a petition off; it exempts from nothing, and nobody decides about their own."""

    def named(self, advocate: Advocate, by: User, first: str = "2027-01-10", last: str = "2027-01-20") -> Excuse:
        days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        return name_excuse(advocate, START, "incapacity", "In hospital", "No. 7", *days, by=by, now=NOW)

    def petition_day(self, case: Case, today: dt.date = PETITION) -> dt.date | None:
        steps = {step.to_state: step for step in possible_steps(case, today)}
        return steps[S.PETITION_DRAFTED].possible_from

    @pytest.fixture
    def case(self, advocate: Advocate) -> Case:
        make_standing(advocate)
        return make_case(advocate, S.NOTIFIED)

    def test_accepted_it_puts_a_petition_off_refused_and_waiting_it_does_not(
        self, bar: Bar, case: Case, officer: User
    ) -> None:
        excuse = self.named(case.advocate, make_user())
        assert self.petition_day(case) == PETITION
        answer(excuse, outcome=ExcuseOutcome.ACCEPTED, text="It is proved", by=officer, now=NOW)
        later = dt.date(2027, 2, 11)
        assert self.petition_day(case) == later
        with pytest.raises(DomainError, match=r"11\.02\.2027"):
            take_step(case, S.PETITION_DRAFTED, by=officer, now=NOW, today=later - DAY)
        refused = self.named(case.advocate, make_user(), "2027-02-01", "2027-06-01")
        answer(refused, outcome=ExcuseOutcome.REFUSED, text="Not proved", by=officer, now=NOW)
        assert take_step(case, S.PETITION_DRAFTED, by=officer, now=NOW, today=later).pk

    def test_taken_back_by_a_row_of_its_own_it_holds_no_more(self, case: Case, officer: User) -> None:
        excuse = self.named(case.advocate, make_user())
        answer(excuse, outcome=ExcuseOutcome.ACCEPTED, text="It is proved", by=officer, now=NOW)
        excuse.refresh_from_db()
        take_back(excuse, text="The certificate is forged", by=officer, now=NOW + DAY)
        assert self.petition_day(case) == PETITION
        kept = Excuse.objects.get(pk=excuse.pk)
        assert (kept.outcome, kept.reversal.text) == ("accepted", "The certificate is forged")
        with pytest.raises(DomainError) as again:
            take_back(excuse, text="Again", by=officer, now=NOW)
        assert again.value.code == "already-answered"

    def test_who_named_it_decides_nothing_about_it(self, case: Case, officer: User) -> None:
        excuse = self.named(case.advocate, officer)
        with pytest.raises(DomainError) as refused:
            answer(excuse, outcome=ExcuseOutcome.ACCEPTED, text="Mine", by=officer, now=NOW)
        assert refused.value.code == "own-request"

    def test_the_rules_name_the_reasons(self, case: Case, officer: User) -> None:
        with pytest.raises(DomainError) as refused:
            name_excuse(case.advocate, START, "laziness", "x", "y", AFTER, AFTER, by=officer, now=NOW)
        assert refused.value.code == "excuse-reason"

    def test_a_term_that_was_decided_is_put_off_by_a_reason_at_its_end_alone(self, case: Case, officer: User) -> None:
        def membership_day() -> dt.date | None:
            steps = {step.to_state: step for step in possible_steps(case, dt.date(2027, 5, 1))}
            return steps[S.MEMBERSHIP_DRAFTED].possible_from

        Case.objects.filter(pk=case.pk).update(state=S.SUSPENDED, term_ends_on=dt.date(2027, 5, 15))
        case.refresh_from_db()
        for first, last in (("2027-01-10", "2027-01-20"), ("2027-05-10", "2027-05-20")):
            excuse = self.named(case.advocate, make_user(), first, last)
            before = membership_day()
            answer(excuse, outcome=ExcuseOutcome.ACCEPTED, text="It is proved", by=officer, now=NOW)
            assert before == dt.date(2027, 5, 16)
        assert membership_day() == dt.date(2027, 5, 21)

    def test_it_never_lowers_what_is_owed(self, case: Case, officer: User) -> None:
        before = list(Standing.objects.values())
        excuse = self.named(case.advocate, make_user(), "2026-01-01", "2027-12-31")
        answer(excuse, outcome=ExcuseOutcome.ACCEPTED, text="It is proved", by=officer, now=NOW)
        assert list(Standing.objects.values()) == before


class TestOfficer:
    @pytest.mark.parametrize("kind", RoleKind)
    def test_two_roles_decide(self, bar: Bar, advocate: Advocate, kind: RoleKind) -> None:
        user = make_user(bar=bar, role=kind)
        case = make_case(advocate)
        if kind in (RoleKind.COMPLIANCE_OFFICER, RoleKind.BAR_ADMIN):
            assert take_step(case, S.NOTIFIED, by=user, now=NOW, today=AFTER).state == S.NOTIFIED
        else:
            with pytest.raises(DomainError) as refused:
                take_step(case, S.NOTIFIED, by=user, now=NOW, today=AFTER)
            assert refused.value.code == "not-an-officer"

    def test_an_officer_of_the_bar_above_may(self, bar: Bar) -> None:
        case = make_case(make_advocate(make_bar(parent=bar)))
        assert take_step(case, S.NOTIFIED, by=make_user(bar=bar), now=NOW, today=AFTER).state == S.NOTIFIED

    @pytest.mark.parametrize("who", ["below", "elsewhere", "ended", "inactive", "superuser"])
    def test_nobody_else(self, bar: Bar, advocate: Advocate, who: str) -> None:
        places = {"below": make_bar(parent=bar), "elsewhere": make_bar(), "superuser": None}
        user = make_user(bar=places.get(who, bar), is_superuser=who == "superuser", is_active=who != "inactive")
        if who == "ended":
            user.roles.update(ended_at=NOW)
        with pytest.raises(DomainError) as refused:
            take_step(make_case(advocate), S.NOTIFIED, by=user, now=NOW, today=AFTER)
        assert refused.value.code == "not-an-officer"

    def test_an_auditor_with_an_office_below_decides_below_only(self, bar: Bar, advocate: Advocate) -> None:
        below = make_bar(parent=bar)
        user = make_user(bar=bar, role=RoleKind.AUDITOR)
        user.roles.create(bar=below, kind=RoleKind.COMPLIANCE_OFFICER)
        assert take_step(make_case(make_advocate(below)), S.NOTIFIED, by=user, now=NOW, today=AFTER).pk
        with pytest.raises(DomainError):
            take_step(make_case(advocate), S.NOTIFIED, by=user, now=NOW, today=AFTER)

    def test_nobody_decides_in_their_own_case(self, bar: Bar, officer: User) -> None:
        case = make_case(make_advocate(bar, user=officer))
        with pytest.raises(DomainError) as refused:
            take_step(case, S.CLOSED, by=officer, now=NOW, today=AFTER, reason="mine")
        assert refused.value.code == "own-case"
