from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules import Facts, RulebookError, assess, combine
from tests.compliance.rules.books import WORDS, book, calendar, cap, category, first, late
from tests.compliance.rules.strategies import credits, spans

NATIONAL = {
    "code": "national",
    "total_minutes": 600,
    "categories": [category("ethics", 60)],
    "format_caps": [cap(300, "recorded")],
    "late": late(120),
    "first_period": first("prorated_days"),
    "statuses": {"active": "counts", "paused": "pauses"},
}
REGION = {**NATIONAL, "code": "region", "extends": {"code": "national"}}


def test_the_stricter_of_the_two():
    addition = book(
        **{
            **REGION,
            "total_minutes": 720,
            "categories": [category("local-law", 45)],
            "format_caps": [cap(200, "recorded"), cap(100, "reading")],
            "late": late(60),
            "statuses": {"seconded": "counts"},
            "reminder_days": [60],
            "at_risk_days": 30,
        }
    )
    both = combine(book(**NATIONAL), addition)
    assert (both.code, both.total_minutes, both.late.make_up_days) == ("region", 720, 60)
    assert [(each.code, each.minimum_minutes) for each in both.categories] == [("ethics", 60), ("local-law", 45)]
    assert [(each.formats, each.maximum_minutes) for each in both.format_caps] == [
        (("recorded",), 200),
        (("reading",), 100),
    ]
    assert both.statuses == {"active": "counts", "paused": "pauses", "seconded": "counts"}
    assert (both.reminder_days, both.at_risk_days) == ((60, 30), 90)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"extends": None}, "extends.code"),
        ({"extends": {"code": "elsewhere"}}, "extends.code"),
        ({"total_minutes": 599}, "total_minutes"),
        ({"categories": [category("ethics", 59)]}, "categories.0.minimum_minutes"),
        ({"categories": [category("local-law", 541)]}, "total_minutes"),
        ({"format_caps": [cap(301, "recorded")]}, "format_caps.0.maximum_minutes"),
        ({"late": late(121)}, "late.make_up_days"),
        ({"late": late(120, grace_days=31)}, "late.grace_days"),
        ({"late": late(120, grace_days=29)}, "late.grace_days"),
        ({"first_period": first("exempt")}, "first_period.rule"),
        ({"statuses": {"active": "pauses"}}, "statuses.active"),
        ({"statuses": {"seconded": "exempt"}}, "statuses.seconded"),
        ({"statuses": {"paused": "closed"}}, "statuses.paused"),
        ({"period": calendar(2)}, "period"),
        ({"unit": {"minutes": 45, "name": WORDS}}, "unit.minutes"),
        ({"proration": {"rounding": "down_to_minute", "clause": "proration"}}, "proration"),
        ({"effective_from": "2023-01-01"}, "effective_from"),
        (
            {"clauses": {**book().model_dump(mode="json")["clauses"], "norm": {"document": "X", "text": WORDS}}},
            "clauses.norm",
        ),
    ],
)
def test_nothing_may_be_lowered(changes, path):
    with pytest.raises(RulebookError) as caught:
        combine(book(**NATIONAL), book(**{**REGION, **changes}))
    assert [problem.path for problem in caught.value.problems] == [path]


def test_a_cap_that_shrinks_may_not_stop_shrinking():
    national = book(**{**NATIONAL, "format_caps": [cap(300, "recorded", prorated=True)]})
    with pytest.raises(RulebookError, match="must shrink"):
        combine(national, book(**REGION))


def test_all_that_is_lowered_is_named():
    with pytest.raises(RulebookError) as caught:
        combine(book(**NATIONAL), book(**{**REGION, "total_minutes": 100, "late": late(200), "extends": None}))
    assert {problem.path for problem in caught.value.problems} == {"extends.code", "total_minutes", "late.make_up_days"}


additions = st.fixed_dictionaries(
    {
        "total_minutes": st.integers(500, 700),
        "categories": st.lists(
            st.builds(category, st.sampled_from(["ethics", "practice"]), st.integers(0, 120)),
            unique_by=lambda each: each["code"],
        ),
        "format_caps": st.lists(
            st.builds(cap, st.integers(0, 400), st.sampled_from(["recorded", "reading"])),
            unique_by=lambda each: each["formats"][0],
        ),
        "first_period": st.sampled_from(["full", "exempt", "prorated_days"]).map(first),
        "statuses": st.dictionaries(st.sampled_from(["active", "paused"]), st.sampled_from(["counts", "pauses"])),
    }
)


@settings(max_examples=80)
@given(additions, credits(), spans(), st.none() | st.just(date(2025, 4, 1)))
def test_whoever_meets_the_region_meets_the_nation(changes, earned, history, joined_on):
    national = book(**NATIONAL)
    try:
        both = combine(national, book(**{**REGION, **changes}))
    except RulebookError:
        return
    known = Facts(joined_on=joined_on, statuses=history, credits=earned)
    below = assess(national, known, date(2025, 11, 1)).periods[0]
    above = assess(both, known, date(2025, 11, 1)).periods[0]
    assert above.missing >= below.missing
    assert above.lines[0].required >= below.lines[0].required
