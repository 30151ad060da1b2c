from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings

from compliance.rules import Facts, FactsError, Grant, PeriodAssessment, assess
from tests.compliance.rules.books import (
    anchored,
    book,
    calendar,
    credit,
    first,
    joining,
    minimum,
    span,
)
from tests.compliance.rules.strategies import TODAY, facts, rulebooks


def assessed(rulebook, known: Facts, today: str) -> tuple[PeriodAssessment, ...]:
    return assess(rulebook, known, date.fromisoformat(today)).periods


def status(rulebook, known: Facts, today: str) -> list[str]:
    return [each.status for each in assessed(rulebook, known, today)]


def figures(period: PeriodAssessment) -> dict[str, tuple[object, object, object]]:
    return {line.code: (line.required, line.counted, line.missing) for line in period.lines}


@pytest.mark.parametrize(
    ("minutes", "today", "expected"),
    [
        pytest.param(599, "2024-10-01", "on_track", id="91-days-to-go"),
        pytest.param(599, "2024-10-02", "at_risk", id="90-days-to-go"),
        pytest.param(599, "2024-12-31", "at_risk", id="due-today-is-not-late"),
        pytest.param(600, "2024-12-31", "compliant", id="exactly-the-norm"),
        pytest.param(600, "2024-01-01", "compliant", id="early"),
    ],
)
def test_status_inside_the_period(minutes, today, expected):
    assert status(book(), Facts(credits=(credit("2024-01-01", minutes),)), today) == [expected]


def test_short_only_after_the_due_date():
    known = Facts(credits=(credit("2024-05-01", 599),))
    assert status(book(), known, "2025-01-01") == ["short", "on_track"]


def test_the_due_date_may_lie_after_the_end():
    rulebook = book(period=calendar(1, deadline={"days_after": 45}))
    assert [status(rulebook, Facts(), day)[0] for day in ("2025-02-14", "2025-02-15")] == ["at_risk", "short"]


def test_the_three_dates_after_a_due_date():
    (period,) = assessed(book(), Facts(), "2024-05-01")
    assert (period.due_on, period.grace_ends_on, period.petition_from) == (
        date(2024, 12, 31),
        date(2025, 1, 30),
        date(2025, 1, 31),
    )


def test_lines_of_total_and_requirements():
    rulebook = book(requirements=[minimum("ethics", "3/2"), minimum("law", 0)])
    known = Facts(credits=(credit("2024-05-01", 700), credit("2024-06-01", 30, "ethics")))
    (period,) = assessed(rulebook, known, "2024-07-01")
    assert figures(period) == {"total": (600, 730, 0), "ethics": (90, 30, 60), "law": (0, 700, 0)}
    assert [line.clause for line in period.lines] == ["norm", "ethics", "ethics"]
    assert (period.missing, period.carry.carried, period.carry.lapsed) == (60, 0, 130)
    with pytest.raises(KeyError):
        period.line("practice")


# --- what the bar decided --------------------------------------------------------------------------------------------


def test_an_extension_moves_the_due_date_and_what_is_earned_until_then_is_in_time():
    known = Facts(
        grants=(Grant("extension", date(2024, 6, 1), date(2025, 1, 31)),),
        credits=(credit("2024-02-01", 500), credit("2025-01-31", 100), credit("2025-02-01", 100)),
    )
    stage = {"code": "fee", "name": "fee", "fee": [100], "clause": "stage"}
    rulebook = book(stages=[stage])
    extended, running = assessed(rulebook, known, "2025-03-01")
    assert (extended.due_on, extended.petition_from) == (date(2025, 1, 31), date(2025, 3, 3))
    assert (extended.status, extended.made_up, extended.stages) == ("compliant", 100, ())
    assert running.line("total").counted == 100


def test_an_excuse_leaves_the_figures():
    known = Facts(grants=(Grant("excuse", date(2024, 6, 1)),))
    missed, running = assessed(book(), known, "2025-03-01")
    assert (missed.excused, missed.status, missed.missing) == (True, "short", 600)
    assert not running.excused


def test_an_exemption_for_some_days_and_a_reduction():
    grants = (Grant("exemption", date(2024, 7, 1), date(2025, 1, 1)), Grant("reduction", date(2024, 7, 1), credits=1))
    (period,) = assessed(book(), Facts(grants=grants), "2024-12-01")
    assert period.line("total").required == -(-600 * 182 // 366) - 60


def test_exempt_whatever_was_earned():
    known = Facts(joined_on=date(2024, 3, 1), credits=(credit("2024-05-01", 10),))
    assert status(book(joining=first("exempt")), known, "2025-02-01") == ["exempt", "on_track"]
    closed = Facts(statuses=(span("terminated", "2024-03-01"),))
    assert status(book(), closed, "2025-02-01") == ["exempt", "exempt"]


def test_who_is_exempt_from_the_total_misses_nothing():
    exemption = {"code": "judges", "when": {}, "relieves": ["total"], "clause": "exemption"}
    (period,) = assessed(book(requirements=[minimum("ethics", 1)], exemptions=[exemption]), Facts(), "2024-05-01")
    assert (period.status, period.missing) == ("exempt", 0)


# --- what changes when -----------------------------------------------------------------------------------------------


def test_current_and_previous():
    result = assess(book(period=calendar(1)), Facts(), date(2026, 2, 1))
    assert result.current == result.periods[2]
    assert result.previous == result.periods[1]


def test_what_the_facts_lack_is_said():
    with pytest.raises(FactsError, match="born"):
        assess(book(period=anchored(12, rule="birthday")), Facts(), date(2024, 5, 1))


def test_time_subject_is_told():
    known = Facts(statuses=(span("paused", "2024-01-01", "2024-07-01"),))
    rulebook = book(proration={"by": "months", "month_counts": "exact", "clause": "proration"})
    (period,) = assessed(rulebook, known, "2024-12-01")
    assert (period.months_subject, period.months_of, period.line("total").required) == (Fraction(6), 12, 300)


@pytest.mark.parametrize(
    ("today", "changes_on"),
    [
        ("2024-05-01", "2024-10-02"),  # at risk
        ("2024-10-02", "2025-01-01"),  # short, and the next period begins
        ("2025-01-01", "2025-01-31"),  # a petition becomes possible
        ("2025-01-31", "2025-10-02"),
    ],
)
def test_changes_on(today, changes_on):
    assert assess(book(), Facts(), date.fromisoformat(today)).changes_on == date.fromisoformat(changes_on)


@settings(max_examples=60)
@given(rulebooks(), facts())
def test_until_changes_on_nothing_changes(rulebook, known):
    now = assess(rulebook, known, TODAY)
    assert now.changes_on is not None
    assert now.changes_on > TODAY
    for day in (TODAY + timedelta(days=1), now.changes_on - timedelta(days=1)):
        if day < now.changes_on:
            assert assess(rulebook, known, day) == now


@settings(max_examples=20)
@given(facts())
def test_a_rulebook_whose_periods_lie_ahead_says_when_they_begin(known):
    result = assess(book(period=joining(1)), replace(known, joined_on=date(2026, 11, 1)), TODAY)
    assert (result.periods, result.starts_on, result.changes_on) == ((), date(2027, 1, 1), date(2027, 1, 1))
