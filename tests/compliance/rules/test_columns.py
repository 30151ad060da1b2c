"""Which rules sums decide, and what is summed."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import compliance
from compliance.rules import Facts, parse_rulebook, requirement
from compliance.rules.columns import Plan, adds_up, ignores_the_past, plan_of, spans
from compliance.rules.period import timeline

EXAMPLE = (Path(compliance.__file__).parent / "rulebooks" / "kz-example.json").read_text(encoding="utf-8")
KINDS = tuple((category, form) for category in ("law", "ethics", "other") for form in ("in_person", "recorded"))
FORMER, TODAY = Facts(joined_on=date(2015, 3, 2)), date(2026, 6, 1)


def book(**changes: Any):
    return parse_rulebook({**json.loads(EXAMPLE), **changes})


def asked(code: str, **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": code,
        "amount": 2,
        "counts": {"categories": ["ethics"]},
        "clause": "example",
        **changes,
    }


def cap(**changes: Any) -> dict[str, Any]:
    return {"code": "c", "counts": {"formats": ["recorded"]}, "maximum": 4, "clause": "example", **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"caps": [cap(), cap(code="d", counts={"except": {"categories": ["law"]}}, prorated=True)]},
        {"requirements": [asked("a", when={"admitted": {"from": "2020-01-01"}}), asked("b", within="a")]},
        {"requirements": [asked("a", alongside=True, prorate="never", rounding={"to": 1, "direction": "up"})]},
        {"exemptions": [{"code": "e", "when": {"status": ["trainee"]}, "clause": "example"}]},
    ],
)
def test_sums_decide_where_nothing_looks_at_a_single_credit(changes: dict[str, Any]) -> None:
    assert adds_up(book(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"valuation": {"rounding": {"to": 1, "direction": "down"}, "clause": "example"}},
        {"valuation": {"minimums": [{"minutes": 30, "clause": "example"}], "clause": "example"}},
        {"valuation": {"not_during": ["suspended_own"], "clause": "example"}},
        {"activities": [{"code": "a", "counts": {"categories": ["law"]}, "times": 2, "clause": "example"}]},
        {"duplicates": {"within": "period", "clause": "example"}},
        {"carry": {"maximum": 4, "clause": "example"}},
        {"caps": [cap(per="day")]},
        {"caps": [cap(window={"rule": "rolling", "months": 24})]},
        {"caps": [cap(per="course")]},
        {"caps": [cap(counts={"last_months": 3})]},
        {"caps": [cap(counts={"earned": {"from": "2026-01-01"}})]},
        {"caps": [cap(counts={"formats": ["recorded"], "except": {"courses": ["A-1"]}})]},
        {"requirements": [asked("a", in_each=6)]},
        {"requirements": [asked("a", also=[{"counts": {"categories": ["law"]}, "at_most": 1}])]},
        {"requirements": [asked("a", spread={"of": ["law", "ethics"], "at_least": 1})]},
        {"requirements": [asked("a", window={"rule": "rolling", "months": 24})]},
        {"requirements": [asked("a", any_of=[{"amount": 1}])]},
        {"acts": [{"code": "plan", "name": "Plan", "needed_to_comply": False, "clause": "example"}]},
        {"variants": [{"code": "v", "when": {}, "set": {"at_risk_days": 1}, "clause": "example"}]},
    ],
)  # fmt: skip
def test_sums_do_not_decide_elsewhere(changes: dict[str, Any]) -> None:
    rulebook = book(**changes)
    assert not adds_up(rulebook)
    assert plan_of((book(), rulebook), KINDS) is None


def planned(*versions: Any) -> Plan:
    plan = plan_of(versions, KINDS)
    assert plan is not None
    return plan


def test_a_pool_is_what_no_version_tells_apart() -> None:
    one = planned(book())
    assert len(one.stand_ins) == 4
    assert one.pools["law", "recorded"] == one.pools["other", "recorded"] != one.pools["ethics", "recorded"]
    later = book(effective_from="2026-01-01", requirements=[asked("a", counts={"categories": ["law"]})])
    assert len(planned(book(), later).stand_ins) == 6
    assert one.pools[one.stand_ins[3]] == 3


def test_lines_and_caps_name_their_pools() -> None:
    rules = book(requirements=[asked("inner", within="outer"), asked("outer", counts={"categories": ["ethics", "law"]}),
                               asked("live", counts={"formats": ["in_person"]}, alongside=True)])  # fmt: skip
    plan, line = planned(rules), timeline((rules,), FORMER, TODAY)
    shape = plan.shape(line.frames[0], requirement(line.frames[0], FORMER), FORMER)
    summed = {each.code: {kind for kind, pool in plan.pools.items() if pool in each.pools} for each in shape.lines}
    assert summed == {
        "total": {*KINDS},
        "outer": {kind for kind in KINDS if kind[0] != "other"},
        "inner": {kind for kind in KINDS if kind[0] == "ethics"},
        "live": {kind for kind in KINDS if kind[1] == "in_person"},
    }
    assert [(each.code, each.parent, each.alongside) for each in shape.lines] == [
        ("total", -1, False), ("outer", 0, False), ("inner", 1, False), ("live", 0, True),
    ]  # fmt: skip
    ((code, pools),) = shape.caps
    assert code == "recorded"
    assert {kind for kind, pool in plan.pools.items() if pool in pools} == {
        kind for kind in KINDS if kind[1] == "recorded"
    }
    assert shape.settled


def test_sums_do_not_say_which_of_two_lines_a_credit_serves() -> None:
    rules = book(requirements=[asked("a"), asked("b")])
    line = timeline((rules,), FORMER, TODAY)
    assert not planned(rules).shape(line.frames[0], requirement(line.frames[0], FORMER), FORMER).settled


def test_the_days_of_a_period_and_those_that_may_still_fill_it() -> None:
    first, second = spans(timeline((book(),), FORMER, TODAY), FORMER)
    assert (first.first, first.last, first.late_last) == (date(2025, 1, 1), date(2025, 12, 31), date(2026, 4, 30))
    assert second.cuts == (date(2026, 1, 1), date(2027, 1, 1), date(2027, 5, 1))
    never = {**json.loads(EXAMPLE)["late"], "make_up_days": 0}
    (alone, _) = spans(timeline((book(late=never),), FORMER, TODAY), FORMER)
    assert alone.late_last == alone.last


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"admission": "licensed"}, False),
        ({"governs": "periods_ending"}, False),
        ({"period": {"months": 12, "anchor": {"rule": "admission"}, "clause": "example"}}, False),
        ({"joining": {"rule": "later", "years_after": 1, "clause": "example"}}, False),
        ({"exemptions": [{"code": "e", "when": {"status": ["trainee"]}, "clause": "example"}]}, False),
    ],
)
def test_when_the_time_before_the_rules_is_all_one(changes: dict[str, Any], expected: bool) -> None:
    assert ignores_the_past((book(), book(**changes))) is expected
