"""Other rules for some people, some periods or some time."""

from datetime import date
from typing import Any

import pytest

from compliance.rules import Facts, RoleSpan, Rulebook, assess
from compliance.rules.variants import merged
from tests.compliance.rules.books import (
    WORDS,
    book,
    calendar,
    cap,
    credit,
    document,
    first,
    frames,
    joining,
    late,
    minimum,
    problems,
    total,
)

JUDGE = Facts(roles=(RoleSpan("judge"),))


def variant(code: str, when: dict[str, Any], **patch: Any) -> dict[str, Any]:
    return {"code": code, "when": when, "set": patch, "clause": "variant"}


def governing(facts: Facts, *variants: dict[str, Any], today: str = "2024-05-05", **changes: Any) -> Rulebook:
    return frames(book(variants=list(variants), **changes), facts, today)[-1].rulebook


def test_it_holds_for_whom_it_is_and_for_nobody_else():
    rule = variant("judges", {"role": ["judge"]}, total={"amount": 5})
    assert governing(JUDGE, rule).total.amount == 5
    assert governing(JUDGE, rule).total.clause == "norm"
    assert governing(Facts(), rule).total.amount == 10


def test_the_result_says_which_variants_held():
    rulebook = book(variants=[variant("judges", {"role": ["judge"]}, total={"amount": 5})], version="7")
    (period,) = assess(rulebook, JUDGE, date(2024, 5, 5)).periods
    assert (period.rulebook, period.variants, period.line("total").required) == ("test 7", ("judges",), 300)
    (plain,) = assess(rulebook, Facts(), date(2024, 5, 5)).periods
    assert (plain.rulebook, plain.variants) == ("test 7", ())


def test_later_variants_go_over_earlier_ones():
    rules = variant("one", {}, total={"amount": 5}, at_risk_days=10), variant("two", {}, total={"amount": 6})
    found = governing(Facts(), *rules)
    assert (found.total.amount, found.at_risk_days) == (6, 10)


def test_members_of_a_list_are_changed_added_and_taken_out_by_their_code():
    asked = [minimum("ethics", 2), minimum("practice", 3)]
    patch = [{"code": "ethics", "amount": 1}, {"code": "practice", "remove": True}, minimum("law", 4)]
    found = governing(Facts(), variant("v", {}, requirements=patch), requirements=asked)
    assert [(each.code, each.amount, each.clause) for each in found.requirements] == [
        ("ethics", 1, "ethics"),
        ("law", 4, "ethics"),
    ]


def test_what_is_set_to_nothing_is_taken_out():
    rules = {"carry": {"maximum": 6, "clause": "carry"}, "caps": [cap(5, "recorded")]}
    found = governing(Facts(), variant("v", {}, carry=None, caps=[]), **rules)
    assert (found.carry, found.caps) == (None, ())


def test_a_variant_for_some_time():
    """A temporary order: no cap on recorded hours in the periods that begin in 2025."""
    order = variant("order", {"period_starts": {"from": "2025-01-01", "to": "2025-12-31"}}, caps=[])
    earned = tuple(credit(f"{year}-02-01", 600, format="recorded") for year in (2024, 2025, 2026))
    rulebook = book(variants=[order], caps=[cap(5, "recorded")])
    found = assess(rulebook, Facts(credits=earned), date(2026, 5, 5)).periods
    assert [period.line("total").counted for period in found] == [300, 600, 300]


def test_every_other_period():
    rule = variant("alternate", {"alternate": {"every": 2, "is": 0}}, requirements=[minimum("ethics", 1)])
    found = assess(book(variants=[rule]), Facts(), date(2027, 5, 5)).periods
    assert [len(period.lines) for period in found] == [1, 2, 1, 2]


def test_the_first_period_of_new_members():
    rule = variant("new", {"first_period": True}, total={"amount": 4})
    found = assess(book(variants=[rule]), Facts(admitted_on=date(2025, 5, 1)), date(2026, 5, 5)).periods
    assert [period.line("total").required for period in found] == [240, 600]
    old = assess(book(variants=[rule]), Facts(admitted_on=date(2015, 5, 1)), date(2025, 5, 5)).periods
    assert [period.line("total").required for period in old] == [600, 600]


