from datetime import date

import pytest

from compliance.rules import FactsError
from compliance.rules.compiled import rules_of
from compliance.rules.valuation import pooled, valued
from tests.compliance.rules.books import book, cap, category, credit


def test_a_reversal_takes_back_what_it_names():
    credits = [credit("2026-02-01", 90, ref="a"), credit("2026-02-01", -90, ref="b"), credit("2026-02-02", 45)]
    assert [(each.day, each.minutes) for each in valued(credits)] == [(date(2026, 2, 2), 45)]


def test_several_credits_of_one_kind_are_one():
    assert valued([credit("2026-02-01", 90), credit("2026-02-01", 30), credit("2026-02-01", -45)]) == (
        credit("2026-02-01", 75),
    )


@pytest.mark.parametrize(
    "reversal",
    [
        pytest.param(credit("2026-02-02", -90), id="another-day"),
        pytest.param(credit("2026-02-01", -90, "ethics"), id="another-category"),
        pytest.param(credit("2026-02-01", -90, "law", "recorded"), id="another-format"),
        pytest.param(credit("2026-02-01", -91), id="too-much"),
    ],
)
def test_a_reversal_of_nothing_is_refused(reversal):
    rules = rules_of(book())
    with pytest.raises(FactsError):
        valued([credit("2026-02-01", 90), reversal])
    with pytest.raises(FactsError):
        pooled(rules, [credit("2026-02-01", 90), reversal], (date(2026, 1, 1), date(2027, 1, 1)))


def test_pools_keep_apart_what_rules_keep_apart():
    rules = rules_of(book(categories=[category("ethics", 60), category("law", 0)], format_caps=[cap(60, "recorded")]))
    slots = (date(2026, 1, 1), date(2026, 5, 1), date(2027, 1, 1))
    credits = [
        credit("2025-12-31", 1),
        credit("2026-01-01", 10, "ethics"),
        credit("2026-04-30", 20, "ethics", "recorded"),
        credit("2026-05-01", 30, "law"),
        credit("2026-12-31", 40, "unknown", "unknown"),
        credit("2026-05-01", 50, "law", "recorded"),
        credit("2027-01-01", 1),
    ]
    head, rest, after = pooled(rules, credits, slots)
    assert (head, rest, after) == ([10, 20, 0, 0], [0, 0, 70, 50], [0, 0, 1, 0])
