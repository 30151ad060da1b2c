"""What of one period's credit reaches into the next: how much, of what kind, for how long, and under which label."""

from datetime import date
from typing import Any

import pytest

from compliance.rules import Credit, Facts, Grant, PeriodAssessment, assess
from tests.compliance.rules.books import book, cap, carrying, category, credit, first, late, minimum, span, total


def assessed(*credits: Credit, until: str = "2026-05-05", **changes: Any) -> tuple[PeriodAssessment, ...]:
    known = Facts(credits=credits)
    return assess(book(**changes), known, date.fromisoformat(until)).periods


def carried(*credits: Credit, **changes: Any) -> list[tuple[Any, Any]]:
    """Hours carried out of each of the years 2024 to 2026, and those of before that are of use in it."""
    found = assessed(*credits, **changes)
    return [(period.carry.carried / 60, period.carried_in / 60) for period in found]


@pytest.mark.parametrize(("minutes", "lapsed"), [(599, 0), (600, 0), (1380, 780)])
def test_without_carry_over_what_is_above_the_norm_lapses(minutes, lapsed):
    (period,) = assessed(credit("2024-05-01", minutes), until="2024-06-01")
    assert (period.carry.carried, period.carry.lapsed, period.carry.by_requirement) == (0, lapsed, ())


@pytest.mark.parametrize(("hours", "out", "lapsed"), [(9, 0, 0), (10, 0, 0), (13, 3, 0), (16, 6, 0), (18, 6, 2)])
def test_what_is_above_the_norm_is_carried_up_to_the_most(hours, out, lapsed):
    earned = credit("2024-05-01", 60 * hours)
    before, after = assessed(earned, carry=carrying(6), until="2025-05-05")
    assert (before.carry.carried, before.carry.lapsed) == (60 * out, 60 * lapsed)
    assert (after.carried_in, after.line("total").counted) == (60 * out, 60 * out)
    assert before.line("total").counted == 60 * hours


def test_one_year_and_no_further():
    assert carried(credit("2024-05-01", 1800), carry=carrying(20)) == [(20, 0), (0, 20), (0, 0)]


def test_two_years_the_oldest_used_first():
    """Of 25 hours in 2024 ten are used, fifteen carried; 2025 uses ten of them, and the last five reach 2026."""
    assert carried(credit("2024-05-01", 1500), carry=carrying(20, periods=2)) == [(15, 0), (5, 10), (0, 5)]


def test_own_credit_outlasts_carried_credit():
    """2025 has ten hours of its own and ten of 2024: the older are used, and its own go on as far as 2027."""
    earned = (credit("2024-05-01", 1200), credit("2025-05-01", 600))
    rules = {"carry": carrying(20, periods=2), "until": "2027-05-05"}
    assert carried(*earned, **rules) == [(10, 0), (10, 10), (0, 10), (0, 0)]


def test_what_expires_is_not_carried_again():
    """Twenty hours of 2024 come to 2025, which needs ten: the rest ends there, and only its own five hours go on."""
    earned = (credit("2024-05-01", 1800), credit("2025-05-01", 300))
    before, after, last = assessed(*earned, carry=carrying(20))
    assert (before.carry.carried, after.carry.carried, last.carried_in) == (1200, 300, 300)
    assert (after.line("total").counted, after.carry.lapsed) == (1500, 600)


def test_only_some_credit_may_be_carried():
    rules = carrying(6, counts={"formats": ["live"]})
    earned = (credit("2024-05-01", 600, format="recorded"), credit("2024-05-01", 120))
    assert carried(*earned, carry=rules, until="2025-05-05") == [(2, 0), (0, 2)]
    assert carried(credit("2024-05-01", 900, format="recorded"), carry=rules, until="2025-05-05") == [(0, 0), (0, 0)]


def test_a_category_is_carried_only_so_far():
    """Five hours of law and fifteen of ethics: of the ten above the norm only two may be ethics."""
    limit = {"counts": {"categories": ["ethics"]}, "maximum": 2}
    earned = (credit("2024-05-01", 300), credit("2024-06-01", 900, "ethics"))
    before, after = assessed(*earned, carry=carrying(10, limits=[limit]), until="2025-05-05")
    assert (before.carry.carried, before.carry.lapsed) == (420, 180)
    assert after.line("total").counted == 420


