from datetime import date, timedelta

import pytest

from compliance.rules import Facts, Period, boundaries, periods
from tests.compliance.rules.books import book, calendar, joining, late

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
        pytest.param(calendar(1, 2026), "2024-01-01", None, ["2026"], id="not-before-the-first-year"),
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


def test_the_new_period_begins_the_day_after_the_due_date():
    rulebook = book()
    assert len(periods(rulebook, Facts(), date(2025, 12, 31))) == 2
    assert len(periods(rulebook, Facts(), date(2026, 1, 1))) == 3


def test_days_of_a_leap_year():
    assert [each.days for each in periods(book(), Facts(), date(2025, 5, 1))] == [366, 365]
    assert Period(date(2024, 1, 1), date(2024, 12, 31)).due_on == date(2024, 12, 31)


def test_boundaries_are_period_starts_and_ends_of_make_up_windows():
    found = boundaries(book(late=late(120)), date(2025, 2, 1), date(2026, 6, 1))
    assert found == (date(2025, 1, 1), date(2025, 5, 1), date(2026, 1, 1), date(2026, 5, 1))


def test_boundaries_without_make_up_are_the_periods():
    assert boundaries(book(period=calendar(2)), date(2025, 2, 1), date(2027, 1, 1)) == (
        date(2024, 1, 1),
        date(2026, 1, 1),
    )


def test_personal_periods_may_begin_in_any_year():
    found = boundaries(book(period=joining(3)), date(2024, 5, 5), date(2026, 12, 31))
    assert found == (date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize("years_", [1, 2, 5])
@pytest.mark.parametrize("make_up_days", [0, 1, 365])
def test_every_day_has_a_window(years_, make_up_days):
    rulebook = book(period=calendar(years_), late=late(make_up_days))
    for offset in range(0, 900, 7):
        day = date(2024, 1, 1) + timedelta(days=offset)
        opening = boundaries(rulebook, day, day)
        assert len(opening) == 1
        assert opening[0] <= day
