from datetime import date

import pytest

from compliance.rules import Facts, Period, StatusSpan, requirement
from tests.compliance.rules.books import book, cap, category, first

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def span(status: str, start: str, end: str | None = None) -> StatusSpan:
    return StatusSpan(status, date.fromisoformat(start), date.fromisoformat(end) if end else None)


def test_the_norm_when_nothing_happened():
    required = requirement(book(categories=[category("ethics", 90)]), Facts(), YEAR)
    assert (required.total, required.categories, required.exempt) == (600, {"ethics": 90}, False)
    assert [(step.code, step.minutes, step.clause) for step in required.steps] == [("norm", 600, "norm")]


@pytest.mark.parametrize(
    ("rule", "total", "exempt"), [("full", 600, False), ("exempt", 0, True), ("prorated_days", 453, False)]
)
def test_who_joins_inside_a_period(rule, total, exempt):
    # 275 of 365 days: 600 * 275 / 365 = 452.05..., rounded up
    required = requirement(book(first_period=first(rule)), Facts(joined_on=date(2026, 4, 1)), YEAR)
    assert (required.total, required.exempt) == (total, exempt)


def test_joining_on_the_first_day_is_not_joining_inside():
    required = requirement(book(first_period=first("exempt")), Facts(joined_on=date(2026, 1, 1)), YEAR)
    assert required.total == 600


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        pytest.param([span("paused", "2026-03-01", "2026-09-01")], 181, id="end-is-not-included"),
        pytest.param([span("maternity", "2026-03-01", "2026-09-01")], 181, id="exempt-counts-like-a-pause"),
        pytest.param([span("paused", "2025-03-01", "2026-01-11")], 355, id="began-before-the-period"),
        pytest.param([span("paused", "2026-12-31")], 364, id="open-end"),
        pytest.param(
            [span("paused", "2026-01-01", "2026-01-11"), span("maternity", "2026-01-06", "2026-01-21")],
            345,
            id="overlap-counts-once",
        ),
        pytest.param([span("terminated", "2026-01-01", "2026-01-11")], 355, id="closed-and-reopened"),
        pytest.param([span("active", "2026-01-01"), span("unheard-of", "2026-02-01")], 365, id="duty-is-the-rule"),
        pytest.param([span("paused", "2027-01-01")], 365, id="after-the-period"),
        pytest.param([span("paused", "2026-05-05", "2026-05-05")], 365, id="empty-span"),
    ],
)
def test_days_without_duty_shrink_the_norm(spans, days):
    required = requirement(book(), Facts(statuses=tuple(spans)), YEAR)
    assert required.total == -(-600 * days // 365)
    assert required == requirement(book(), Facts(statuses=tuple(reversed(spans))), YEAR)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (Facts(statuses=(span("terminated", "2026-12-31"),)), "closed_at_due_date"),
        (Facts(statuses=(span("terminated", "2024-01-01"),)), "closed_at_due_date"),
        (Facts(left_on=date(2026, 12, 31)), "left"),
        (Facts(statuses=(span("paused", "2025-01-01"),)), "paused"),
    ],
)
def test_nothing_is_owed(facts, step):
    required = requirement(book(categories=[category("ethics", 60)]), facts, YEAR)
    assert (required.total, required.minimums, required.exempt) == (0, (0,), True)
    assert required.steps[-1].code == step


def test_leaving_after_the_due_date_changes_nothing():
    assert requirement(book(), Facts(left_on=date(2027, 1, 1)), YEAR).total == 600


def test_days_before_joining_are_not_taken_off_twice():
    facts = Facts(joined_on=date(2026, 4, 1), statuses=(span("paused", "2026-01-01", "2026-04-11"),))
    required = requirement(book(first_period=first("prorated_days")), facts, YEAR)
    assert required.total == -(-600 * 265 // 365)
    assert [(step.code, step.days) for step in required.steps] == [
        ("norm", 0),
        ("not_yet_member", 90),
        ("paused", 10),
        ("prorated", 265),
    ]
    full = requirement(book(first_period=first("full")), facts, YEAR)
    assert full.total == -(-600 * 355 // 365)  # only the pause after joining


@pytest.mark.parametrize(
    ("rounding", "total", "ethics"),
    [("up_to_minute", 298, 45), ("down_to_minute", 297, 44), ("up_to_unit", 300, 60)],
)
def test_rounding_is_the_one_named(rounding, total, ethics):
    rulebook = book(
        categories=[category("ethics", 90)],
        proration={"rounding": rounding, "clause": "proration"},
    )
    required = requirement(rulebook, Facts(statuses=(span("paused", "2026-03-01", "2026-09-01"),)), YEAR)
    assert (required.total, required.minimums) == (total, (ethics,))


def test_a_cap_shrinks_only_if_it_says_so():
    rulebook = book(format_caps=[cap(300, "recorded", prorated=True), cap(300, "reading")])
    required = requirement(rulebook, Facts(statuses=(span("paused", "2026-03-01", "2026-09-01"),)), YEAR)
    assert required.caps == (149, 300)
