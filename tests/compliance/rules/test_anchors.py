"""Where the blocks of time begin, for each kind of anchor."""

from datetime import date
from typing import Any

import pytest

from compliance.rules import Facts, FactsError
from compliance.rules.anchors import block_holding, next_block
from compliance.rules.person import View
from tests.compliance.rules.books import WORDS, anchored, book

DAY = date(2026, 5, 5)


def blocks(period: dict[str, Any], facts: Facts, day: date = DAY, **changes: Any) -> tuple[str, str, str]:
    """Start, end and group of the block that holds the day."""
    block = block_holding(book(period=period, **changes), View(facts, facts.admitted_on, day, day), day)
    return block.start.isoformat(), block.end.isoformat(), block.group


@pytest.mark.parametrize(
    ("months", "first_start", "day", "expected"),
    [
        pytest.param(12, "2024-11-01", "2026-10-31", ("2025-11-01", "2026-10-31"), id="november-to-october"),
        pytest.param(12, "2024-11-01", "2026-11-01", ("2026-11-01", "2027-10-31"), id="the-first-day"),
        pytest.param(24, "2025-07-01", "2026-12-31", ("2025-07-01", "2027-06-30"), id="two-years"),
        pytest.param(36, "2025-02-01", "2020-01-01", ("2019-02-01", "2022-01-31"), id="before-the-first-start"),
        pytest.param(6, "2024-01-31", "2024-07-30", ("2024-01-31", "2024-07-30"), id="the-31st-to-the-30th"),
        pytest.param(1, "2024-01-31", "2024-03-01", ("2024-02-29", "2024-03-30"), id="from-a-short-month"),
        pytest.param(12, "2024-02-29", "2026-02-28", ("2026-02-28", "2027-02-27"), id="leap-day"),
        pytest.param(12, "2024-02-29", "2028-02-28", ("2027-02-28", "2028-02-28"), id="leap-day-comes-back"),
    ],
)
def test_fixed(months, first_start, day, expected):
    period = anchored(months, rule="fixed", first_start=first_start)
    assert blocks(period, Facts(), date.fromisoformat(day))[:2] == expected


GROUPS = {
    "rule": "groups",
    "groups": [
        {"code": "a-m", "name": WORDS, "when": {"surname": ["A-M"]}, "first_start": "2024-07-01"},
        {"code": "n-z", "when": {"surname": ["N-Z"]}, "first_start": "2025-07-01"},
        {"code": "by-hand", "first_start": "2026-01-01"},
    ],
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(surname_at_admission="Abdrahmanov"), ("2024-07-01", "2026-06-30", "a-m")),
        (Facts(surname_at_admission="  nurlan"), ("2025-07-01", "2027-06-30", "n-z")),
        (Facts(surname_at_admission="Abdrahmanov", group="n-z"), ("2025-07-01", "2027-06-30", "n-z")),
        (Facts(group="by-hand"), ("2026-01-01", "2027-12-31", "by-hand")),
    ],
)
def test_the_group_in_the_facts_decides_before_the_conditions(facts, expected):
    assert blocks(anchored(24, **GROUPS), facts) == expected


@pytest.mark.parametrize("facts", [Facts(surname_at_admission="Ёлкин"), Facts(group="x"), Facts()])
def test_a_group_that_cannot_be_told_is_refused(facts):
    with pytest.raises(FactsError):
        blocks(anchored(24, **GROUPS), facts)


@pytest.mark.parametrize(
    ("born", "january_day", "expected"),
    [
        ("1980-06-15", 1, ("2025-06-01", "2026-05-31")),
        ("1980-05-31", 1, ("2026-05-01", "2027-04-30")),
        ("1980-01-20", 1, ("2026-01-01", "2026-12-31")),
        ("1980-01-20", 2, ("2026-01-02", "2027-01-01")),
        ("1980-02-29", 2, ("2026-02-01", "2027-01-31")),
    ],
)
def test_birth_month(born, january_day, expected):
    period = anchored(12, rule="birth_month", january_day=january_day)
    assert blocks(period, Facts(born_on=date.fromisoformat(born)))[:2] == expected


@pytest.mark.parametrize(
    ("born", "admitted", "expected"),
    [
        pytest.param("1980-03-10", "2021-02-01", ("2026-03-10", "2028-03-09"), id="since-the-last-birthday"),
        pytest.param("1980-03-10", "2021-03-10", ("2025-03-10", "2027-03-09"), id="admitted-on-the-birthday"),
        pytest.param("1980-02-29", "2023-02-28", ("2025-02-28", "2027-02-27"), id="born-on-a-leap-day"),
    ],
)
def test_birthday(born, admitted, expected):
    facts = Facts(born_on=date.fromisoformat(born), admitted_on=date.fromisoformat(admitted))
    assert blocks(anchored(24, rule="birthday"), facts)[:2] == expected


@pytest.mark.parametrize(
    ("first", "admitted", "start"),
    [
        ("before_admission", "2025-02-01", "2024-03-10"),
        ("after_admission", "2025-02-01", "2025-03-10"),
        ("after_admission", "2025-05-01", "2026-03-10"),
        ("in_admission_year", "2025-02-01", "2025-03-10"),
        ("in_admission_year", "2025-05-01", "2025-03-10"),
    ],
)
def test_the_birthday_of_which_blocks_are_counted(first, admitted, start):
    facts = Facts(born_on=date(1980, 3, 10), admitted_on=date.fromisoformat(admitted))
    day = date.fromisoformat(start)
    assert blocks(anchored(36, rule="birthday", first=first), facts, day)[0] == start


@pytest.mark.parametrize("rule", ["birth_month", "birthday"])
def test_without_a_day_of_birth_there_are_no_blocks(rule):
    with pytest.raises(FactsError, match="born"):
        blocks(anchored(12, rule=rule), Facts())


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ({}, ("2025-06-15", "2026-06-14")),
        ({"starts": "day"}, ("2025-06-15", "2026-06-14")),
        ({"starts": "month"}, ("2025-06-01", "2026-05-31")),
        ({"starts": "next_month"}, ("2025-07-01", "2026-06-30")),
        ({"starts": "year_day"}, ("2026-01-01", "2026-12-31")),
        ({"starts": "year_day", "on": "06-15"}, ("2025-06-15", "2026-06-14")),
        ({"starts": "year_day", "on": "04-01"}, ("2026-04-01", "2027-03-31")),
    ],
)
def test_admission(anchor, expected):
    facts = Facts(admitted_on=date(2024, 6, 15))
    assert blocks(anchored(12, rule="admission", **anchor), facts)[:2] == expected


def test_who_was_admitted_before_records_began_has_the_blocks_of_the_rules():
    period = anchored(24, rule="admission")
    assert blocks(period, Facts(), effective_from="2025-01-01")[:2] == ("2025-01-01", "2026-12-31")
    assert blocks(period, Facts(), effective_from="2024-06-01")[:2] == ("2025-01-01", "2026-12-31")


def test_the_next_block_is_the_one_that_begins_on_the_day_or_later():
    rulebook = book(period=anchored(24, rule="fixed", first_start="2024-01-01"))
    view = View(Facts(), None, DAY, DAY)
    assert next_block(rulebook, view, date(2024, 1, 1)).start == date(2024, 1, 1)
    assert next_block(rulebook, view, date(2024, 1, 2)).start == date(2026, 1, 1)
