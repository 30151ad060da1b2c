from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from compliance.rules import Facts, StatusSpan, assess
from tests.compliance.rules.books import book, calendar, cap, category, credit, first, joining, late
from tests.compliance.rules.strategies import TODAY, facts, rulebooks


def status(rulebook, known: Facts, today: str) -> list[str]:
    return [each.status for each in assess(rulebook, known, date.fromisoformat(today)).periods]


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


def test_the_three_dates_after_a_due_date():
    (period,) = assess(book(), Facts(), date(2024, 5, 1)).periods
    assert (period.due_on, period.grace_ends_on, period.petition_from) == (
        date(2024, 12, 31),
        date(2025, 1, 30),
        date(2025, 1, 31),
    )


def test_lines_of_total_and_categories():
    rulebook = book(categories=[category("ethics", 90), category("law", 0)])
    known = Facts(credits=(credit("2024-05-01", 700), credit("2024-06-01", 30, "ethics")))
    (period,) = assess(rulebook, known, date(2024, 7, 1)).periods
    assert [(line.code, line.required, line.counted, line.missing, line.clause) for line in period.lines] == [
        ("total", 600, 730, 0, "norm"),
        ("ethics", 90, 30, 60, "ethics"),
    ]
    assert (period.missing, period.carry.carried, period.carry.lapsed) == (60, 0, 130)


def test_late_credit_fills_the_missed_period_and_counts_once():
    rulebook = book(late=late(120))
    known = Facts(credits=(credit("2024-05-01", 500), credit("2025-04-30", 150)))
    missed, running = assess(rulebook, known, date(2025, 5, 1)).periods
    assert (missed.status, missed.made_up, missed.lines[0].counted) == ("compliant", 100, 600)
    assert missed.steps[-1].code == "made_up"
    assert running.lines[0].counted == 50


@pytest.mark.parametrize(("day", "made_up"), [("2025-04-30", 100), ("2025-05-01", 0)])
def test_the_make_up_window_ends(day, made_up):
    known = Facts(credits=(credit("2024-05-01", 500), credit(day, 100)))
    missed, running = assess(book(late=late(120)), known, date(2025, 6, 1)).periods
    assert missed.made_up == made_up
    assert running.lines[0].counted == 100 - made_up


def test_make_up_runs_through_a_chain_of_periods():
    known = Facts(credits=(credit("2025-02-01", 600), credit("2026-02-01", 600)))
    result = assess(book(late=late(120)), known, date(2026, 3, 1))
    assert [(each.made_up, each.lines[0].counted) for each in result.periods] == [(600, 600), (600, 600), (0, 0)]


def test_a_late_minute_is_capped_with_the_period_it_fills():
    rulebook = book(late=late(120), format_caps=[cap(300, "recorded")])
    known = Facts(credits=(credit("2024-05-01", 250, format="recorded"), credit("2025-02-01", 200, format="recorded")))
    missed, running = assess(rulebook, known, date(2025, 3, 1)).periods
    assert (missed.made_up, running.lines[0].counted) == (50, 150)


def test_nothing_is_asked_for_before_the_first_period():
    result = assess(book(period=joining(1)), Facts(joined_on=date(2026, 2, 1)), date(2026, 11, 23))
    assert (result.periods, result.current, result.previous) == ((), None, None)
    assert result.changes_on == date(2027, 1, 1)


def test_exempt_whatever_was_earned():
    known = Facts(joined_on=date(2024, 3, 1), credits=(credit("2024-05-01", 10),))
    assert status(book(first_period=first("exempt")), known, "2025-02-01") == ["exempt", "on_track"]
    closed = Facts(statuses=(StatusSpan("terminated", date(2024, 3, 1)),))
    assert status(book(), closed, "2025-02-01") == ["exempt", "exempt"]


def test_current_and_previous():
    result = assess(book(period=calendar(1)), Facts(), date(2026, 2, 1))
    assert result.current == result.periods[2]
    assert result.previous == result.periods[1]


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
    known = Facts(known.joined_on, known.left_on, known.statuses, known.credits)
    now = assess(rulebook, known, TODAY)
    assert now.changes_on is not None
    assert now.changes_on > TODAY
    for day in (TODAY + timedelta(days=1), now.changes_on - timedelta(days=1)):
        if day < now.changes_on:
            assert assess(rulebook, known, day) == now
