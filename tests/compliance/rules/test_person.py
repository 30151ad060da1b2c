"""Conditions: of whom, and of which period, a rule speaks."""

from datetime import date
from typing import Any

import pytest

from compliance.rules import Facts, FactsError, RoleSpan
from compliance.rules.language.conditions import Condition
from compliance.rules.person import View, admission_of, holds, status_on
from tests.compliance.rules.books import book, span

START, END = date(2026, 1, 1), date(2026, 12, 31)


def true(condition: dict[str, Any], facts: Facts | None = None, **view: Any) -> bool:
    """Whether the condition holds for the member in the year 2026."""
    facts = facts or Facts()
    seen = {"admission": facts.admitted_on, "start": START, "end": END, **view}
    return holds(Condition.model_validate(condition), View(facts, **seen))


def test_no_condition_holds_for_everybody():
    assert holds(None, View(Facts(), None, START, END))
    assert true({})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"admitted": {"from": "2016-06-15"}}, True),
        ({"admitted": {"from": "2016-06-16"}}, False),
        ({"admitted": {"to": "2016-06-15"}}, True),
        ({"admitted": {"from": "2010-01-01", "to": "2016-06-14"}}, False),
        ({"admitted_years": ["2016"]}, True),
        ({"admitted_years": ["odd"]}, False),
        ({"admitted_years": ["even"]}, True),
        ({"admitted_years": ["2012-2015", "2016-2018"]}, True),
        ({"admitted_years": ["-2015"]}, False),
        ({"admitted_years": ["-2016"]}, True),
        ({"admitted_years": ["2017-"]}, False),
        ({"years_since_admission": {"at_least": 10}}, True),
        ({"years_since_admission": {"above": 10}}, False),
        ({"years_since_admission": {"at_least": 10}, "at": "start"}, False),
        ({"years_since_admission": {"below": 10}, "at": "start"}, True),
    ],
)
def test_admission(condition, expected):
    assert true(condition, Facts(admitted_on=date(2016, 6, 15))) is expected


def test_a_condition_may_mean_another_admission_than_the_rulebook():
    known = Facts(admitted_on=date(2016, 6, 15), joined_on=date(2022, 1, 1))
    assert true({"admission": "joined", "admitted_years": ["2022"]}, known)
    assert not true({"admission": "joined", "admitted_years": ["2016"]}, known)
    assert true({"admitted_years": ["2016"]}, known)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"admitted": {"to": "1990-01-01"}}, True),
        ({"admitted": {"from": "1990-01-01"}}, False),
        ({"admitted_years": ["-1990"]}, False),  # the year itself is not known
        ({"years_since_admission": {"at_least": 50}}, True),
        ({"years_since_admission": {"at_most": 50}}, False),
        ({"years_since_admission": {"below": 5}}, False),
    ],
)
def test_a_member_since_before_records_began_was_admitted_long_ago(condition, expected):
    assert true(condition) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"age": {"at_least": 75}}, True),
        ({"age": {"at_least": 75}, "at": "start"}, False),
        ({"age": {"at_most": 74}}, False),
        ({"age": {"above": 74, "below": 76}}, True),
        ({"born": {"from": "01-01", "to": "06-30"}}, True),
        ({"born": {"from": "07-01", "to": "12-31"}}, False),
        ({"born": {"from": "12-01", "to": "06-15"}}, True),  # round the turn of the year
    ],
)
def test_birth(condition, expected):
    assert true(condition, Facts(born_on=date(1951, 6, 15))) is expected


def test_the_birthday_of_a_leap_day_is_kept_on_the_28th():
    born = Facts(born_on=date(1956, 2, 29))
    assert true({"age": {"at_least": 70}}, born, end=date(2026, 2, 28))
    assert not true({"age": {"at_least": 70}}, born, end=date(2026, 2, 27))


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ({"age": {"at_least": 75}}, "born"),
        ({"born": {"from": "01-01", "to": "06-30"}}, "born"),
        ({"surname": ["A-M"]}, "surname_at_admission"),
    ],
)
def test_what_is_asked_and_not_known_is_an_error(condition, name):
    with pytest.raises(FactsError, match=name):
        true(condition)