def test_a_variant_may_change_the_period_itself():
    rule = variant("short", {"role": ["judge"]}, period={"months": 6})
    found = frames(book(variants=[rule]), JUDGE, "2025-02-05")
    assert [(frame.period.start.isoformat(), frame.period.end.isoformat()) for frame in found] == [
        ("2024-01-01", "2024-06-30"), ("2024-07-01", "2024-12-31"), ("2025-01-01", "2025-06-30"),
    ]  # fmt: skip


def test_a_variant_of_joining():
    rule = variant("from-abroad", {"attributes": {"admission": ["comity"]}}, joining=first("exempt"))
    known = Facts(admitted_on=date(2024, 5, 1), attributes={"admission": "comity"})
    assert assess(book(variants=[rule]), known, date(2024, 6, 1)).periods[0].status == "exempt"
    assert assess(book(variants=[rule]), Facts(admitted_on=date(2024, 5, 1)), date(2024, 6, 1)).periods[0].status != (
        "exempt"
    )


def test_each_period_of_a_chain_has_its_own_variants():
    """Late hours of 2025 fill 2024 under the rules of 2024, and are capped with it."""
    rule = variant("order", {"period_starts": {"from": "2025-01-01"}}, caps=[], total=total(5))
    earned = (credit("2025-02-01", 480, format="recorded"),)
    rulebook = book(variants=[rule], caps=[cap(5, "recorded")], late=late(120))
    missed, running = assess(rulebook, Facts(credits=earned), date(2025, 5, 5)).periods
    assert (missed.made_up, running.line("total").counted, running.line("total").required) == (300, 180, 300)


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        ({"total": {"amount": -1}}, "variants.0.set.total.amount"),
        ({"total": {"hours": 5}}, "variants.0.set.total.hours"),
        ({"nonsense": 5}, "variants.0.set.nonsense"),
        ({"total": {"clause": "nowhere"}}, "variants.0.set.total.clause"),
        ({"requirements": [{"code": "new"}]}, "variants.0.set.requirements.0.name"),
        ({"requirements": [minimum("deep", 1, within="nowhere")]}, "variants.0.set.requirements.0.within"),
        ({"caps": [cap(1, counts={"categories": ["nowhere"]})]}, "variants.0.set.caps.0.counts.categories"),
        ({"unit": None}, "variants.0.set.unit"),
        ({"period": {"months": 0}}, "variants.0.set.period.months"),
    ],
)
def test_a_patch_that_does_not_fit_is_a_fault_of_the_document(patch, path):
    found = problems(document(variants=[variant("v", {"role": ["judge"]}, **patch)]))
    assert path in {each for each, _ in found}
    assert all(each.startswith("variants.0.set.") for each, _ in found)


@pytest.mark.parametrize("name", ["months_subject", "days_subject"])
def test_what_is_chosen_before_the_figures_cannot_depend_on_them(name):
    known = {name: {"above": 4}}
    found = problems(document(variants=[variant("v", known, total={"amount": 5})]))
    assert [path for path, _ in found] == ["variants.0.when"]
    inside = document(acts=[{"code": "plan", "name": WORDS, "when": {"any_of": [known]}, "clause": "norm"}])
    assert [path for path, _ in problems(inside)] == ["acts.0.when.any_of.0"]


def test_merging_parts_and_lists():
    data = {"a": {"x": 1, "y": 2}, "list": [{"code": "p", "n": 1}, {"code": "q", "n": 2}], "plain": [1, 2]}
    changes = {"a": {"y": None, "z": 3}, "list": [{"code": "q", "n": 5}, {"code": "r"}], "plain": [3], "new": 1}
    assert merged(data, changes) == {
        "a": {"x": 1, "z": 3},
        "list": [{"code": "p", "n": 1}, {"code": "q", "n": 5}, {"code": "r"}],
        "plain": [3],
        "new": 1,
    }


@pytest.mark.parametrize("period", [calendar(1), joining(1)])
def test_a_variant_for_nobody_changes_nothing(period):
    rule = variant("v", {"role": ["nobody"]}, total={"amount": 5})
    known = Facts(admitted_on=date(2024, 5, 1), credits=(credit("2025-02-01", 100),))
    with_it = assess(book(variants=[rule], period=period, version="7"), known, date(2026, 5, 5))
    assert with_it == assess(book(period=period, version="7"), known, date(2026, 5, 5))
