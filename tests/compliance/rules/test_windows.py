"""Requirements that look beyond their period, and alternatives of which the one that asks least is taken."""

from datetime import date
from typing import Any

import pytest

from compliance.rules import Facts, assess
from tests.compliance.rules.books import book, calendar, cap, credit, first, minimum, prorating, span, total

NO_TOTAL = {"effective_from": "2022-01-01", "total": total(0)}


def required(today: str, *credits: Any, code: str = "ethics", facts: Facts | None = None, **changes: Any) -> list[Any]:
    """In hours, what the requirement comes to in each period."""
    known = facts or Facts(credits=credits)
    found = assess(book(**{**NO_TOTAL, **changes}), known, _day(today))
    return [period.line(code).required / 60 for period in found.periods]


def _day(day: str) -> date:
    return date.fromisoformat(day)


def ethics(amount: Any, rule: str, months: int, **more: Any) -> list[dict[str, Any]]:
    return [minimum("ethics", amount, window={"rule": rule, "months": months, **more})]


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        pytest.param("2021-12-31", [0, 0, 1], id="before-the-rules-began"),
        pytest.param("2022-05-05", [1, 0, 0], id="in-the-first-year"),
        pytest.param("2023-05-05", [1, 1, 0], id="in-the-second"),
        pytest.param("2024-05-05", [1, 1, 1], id="in-the-period-itself"),
    ],
)
def test_rolling_months_up_to_the_end_of_the_period(day, asked):
    """One hour in the last three years, asked every year."""
    assert required("2024-06-01", credit(day, 60, "ethics"), requirements=ethics(1, "rolling", 36)) == asked


def test_a_part_of_it_elsewhere_leaves_the_rest():
    earned = credit("2023-05-05", 90, "ethics"), credit("2023-05-05", 600)
    assert required("2024-06-01", *earned, requirements=ethics(2, "rolling", 24))[-1] == 0.5


def test_months_ahead_of_the_start():
    """An hour in the two years from the start of each: what comes later is no help yet, what comes after is."""
    earned = (credit("2023-05-05", 60, "ethics"),)
    assert required("2023-06-01", *earned, requirements=ethics(1, "ahead", 24)) == [0, 1]


@pytest.mark.parametrize(
    ("caps", "asked"),
    [
        ([], 0),
        ([cap(4, "recorded")], 4),
        ([cap(4, "recorded"), cap(3, per="day")], 5),
        ([cap(4, "recorded", window={"rule": "rolling", "months": 24})], 5),
    ],
)
def test_months_ahead_see_what_the_caps_of_later_periods_let_count(caps, asked):
    """Eight hours in two years: one is recorded in the first, eight are on a day of the second."""
    earned = credit("2022-05-05", 60, "ethics", "recorded"), credit("2023-05-05", 480, "ethics", "recorded")
    rules = {"requirements": ethics(8, "ahead", 24), "caps": caps}
    assert required("2023-06-01", *earned, **rules)[0] == asked


def test_fixed_stretches_are_due_in_the_period_in_which_they_end():
    """Three hours of ethics in every two years from 2022, whatever the year."""
    rules = ethics(3, "blocks", 24, first_start="2022-01-01")
    assert required("2025-06-01", requirements=rules) == [0, 3, 0, 3]
    assert required("2025-06-01", credit("2022-05-05", 120, "ethics"), requirements=rules) == [0, 1, 0, 3]


def test_a_rolling_total():
    """Thirty-six hours in three years at the end of each."""
    rules = {"total": total(36, window={"rule": "rolling", "months": 36})}
    earned = [credit(f"{year}-05-05", 12 * 60) for year in (2022, 2023)]
    assert required("2024-06-01", *earned, code="total", **rules) == [36, 24, 12]


def test_of_two_alternatives_the_one_that_asks_least():
    """Twenty hours in the year, or forty in two years."""
    other = {"amount": 40, "window": {"rule": "rolling", "months": 24}, "clause": "norm"}
    rules = {"total": total(20, any_of=[other])}
    assert required("2023-06-01", credit("2022-05-05", 10 * 60), code="total", **rules) == [20, 20]
    assert required("2023-06-01", credit("2022-05-05", 25 * 60), code="total", **rules) == [20, 15]
    assert required("2023-06-01", credit("2022-05-05", 45 * 60), code="total", **rules) == [20, 0]


def test_an_alternative_shrinks_by_its_own_stretch():
    """Half of the second year paused: ten hours in it, or thirty in the two."""
    other = {"amount": 40, "window": {"rule": "rolling", "months": 24}}
    half = (span("paused", "2023-01-01", "2023-07-01"),)
    rules = {"total": total(20, any_of=[other]), "proration": prorating("months")}
    known = Facts(statuses=half, credits=(credit("2022-05-05", 15 * 60), credit("2022-05-06", 10 * 60)))
    assert required("2023-06-01", facts=known, code="total", **rules) == [20, 5]
    assert required("2024-06-01", facts=known, code="total", **rules) == [20, 5, 20]


@pytest.mark.parametrize(("rule", "asked"), [("full", [20, 20, 5]), ("prorated", [10, 15, 5])])
def test_an_alternative_asks_nothing_of_the_time_before_membership(rule, asked):
    """Admitted on 1 July: 20 hours in the year, or 40 in two; for the half year and the next one 30."""
    other = {"amount": 40, "window": {"rule": "rolling", "months": 24}}
    rules = {"total": total(20, any_of=[other]), "joining": first(rule), "proration": prorating("months")}
    earned = credit("2022-08-05", 15 * 60), credit("2023-05-05", 35 * 60)
    known = Facts(admitted_on=_day("2022-07-01"), credits=earned)
    assert required("2024-06-01", facts=known, code="total", **rules) == asked


def test_a_rolling_total_shrinks_by_the_time_paused_in_its_months():
    """36 hours in three years, half of the second of them paused: 30, in that year and in the next."""
    rules = {"total": total(36, window={"rule": "rolling", "months": 36}), "proration": prorating("months")}
    known = Facts(statuses=(span("paused", "2023-01-01", "2023-07-01"),))
    assert required("2026-06-01", facts=known, code="total", **rules) == [36, 30, 30, 30, 36]


def test_what_a_window_took_off_is_said():
    rules = ethics(1, "rolling", 24)
    known = Facts(credits=(credit("2023-05-05", 45, "ethics"),))
    period = assess(book(**NO_TOTAL, requirements=rules), known, _day("2024-06-01")).periods[-1]
    step = period.steps[-1]
    assert (step.code, step.of, step.minutes, step.clause) == ("window", "ethics", 15, "ethics")


def test_nothing_is_looked_for_of_who_is_exempt():
    rules = {"requirements": ethics(1, "rolling", 24), "joining": first("exempt"), "period": calendar(1)}
    known = Facts(admitted_on=_day("2024-02-01"))
    assert required("2024-06-01", facts=known, **rules) == [0]