@pytest.mark.parametrize(
    ("letters", "surname", "expected"),
    [
        (["A-M"], "Mukhamedov", True),
        (["A-M"], "nazarbaev", False),
        (["A", "N"], "Nurpeisov", True),
        (["А-М"], "Ахметов", True),
        (["А-М"], " сейфуллин", False),
    ],
)
def test_the_initial_of_the_surname_at_admission(letters, surname, expected):
    assert true({"surname": letters}, Facts(surname_at_admission=surname)) is expected


def test_group_and_attributes():
    facts = Facts(group="a", attributes={"track": "judge", "city": "Almaty"})
    assert true({"group": ["a", "b"]}, facts)
    assert not true({"group": ["a"]}, facts, group="b")  # the group that the anchor found goes before
    assert true({"attributes": {"track": ["judge", "notary"]}}, facts)
    assert not true({"attributes": {"track": ["judge"], "city": ["Astana"]}}, facts)
    assert not true({"attributes": {"office": ["x"]}}, facts)


PAUSED = (span("paused", "2026-03-01", "2026-09-01"),)


@pytest.mark.parametrize(
    ("statuses", "condition", "expected"),
    [
        pytest.param(PAUSED, {"status": ["paused"]}, True, id="any-day"),
        pytest.param(PAUSED, {"status": ["paused"], "on": "every_day"}, False, id="not-every-day"),
        pytest.param(PAUSED, {"status": ["paused", "active"], "on": "every_day"}, True, id="one-or-the-other"),
        pytest.param(PAUSED, {"status": ["active"], "on": "first_day"}, True, id="active-when-nothing-is-said"),
        pytest.param(PAUSED, {"status": ["paused"], "on": "last_day"}, False, id="over-by-the-last-day"),
        pytest.param((span("paused", "2025-01-01"),), {"status": ["paused"], "on": "every_day"}, True, id="all-along"),
        pytest.param(
            (span("paused", "2025-01-01", "2026-12-31"),), {"status": ["paused"], "on": "every_day"}, False,
            id="all-but-the-last-day",
        ),
        pytest.param((span("paused", "2026-12-31"),), {"status": ["paused"]}, True, id="on-the-last-day-only"),
        pytest.param((span("paused", "2027-01-01"),), {"status": ["paused"]}, False, id="after-the-period"),
        pytest.param((span("paused", "2024-01-01", "2026-01-01"),), {"status": ["paused"]}, False, id="before-it"),
        pytest.param((span("paused", "2027-02-01"),), {"status": ["paused"], "on": "02-01"}, True, id="on-a-day-after"),
        pytest.param((span("paused", "2027-02-02"),), {"status": ["paused"], "on": "02-01"}, False, id="not-yet-by-it"),
        pytest.param(
            (span("paused", "2026-02-01", "2027-02-01"),), {"status": ["paused"], "on": "02-01"}, False,
            id="no-more-by-a-day-after",
        ),
    ],
)  # fmt: skip
def test_status(statuses, condition, expected):
    assert true(condition, Facts(statuses=statuses)) is expected


def test_of_several_statuses_the_one_that_began_last_holds():
    statuses = (span("paused", "2026-01-01"), span("maternity", "2026-03-01", "2026-05-01"))
    days = [date(2025, 12, 31), date(2026, 2, 1), date(2026, 4, 30), date(2026, 5, 1)]
    assert [status_on(statuses, day) for day in days] == ["active", "paused", "maternity", "paused"]
    assert [status_on(statuses[::-1], day) for day in days] == ["active", "paused", "maternity", "paused"]