def test_beyond_a_limit_credit_is_carried_under_another_label():
    limit = {"counts": {"categories": ["ethics"]}, "maximum": 2, "relabel_category": "law"}
    earned = (credit("2024-05-01", 900, "ethics"),)
    rules = {"carry": carrying(6, limits=[limit]), "requirements": [minimum("ethics", 1), minimum("law", 1)]}
    rules["total"] = total(10)
    before, after = assessed(*earned, until="2025-05-05", **rules)
    # An hour of law is missing in 2024; nine hours of ethics and more make up the total.
    assert before.missing == 60
    assert before.carry.carried == 300
    assert (after.line("ethics").counted, after.line("law").counted) == (120, 180)


def test_everything_carried_as_one_category():
    rules = {"carry": carrying(6, as_category="law"), "requirements": [minimum("ethics", 1)]}
    before, after = assessed(credit("2024-05-01", 900, "ethics"), until="2025-05-05", **rules)
    assert before.carry.by_requirement == (("total", 300),)
    assert (after.line("total").counted, after.line("ethics").counted) == (300, 0)


def test_only_what_was_earned_in_the_last_months():
    rules = carrying(5, earned_last_months=3)
    late_in_the_year = (credit("2024-09-30", 600), credit("2024-10-01", 180))
    assert carried(*late_in_the_year, carry=rules, until="2025-05-05") == [(3, 0), (0, 3)]
    early = (credit("2024-09-30", 900),)
    assert carried(*early, carry=rules, until="2025-05-05") == [(0, 0), (0, 0)]


def test_who_relied_on_carried_credit_carries_nothing():
    rules = carrying(10, forfeit_if_used=True)
    relied = (credit("2024-05-01", 900), credit("2025-05-01", 500), credit("2025-05-02", 60))
    # 2025 holds 560 minutes and 300 carried: it needs 40 of them, and its rest of 260 is forfeited.
    assert carried(*relied, carry=rules) == [(5, 0), (0, 5), (0, 0)]
    did_not = (credit("2024-05-01", 900), credit("2025-05-01", 720))
    assert carried(*did_not, carry=rules) == [(5, 0), (2, 0), (0, 2)]


def test_late_hours_do_not_stand_in_for_carried_ones():
    """Complete with what was carried in, the year does not become late by hours of the next one."""
    rules = {"carry": carrying(10, forfeit_if_used=True), "late": late(120)}
    earned = (credit("2024-05-01", 900), credit("2025-05-01", 400))
    (before, year, _) = assessed(*earned, until="2026-02-01", **rules)
    assert (year.status, year.carried_in, year.carry.carried) == ("compliant", 300, 0)
    (before, year, after) = assessed(*earned, credit("2026-02-01", 600), until="2026-03-01", **rules)
    assert (year.status, year.carried_in, year.made_up, after.line("total").counted) == ("compliant", 300, 0, 600)
    assert before.carry.carried == 300


def test_what_a_cap_kept_from_counting_may_be_carried_or_lapse():
    earned = (credit("2024-05-01", 600), credit("2024-05-01", 300, format="recorded"))
    rules = {"caps": [cap(2, "recorded")], "until": "2025-05-05"}
    assert carried(*earned, carry=carrying(10), **rules) == [(2, 0), (0, 2)]
    before, after = assessed(*earned, carry=carrying(10, capped=True), **rules)
    assert (before.carry.carried, before.line("total").counted) == (300, 720)
    assert after.line("total").counted == 120  # where it is carried to, the cap holds again


def test_nothing_that_is_still_needed_is_carried():
    asked = [minimum("ethics", 2)]
    earned = (credit("2024-05-01", 120, "ethics"), credit("2024-05-01", 600))
    before, after = assessed(*earned, requirements=asked, carry=carrying(6), until="2025-05-05")
    assert (before.missing, before.carry.carried) == (0, 120)
    assert (after.line("ethics").counted, after.line("total").counted) == (0, 120)


def test_by_requirement_says_what_could_serve_again():
    asked = [minimum("ethics", 2)]
    before, after = assessed(
        credit("2024-05-01", 780, "ethics"), requirements=asked, carry=carrying(6), until="2025-05-05"
    )
    assert dict(before.carry.by_requirement) == {"total": 180, "ethics": 180}
    assert after.line("ethics").missing == 0


def test_carried_credit_of_a_category_inside_another():
    categories = [category("ethics"), category("bias", within="ethics")]
    rules = {"categories": categories, "requirements": [minimum("ethics", 1)], "carry": carrying(6), "total": total(2)}
    before, after = assessed(credit("2024-05-01", 240, "bias"), until="2025-05-05", **rules)
    assert before.carry.carried == 120
    assert (after.line("ethics").missing, after.line("total").missing) == (0, 0)


