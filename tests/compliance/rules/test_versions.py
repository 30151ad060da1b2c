"""Periods chained over several versions of the rules: which version governs which, and what reaches across."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from compliance.rules import Facts, Rulebook, assess, law_of
from tests.compliance.rules.books import (
    WORDS,
    anchored,
    book,
    calendar,
    cap,
    carrying,
    credit,
    first,
    frames,
    late,
    minimum,
    prorating,
    total,
)
from tests.compliance.rules.strategies import TODAY, facts, laws

OLD = Facts(admitted_on=date(2015, 5, 1))


def version(name: str, effective_from: str, **changes: Any) -> Rulebook:
    return book(version=name, effective_from=effective_from, **changes)


def spans(law: list[Rulebook], facts: Facts = OLD, today: str = "2029-05-05") -> list[tuple[str, str, str]]:
    return [
        (frame.rulebook.version, frame.period.start.isoformat(), frame.period.end.isoformat())
        for frame in frames(law, facts, today)
    ]


def test_versions_in_whatever_order_they_are_given():
    law = [version("b", "2026-01-01"), version("a", "2024-01-01")]
    assert [each.version for each in law_of(law)] == ["a", "b"]
    assert law_of(law[0]) == (law[0],)


def test_a_period_keeps_the_version_that_was_in_force_when_it_began():
    law = [version("a", "2024-01-01"), version("b", "2025-07-01", total=total(5))]
    assert [each[0] for each in spans(law, today="2026-05-05")] == ["a", "a", "b"]
    found = assess(law, OLD, date(2026, 5, 5)).periods
    assert [period.line("total").required for period in found] == [600, 600, 300]
    assert [period.rulebook for period in found] == ["test a", "test a", "test b"]


def test_a_version_may_govern_the_periods_that_end_under_it():
    changes: dict[str, Any] = {"period": calendar(3)}
    law = [version("a", "2024-01-01", **changes), version("b", "2026-06-01", governs="periods_ending", **changes)]
    assert spans(law, today="2026-05-05") == [("b", "2024-01-01", "2026-12-31")]
    starting = [law[0], version("b", "2026-06-01", **changes)]
    assert spans(starting, today="2027-05-05") == [
        ("a", "2024-01-01", "2026-12-31"), ("b", "2027-01-01", "2029-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("effective", "governs", "versions"),
    [
        ("2025-12-31", "periods_ending", "abb"),
        ("2026-01-01", "periods_ending", "aab"),
        ("2025-01-01", "periods_starting", "abb"),
        ("2025-01-02", "periods_starting", "aab"),
    ],
)
def test_the_last_and_the_first_day_decide(effective, governs, versions):
    law = [version("a", "2024-01-01"), version("b", effective, governs=governs)]
    assert "".join(each[0] for each in spans(law, today="2026-05-05")) == versions


def test_from_one_year_to_two():
    law = [version("a", "2024-01-01"), version("b", "2026-01-01", period=calendar(2, 2026))]
    assert spans(law) == [
        ("a", "2024-01-01", "2024-12-31"),
        ("a", "2025-01-01", "2025-12-31"),
        ("b", "2026-01-01", "2027-12-31"),
        ("b", "2028-01-01", "2029-12-31"),
    ]


def test_from_two_years_to_one():
    law = [version("a", "2024-01-01", period=calendar(2)), version("b", "2025-01-01")]
    assert spans(law, today="2027-05-05") == [
        ("a", "2024-01-01", "2025-12-31"),
        ("b", "2026-01-01", "2026-12-31"),
        ("b", "2027-01-01", "2027-12-31"),
    ]


def test_a_change_of_the_start_leaves_a_short_period_that_shrinks_with_its_time():
    """Calendar years until 2025, then years from 1 April: three months of 2026 are the end of a block."""
    april = anchored(12, rule="fixed", first_start="2026-04-01")
    law = [version("a", "2024-01-01"), version("b", "2026-01-01", period=april, proration=prorating("months"))]
    assert spans(law, today="2026-05-05")[2:] == [("b", "2026-01-01", "2026-03-31"), ("b", "2026-04-01", "2027-03-31")]
    found = assess(law, OLD, date(2026, 5, 5)).periods
    assert [period.line("total").required for period in found] == [600, 600, 150, 600]
    assert [step.code for step in found[2].steps] == ["norm", "not_yet_begun", "prorated"]


def test_where_nothing_shrinks_the_short_period_asks_for_all():
    april = anchored(12, rule="fixed", first_start="2026-04-01")
    law = [
        version("a", "2024-01-01"),
        version("b", "2026-01-01", period=april, proration=prorating("none"), statuses={}),
    ]
    assert assess(law, OLD, date(2026, 2, 2)).periods[2].line("total").required == 600


# --- across versions -------------------------------------------------------------------------------------------------


def test_late_hours_of_a_new_version_fill_the_last_period_of_the_old_one():
    """The old rules say how long; what an hour is worth is for the rules under which it was earned."""
    rounding = {"rounding": {"to": 1, "direction": "down"}, "clause": "valuation"}
    law = [
        version("a", "2024-01-01", late=late(120), caps=[cap(3, "recorded")]),
        version("b", "2025-01-01", late=late(0), valuation=rounding),
    ]
    earned = (credit("2025-04-30", 290, format="recorded"), credit("2025-04-30", 119), credit("2025-05-01", 60))
    missed, running = assess(law, Facts(credits=earned), date(2025, 6, 1)).periods
    assert (missed.made_up, missed.rulebook) == (180 + 60, "test a")
    assert (running.line("total").counted, running.rulebook) == (60 + 60, "test b")


def test_a_new_window_does_not_open_the_old_period_again():
    law = [version("a", "2024-01-01", late=late(0)), version("b", "2025-01-01", late=late(120))]
    missed, running = assess(law, Facts(credits=(credit("2025-02-01", 600),)), date(2025, 6, 1)).periods
    assert (missed.made_up, running.line("total").counted) == (0, 600)


def test_carried_credit_crosses_into_a_version_of_longer_periods():
    law = [
        version("a", "2024-01-01", carry=carrying(6)),
        version("b", "2025-01-01", period=calendar(2, 2025), total=total(20), requirements=[minimum("ethics", 2)]),
    ]
    earned = (credit("2024-02-01", 600), credit("2024-03-01", 240, "ethics"), credit("2025-03-01", 60))
    before, after, last = assess(law, Facts(credits=earned), date(2027, 5, 5)).periods
    assert (before.carry.carried, after.carried_in) == (240, 240)
    assert (after.line("total").counted, after.line("total").required) == (300, 1200)
    assert (after.carry.carried, last.carried_in) == (0, 0)  # the new rules carry nothing


def test_old_rules_that_carry_nothing_leave_nothing_to_the_new_ones():
    law = [version("a", "2024-01-01"), version("b", "2025-01-01", carry=carrying(6))]
    before, after, last = assess(law, Facts(credits=(credit("2024-02-01", 900), credit("2025-02-01", 900))),
                                 date(2026, 5, 5)).periods  # fmt: skip
    assert [each.carried_in for each in (before, after, last)] == [0, 0, 300]


def test_how_long_credit_lasts_is_for_the_rules_that_carry_it_on():
    law = [
        version("a", "2024-01-01", carry=carrying(20, periods=1)),
        version("b", "2025-01-01", carry=carrying(20, periods=2)),
    ]
    found = assess(law, Facts(credits=(credit("2024-02-01", 1800),)), date(2026, 5, 5)).periods
    # Twenty hours come to 2025: ten are used there, ten go on.
    assert [each.carried_in for each in found] == [0, 600, 600]


def test_a_change_of_unit():
    """An hour of sixty minutes before, of forty-five after: minutes are what is carried."""
    law = [
        version("a", "2024-01-01", carry=carrying(6)),
        version("b", "2025-01-01", unit={"minutes": 45, "name": WORDS}),
    ]
    before, after = assess(law, Facts(credits=(credit("2024-02-01", 780),)), date(2025, 5, 5)).periods
    assert (before.line("total").required, after.line("total").required) == (600, 450)
    assert after.line("total").counted == 180


def test_courses_are_remembered_across_versions():
    rules: dict[str, Any] = {"duplicates": {"within": "ever", "clause": "repeat"}}
    law = [version("a", "2024-01-01", **rules), version("b", "2025-01-01", **rules)]
    earned = (credit("2024-02-01", 60, course="x"), credit("2025-02-01", 60, course="x"))
    assert [each.line("total").counted for each in assess(law, Facts(credits=earned), date(2025, 5, 5)).periods] == [
        60,
        0,
    ]


def test_somebody_admitted_under_the_second_version_joins_by_its_rules():
    law = [
        version("a", "2024-01-01", joining=first("full")),
        version("b", "2025-01-01", joining=first("own", months=12)),
    ]
    assert spans(law, Facts(admitted_on=date(2025, 6, 15)), "2026-07-05") == [
        ("b", "2025-06-15", "2026-06-14"),
        ("b", "2026-06-15", "2026-12-31"),
    ]
    assert spans(law, Facts(admitted_on=date(2024, 6, 15)), "2025-07-05") == [
        ("a", "2024-01-01", "2024-12-31"),
        ("b", "2025-01-01", "2025-12-31"),
    ]


def test_a_version_that_is_not_yet_in_force_changes_nothing():
    law = [version("a", "2024-01-01"), version("b", "2030-01-01", total=total(5))]
    now = assess(law, OLD, date(2026, 5, 5))
    assert now == assess(law[:1], OLD, date(2026, 5, 5))


@settings(max_examples=60)
@given(laws(), facts())
def test_one_period_follows_the_other_under_any_two_versions(law, known):
    found = frames(law, known, TODAY.isoformat())
    for before, after in pairwise(found):
        waited = before.first and before.rulebook.joining.then == "next_block"
        days = (after.period.start - before.period.end).days
        assert days == 1 or (waited and days > 0)
        assert law.index(before.base) <= law.index(after.base)
    assert all(frame.period.start <= frame.period.end for frame in found)
    assert not found or found[-1].period.start <= TODAY


def test_the_version_and_its_variants_together():
    halved = {"code": "half", "when": {"period_starts": {"to": "2025-12-31"}}, "set": {"total": {"amount": 2}},
              "clause": "variant"}  # fmt: skip
    law = [version("a", "2024-01-01"), version("b", "2025-01-01", variants=[halved])]
    found = assess(law, OLD, date(2026, 5, 5)).periods
    assert [(each.rulebook, each.variants, each.line("total").required) for each in found] == [
        ("test a", (), 600), ("test b", ("half",), 120), ("test b", (), 600),
    ]  # fmt: skip
