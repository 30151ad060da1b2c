"""What must hold for every rulebook and every history."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules import Assessment, Credit, Facts, Rulebook, assess, boundaries
from tests.compliance.rules.strategies import CATEGORIES, FORMATS, TODAY, days, facts, rulebooks

RANK = {"short": 0, "at_risk": 1, "on_track": 2, "compliant": 3, "exempt": 3}


def merged(rulebook: Rulebook, known: Facts) -> Facts:
    """All credit of one category and format between two boundaries as one, dated at the first."""
    starts = boundaries(rulebook, date(2022, 1, 1), TODAY)
    sums: defaultdict[tuple[date, str, str], int] = defaultdict(int)
    for credit in known.credits:
        sums[starts[bisect_right(starts, credit.day) - 1], credit.category, credit.format] += credit.minutes
    return replace(known, credits=tuple(Credit(*key, minutes) for key, minutes in sums.items()))


def missing(result: Assessment) -> list[int]:
    return [each.missing for each in result.periods]


def never_worse(less: Assessment, more: Assessment) -> bool:
    """In no period more is missing, and no period stands lower."""
    return all(
        after.missing <= before.missing and RANK[after.status] >= RANK[before.status]
        for before, after in zip(less.periods, more.periods, strict=True)
    )


@given(rulebooks(), facts())
def test_credit_merged_by_window_gives_the_same(rulebook, known):
    assert assess(rulebook, merged(rulebook, known), TODAY) == assess(rulebook, known, TODAY)


@given(rulebooks(), facts(), st.randoms(use_true_random=False))
def test_order_does_not_matter(rulebook, known, random):
    credits, statuses = list(known.credits), list(known.statuses)
    random.shuffle(credits)
    random.shuffle(statuses)
    shuffled = replace(known, credits=tuple(credits), statuses=tuple(statuses))
    assert assess(rulebook, shuffled, TODAY) == assess(rulebook, known, TODAY)


@given(rulebooks(), facts())
def test_twice_is_once(rulebook, known):
    assert assess(rulebook, known, TODAY) == assess(rulebook, known, TODAY)


extra = st.builds(Credit, days(), st.sampled_from(CATEGORIES), st.sampled_from(FORMATS), st.integers(1, 120))


@settings(max_examples=300)
@given(rulebooks(make_up=False) | rulebooks(max_caps=0), facts(), extra)
def test_more_credit_never_lowers_anything(rulebook, known, credit):
    less = assess(rulebook, known, TODAY)
    assert never_worse(less, assess(rulebook, replace(known, credits=(*known.credits, credit)), TODAY))


@settings(max_examples=300)
@given(rulebooks(), facts(), extra)
def test_with_caps_and_make_up_more_credit_helps_the_older_period_first(rulebook, known, credit):
    """More credit may free a cap for late minutes. They then fill the missed period, which comes first, and are
    missing in the one they were earned in: the older period gains before a younger one loses."""
    less = assess(rulebook, known, TODAY)
    assert missing(assess(rulebook, replace(known, credits=(*known.credits, credit)), TODAY)) <= missing(less)


@given(rulebooks(), facts(), extra)
def test_a_reversed_credit_leaves_no_trace(rulebook, known, credit):
    undone = replace(known, credits=(*known.credits, credit, replace(credit, minutes=-credit.minutes, ref="back")))
    assert assess(rulebook, undone, TODAY) == assess(rulebook, known, TODAY)


@given(rulebooks(), facts())
def test_no_minute_counts_twice_and_no_cap_is_exceeded(rulebook, known):
    result = assess(rulebook, known, TODAY)
    earned = sum(credit.minutes for credit in known.credits)
    assert sum(period.lines[0].counted for period in result.periods) <= earned
    for period in result.periods:
        assert period.made_up <= period.lines[0].counted
        assert all(line.missing == max(0, line.required - line.counted) for line in period.lines)