# --- out of an exempt period -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "out"), [("all", 6), ("as_if_owed", 3), ("nothing", 0)])
def test_from_an_exempt_period(rule, out):
    known = Facts(admitted_on=date(2024, 2, 1), credits=(credit("2024-05-01", 780),))
    rulebook = book(carry=carrying(6, from_exempt=rule), joining=first("exempt"))
    before, after = assess(rulebook, known, date(2025, 5, 5)).periods
    assert before.status == "exempt"
    assert (before.carry.carried, after.carried_in) == (60 * out, 60 * out)


def test_late_hours_do_not_lift_what_would_have_been_carried():
    """Nothing is owed, so nothing is made up: the hours of the next year count in it, and in it alone."""
    rules = {"requirements": [minimum("ethics", 3)], "joining": first("exempt"), "late": late(120)}
    earned = (credit("2024-05-01", 720), credit("2024-05-02", 60, "ethics"), credit("2025-02-01", 120, "ethics"))
    known = Facts(admitted_on=date(2024, 2, 1), credits=earned)
    before, after = assess(book(**rules, carry=carrying(6, from_exempt="as_if_owed")), known, date(2025, 5, 5)).periods
    assert (before.made_up, before.carry.carried, after.carried_in) == (0, 180, 180)
    assert after.line("total").counted == 300


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"carry": carrying({"share": "1/2"})}, id="the most"),
        pytest.param({"carry": carrying(20, limits=[{"counts": {}, "maximum": {"share": "1/2"}}])}, id="of a kind"),
        pytest.param({"carry": carrying(20), "caps": [cap({"share": "1/2"}, "live")]}, id="a cap"),
    ],
)
@pytest.mark.parametrize("rule", ["exempt-by-joining", "relieved"])
def test_a_share_is_taken_of_what_would_have_been_owed_in_an_exempt_period(changes, rule):
    """A year in which nothing is owed is no reason to take hours away."""
    known = Facts(admitted_on=date(2024, 2, 1), credits=(credit("2024-05-01", 780),))
    relief = {"code": "new", "when": {"first_period": True}, "relieves": ["total"], "clause": "exemption"}
    exempt = {"exempt-by-joining": {"joining": first("exempt")}, "relieved": {"exemptions": [relief]}}[rule]
    before, after = assess(book(**changes, **exempt), known, date(2025, 5, 5)).periods
    assert (before.status, before.carry.carried, after.carried_in) == ("exempt", 300, 300)


def test_a_fixed_figure_or_a_share_of_what_was_owed():
    changes = {"carry": carrying({"share": "1/2"}), "until": "2025-05-05"}
    assert carried(credit("2024-05-01", 1200), **changes) == [(5, 0), (0, 5)]
    paused = Facts(statuses=(span("paused", "2024-01-01", "2024-07-02"),), credits=(credit("2024-05-01", 1200),))
    before, _ = assess(book(carry=carrying({"share": "1/2"})), paused, date(2025, 5, 5)).periods
    assert (before.line("total").required, before.carry.carried) == (300, 150)  # 183 of 366 days


# --- with late hours -------------------------------------------------------------------------------------------------


def test_late_hours_are_used_before_anything_is_carried_on():
    earned = (credit("2024-05-01", 540), credit("2025-02-01", 780))
    missed, running, _ = assessed(*earned, carry=carrying(6), late=late(120))
    assert (missed.made_up, missed.carry.carried) == (60, 0)
    assert (running.line("total").counted, running.carry.carried) == (720, 120)


def test_who_carries_makes_nothing_up():
    earned = (credit("2024-05-01", 720), credit("2025-02-01", 600))
    before, after, _ = assessed(*earned, carry=carrying(6), late=late(120))
    assert (before.made_up, before.carry.carried, after.carried_in, after.carry.carried) == (0, 120, 120, 120)


def test_an_extension_lets_late_hours_in_but_carries_none_of_them():
    grants = (Grant("extension", date(2024, 5, 1), date(2025, 3, 31)),)
    known = Facts(grants=grants, credits=(credit("2024-05-01", 540), credit("2025-02-01", 120)))
    extended, running = assess(book(carry=carrying(6)), known, date(2025, 5, 5)).periods
    assert (extended.made_up, extended.carry.carried, running.line("total").counted) == (60, 0, 60)