@pytest.mark.parametrize(
    ("role", "condition", "expected"),
    [
        (RoleSpan("judge"), {"role": ["judge"], "on": "every_day"}, True),
        (RoleSpan("judge"), {"role": ["notary", "judge"]}, True),
        (RoleSpan("judge"), {"role": ["notary"]}, False),
        (RoleSpan("judge", date(2026, 3, 1)), {"role": ["judge"], "on": "every_day"}, False),
        (RoleSpan("judge", date(2026, 3, 1)), {"role": ["judge"], "on": "first_day"}, False),
        (RoleSpan("judge", date(2026, 3, 1)), {"role": ["judge"], "on": "last_day"}, True),
        (RoleSpan("judge", None, date(2026, 1, 1)), {"role": ["judge"]}, False),
        (RoleSpan("judge", None, date(2026, 1, 2)), {"role": ["judge"]}, True),
    ],
)
def test_role(role, condition, expected):
    assert true(condition, Facts(roles=(role,))) is expected


def test_a_role_held_in_two_spans_that_meet_is_held_every_day():
    meeting = (RoleSpan("judge", None, date(2026, 6, 1)), RoleSpan("judge", date(2026, 6, 1)))
    apart = (RoleSpan("judge", None, date(2026, 6, 1)), RoleSpan("judge", date(2026, 6, 2)))
    assert true({"role": ["judge"], "on": "every_day"}, Facts(roles=meeting))
    assert not true({"role": ["judge"], "on": "every_day"}, Facts(roles=apart))


@pytest.mark.parametrize(
    ("condition", "view", "expected"),
    [
        ({"period_starts": {"from": "2026-01-01"}}, {}, True),
        ({"period_starts": {"from": "2026-01-02"}}, {}, False),
        ({"period_ends": {"to": "2026-12-30"}}, {}, False),
        ({"first_period": True}, {"first": True}, True),
        ({"first_period": True}, {}, False),
        ({"first_period": False}, {}, True),
        ({"alternate": {"every": 2, "is": 1}}, {"index": 0}, True),
        ({"alternate": {"every": 2, "is": 1}}, {"index": 1}, False),
        ({"alternate": {"every": 2, "is": 0}}, {"index": 1}, True),
        ({"alternate": {"every": 3, "is": 3}}, {"index": 5}, True),
        ({"months_subject": {"above": 4}}, {"months": 5}, True),
        ({"months_subject": {"above": 4}}, {"months": 4}, False),
        ({"days_subject": {"below": 100}}, {"days": 99}, True),
        ({"days_subject": {"below": 100}}, {"days": 100}, False),
        ({"days_subject": {"below": 100}}, {}, False),
    ],
)
def test_period(condition, view, expected):
    assert true(condition, **view) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"all_of": [{"group": ["a"]}, {"first_period": False}]}, True),
        ({"all_of": [{"group": ["a"]}, {"first_period": True}]}, False),
        ({"any_of": [{"group": ["b"]}, {"first_period": False}]}, True),
        ({"any_of": [{"group": ["b"]}, {"first_period": True}]}, False),
        ({"none_of": [{"group": ["b"]}, {"first_period": True}]}, True),
        ({"none_of": [{"group": ["b"]}, {"first_period": False}]}, False),
        ({"group": ["b"], "any_of": [{"group": ["a"]}]}, False),
    ],
)
def test_conditions_within_conditions(condition, expected):
    assert true(condition, Facts(group="a")) is expected


def test_the_admission_that_the_rulebook_means():
    known = Facts(joined_on=date(2026, 1, 1), admitted_on=date(2025, 1, 1), licensed_on=date(2024, 1, 1))
    assert admission_of(book(admission="licensed"), known) == date(2024, 1, 1)
    assert admission_of(book(admission="licensed"), Facts(joined_on=date(2026, 1, 1))) == date(2026, 1, 1)
    assert admission_of(book(), Facts()) is None
