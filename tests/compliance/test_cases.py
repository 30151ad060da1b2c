"""Cases: what the review does by itself, and what only an officer may do."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from advocates.models import Advocate, Bar, RoleKind, Status, StatusSpan, User
from advocates.services.people import record_status
from cle.core.errors import DomainError
from compliance.cases import BY_HAND, LIVE
from compliance.models import Case, CaseState, CaseStep
from compliance.services.cases import CaseCounts, mark_notified, review_cases, take_step
from tests.compliance.rows import AFTER, DUE, NOW, PETITION, make_case, make_standing, ruled_bar, set_status
from tests.factories import make_advocate, make_bar, make_user

DAY = dt.timedelta(days=1)
S = CaseState


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

    def test_a_cured_case_opens_again_when_credit_is_taken_back(self, bar: Bar, advocate: Advocate) -> None:
        make_standing(advocate, "short", due_on=DUE + DAY, petition_from=PETITION + DAY)
        case = make_case(advocate, S.CURED)
        assert review_cases(bar, AFTER, NOW) == CaseCounts(opened=0, cured=0, reopened=1)
        case.refresh_from_db()
        assert states(case) == [(S.CURED, S.OPEN)]
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
        written = {"reason": "so decided", "document": "No. 7"}
        if (from_state, to_state) in BY_HAND:
            taken = take_step(case, to_state, by=officer, now=NOW, today=PETITION, **written)
            step = CaseStep.objects.get(case=case)
            assert taken.state == to_state
            assert (step.from_state, step.to_state, step.by) == (from_state, to_state, officer)
            assert (step.reason, step.document) == ("so decided", "No. 7")
        else:
            with pytest.raises(DomainError) as refused:
                take_step(case, to_state, by=officer, now=NOW, today=PETITION, **written)
            assert refused.value.code == "case-step-not-possible"
            case.refresh_from_db()
            assert (case.state, states(case)) == (from_state, [])

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
