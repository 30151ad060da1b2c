"""The ladder of cases: days, terms, excused days, suspensions within a window, and what is wrong with a ladder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.rules import Period, Rulebook, RulebookError, parse_rulebook, write_rulebook
from compliance.rules.calendar import DAY, add_months
from compliance.rules.doubts import doubts
from compliance.rules.enforcing import (
    CaseDays,
    Suspension,
    articles_in,
    first_day,
    first_unexcused,
    in_window,
    last_day,
)
from compliance.rules.language.enforcement import STATES, Enforcement

BOOKS = Path(__file__).parents[3] / "compliance" / "rulebooks"
DUE, GRACE = date(2026, 12, 31), date(2027, 1, 30)
DAYS = range(39000, 41000)


def book(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BOOKS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def rules(name: str = "kz-example") -> Enforcement:
    found = parse_rulebook(book(name)).enforcement
    assert found is not None
    return found


def step(code: str, name: str = "kz-example") -> Any:
    return next(each for each in rules(name).steps if each.code == code)


# --- days ------------------------------------------------------------------------------------------------------------


def test_a_petition_is_possible_on_day_31() -> None:
    assert first_day(step("petition"), CaseDays(DUE, GRACE)) == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("decided", "latest"),
    [("2027-02-15", "2027-05-15"), ("2027-11-30", "2028-02-29"), ("2026-11-30", "2027-02-28"),
     ("2027-01-31", "2027-04-30")],
)  # fmt: skip
def test_the_term_ends_on_the_same_day_three_months_on_or_on_the_last_of_the_month(decided: str, latest: str) -> None:
    assert last_day(step("suspended"), date.fromisoformat(decided)) == date.fromisoformat(latest)


def test_membership_is_for_the_day_after_the_term() -> None:
    days = CaseDays(DUE, GRACE, term_ends_on=date(2027, 5, 15))
    assert first_day(step("membership_put"), days) == date(2027, 5, 16)
    assert first_day(step("membership_put"), CaseDays(DUE, GRACE)) is None


def test_another_ladder_goes_by_days_of_the_year() -> None:
    days = CaseDays(date(2025, 12, 31), date(2025, 12, 31))
    assert first_day(step("certified", "us-tn"), days) == date(2026, 5, 1)
    assert first_day(step("suspended", "us-tn"), days) == date(2026, 6, 1)
    assert step("suspended", "us-tn").term is None


def test_a_step_may_reckon_from_the_day_of_another() -> None:
    data = book("kz-example")
    data["enforcement"]["steps"][3]["earliest"] = {"since": "notified", "days": 30}
    rule = next(each for each in parse_rulebook(data).enforcement.steps if each.code == "petition")  # type: ignore[union-attr]
    assert first_day(rule, CaseDays(DUE, GRACE, reached={"notified": date(2027, 1, 4)})) == date(2027, 2, 3)
    assert first_day(rule, CaseDays(DUE, GRACE)) is None


# --- excused days ----------------------------------------------------------------------------------------------------


def unexcused(*spans: tuple[str, str], today: str = "2027-01-01") -> date:
    periods = [Period(date.fromisoformat(first), date.fromisoformat(last)) for first, last in spans]
    return first_unexcused(DUE, GRACE + DAY, periods, date.fromisoformat(today))


@pytest.mark.parametrize(
    ("spans", "day"),
    [
        ((), "2027-01-31"),
        ((("2027-01-10", "2027-01-20"),), "2027-02-11"),
        ((("2027-01-31", "2027-01-31"),), "2027-02-01"),
        ((("2027-02-01", "2027-02-28"),), "2027-01-31"),
        ((("2026-11-01", "2026-12-31"),), "2027-01-31"),
        ((("2026-12-01", "2027-01-01"),), "2027-02-01"),
        # Two that overlap do not count twice.
        ((("2027-01-01", "2027-01-10"), ("2027-01-05", "2027-01-12")), "2027-02-12"),
    ],
)
def test_days_that_a_reason_covers_are_not_among_the_thirty(spans: Any, day: str) -> None:
    assert unexcused(*spans) == date.fromisoformat(day)


def test_while_a_reason_covers_today_nothing_begins() -> None:
    assert unexcused(("2027-02-10", "2027-02-20"), today="2027-02-15") == date(2027, 2, 21)
    assert unexcused(("2027-02-10", "2027-02-20"), today="2027-02-21") == date(2027, 1, 31)


# --- suspensions within 36 months ------------------------------------------------------------------------------------


def suspended(day: str, status: str = "suspended_cle", ground: str = "43(3)(3)", **more: Any) -> Suspension:
    return Suspension(date.fromisoformat(day), status, ground, **more)


FIRST, SECOND = suspended("2025-03-10"), suspended("2026-04-05")


def window(*history: Suspension, today: str) -> Any:
    rule = rules().suspensions
    assert rule is not None
    return in_window(rule, history, date.fromisoformat(today))


@pytest.mark.parametrize(
    ("third", "counted", "reached"), [("2028-03-01", 3, True), ("2028-03-10", 3, True), ("2028-03-11", 2, False)]
)
def test_three_within_36_months_and_the_day_after(third: str, counted: int, reached: bool) -> None:
    found = window(FIRST, SECOND, suspended(third), today=third)
    assert len(found.counted) == counted
    assert found.reached_on == (date.fromisoformat(third) if reached else None)


def test_a_warning_at_two_until_the_first_leaves_the_months() -> None:
    assert not window(FIRST, today="2025-03-10").warn
    assert window(FIRST, SECOND, today="2026-04-05").warn
    last = window(FIRST, SECOND, today="2028-03-10")
    assert (last.warn, last.first_leaves_on) == (True, date(2028, 3, 11))
    assert not window(FIRST, SECOND, today="2028-03-11").warn


def test_what_was_reached_stays_so_when_the_first_has_left() -> None:
    found = window(FIRST, SECOND, suspended("2028-03-01"), today="2028-06-01")
    assert (len(found.counted), found.reached_on) == (2, date(2028, 3, 1))


def test_other_grounds_count_by_their_article_and_unnamed_ones_are_shown() -> None:
    quality = suspended("2026-01-10", "suspended_other", "пп. 4) п. 3 ст. 43")
    accused = suspended("2026-02-10", "suspended_other", "43(3)(2)")
    unnamed = suspended("2026-03-10", "suspended_other", "приказ")
    own = suspended("2026-05-10", "suspended_own", "")
    found = window(quality, accused, unnamed, own, today="2026-06-01")
    assert (found.counted, found.unclear) == ((quality,), (unnamed,))


def test_one_decision_in_two_rows_counts_once() -> None:
    first = suspended("2026-01-10", until=date(2026, 2, 1), document="Order 5")
    again = suspended("2026-02-01", document="Order 5")
    other = suspended("2026-02-01", document="Order 9")
    assert window(first, again, today="2026-03-01").counted == (first,)
    assert len(window(first, other, today="2026-03-01").counted) == 2


@given(st.lists(st.sampled_from(DAYS), max_size=6), st.sampled_from(DAYS))
def test_the_limit_is_reached_as_counting_by_hand_says(ordinals: list[int], today: int) -> None:
    days = sorted(date.fromordinal(700000 + each) for each in set(ordinals))
    now = date.fromordinal(700000 + today)
    rule = rules().suspensions
    assert rule is not None
    found = in_window(rule, [Suspension(day, "suspended_cle") for day in days], now)
    by_hand = [
        day for day in days
        if day <= now and sum(add_months(each, 36) >= day for each in days if each <= day) >= 3
    ]  # fmt: skip
    assert found.reached_on == (by_hand[-1] if by_hand else None)


@pytest.mark.parametrize(
    ("ground", "named"),
    [("Art. 43(3)(3)", {"43(3)(3)"}), ("подпункт 5) пункта 3 статьи 43", {"43(3)(5)"}),
     ("43 ( 3 ) ( 4 )", {"43(3)(4)"}),
     ("43-баптың 3-тармағының 4) тармақшасы", {"43(3)(4)"}), ("приказ № 43", set()), ("60(1)(3-1)", {"60(1)(3-1)"})],
)  # fmt: skip
def test_articles_are_found_as_people_write_them(ground: str, named: set[str]) -> None:
    assert articles_in(ground) == named


# --- faults and doubts -----------------------------------------------------------------------------------------------


def faults(change: Any) -> list[str]:
    data = book("kz-example")
    change(data["enforcement"])
    with pytest.raises(RulebookError) as refused:
        parse_rulebook(data)
    return [each.path for each in refused.value.problems]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda it: it["steps"][0].update(code="petition"), "enforcement.steps.3.code"),
        (lambda it: it["steps"][0].update(to_state="gone"), "enforcement.steps.0.to_state"),
        (lambda it: it["steps"][0].update(to_state="cured"), "enforcement.steps.0.to_state"),
        (lambda it: it["steps"][0].update(to_state="open"), "enforcement.steps.0.to_state"),
        (lambda it: it["steps"][0].update(from_states=["objected"]), "enforcement.steps.2"),
        (lambda it: it["steps"][4].update(needs_reason=False), "enforcement.steps.4.needs_reason"),
        (lambda it: it["steps"][5].update(needs_document=False), "enforcement.steps.5.needs_document"),
        (lambda it: it["steps"][3]["earliest"].update(since="birth"), "enforcement.steps.3.earliest.since"),
        (lambda it: it["steps"][5].pop("term"), "enforcement.steps.10.earliest.since"),
        (lambda it: it["suspensions"].update(warn_at=4), "enforcement.suspensions.warn_at"),
        (lambda it: it["suspensions"]["counts"][0].update(status="x"), "enforcement.suspensions.counts.0.status"),
        (
            lambda it: it["suspensions"]["counts"][1].update(articles=["43"]),
            "enforcement.suspensions.counts.1.articles",
        ),
        (lambda it: it["excuses"]["reasons"][1].update(code="maternity"), "enforcement.excuses.reasons.1.code"),
        (lambda it: it["steps"][3].update(clause="nowhere"), "enforcement.steps.3.clause"),
    ],
)
def test_what_does_not_fit_together_is_named_by_its_place(change: Any, path: str) -> None:
    assert path in faults(change)


def test_what_nobody_can_take_or_leave_is_a_doubt() -> None:
    data = book("kz-example")
    steps = data["enforcement"]["steps"]
    steps[5]["from_states"] = ["decided"]
    steps[-1]["from_states"].remove("licensor_told")
    found = {each.path for each in doubts(parse_rulebook(data))}
    assert {"enforcement.steps.5.from_states", "enforcement.steps.9.to_state"} <= found


def test_written_down_again_it_is_the_same() -> None:
    document = parse_rulebook(book("kz-example"))
    again = parse_rulebook(write_rulebook(document))
    assert isinstance(again, Rulebook)
    assert again.enforcement == document.enforcement


def test_every_state_is_used_by_some_ladder() -> None:
    steps = rules().steps
    assert {state for each in steps for state in (*each.from_states, each.to_state)} == set(STATES)
