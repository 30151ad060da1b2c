"""Ledgers read entry by entry: what is left of each, and what officers took away."""

from __future__ import annotations

import datetime as dt

import pytest

from advocates.models import Bar
from compliance.models import Assessed, Standing
from compliance.queries.ledgers import ledgers, without_taken
from compliance.queries.sweeps import Slice, people_behind
from compliance.rules import Credit
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import RangeCounts, sweep
from courses.models import DeliveryFormat, Entry
from courses.services.ledger import post_attendances, reverse_entry
from tests.compliance.rows import rulebook_document, ruled_bar
from tests.factories import UTC, give_credit, make_advocate, make_attendance, make_bar, make_course, make_session

NOW = dt.datetime(2026, 6, 1, 3, tzinfo=UTC)
JUNE, MAY = dt.date(2026, 6, 1), dt.date(2026, 5, 20)


def day(number: int) -> dt.date:
    return dt.date(2026, 5, number)


def credit(number: int, minutes: int, category: str = "law") -> Credit:
    return Credit(day(number), category, "in_person", minutes)


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], {1: 10, 5: 20, 9: 30}),
        ([(5, -20)], {1: 10, 9: 30}),
        ([(5, -25)], {1: 5, 9: 30}),
        ([(7, -25)], {1: 5, 9: 30}),
        ([(5, -35)], {9: 25}),
        ([(4, -15)], {5: 15, 9: 30}),
        ([(20, -100)], {}),
        ([(9, -10), (1, -10)], {5: 20, 9: 20}),
    ],
)
def test_what_is_taken_comes_off_its_own_day_then_before_then_after(taken, left):
    rows = [credit(9, 30), credit(1, 10), credit(5, 20), *(credit(*each) for each in taken)]
    assert {each.day.day: each.minutes for each in without_taken(rows)} == left


def test_only_the_same_kind_of_credit_is_taken():
    rows = [credit(5, 20), credit(5, 30, "ethics"), credit(5, -25)]
    assert [(each.category, each.minutes) for each in without_taken(rows)] == [("ethics", 30)]


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar()


def test_entries_with_their_courses_and_without_what_was_reversed(bar: Bar):
    person, stranger = make_advocate(bar), make_advocate(bar)
    course = make_course(bar, {"law": 100, "ethics": 50})
    session = make_session(course, dt.datetime(2026, 5, 20, 5, tzinfo=UTC))
    post_attendances([make_attendance(session, person)], by=None)
    reverse_entry(give_credit(person, 45, MAY), reason="another person", by=None)
    give_credit(person, 30, JUNE + dt.timedelta(days=1))
    part = Slice(bar.pk, person.pk, stranger.pk, JUNE, 1, rebuild=True)
    found = ledgers(part, people_behind(part))
    assert list(found) == [person.pk]
    ledger = found[person.pk]
    assert (ledger.entries, ledger.later) == (5, True)
    figures = [(each.category, each.format, each.minutes) for each in ledger.credits]
    assert figures == [("law", "in_person", 100), ("ethics", "in_person", 50)]
    assert {each.course for each in ledger.credits} == {f"{bar.code} {course.number}"}


def test_credit_taken_away_on_a_later_day_is_missing_from_the_standing(bar: Bar):
    person = make_advocate(bar)
    give_credit(person, 700, MAY)
    give_credit(person, 100, MAY, "ethics")
    give_credit(person, -50, JUNE)
    give_credit(person, -200, MAY, delivery=DeliveryFormat.RECORDED)  # of this kind there is nothing to take
    assert sweep(bar, person.pk, person.pk, JUNE, now=NOW) == RangeCounts(1, 1, 2)
    row = Standing.objects.get(advocate=person, period_start=dt.date(2026, 1, 1))
    assert (row.status, row.counted, row.ledger_version) == ("compliant", 750, 4)
    assert Entry.objects.filter(advocate=person).count() == 4


def test_of_whom_the_rules_can_say_nothing_the_standings_stay_as_they_are(db, caplog):
    """Groups by the year of admission, and one advocate whose admission nobody knows."""
    bar = make_bar()
    groups = [
        {"code": name, "when": {"admitted_years": [name]}, "first_start": f"{year}-01-01"}
        for name, year in (("odd", 2025), ("even", 2024))
    ]
    period = {"months": 24, "anchor": {"rule": "groups", "groups": groups}, "clause": "example"}
    adopt_rulebook(bar, rulebook_document(period=period), by=None)
    known = make_advocate(bar)
    unknown = make_advocate(bar, joined_on=dt.date(1900, 1, 1))
    assert sweep(bar, known.pk, unknown.pk, JUNE, now=NOW) == RangeCounts(2, 1, 1)
    assert set(Standing.objects.values_list("advocate", flat=True)) == {known.pk}
    assert set(Assessed.objects.values_list("advocate", flat=True)) == {known.pk}
    assert "1 advocates of bar" in caplog.text
