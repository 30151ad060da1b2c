"""How figures shrink: by which convention months are counted, and the methods of proration that bars use."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compliance.rules import Facts, assess, requirement
from compliance.rules.calendar import add_months
from tests.compliance.rules.books import (
    admitted,
    anchored,
    book,
    calendar,
    first,
    frames,
    in_hours,
    minimum,
    prorating,
    required,
    span,
    total,
)

HOUR = {"to": 1, "direction": "up"}

# --- months: conventions ---------------------------------------------------------------------------------------------

SPRING = (span("paused", "2026-03-20", "2026-05-21"),)  # 19 days of March and 11 of May are left


@pytest.mark.parametrize(
    ("convention", "facts", "held"),
    [
        pytest.param("any_part", Facts(statuses=SPRING), 11, id="any-part: only April is out"),
        pytest.param("whole", Facts(statuses=SPRING), 9, id="whole: March, April and May are out"),
        pytest.param("majority", Facts(statuses=SPRING), 10, id="majority: April and May are out"),
        pytest.param("exact", Facts(statuses=SPRING), 9 + Fraction(30, 31), id="exact"),
        pytest.param("after_joining", Facts(statuses=SPRING), 11, id="nobody joined"),
        pytest.param("any_part", admitted("2026-02-10"), 11, id="any-part: February counts"),
        pytest.param("after_joining", admitted("2026-02-10"), 10, id="after-joining: February does not"),
        pytest.param("after_joining", admitted("2026-02-01"), 10, id="nor if joined on its first day"),
        pytest.param("whole", admitted("2026-02-10"), 10, id="whole: from March"),
        pytest.param("whole", admitted("2026-02-01"), 11, id="whole: from February"),
        pytest.param("majority", admitted("2026-02-15"), 11, id="majority: 14 of 28 days"),
        pytest.param("majority", admitted("2026-02-16"), 10, id="majority: 13 of 28 days"),
        pytest.param("exact", admitted("2026-02-15"), 10 + Fraction(1, 2), id="exact: half of February"),
    ],
)
def test_month_conventions(convention, facts, held):
    rule = prorating("months", month_counts=convention)
    result = required(facts, proration=rule, joining=first("prorated"))
    assert (result.subject.held, result.subject.of) == (held, 12)
    assert result.total == Fraction(600) * held / 12


def test_months_are_those_of_the_block_and_not_of_the_calendar():
    period = anchored(12, rule="fixed", first_start="2025-01-15")
    facts = Facts(statuses=(span("paused", "2026-03-15", "2026-04-15"),))
    assert required(facts, period=period, proration=prorating("months")).subject.held == 11


def test_a_block_that_had_begun_before_the_rules_shrinks():
    law = [
        book(code="law", effective_from="2024-01-01"),
        book(code="law", effective_from="2025-01-01", period=calendar(2), proration=prorating("months")),
    ]
    frame = frames(law, Facts(), "2025-05-05")[-1]
    result = requirement(frame, Facts())
    assert (result.subject.held, result.subject.of, result.total) == (12, 24, 300)
    assert result.steps[1].code == "not_yet_begun"


# --- proration methods -----------------------------------------------------------------------------------------------

CALIFORNIA = {
    4: (0, 0), 5: (4, 1), 6: (5, 1), 7: (5, 1), 8: (6, 1), 9: (7, 1), 10: (7, 2), 11: (8, 2), 12: (9, 2), 13: (10, 2),
    14: (10, 2), 15: (11, 2), 16: (12, 2), 17: (12, 2), 18: (13, 2), 19: (14, 3), 20: (14, 3), 21: (15, 3), 22: (16, 3),
    23: (16, 3), 24: (17, 3), 25: (18, 3), 26: (19, 3), 27: (19, 3), 28: (20, 4), 29: (21, 4), 30: (21, 4), 31: (22, 4),
    32: (23, 4), 33: (23, 4), 34: (24, 4), 35: (25, 4), 36: (25, 4),
}  # fmt: skip


@pytest.mark.parametrize(("months", "owed"), CALIFORNIA.items())
def test_in_proportion_rounded_up(months, owed):
    """25 credits and 4 of ethics in 36 months, whole credits, nothing for four months or fewer."""
    rule = prorating("months", rounding=HOUR, nothing_up_to=4)
    result = required(
        Facts(admitted_on=add_months(date(2024, 1, 20), 36 - months)) if months < 36 else Facts(),
        "2026-12-01",
        period=calendar(3), total=total(25), requirements=[minimum("ethics", 4)], proration=rule,
        joining=first("prorated"),
    )  # fmt: skip
    assert (in_hours(result)["total"], in_hours(result)["ethics"], result.exempt) == (*owed, owed == (0, 0))


@pytest.mark.parametrize(
    ("day", "owed"), [("2025-12-31", 13), ("2026-01-01", 12), ("2026-06-30", 7), ("2026-12-31", 1)]
)
def test_a_rate_for_every_month_of_which_any_part_counts(day, owed):
    """24 credits in two years, at 1 credit for each month."""
    rule = prorating("months", per_month=1)
    changes = {"period": calendar(2, 2025), "total": total(24), "effective_from": "2025-01-01"}
    result = required(admitted(day), "2026-12-31", proration=rule, joining=first("prorated"), **changes)
    assert in_hours(result)["total"] == owed


def test_a_rate_never_asks_more_than_the_norm():
    rule = prorating("months", per_month="3/2")
    result = required(admitted("2026-02-01"), total=total(16), proration=rule, joining=first("prorated"))
    assert in_hours(result)["total"] == 16
    assert in_hours(required(admitted("2026-08-01"), total=total(16), proration=rule, joining=first("prorated"))) == {
        "total": Fraction(15, 2)
    }


@pytest.mark.parametrize(
    ("day", "owed", "ethics"), [("2026-02-01", 10, "5/2"), ("2026-11-30", 1, "1/4"), ("2026-12-01", 0, 0)]
)
def test_a_rate_from_the_month_after_joining(day, owed, ethics):
    """12 credits a year, a quarter of them of professional conduct."""
    rule = prorating("months", month_counts="after_joining", per_month=1)
    asked = [minimum("ethics", {"share": "1/4"})]
    result = required(admitted(day), total=total(12), requirements=asked, proration=rule, joining=first("prorated"))
    assert in_hours(result) == {"total": owed, "ethics": Fraction(ethics)}
    assert result.exempt is (owed == 0)


@pytest.mark.parametrize(
    ("since", "until", "owed"),
    [("2026-02-02", "2026-04-30", 11), ("2026-02-01", "2026-05-01", 9), ("2026-02-02", "2026-02-28", 12)],
)
def test_less_one_for_every_whole_month_away(since, until, owed):
    facts = Facts(statuses=(span("paused", since, until),))
    assert in_hours(required(facts, total=total(12), proration=prorating("months")))["total"] == owed


@pytest.mark.parametrize(
    ("day", "owed", "practice"),
    [("2026-01-10", 16, 8), ("2026-05-01", 8, 4), ("2026-04-30", 16, 8), ("2026-07-31", 8, 4), ("2026-08-01", 0, 0)],
)
def test_bands_of_exact_months(day, owed, practice):
    """More than eight months: all of it; more than five: half; five or less: nothing."""
    bands = [{"months": {"above": 8}, "share": 1}, {"months": {"above": 5, "at_most": 8}, "share": "1/2"}]
    bands.append({"months": {"at_most": 5}, "share": 0})
    rule = prorating("months", month_counts="exact", bands=bands)
    asked = [minimum("practice", 8)]
    result = required(admitted(day), total=total(16), requirements=asked, proration=rule, joining=first("prorated"))
    assert in_hours(result) == {"total": owed, "practice": practice}


@pytest.mark.parametrize(
    ("day", "owed"), [("2024-01-01", 36), ("2025-01-01", 24), ("2025-12-31", 24), ("2026-01-01", 12), ("2026-09-01", 0)]
)
def test_steps(day, owed):
    """36 credits; who joins in the second year owes two thirds, in the third one third, in its last months nothing."""
    bands = [{"months": {"above": 24}, "share": 1}, {"months": {"above": 12}, "share": "2/3"}]
    bands.append({"months": {}, "share": "1/3"})
    rule = prorating("months", bands=bands, nothing_up_to=4)
    result = required(
        admitted(day), "2026-12-31", period=calendar(3), total=total(36), proration=rule, joining=first("prorated")
    )
    assert in_hours(result)["total"] == owed


@pytest.mark.parametrize(("day", "owed"), [("2026-04-01", 15), ("2026-07-16", Fraction(20 * 171, 12 * 31))])
def test_in_proportion_to_the_exact_time(day, owed):
    """20 hours by the exact part of the year: 16 of the 31 days of July and five months are 171/31 months."""
    rule = prorating("months", month_counts="exact")
    result = required(admitted(day), total=total(20), proration=rule, joining=first("prorated"))
    assert in_hours(result)["total"] == owed


@pytest.mark.parametrize(("until", "owed"), [("2026-09-23", 600), ("2026-09-24", 0)])
def test_a_year_of_fewer_than_a_hundred_days_is_left_out(until, owed):
    """Prorated by days in one band: the whole, or nothing up to 99 days."""
    rule = prorating("days", nothing_up_to=99, bands=[{"months": {"above": 99}, "share": 1}])
    assert required(Facts(statuses=(span("paused", "2026-01-01", until),)), proration=rule).total == owed


@pytest.mark.parametrize("facts", [admitted("2026-12-31"), Facts(statuses=(span("away", "2026-01-01"),))])
def test_none_any_active_day_is_the_whole_duty(facts):
    rule = prorating("none")
    assert required(facts, proration=rule, statuses={"away": "counts"}).total == 600


@pytest.mark.parametrize(
    ("day", "owed", "ethics"), [("2026-01-02", 15, 3), ("2026-03-01", 12, 2), ("2026-10-01", 4, 1)]
)
def test_a_table_by_month(day, owed, ethics):
    """What the table does not name is in proportion: of four hours of ethics three twelfths, up to a whole hour."""
    rows = [
        {"months": {"at_least": 12}, "amounts": {"total": 15, "ethics": 3}},
        {"months": {"at_least": 10, "below": 12}, "amounts": {"total": 12, "ethics": 2}},
        {"months": {"at_most": 3}, "amounts": {"total": 4}},
    ]
    rule = prorating("months", rounding=HOUR, table=rows)
    asked = [minimum("ethics", 3)]
    result = required(admitted(day), total=total(15), requirements=asked, proration=rule, joining=first("prorated"))
    assert in_hours(result) == {"total": owed, "ethics": ethics}


@pytest.mark.parametrize(("joined", "owed"), [("2026-09-22", 3), ("2026-09-23", 3), ("2026-09-24", 0)])
def test_nothing_is_owed_for_a_year_of_too_few_days(joined: str, owed: int) -> None:
    """Hong Kong, RME: a practice year of fewer than 100 days is exempted. 23 September to 31 December are 100 days."""
    figure = [{"when": {"days_subject": {"below": 100}}, "is": 0}, {"is": 3}]
    asked = [minimum("ethics", figure, prorate="never")]
    changes: dict[str, Any] = {"requirements": asked, "joining": first("prorated"), "proration": prorating("months")}
    assert in_hours(required(admitted(joined), **changes))["ethics"] == owed


def test_figures_by_months_subject():
    """Whole sub-minimums that go away for who is subject for a short time."""
    asked = [minimum("ethics", [{"when": {"months_subject": {"above": 6}}, "is": 1}], prorate="never")]
    changes: dict[str, Any] = {"requirements": asked, "proration": prorating("months"), "joining": first("prorated")}
    assert in_hours(required(admitted("2026-06-10"), **changes))["ethics"] == 1
    assert in_hours(required(admitted("2026-07-10"), **changes))["ethics"] == 0


def test_the_time_between_two_memberships_is_outside_the_bar():
    """Away from June 2024 to the end of May 2025: nothing for the year of leaving, 214 of 365 days of the next."""
    known = Facts(joined_on=date(2015, 3, 2), statuses=(span("outside_bar", "2024-06-01", "2025-06-01"),))
    left, back = assess(book(), known, date(2025, 7, 1)).periods
    assert (left.status, left.steps[-1].code) == ("exempt", "left")
    assert (back.line("total").required, back.steps[1].code, back.steps[1].part) == (352, "closed", 151)
    named = {"statuses": {"outside_bar": "counts"}}
    assert [each.line("total").required for each in assess(book(**named), known, date(2025, 7, 1)).periods] == [
        600,
        600,
    ]
