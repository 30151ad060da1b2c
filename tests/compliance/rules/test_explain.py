from datetime import date

from hypothesis import given, settings

from compliance.rules import Facts, Period, assess, explain
from tests.compliance.rules.books import book, cap, category, credit, joining, late
from tests.compliance.rules.strategies import TODAY, facts, rulebooks


def fates(rulebook, *credits, today: str = "2025-06-01", joined_on: date | None = None):
    explained = explain(rulebook, Facts(joined_on=joined_on, credits=credits), date.fromisoformat(today))
    return [[(part.minutes, part.reason, part.counts_for, part.clause) for part in each.portions] for each in explained]


def test_a_credit_above_a_cap_is_cut_and_the_cap_named():
    rulebook = book(categories=[category("ethics", 60)], format_caps=[cap(100, "recorded")])
    assert fates(
        rulebook,
        credit("2025-03-01", 90, "ethics", "recorded"),
        credit("2025-02-01", 40, "law", "recorded"),
        credit("2025-04-01", 30, "ethics"),
    ) == [
        [(10, "counted", ("total",), "norm"), (30, "format_cap", (), "cap")],
        [(90, "counted", ("total", "ethics"), "norm")],
        [(30, "counted", ("total", "ethics"), "norm")],
    ]


def test_the_cap_that_binds_is_the_one_named():
    rulebook = book(format_caps=[cap(500, "recorded", "reading"), cap(60, "reading", clause="cap-2")])
    assert fates(rulebook, credit("2025-03-01", 90, format="reading"))[0][1] == (30, "format_cap", (), "cap-2")


def test_make_up_is_said_of_the_earliest_late_minutes():
    rulebook = book(late=late(120), effective_from="2024-01-01")
    explained = explain(
        rulebook, Facts(credits=(credit("2024-05-01", 500), credit("2025-02-01", 150))), date(2025, 6, 1)
    )
    used, rest = explained[1].portions
    assert (used.minutes, used.reason, used.clause) == (100, "used_for_previous_period", "make-up")
    assert used.period == Period(date(2024, 1, 1), date(2024, 12, 31))
    assert (rest.minutes, rest.reason) == (50, "counted")


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
    ) == [[(30, "counted", ("total",), "norm"), (60, "reversed", (), "")], []]


@settings(max_examples=60)
@given(rulebooks(), facts())
def test_the_explanation_adds_up_to_the_assessment(rulebook, known):
    result = assess(rulebook, known, TODAY)
    explained = explain(rulebook, known, TODAY)
    for each in explained:
        assert sum(part.minutes for part in each.portions) == each.credit.minutes
    parts = [part for each in explained for part in each.portions]
    assert all(part.clause for part in parts)
    for period in result.periods:
        for line in period.lines:
            counted = [part.minutes for part in parts if part.period == period.period and line.code in part.counts_for]
            assert sum(counted) == line.counted
