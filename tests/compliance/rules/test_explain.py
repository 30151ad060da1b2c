"""What each credit counted for and what not, with the reason and the clause."""

from datetime import date

import pytest

from compliance.rules import Facts, Period, explain
from tests.compliance.rules.books import book, cap, carrying, category, credit, joining, late, minimum, total


def fates(rulebook, *credits, today: str = "2025-06-01", joined_on: date | None = None):
    explained = explain(rulebook, Facts(joined_on=joined_on, credits=credits), date.fromisoformat(today))
    return [[(part.minutes, part.reason, part.counts_for, part.clause) for part in each.portions] for each in explained]


def test_a_credit_above_a_cap_is_cut_and_the_cap_named():
    rulebook = book(requirements=[minimum("ethics", 1)], caps=[cap("5/3", "recorded")])
    assert fates(
        rulebook,
        credit("2025-02-01", 90, "ethics", "recorded"),
        credit("2025-02-02", 40, "ethics", "recorded"),
        credit("2025-04-01", 30, "ethics"),
    ) == [
        [(90, "counted", ("total", "ethics"), "ethics")],
        [(10, "counted", ("total", "ethics"), "ethics"), (30, "cap", (), "cap")],
        [(30, "counted", ("total", "ethics"), "ethics")],
    ]


def test_the_cap_that_binds_is_the_one_named():
    rulebook = book(caps=[cap(8, "recorded", "reading"), cap(1, "reading", clause="cap-2")])
    assert fates(rulebook, credit("2025-03-01", 90, format="reading"))[0][1] == (30, "cap", (), "cap-2")


def test_the_clause_of_the_innermost_requirement_is_named():
    categories = [category("law"), category("ethics"), category("bias", within="ethics")]
    asked = [minimum("ethics", 2), minimum("bias", 1, within="ethics", clause="variant")]
    rulebook = book(categories=categories, requirements=asked)
    assert fates(rulebook, credit("2025-03-01", 30, "bias"), credit("2025-03-01", 30, "law")) == [
        [(30, "counted", ("total", "ethics", "bias"), "variant")],
        [(30, "counted", ("total",), "norm")],
    ]


def test_what_is_alongside_is_named_too():
    live = minimum("live", 4, counts={"formats": ["live"]}, alongside=True)
    assert fates(book(requirements=[live]), credit("2025-03-01", 30)) == [[(30, "counted", ("total", "live"), "norm")]]


def test_what_nobody_asks_for_counts_nowhere():
    rulebook = book(total=total(10, counts={"categories": ["law"]}))
    assert fates(rulebook, credit("2025-03-01", 30, "practice")) == [[(30, "not_asked", (), "norm")]]


def test_what_is_above_the_norm_counts_as_well():
    assert fates(book(), credit("2025-03-01", 630)) == [[(630, "counted", ("total",), "norm")]]


def test_make_up_is_said_of_the_earliest_late_minutes():
    explained = explain(
        book(late=late(120)), Facts(credits=(credit("2024-05-01", 500), credit("2025-02-01", 150))), date(2025, 6, 1)
    )
    used, rest = explained[1].portions
    assert (used.minutes, used.reason, used.clause) == (100, "used_for_previous_period", "make-up")
    assert used.period == Period(date(2024, 1, 1), date(2024, 12, 31))
    assert (rest.minutes, rest.reason) == (50, "counted")
    assert explained[1].worth == 150


def test_what_is_carried_is_said_and_where_it_counts_in_the_end():
    (earned,) = explain(book(carry=carrying(6)), Facts(credits=(credit("2024-05-01", 720),)), date(2025, 6, 1))
    assert [(part.minutes, part.reason, part.period.start.year, part.clause) for part in earned.portions] == [
        (600, "counted", 2024, "norm"),
        (120, "carried", 2024, "carry"),
        (120, "counted", 2025, "norm"),
    ]


def test_carried_credit_that_nobody_touched_is_said_to_be_unused():
    """Who would rely on it could carry nothing of the new year."""
    rulebook = book(carry=carrying(6, forfeit_if_used=True))
    known = Facts(credits=(credit("2024-05-01", 720), credit("2025-05-01", 660)))
    earned, _ = explain(rulebook, known, date(2025, 6, 1))
    assert [(part.minutes, part.reason) for part in earned.portions] == [
        (600, "counted"),
        (120, "carried"),
        (120, "unused"),
    ]


def test_credit_outside_every_period():
    assert fates(book(), credit("2023-12-31", 30)) == [[(30, "before_effective", (), "period")]]
    waiting = fates(book(period=joining(1)), credit("2024-06-01", 30), joined_on=date(2024, 2, 1))
    assert waiting == [[(30, "outside_period", (), "period")]]
    ahead = fates(book(period=joining(1)), credit("2025-03-01", 30), joined_on=date(2025, 2, 1))
    assert ahead == [[(30, "outside_period", (), "period")]]


def test_a_reversed_credit_says_so():
    assert fates(
        book(),
        credit("2025-03-01", 90, ref="1"),
        credit("2025-03-01", -60, ref="2"),
    ) == [[(60, "reversed", (), ""), (30, "counted", ("total",), "norm")], []]


@pytest.mark.parametrize("state", ["pending", "refused", "not_accredited"])
def test_a_credit_that_is_not_approved_says_so(state):
    assert [part[:3] for part in fates(book(), credit("2025-03-01", 90, state=state))[0]] == [(90, state, ())]


def test_what_valuation_took_away_is_said():
    rules = {"valuation": {"rounding": {"to": "1/2", "direction": "down"}, "clause": "valuation",
                           "minimums": [{"minutes": 30, "clause": "minimum"}]},
             "duplicates": {"within": "period", "clause": "repeat"}}  # fmt: skip
    found = fates(
        book(**rules),
        credit("2025-03-01", 80, course="x"),
        credit("2025-03-02", 20),
        credit("2025-03-03", 70, course="x"),
    )
    assert found[0] == [(20, "rounding", (), "valuation"), (60, "counted", ("total",), "norm")]
    assert found[1] == [(20, "too_short", (), "minimum")]
    assert found[2] == [(10, "rounding", (), "valuation"), (60, "duplicate", (), "repeat")]


def test_what_an_activity_is_worth_may_be_more_than_its_length():
    speaking = {"code": "teaching", "counts": {"activities": ["teaching"]}, "times": 3, "clause": "activity"}
    known = Facts(credits=(credit("2025-03-01", 60, activity="teaching"),))
    (taught,) = explain(book(activities=[speaking]), known, date(2025, 6, 1))
    assert (taught.worth, [part.minutes for part in taught.portions]) == (180, [180])


def test_the_same_object_twice_is_two_credits():
    earned = credit("2025-03-01", 60)
    assert fates(book(), earned, earned) == 2 * [[(60, "counted", ("total",), "norm")]]
