from datetime import date

import pytest

from compliance.rules import Facts, FactsError, Period, periods
from tests.compliance.rules.books import book, calendar, first, frames, joining

TODAY = date(2026, 11, 23)


def years(rulebook, facts: Facts, today: date = TODAY) -> list[tuple[str, str]]:
    return [(each.start.isoformat(), each.end.isoformat()) for each in periods(rulebook, facts, today)]


@pytest.mark.parametrize(
    ("rule", "effective", "joined", "expected"),
    [
        pytest.param(calendar(1), "2025-01-01", None, ["2025", "2026"], id="old-member-from-effective-date"),
        pytest.param(calendar(1), "2025-01-02", None, ["2026"], id="period-begun-before-effective-date-is-free"),
        pytest.param(calendar(1), "2024-01-01", "2026-03-01", ["2026"], id="from-the-period-of-joining"),
        pytest.param(calendar(1), "2027-01-01", None, [], id="rules-not-yet-in-force"),
        pytest.param(calendar(1, 2030), "2024-01-01", "2026-03-01", ["2026"], id="blocks-are-counted-both-ways"),
        pytest.param(calendar(2), "2024-01-01", "2025-06-01", ["2024-2025", "2026-2027"], id="inside-a-block"),
        pytest.param(calendar(3), "2025-01-01", None, [], id="running-block-began-before-effective-date"),
        pytest.param(joining(1), "2024-01-01", "2025-01-01", ["2026"], id="joining-on-1-january-waits-a-year"),
        pytest.param(joining(1), "2024-01-01", "2026-02-01", [], id="personal-period-lies-ahead"),
        pytest.param(joining(3), "2024-01-01", "2020-02-29", ["2024-2026"], id="second-personal-block"),
        pytest.param(joining(3), "2024-01-01", "2021-02-01", ["2025-2027"], id="personal-block-begun-before-is-free"),
        pytest.param(joining(2), "2024-01-02", None, ["2025-2026"], id="unknown-joining-counts-from-the-rules"),
    ],
)
def test_periods(rule, effective, joined, expected):
    facts = Facts(joined_on=date.fromisoformat(joined) if joined else None)
    found = years(book(period=rule, effective_from=effective), facts)
    assert found == [(f"{label[:4]}-01-01", f"{label[-4:]}-12-31") for label in expected]


def test_rules_that_govern_periods_ending_take_in_the_one_under_way():
    rulebook = book(period=calendar(3), effective_from="2025-06-01", governs="periods_ending")
    assert years(rulebook, Facts()) == [("2024-01-01", "2026-12-31")]


def test_the_new_period_begins_the_day_after_the_last():
    rulebook = book()
    assert len(periods(rulebook, Facts(), date(2025, 12, 31))) == 2
    assert len(periods(rulebook, Facts(), date(2026, 1, 1))) == 3


def test_days_of_a_leap_year():
    assert [each.days for each in periods(book(), Facts(), date(2025, 5, 1))] == [366, 365]


def test_the_deadline_may_lie_after_the_end():
    rulebook = book(period=calendar(1, deadline={"time": "16:45", "days_after": 45}))
    (frame,) = frames(rulebook, Facts(), "2024-05-01")
    assert frame.period == Period(date(2024, 1, 1), date(2024, 12, 31))
    assert frame.due_on == date(2025, 2, 14)


def test_the_deadline_may_be_a_day_of_the_year():
    (frame,) = frames(book(period=calendar(1, deadline={"on": "12-15"})), Facts(), "2024-05-01")
    assert frame.due_on == date(2025, 12, 15)
    (frame,) = frames(book(period=calendar(1, deadline={"on": "02-01"})), Facts(), "2024-05-01")
    assert frame.due_on == date(2025, 2, 1)


def test_a_period_that_the_bar_once_made_longer_or_shorter():
    odd = [{"from": "2025-01-01", "to": "2026-03-31"}, {"from": "2026-04-01", "to": "2026-12-31"}]
    assert years(book(period=calendar(1, irregular=odd)), Facts()) == [
        ("2024-01-01", "2024-12-31"),
        ("2025-01-01", "2026-03-31"),
        ("2026-04-01", "2026-12-31"),
    ]


@pytest.mark.parametrize(
    ("admission", "first_day"),
    [("licensed", "2025-01-01"), ("admitted", "2024-01-01"), ("joined", "2026-01-01")],
)
def test_the_rulebook_names_the_day_that_is_the_admission(admission, first_day):
    known = Facts(joined_on=date(2026, 5, 1), admitted_on=date(2024, 5, 1), licensed_on=date(2025, 5, 1))
    assert years(book(admission=admission), known)[0][0] == first_day


@pytest.mark.parametrize(
    ("facts", "first_day"),
    [
        (Facts(joined_on=date(2025, 5, 1)), "2025-01-01"),
        (Facts(licensed_on=date(2026, 5, 1)), "2026-01-01"),
        (Facts(licensed_on=date(2024, 5, 1), joined_on=date(2025, 5, 1)), "2025-01-01"),
    ],
)
def test_another_day_stands_in_for_an_unknown_admission(facts, first_day):
    assert years(book(admission="admitted"), facts)[0][0] == first_day


@pytest.mark.parametrize(
    ("rule", "admitted", "expected"),
    [
        pytest.param(calendar(1), "2025-06-01", [True, False], id="the-period-of-the-admission"),
        pytest.param(calendar(1), "2025-01-01", [True, False], id="admitted-on-its-first-day"),
        pytest.param(calendar(1), "2019-06-01", [False, False, False], id="admitted-long-ago"),
        pytest.param(calendar(1), None, [False, False, False], id="member-since-before-records"),
        pytest.param(joining(1), "2024-06-01", [True, False], id="blocks-that-begin-after-the-admission"),
        pytest.param(joining(1), "2019-06-01", [False, False, False], id="blocks-that-began-long-ago"),
    ],
)
def test_which_period_is_the_first(rule, admitted, expected):
    facts = Facts(admitted_on=date.fromisoformat(admitted) if admitted else None)
    assert [frame.first for frame in frames(book(period=rule), facts, "2026-11-23")] == expected


def test_who_waited_for_the_first_period_long_ago_is_not_new_under_new_rules():
    rulebook = book(joining=first("later", years_after=2))
    found = frames(rulebook, Facts(admitted_on=date(2015, 5, 1)), "2025-11-23")
    assert [frame.first for frame in found] == [False, False]


def test_a_rulebook_that_never_ends_is_stopped():
    rulebook = book(period={**calendar(1), "months": 1}, effective_from="1900-01-01")
    with pytest.raises(ValueError, match="more periods than a life has"):
        periods(rulebook, Facts(), TODAY)


def test_facts_without_a_group_are_refused():
    anchor = {"rule": "groups", "groups": [{"code": "a", "first_start": "2024-01-01"}]}
    rulebook = book(period={"months": 12, "anchor": anchor, "clause": "period"})
    with pytest.raises(FactsError, match="group"):
        periods(rulebook, Facts(), TODAY)
