"""What is still needed: the fewest hours, of kinds that do complete the period."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings

from compliance.rules import Credit, Facts, Rulebook, assess
from compliance.rules.needs import Need
from compliance.rules.tree import stretches
from tests.compliance.rules.books import book, cap, credit, minimum, total
from tests.compliance.rules.strategies import TODAY, facts, rulebooks

HOUR = 60
LIVE = {"counts": {"formats": ["live"]}, "alongside": True}


def needed(rulebook: Rulebook, *credits: Credit, day: str = "2024-06-01"):
    return assess(rulebook, Facts(credits=credits), date.fromisoformat(day)).periods[-1]


def test_hours_of_any_kind():
    period = needed(book(), credit("2024-05-01", 240))
    assert (period.missing, period.needs) == (6 * HOUR, (Need(6 * HOUR, "total"),))


def test_a_minimum_is_part_of_what_is_missing_in_all():
    rules = book(requirements=[minimum("ethics", 2)])
    period = needed(rules, credit("2024-05-01", 8 * HOUR))
    assert period.needs == (Need(2 * HOUR, "ethics"),)
    period = needed(rules, credit("2024-05-01", 5 * HOUR))
    assert period.needs == (Need(3 * HOUR, "total"), Need(2 * HOUR, "ethics"))
    assert period.missing == 5 * HOUR


def test_a_minimum_inside_another_is_counted_once():
    categories = [{"code": "law", "name": "Law"}, {"code": "ethics", "name": "Ethics"},
                  {"code": "bias", "name": "Bias", "within": "ethics"}]  # fmt: skip
    rules = book(categories=categories,
                 requirements=[minimum("ethics", 3), minimum("bias", 1, within="ethics")])  # fmt: skip
    period = needed(rules, credit("2024-05-01", 10 * HOUR))
    assert period.needs == (Need(2 * HOUR, "ethics"), Need(HOUR, "bias"))
    assert period.missing == 3 * HOUR


def test_what_goes_alongside_is_laid_over_the_rest():
    rules = book(requirements=[minimum("ethics", 2), minimum("live", 4, **LIVE)])
    period = needed(rules, credit("2024-05-01", 8 * HOUR, format="recorded"))
    assert period.missing == 4 * HOUR
    assert period.needs == (Need(2 * HOUR, "ethics", (("live", 2 * HOUR),)), Need(2 * HOUR, "live"))


def test_what_goes_alongside_inside_a_minimum_is_not_laid_over_others():
    """Law cannot be ethics taught live."""
    counts = {"formats": ["live"], "categories": ["ethics"]}
    live = minimum("live-ethics", 2, within="ethics", alongside=True, counts=counts)
    rules = book(requirements=[minimum("ethics", 3), live, minimum("law", 5)])
    earned = credit("2024-05-01", 10 * HOUR, "ethics", format="recorded"), credit("2024-05-01", 2 * HOUR)
    period = needed(rules, *earned)
    assert (period.missing, period.needs) == (5 * HOUR, (Need(2 * HOUR, "live-ethics"), Need(3 * HOUR, "law")))
    period = needed(rules, earned[1], credit("2024-05-01", 2 * HOUR, "ethics", format="recorded"))
    assert period.needs == (
        Need(HOUR, "total"), Need(HOUR, "ethics", (("live-ethics", HOUR),)), Need(HOUR, "live-ethics"),
        Need(3 * HOUR, "law"),
    )  # fmt: skip


def test_the_stretches_of_one_minimum_share_nothing():
    rules = book(
        period={"months": 36, "anchor": {"rule": "fixed", "first_start": "2024-01-01"}, "clause": "period"},
        requirements=[minimum("each", 2, in_each=12, counts={})],
    )
    period = needed(rules, credit("2024-05-01", 10 * HOUR), day="2026-06-01")
    assert [line.missing for line in period.lines] == [0, 0, 2 * HOUR, 2 * HOUR]
    assert period.missing == 4 * HOUR


def test_a_cap_that_is_used_up_is_named():
    rules = book(caps=[cap(3, "recorded")])
    (need,) = needed(rules, credit("2024-05-01", 5 * HOUR, format="recorded")).needs
    assert need == Need(7 * HOUR, "total", not_under=("recorded",))
    (need,) = needed(rules, credit("2024-05-01", 2 * HOUR, format="recorded")).needs
    assert need.not_under == ()


def test_nothing_is_needed_by_who_is_complete_or_exempt():
    assert needed(book(), credit("2024-05-01", 600)).needs == ()
    away = needed(book(total=total(0)))
    assert (away.status, away.needs) == ("compliant", ())


def answer(period, need: Need) -> Iterator[Credit]:
    """Live credit of the kinds that the need asks for, each part in its stretch, the rest at the end of the period."""
    line, _, part = need.serves.partition(".")
    category = part if part and line == "fields" else line if line in ("ethics", "bias", "practice") else "law"
    by_year = [(code, minutes) for code, minutes in need.also if code.startswith("yearly.")]
    if line == "yearly":
        by_year = [(need.serves, need.minutes)]
    rest = need.minutes - sum(minutes for _code, minutes in by_year)
    for code, minutes in by_year:
        years = list(stretches(period.period, 12))
        yield Credit(years[int(code.partition(".")[2]) - 1].end, category, "live", int(minutes), "answer")
    if rest:
        yield Credit(period.period.end, category, "live", int(rest), "answer")


@settings(max_examples=80, deadline=None)
@given(rulebooks(by_length=True, max_caps=0, make_up=False), facts())
def test_what_is_said_to_be_needed_completes_the_period(rulebook, known):
    result = assess(rulebook, known, TODAY)
    assume(result.periods)
    current = result.periods[-1]
    assume(all(line.missing == int(line.missing) for line in current.lines))
    assert sum(need.minutes for need in current.needs) == current.missing
    more = [credit for need in current.needs for credit in answer(current, need)]
    after = assess(rulebook, replace(known, credits=(*known.credits, *more)), TODAY).periods[-1]
    assert after.missing == 0


@settings(max_examples=80, deadline=None)
@given(rulebooks(by_length=True, max_caps=0, make_up=False), facts())
def test_nothing_less_would_do(rulebook, known):
    """One minute fewer, of the best kind, and something is missing.

    Where hours make up a period before, one more there may set free one of another kind here: then it does for two.
    """
    current = next(iter(assess(rulebook, known, TODAY).periods[-1:]), None)
    assume(current is not None and current.missing >= 1)
    for category in ("law", "ethics", "bias", "practice"):
        one = Credit(current.period.end, category, "live", 1, "answer")
        after = assess(rulebook, replace(known, credits=(*known.credits, one)), TODAY).periods[-1]
        assert after.missing >= current.missing - 1


@pytest.mark.parametrize("minutes", [0, 1, 599])
def test_the_fewest_is_exact(minutes):
    assert needed(book(), *([credit("2024-05-01", minutes)] if minutes else [])).missing == 600 - minutes
