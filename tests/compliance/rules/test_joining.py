"""The first period of a member, for each rule of joining, and since when credit counts for it."""

from datetime import date
from typing import Any

import pytest

from compliance.rules import Facts, assess
from tests.compliance.rules.books import anchored, book, calendar, credit, first, frames

ADMITTED = Facts(admitted_on=date(2024, 6, 15))
JULY = anchored(12, rule="fixed", first_start="2023-07-01")


def starts(facts: Facts, until: str = "2026-11-23", **changes: Any) -> list[tuple[str, str]]:
    found = frames(book(effective_from="2020-01-01", **changes), facts, until)
    return [(frame.period.start.isoformat(), frame.period.end.isoformat()) for frame in found]


@pytest.mark.parametrize("rule", ["full", "prorated", "exempt"])
def test_the_block_that_holds_the_admission(rule):
    assert starts(ADMITTED, joining=first(rule))[0] == ("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    ("joining", "start"),
    [
        ({}, "2025-01-01"),
        ({"years_after": 0}, "2024-01-01"),
        ({"years_after": 1}, "2025-01-01"),
        ({"years_after": 2}, "2026-01-01"),
        ({"due_months_after": 6}, "2024-01-01"),  # 31 December is more than six months after
        ({"due_months_after": 7}, "2025-01-01"),
        ({"due_months_after": 24}, "2026-01-01"),
    ],
)
def test_later(joining, start):
    assert starts(ADMITTED, joining=first("later", **joining))[0][0] == start


def test_later_by_years_is_the_first_block_after_that_january():
    assert starts(ADMITTED, period=JULY, joining=first("later", years_after=1))[0][0] == "2025-07-01"


@pytest.mark.parametrize(
    ("joining", "expected"),
    [
        pytest.param({"months": 12}, ("2024-06-15", "2025-06-14"), id="from-the-admission"),
        pytest.param(
            {"months": 12, "to_month_end": True}, ("2024-06-15", "2025-06-30"), id="and-the-rest-of-the-month"
        ),
        pytest.param({"months": 12, "starts": "month"}, ("2024-06-01", "2025-05-31"), id="from-the-month"),
        pytest.param({"months": 12, "starts": "next_month"}, ("2024-07-01", "2025-06-30"), id="from-the-next-month"),
        pytest.param({"months": 6, "starts": "next_block"}, ("2025-01-01", "2025-06-30"), id="from-the-next-block"),
        pytest.param(
            {"months": 12, "starts": "year_day", "starts_on": "09-01"}, ("2024-09-01", "2025-08-31"), id="from-a-day"
        ),
        pytest.param({"ends_on": "04-30"}, ("2024-06-15", "2025-04-30"), id="up-to-a-day"),
        pytest.param({"ends_on": "06-15"}, ("2024-06-15", "2024-06-15"), id="up-to-the-same-day"),
        pytest.param({"months": 12, "ends_on": "04-30"}, ("2024-06-15", "2026-04-30"), id="a-year-and-up-to-a-day"),
        pytest.param({"years_after": 1, "ends_on": "04-30"}, ("2024-06-15", "2025-04-30"), id="a-day-of-the-next-year"),
        pytest.param({"years_after": 1, "ends_on": "12-31"}, ("2024-06-15", "2025-12-31"), id="all-of-the-next-year"),
    ],
)
def test_a_first_period_of_its_own(joining, expected):
    assert starts(ADMITTED, joining=first("own", **joining))[0] == expected


def test_after_a_period_of_its_own_the_blocks_of_everybody():
    at_once = starts(ADMITTED, joining=first("own", months=12))
    assert at_once == [("2024-06-15", "2025-06-14"), ("2025-06-15", "2025-12-31"), ("2026-01-01", "2026-12-31")]
    waiting = starts(ADMITTED, joining=first("own", months=12, then="next_block"))
    assert waiting == [("2024-06-15", "2025-06-14"), ("2026-01-01", "2026-12-31")]
    own = starts(ADMITTED, joining=first("own", months=6, then="from_its_end"))
    assert own[:3] == [("2024-06-15", "2024-12-14"), ("2024-12-15", "2025-12-14"), ("2025-12-15", "2026-12-14")]


