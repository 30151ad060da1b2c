"""Hours earned after a period that fill what was missing in it."""

from datetime import date

import pytest

from compliance.rules import Facts, PeriodAssessment, assess, explain
from tests.compliance.rules.books import book, calendar, cap, credit, first, late, minimum


def assessed(rulebook, known: Facts, today: str) -> tuple[PeriodAssessment, ...]:
    return assess(rulebook, known, date.fromisoformat(today)).periods


# --- late hours ------------------------------------------------------------------------------------------------------


def test_late_credit_fills_the_missed_period_and_counts_once():
    known = Facts(credits=(credit("2024-05-01", 500), credit("2025-04-30", 150)))
    missed, running = assessed(book(late=late(120)), known, "2025-05-01")
    assert (missed.status, missed.made_up, missed.line("total").counted) == ("compliant", 100, 600)
    assert (missed.steps[-1].code, missed.steps[-1].clause) == ("made_up", "make-up")
    assert running.line("total").counted == 50


@pytest.mark.parametrize(
    ("rule", "day", "made_up"),
    [
        (late(120), "2025-04-30", 100),
        (late(120), "2025-05-01", 0),
        (late(0, make_up_until="02-28"), "2025-02-28", 100),
        (late(0, make_up_until="02-28"), "2025-03-01", 0),
        (late(0, make_up_months=2), "2025-02-28", 100),
        (late(0, make_up_months=2), "2025-03-01", 0),
        (late(10, make_up_months=2, make_up_until="04-15"), "2025-04-15", 100),  # the longest of them
        (late(120, make_up_at_most="3/4"), "2025-04-30", 45),
        (late(3660), "2025-12-31", 100),
        (late(3660), "2026-01-01", 0),  # never past the period that follows
    ],
)
def test_the_make_up_window(rule, day, made_up):
    known = Facts(credits=(credit("2024-05-01", 500), credit(day, 100)))
    missed, running, *rest = assessed(book(late=rule), known, "2026-06-01")
    assert missed.made_up == made_up
    assert running.line("total").counted + rest[0].line("total").counted == 100 - made_up


def test_make_up_runs_through_a_chain_of_periods():
    known = Facts(credits=(credit("2025-02-01", 600), credit("2026-02-01", 600)))
    found = assessed(book(late=late(120)), known, "2026-03-01")
    assert [(each.made_up, each.line("total").counted) for each in found] == [(600, 600), (600, 600), (0, 0)]


def test_a_late_minute_is_capped_with_the_period_it_fills():
    rulebook = book(late=late(120), caps=[cap(5, "recorded")])
    known = Facts(credits=(credit("2024-05-01", 250, format="recorded"), credit("2025-02-01", 200, format="recorded")))
    missed, running = assessed(rulebook, known, "2025-03-01")
    assert (missed.made_up, running.line("total").counted) == (50, 150)


@pytest.mark.parametrize("per", ["day", "course", "year"])
def test_a_most_by_day_holds_for_both_periods_together(per):
    """Ten late hours, of which eight may count: four fill the missed period, and four are left."""
    rulebook = book(late=late(120), caps=[{**cap(8, "live"), "per": per}])
    known = Facts(credits=(credit("2024-05-01", 360, format="self_study"), credit("2025-02-01", 600, course="x")))
    missed, running = assessed(rulebook, known, "2025-03-01")
    assert (missed.made_up, running.line("total").counted) == (240, 240)


def test_make_up_takes_what_the_next_period_needs_least():
    rulebook = book(late=late(120), requirements=[minimum("ethics", 1)])
    earned = (credit("2024-02-01", 60, "ethics"), credit("2024-02-01", 500))
    after = (credit("2025-02-01", 60, "ethics"), credit("2025-02-01", 60))
    missed, running = assessed(rulebook, Facts(credits=(*earned, *after)), "2025-03-01")
    assert (missed.made_up, running.line("ethics").counted, running.line("total").counted) == (40, 60, 80)


def test_make_up_takes_only_what_is_missing():
    rulebook = book(late=late(120), requirements=[minimum("ethics", 1)])
    earned = (credit("2024-02-01", 600), credit("2025-02-01", 90, "ethics"), credit("2025-02-01", 90))
    missed, running = assessed(rulebook, Facts(credits=earned), "2025-03-01")
    assert (missed.made_up, missed.line("ethics").counted, running.line("ethics").counted) == (60, 60, 30)


def test_late_hours_are_those_of_the_last_stretch():
    """Six in each of two years: the make-up time prolongs the second one, the first is over."""
    yearly = minimum("yearly", 6, counts={}, in_each=12)
    rulebook = book(late=late(120), period=calendar(2), requirements=[yearly])
    for one, two, made_up, missing in ((360, 240, 120, 0), (240, 360, 0, 120)):
        earned = (credit("2024-05-01", one), credit("2025-05-01", two), credit("2026-02-01", 120))
        missed, _running = assessed(rulebook, Facts(credits=earned), "2026-03-01")
        assert (missed.made_up, missed.missing) == (made_up, missing)


def test_late_hours_of_a_course_counted_before_fill_nothing():
    rulebook = book(late=late(120), duplicates={"within": "ever", "clause": "repeat"})
    earned = (credit("2024-02-01", 60, course="x"), credit("2025-02-01", 60, course="x"))
    missed, running = assessed(rulebook, Facts(credits=earned), "2025-03-01")
    assert (missed.made_up, running.line("total").counted) == (0, 0)


def test_late_hours_of_one_course_fill_once():
    rulebook = book(late=late(120), duplicates={"within": "period", "clause": "repeat"})
    earned = [credit(day, 60, course="x") for day in ("2025-02-01", "2025-03-01", "2025-08-01")]
    missed, running = assessed(rulebook, Facts(credits=tuple(earned)), "2025-09-01")
    assert (missed.made_up, running.line("total").counted) == (60, 0)


def test_hours_between_the_first_period_and_the_next_block_may_fill_it():
    rulebook = book(late=late(30), joining=first("own", months=12, then="next_block"))
    known = Facts(admitted_on=date(2024, 6, 15), credits=(credit("2025-06-15", 60), credit("2025-08-01", 60)))
    (own,) = assessed(rulebook, known, "2025-09-01")
    assert (own.made_up, own.line("total").counted) == (60, 60)
    used, outside = explain(rulebook, known, date(2025, 9, 1))
    assert (used.worth, [part.reason for part in used.portions]) == (60, ["used_for_previous_period"])
    assert (outside.worth, [part.reason for part in outside.portions]) == (60, ["outside_period"])
