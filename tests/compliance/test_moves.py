"""Whoever has moved: by which bar's rules each period is judged, and that everything says the same of it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar
from advocates.services.people import leave_bar, rejoin, transfer
from cle.core.errors import DomainError
from compliance.cases import ladder
from compliance.models import Assessed, Case, CaseState, Excuse, ExcuseOutcome, Standing
from compliance.queries.cases import heed_excuses, possible_steps, rulebook_of
from compliance.queries.excuses import OTHER, named
from compliance.services.asked import answer, name_excuse
from compliance.services.cases import review_cases, take_step
from compliance.services.explaining import account_of
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import sweep, sweep_changes
from courses.models import Entry
from courses.services.ledger import reverse_entry
from tests.compliance.rows import addition_document, rulebook_document
from tests.compliance.test_sweep import until_somebody_waits
from tests.factories import UTC, give_credit, make_advocate, make_bar, make_national, make_user

NOW = dt.datetime(2027, 6, 1, 3, tzinfo=UTC)
TODAY = dt.date(2027, 6, 1)
DAY = dt.timedelta(days=1)
FIRST, NEW_YEAR = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
USUAL, STRICT = 720, 900


@pytest.fixture
def national(db) -> Bar:
    """Rules since 2026: 720 minutes a year."""
    bar = make_national()
    adopt_rulebook(bar, rulebook_document(effective_from=FIRST.isoformat(), requirements=[]), by=None)
    return bar


@pytest.fixture
def usual(national: Bar) -> Bar:
    return make_bar("T-75", parent=national)


@pytest.fixture
def strict(national: Bar) -> Bar:
    """A bar that asks for 900 minutes."""
    bar = make_bar("T-76", parent=national)
    adopt_rulebook(bar, addition("t-76", 20), by=None)
    return bar


def addition(code: str, hours: int, since: dt.date = FIRST) -> dict[str, Any]:
    return addition_document(code, since, **{"raise": {"total": hours}})


def member(bar: Bar) -> Advocate:
    """With all that the usual rules asked for in 2026."""
    person = make_advocate(bar)
    give_credit(person, USUAL, dt.date(2026, 5, 20))
    return person


def swept(person: Advocate, today: dt.date = TODAY, **options: Any) -> list[tuple[int, str]]:
    """What each period asks for, and how it stands."""
    bar = Advocate.objects.get(pk=person.pk).bar
    sweep(bar, person.pk, person.pk, today, now=NOW, **options)
    assert {row.bar for row in Standing.objects.filter(advocate=person)} == {bar}
    return standings(person)


def standings(person: Advocate) -> list[tuple[int, str]]:
    rows = Standing.objects.filter(advocate=person).order_by("period_start")
    return list(rows.values_list("required", "status"))


def explained(person: Advocate) -> list[tuple[int, str]]:
    account = account_of(Advocate.objects.get(pk=person.pk), TODAY)
    assert account is not None
    return [(int(each.lines[0].required), each.status) for each in account.result.periods]


def test_what_had_ended_stays_with_the_rules_of_the_bar_of_then(usual: Bar, strict: Bar) -> None:
    person = member(usual)
    transfer(person, strict, dt.date(2027, 3, 1))
    assert swept(person) == [(USUAL, "compliant"), (STRICT, "on_track")]
    assert explained(person) == swept(person)


def test_the_other_way_round_too(usual: Bar, strict: Bar) -> None:
    person = member(strict)
    transfer(person, usual, dt.date(2027, 3, 1))
    assert swept(person) == [(STRICT, "short"), (USUAL, "on_track")]


@pytest.mark.parametrize(
    ("day", "required"),
    [
        (FIRST, [STRICT, STRICT]),
        (dt.date(2026, 12, 31), [STRICT, STRICT]),
        (NEW_YEAR, [USUAL, STRICT]),
        (TODAY, [USUAL, STRICT]),
    ],
)
def test_a_period_is_asked_for_by_the_bar_in_which_it_ends(
    usual: Bar, strict: Bar, day: dt.date, required: list[int]
) -> None:
    person = member(usual)
    transfer(person, strict, day)
    assert [asked for asked, _status in swept(person)] == required


def test_there_and_back(usual: Bar, strict: Bar) -> None:
    person = member(usual)
    transfer(person, strict, dt.date(2026, 6, 1))
    transfer(person, usual, dt.date(2027, 2, 1))
    assert [asked for asked, _status in swept(person)] == [STRICT, USUAL]


def test_leaving_and_coming_back_to_the_same_bar_is_no_move(strict: Bar) -> None:
    person = member(strict)
    leave_bar(person, dt.date(2026, 6, 1))
    rejoin(person, dt.date(2026, 9, 1))
    assert [asked for asked, _status in swept(person)][-1] == STRICT
    assert swept(person, TODAY) == explained(person)


def test_credit_taken_back_after_the_move_is_missed_by_the_old_rules(usual: Bar, strict: Bar) -> None:
    person = member(usual)
    transfer(person, strict, dt.date(2027, 3, 1))
    swept(person)
    reverse_entry(Entry.objects.get(advocate=person), reason="test", by=None)
    assert swept(person) == [(USUAL, "short"), (STRICT, "on_track")]


def test_no_case_is_opened_by_the_rules_of_another_bar(usual: Bar, strict: Bar) -> None:
    person = member(usual)
    transfer(person, strict, dt.date(2027, 3, 1))
    swept(person)
    review_cases(strict, TODAY, NOW)
    assert not Case.objects.exists()


def test_what_is_adopted_at_the_bar_before_is_seen_by_the_next_sweep(usual: Bar, strict: Bar) -> None:
    person = member(usual)
    transfer(person, strict, dt.date(2027, 3, 1))
    swept(person)
    adopt_rulebook(usual, addition("t-75", 18), by=None)
    assert swept(person)[0] == (18 * 45, "short")


def test_the_rules_of_a_bar_that_had_none_begin_with_it(national: Bar, usual: Bar, strict: Bar) -> None:
    """Before the first rules there was nothing to be moved from."""
    person = member(usual)
    transfer(person, strict, dt.date(2020, 1, 1))
    transfer(person, usual, dt.date(2027, 2, 1))
    assert [asked for asked, _status in swept(person)] == [STRICT, USUAL]


def test_where_the_rules_are_the_same_time_alone_wakes_nobody(usual: Bar, national: Bar) -> None:
    person = member(usual)
    transfer(person, make_bar(parent=national), dt.date(2027, 3, 1))
    assert swept(person) == [(USUAL, "compliant"), (USUAL, "on_track")]
    assert Assessed.objects.get(advocate=person).changes_on > TODAY + 30 * DAY
    adopt_rulebook(usual, addition("t-75", 18), by=None)
    assert swept(person)[0] == (18 * 45, "short")


@pytest.mark.parametrize(("day", "required"), [(TODAY + 30 * DAY, STRICT), (dt.date(2028, 1, 1), USUAL)])
def test_a_move_to_come_is_known_already(usual: Bar, strict: Bar, day: dt.date, required: int) -> None:
    """So that no day has to be waited for, and nobody is told of less than the period will ask for."""
    person = member(usual)
    transfer(person, strict, day)
    assert [asked for asked, _status in swept(person)] == [USUAL, required]


def test_three_who_moved_cost_as_many_statements_as_one(usual: Bar, strict: Bar) -> None:
    def statements(people: int) -> int:
        moved = [member(usual) for _ in range(people)]
        for place, person in enumerate(moved):
            transfer(person, strict, dt.date(2027, 3, 1) + place * DAY)
        with CaptureQueriesContext(connection) as asked:
            sweep(strict, moved[0].pk, moved[-1].pk, TODAY, now=NOW)
        assert Standing.objects.filter(advocate__in=moved, required=USUAL).count() == people
        return len(asked)

    statements(1)
    assert statements(3) == statements(1)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_read_the_rules_before_others_were_adopted_does_not_have_the_last_word() -> None:
    """It writes what it found, as late as it may be; the next one looks again."""
    national = make_national()
    adopt_rulebook(national, rulebook_document(effective_from=FIRST.isoformat(), requirements=[]), by=None)
    usual, strict = make_bar("T-75", parent=national), make_bar("T-76", parent=national)
    person = member(usual)
    transfer(person, strict, dt.date(2027, 3, 1))
    swept(person)
    give_credit(person, 1, dt.date(2027, 4, 1))

    def late() -> None:
        try:
            with transaction.atomic():
                sweep_changes(strict, TODAY, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            Assessed.objects.select_for_update().get(advocate=person)
            writing = pool.submit(late)
            assert until_somebody_waits()
            adopt_rulebook(usual, addition("t-75", 18), by=None)
        writing.result()
    assert [asked for asked, _status in standings(person)] == [USUAL, USUAL]
    assert sweep_changes(strict, TODAY, now=NOW) is not None
    assert [asked for asked, _status in standings(person)] == [18 * 45, USUAL]


class TestCase:
    """Whoever was short when they moved: another bar acts, by the rules of the bar in which the period ended."""

    @pytest.fixture
    def before(self, db) -> Bar:
        """A bar with the ladder of the example."""
        bar = make_bar("T-77", make_national())
        adopt_rulebook(bar, rulebook_document(effective_from=FIRST.isoformat(), requirements=[]), by=None)
        return bar

    @pytest.fixture
    def after(self, before: Bar) -> Bar:
        """A bar whose ladder ends with the petition, which no reason puts off."""
        document = rulebook_document(effective_from=FIRST.isoformat(), requirements=[])
        steps = [each for each in document["enforcement"]["steps"] if each["code"] in ("told", "petition", "closed")]
        petition = {**steps[1], "unless_excused": False}
        document["enforcement"] = {"steps": [steps[0], petition, steps[2]], "clause": "suspension"}
        bar = make_bar("T-78", before.parent)
        adopt_rulebook(bar, document, by=None)
        return bar

    @pytest.fixture
    def case(self, before: Bar, after: Bar) -> Case:
        """Opened before the move, told, and looked at by the bar of today."""
        person = make_advocate(before)
        sweep(before, person.pk, person.pk, TODAY, now=NOW)
        review_cases(before, TODAY, NOW)
        transfer(person, after, dt.date(2027, 3, 1))
        sweep(after, person.pk, person.pk, TODAY, now=NOW)
        Case.objects.update(state=CaseState.PETITION_DRAFTED)
        return Case.objects.select_related("advocate__bar").get()

    def test_its_steps_are_those_of_the_bar_of_then(self, case: Case) -> None:
        assert {step.to_state for step in possible_steps(case, TODAY)} >= {CaseState.SUSPENDED, CaseState.REFUSED}

    def test_the_bar_of_today_takes_them_and_the_bar_of_then_does_not(
        self, case: Case, before: Bar, after: Bar
    ) -> None:
        step = {"now": NOW, "today": TODAY, "reason": "Decided", "document": "No. 1", "day": TODAY}
        with pytest.raises(DomainError) as refused:
            take_step(case, CaseState.SUSPENDED, by=make_user(bar=before), **step)
        assert refused.value.code == "not-an-officer"
        taken = take_step(case, CaseState.SUSPENDED, by=make_user(bar=after), **step)
        assert taken.term_ends_on == dt.date(2027, 9, 1)

    def test_accepted_reasons_put_a_petition_off_by_the_rules_of_then(self, case: Case) -> None:
        days = dt.date(2027, 1, 10), dt.date(2027, 1, 20)
        excuse = name_excuse(case.advocate, FIRST, OTHER, "In hospital", "No. 7", *days, by=make_user(), now=NOW)
        answer(excuse, outcome=ExcuseOutcome.ACCEPTED, text="Proved", by=make_user(), now=NOW)
        heed_excuses([case])
        assert case.petition_possible_from == dt.date(2027, 2, 11)

    def test_a_reason_is_called_as_at_the_bar_where_it_was_named(self, case: Case, before: Bar, after: Bar) -> None:
        """Codes of the bar of today say nothing by the rules of then, nor the other way round."""
        days = {"since": dt.date(2027, 1, 10), "until": dt.date(2027, 1, 20), "period_start": FIRST}
        said = {
            "advocate": case.advocate,
            "text": "x",
            "document": "No. 7",
            "made_by": make_user(),
            "made_at": NOW,
            "due_on": TODAY,
            **days,
        }
        excuse = Excuse.objects.create(bar=before, reason="incapacity", **said)
        assert named([excuse], "en")[excuse.pk] != "incapacity"
        excuse.bar = after
        assert named([excuse], "en")[excuse.pk] == "incapacity"

    def test_a_case_whose_period_has_no_standing_goes_by_the_rules_of_today(self, case: Case) -> None:
        Standing.objects.filter(advocate=case.advocate).delete()
        rules = rulebook_of(case)
        assert [step.code for step in ladder(rules)] == ["told", "petition", "closed"]