def test_rules_that_came_later_govern_no_period_of_its_own_that_had_begun():
    rulebook = book(effective_from="2025-01-01", joining=first("own", months=12))
    assert [frame.period.start for frame in frames(rulebook, ADMITTED, "2026-11-23")] == [
        date(2025, 6, 15),
        date(2026, 1, 1),
    ]


@pytest.mark.parametrize("then", ["at_once", "from_its_end"])
@pytest.mark.parametrize(
    ("effective", "governs"), [("2024-03-01", "periods_starting"), ("2025-02-01", "periods_ending")]
)
def test_rules_govern_a_period_of_its_own_from_their_day_on_though_the_block_around_it_had_begun(
    effective, governs, then
):
    rulebook = book(effective_from=effective, governs=governs, joining=first("own", months=12, then=then))
    found = frames(rulebook, ADMITTED, "2025-06-20")
    assert [(frame.period.start, frame.first) for frame in found] == [
        (date(2024, 6, 15), True),
        (date(2025, 6, 15), False),
    ]


@pytest.mark.parametrize(
    ("joining", "since"),
    [
        (first("full"), "2024-01-01"),
        (first("full", counts_months_before=6), "2023-07-01"),
        (first("full", counts_from="admission"), "2024-06-15"),
        (first("full", counts_from="admission_month"), "2024-06-01"),
        (first("own", months=12), "2024-06-15"),
        (first("own", months=12, counts_months_before=12), "2023-06-15"),
        (first("own", months=12, starts="next_month", counts_from="admission"), "2024-06-15"),
        (first("later", years_after=2), "2026-01-01"),
        (first("later", years_after=2, counts_from="admission"), "2024-06-15"),
        (first("later", years_after=2, counts_from="admission_month"), "2024-06-01"),
    ],
)
def test_since_when_credit_counts(joining, since):
    found = frames(book(effective_from="2020-01-01", joining=joining), ADMITTED, "2026-11-23")
    assert found[0].counts_from.isoformat() == since
    assert [frame.counts_from for frame in found[1:]] == [frame.period.start for frame in found[1:]]


def test_credit_before_it_counts_is_outside_and_from_then_on_inside():
    rulebook = book(effective_from="2020-01-01", joining=first("later", years_after=2, counts_from="admission"))
    earned = (credit("2024-06-14", 60), credit("2024-06-15", 120))
    known = Facts(admitted_on=date(2024, 6, 15), credits=earned)
    (period,) = assess(rulebook, known, date(2026, 2, 1)).periods
    assert period.line("total").counted == 120


def test_what_is_earned_between_the_first_period_and_the_next_block_counts_for_neither():
    rulebook = book(joining=first("own", months=12, then="next_block"))
    earned = (credit("2025-06-14", 60), credit("2025-06-15", 120), credit("2026-01-01", 180))
    known = Facts(admitted_on=date(2024, 6, 15), credits=earned)
    own, block = assess(rulebook, known, date(2026, 2, 1)).periods
    assert (own.line("total").counted, block.line("total").counted) == (60, 180)


def test_who_joins_on_the_first_day_has_joined_inside():
    rulebook, day = book(joining=first("exempt"), period=calendar(1)), date(2024, 5, 1)
    for admitted, status in (("2023-12-31", "on_track"), ("2024-01-01", "exempt"), ("2024-12-31", "exempt")):
        known = Facts(admitted_on=date.fromisoformat(admitted))
        assert [period.status for period in assess(rulebook, known, day).periods] == [status]


def test_until_the_first_period_begins_nothing_is_asked():
    result = assess(book(joining=first("later", years_after=1)), Facts(admitted_on=date(2026, 2, 1)), date(2026, 11, 1))
    assert (result.periods, result.current, result.previous) == ((), None, None)
    assert result.starts_on == result.changes_on == date(2027, 1, 1)
