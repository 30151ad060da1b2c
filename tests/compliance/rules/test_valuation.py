"""What a credit is worth: reversals, minimums, rounding, activities, and the same course again."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compliance.rules import Credit, FactsError
from compliance.rules.valuation import Valued, netted, valued, without_repeats
from tests.compliance.rules.books import WORDS, book, category, credit, span


def one(earned: Credit, **changes: Any) -> Valued:
    (found,) = valued(book(**changes), [earned])
    return found


def minutes(length: int, **changes: Any) -> int | Fraction:
    return one(credit("2026-02-01", length), **changes).minutes


def lost(item: Valued) -> list[tuple[int | Fraction, str]]:
    return [(loss.minutes, loss.reason) for loss in item.losses]


def valuation(**rules: Any) -> dict[str, Any]:
    return {"valuation": {"clause": "valuation", **rules}}


def rounding(step: Any, direction: str) -> dict[str, Any]:
    return valuation(rounding={"to": step, "direction": direction})


def activity(code: str, **rules: Any) -> dict[str, Any]:
    return {"code": code, "counts": {"activities": [code]}, "clause": "activity", **rules}


# --- reversals -------------------------------------------------------------------------------------------------------


def test_a_reversal_takes_back_what_it_names():
    credits = [credit("2026-02-01", 90, ref="a"), credit("2026-02-01", -90, ref="b"), credit("2026-02-02", 45)]
    assert [(each.ref, left) for each, left in netted(credits)] == [("a", 0), ("", 45)]


def test_of_several_credits_of_one_kind_the_last_is_reversed_first():
    credits = [credit("2026-02-01", 90, ref="a"), credit("2026-02-01", 30, ref="b"), credit("2026-02-01", -45, ref="c")]
    assert [(each.ref, left) for each, left in netted(credits)] == [("a", 75), ("b", 0)]


def test_a_reversal_names_the_course():
    credits = [credit("2026-02-01", 90, ref="b", course="x"), credit("2026-02-01", 90, ref="a", course="y")]
    back = credit("2026-02-01", -60, course="y")
    assert [(each.course, left) for each, left in netted([*credits, back])] == [("y", 30), ("x", 90)]


@pytest.mark.parametrize(
    "reversal",
    [
        pytest.param(credit("2026-02-02", -90), id="another-day"),
        pytest.param(credit("2026-02-01", -90, "ethics"), id="another-category"),
        pytest.param(credit("2026-02-01", -90, "law", "recorded"), id="another-format"),
        pytest.param(credit("2026-02-01", -90, course="x"), id="another-course"),
        pytest.param(credit("2026-02-01", -91), id="too-much"),
    ],
)
def test_a_reversal_of_nothing_is_refused(reversal):
    with pytest.raises(FactsError):
        valued(book(), [credit("2026-02-01", 90), reversal])


def test_what_was_reversed_is_said():
    (item,) = valued(book(), [credit("2026-02-01", 90), credit("2026-02-01", -60)])
    assert (item.minutes, lost(item)) == (30, [(60, "reversed")])


def test_what_is_left_of_a_reversed_credit_is_rounded():
    rules = rounding("1/2", "down")
    (item,) = valued(book(**rules), [credit("2026-02-01", 90), credit("2026-02-01", -10)])
    assert (item.minutes, lost(item)) == (60, [(10, "reversed"), (20, "rounding")])


# --- state -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["pending", "refused", "not_accredited"])
def test_only_approved_credit_is_worth_anything(state):
    item = one(credit("2026-02-01", 90, state=state))
    assert (item.minutes, lost(item)) == (0, [(90, state)])
    given = one(credit("2026-02-01", 0, state=state, credits="3/2"))
    assert (given.minutes, lost(given)) == (0, [(90, state)])


def test_credit_earned_under_some_status_is_worth_nothing():
    rulebook = book(**valuation(not_during=["paused"]))
    statuses = (span("paused", "2026-02-01", "2026-03-01"),)
    days = ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")
    found = valued(rulebook, [credit(day, 60) for day in days], statuses)
    assert [item.minutes for item in found] == [60, 0, 0, 60]
    assert len(lost(found[1])) == 1


def test_a_number_of_credits_already_decided_is_not_rounded():
    rules = {**rounding(1, "down"), "activities": [activity("teaching", times=3)]}
    given = credit("2026-02-01", 80, credits=Fraction(5, 4), activity="teaching")
    assert one(given, **rules).minutes == 75
    assert one(given, unit={"minutes": 50, "name": WORDS}).minutes == Fraction(125, 2)


# --- minutes to credits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "direction", "by_length"),
    [
        ("1/4", "nearest", {7: 0, 8: 15, 22: 15, 23: 30, 60: 60, 67: 60, 68: 75}),
        ("1/2", "nearest", {14: 0, 15: 30, 44: 30, 45: 60}),  # the upper one of two equally near
        ("1/2", "down", {29: 0, 30: 30, 59: 30, 60: 60, 89: 60}),
        (1, "down", {59: 0, 60: 60, 119: 60}),
        (1, "up", {1: 60, 60: 60, 61: 120}),
        ("1/10", "down", {5: 0, 6: 6, 65: 60}),
    ],
)
def test_rounding(step, direction, by_length):
    found = {length: minutes(length, **rounding(step, direction)) for length in by_length}
    assert found == by_length


@pytest.mark.parametrize(
    ("unit", "length", "direction", "worth"),
    [
        (50, 70, "down", 50),  # 1.4 credits, down to 1
        (50, 75, "nearest", 75),  # 1.5 credits
        (45, 100, "nearest", 90),  # 2.2 credits, to 2
        (45, 45, "up", 45),
    ],
)
def test_rounding_is_of_credits_of_the_unit(unit, length, direction, worth):
    assert minutes(length, unit={"minutes": unit, "name": WORDS}, **rounding("1/2", direction)) == worth


def test_rounding_to_minutes():
    assert minutes(64, **valuation(rounding={"to_minutes": 10, "direction": "nearest"})) == 60
    assert minutes(65, **valuation(rounding={"to_minutes": 10, "direction": "nearest"})) == 70


def test_what_rounding_took_away_is_said():
    item = one(credit("2026-02-01", 80), **rounding("1/2", "down"))
    assert (item.minutes, lost(item), item.losses[0].clause) == (60, [(20, "rounding")], "valuation")
    assert lost(one(credit("2026-02-01", 80), **rounding("1/2", "up"))) == []


def test_too_short_is_worth_nothing():
    rules = valuation(minimums=[{"minutes": 30, "clause": "minimum"}])
    short = one(credit("2026-02-01", 29), **rules)
    assert (short.minutes, lost(short), short.losses[0].clause) == (0, [(29, "too_short")], "minimum")
    assert minutes(30, **rules) == 30


def test_a_short_part_of_a_subject_counts_as_another():
    """A segment of ethics under 50 minutes is general credit; nothing under 25 minutes is credit."""
    rules = valuation(
        minimums=[
            {"counts": {"categories": ["ethics"]}, "minutes": 50, "becomes": "law", "clause": "minimum"},
            {"minutes": 25, "clause": "minimum"},
        ]
    )
    found = [one(credit("2026-02-01", length, "ethics"), **rules) for length in (50, 49, 24)]
    assert [(item.category, item.minutes) for item in found] == [("ethics", 50), ("law", 49), ("law", 0)]


def test_a_minimum_of_a_category_holds_for_what_is_inside_it():
    categories = [category("ethics"), category("bias", within="ethics")]
    rules = valuation(minimums=[{"counts": {"categories": ["ethics"]}, "minutes": 50, "clause": "minimum"}])
    assert one(credit("2026-02-01", 49, "bias"), categories=categories, **rules).minutes == 0


# --- activities ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "worth"),
    [
        ("before", 150),  # 1.4 credits, down to 1.0, three times
        ("after", 200),  # 4.2 credits, down to 4.0
        ("none", 210),
    ],
)
def test_the_order_of_rounding_and_multiplying(order, worth):
    """70 minutes of a speaker whose credit of 50 minutes counts three times, in halves."""
    speaking = activity("teaching", times=3, rounding=order)
    rules = {**rounding("1/2", "down"), "unit": {"minutes": 50, "name": WORDS}, "activities": [speaking]}
    assert one(credit("2026-02-01", 70, activity="teaching"), **rules).minutes == worth


def test_the_first_activity_that_fits_is_taken():
    activities = [
        activity("teaching", times=4, counts={"activities": ["teaching"], "repeat": False, "at_least": {"pages": 5}}),
        activity("again", times=1, counts={"activities": ["teaching"], "repeat": True}),
        activity("panel", times=2, counts={"activities": ["teaching"], "roles": ["panel"]}),
        activity("rest", times=3, counts={"activities": ["teaching"]}),
    ]
    kinds: list[dict[str, Any]] = [
        {"measures": {"pages": 5}}, {"measures": {"pages": 4}}, {"repeat": True, "measures": {"pages": 9}},
        {"role": "panel"}, {},
    ]  # fmt: skip
    found = [one(credit("2026-02-01", 60, activity="teaching", **kind), activities=activities) for kind in kinds]
    assert [item.minutes for item in found] == [240, 180, 60, 120, 180]
    assert {item.clause for item in found} == {"activity"}
    assert one(credit("2026-02-01", 60), activities=activities).minutes == 60


@pytest.mark.parametrize(
    ("words", "whole", "worth"), [(999, True, 0), (2500, True, 120), (2500, False, 150), (0, False, 0)]
)
def test_credit_by_measure(words, whole, worth):
    """One credit for a thousand words."""
    per = {"measure": "words", "quantity": 1000, "credits": 1, "whole": whole}
    written = credit("2026-02-01", 0, activity="writing", measures={"words": words})
    assert one(written, activities=[activity("writing", per=per)]).minutes == worth


def test_a_share_of_a_measure():
    """One credit for five hours of free legal help."""
    per = {"measure": "hours", "quantity": 5, "credits": 1}
    done = credit("2026-02-01", 0, activity="pro-bono", measures={"hours": 14})
    assert one(done, activities=[activity("pro-bono", per=per)]).minutes == 120


def test_a_fixed_amount_as_another_category_and_format():
    exam = activity("exam", fixed=15, becomes="law", becomes_format="reading")
    item = one(credit("2026-02-01", 0, "ethics", activity="exam"), activities=[exam])
    assert (item.minutes, item.category, item.format) == (900, "law", "reading")


def test_half_an_hour_for_an_hour():
    assert one(
        credit("2026-02-01", 45, activity="self"), activities=[activity("self", times="1/2")]
    ).minutes == Fraction(45, 2)


# --- the subjects of one sitting ------------------------------------------------------------------------------------


def test_a_shortest_length_is_that_of_the_whole_sitting():
    """Eighty minutes, half of them in ethics: the course is not too short, though each of its subjects would be."""
    rules = valuation(minimums=[{"minutes": 60, "clause": "minimum"}])
    parts = [credit("2026-02-01", 40, "ethics", course="x"), credit("2026-02-01", 40, "law", course="x")]
    assert [item.minutes for item in valued(book(**rules), parts)] == [40, 40]
    apart = [parts[0], credit("2026-02-02", 40, "law", course="x"), credit("2026-02-01", 40, "law", course="y")]
    assert [item.minutes for item in valued(book(**rules), apart)] == [0, 0, 0]
    unnamed = [credit("2026-02-01", 40, "ethics"), credit("2026-02-01", 40, "law")]
    assert [item.minutes for item in valued(book(**rules), unnamed)] == [0, 0]
    refused = [parts[0], credit("2026-02-01", 40, "law", course="x", state="refused")]
    assert [item.minutes for item in valued(book(**rules), refused)] == [0, 0]


def test_that_of_a_subject_is_all_of_it_in_the_sitting():
    categories = [category("ethics"), category("bias", within="ethics"), category("law")]
    rules = valuation(minimums=[{"counts": {"categories": ["ethics"]}, "minutes": 50, "clause": "minimum"}])
    parts = [credit("2026-02-01", 30, code, course="x") for code in ("bias", "ethics", "law")]
    assert [item.minutes for item in valued(book(**rules, categories=categories), parts)] == [30, 30, 30]
    less = [credit("2026-02-01", 20, "ethics", course="x"), *parts[2:]]
    assert [item.minutes for item in valued(book(**rules, categories=categories), less)] == [0, 30]


# --- the same again --------------------------------------------------------------------------------------------------


def kept(rulebook, *credits: Credit, earlier: frozenset[str] = frozenset()) -> list[tuple[int | Fraction, str]]:
    found = without_repeats(rulebook, valued(rulebook, credits), earlier)
    return [(item.minutes, item.losses[-1].reason if item.losses else "") for item in found]


def test_the_same_course_again_is_worth_nothing():
    rulebook = book(duplicates={"within": "period", "clause": "repeat"})
    again = [credit("2026-03-01", 60, course="x"), credit("2026-02-01", 90, course="x"), credit("2026-04-01", 30)]
    assert kept(rulebook, *again) == [(90, ""), (0, "duplicate"), (30, "")]
    assert kept(rulebook, *again, earlier=frozenset({"course:x"})) == [(0, "duplicate"), (0, "duplicate"), (30, "")]


def test_two_subjects_of_one_sitting_are_no_repeat():
    """A course of two hours, one of them in ethics, is two credits; taken once more it is none."""
    rulebook = book(duplicates={"within": "period", "clause": "repeat"})
    once = [credit("2026-02-01", 60, "ethics", course="x"), credit("2026-02-01", 60, "law", course="x")]
    assert kept(rulebook, *once) == [(60, ""), (60, "")]
    later = [credit("2026-03-01", 60, "ethics", course="x"), credit("2026-03-01", 60, "practice", course="x")]
    assert kept(rulebook, *once, *later)[2:] == [(0, "duplicate"), (0, "duplicate")]
    assert kept(rulebook, *once, earlier=frozenset({"course:x"})) == [(0, "duplicate"), (0, "duplicate")]


@pytest.mark.parametrize("more", [{}, {"format": "recorded"}, {"activity": "teaching"}], ids=str)
def test_a_second_sitting_on_one_day_is_a_repeat(more):
    rulebook = book(duplicates={"within": "period", "clause": "repeat"})
    twice = [credit("2026-02-01", 60, "ethics", course="x"), credit("2026-02-01", 60, "ethics", course="x", **more)]
    assert sorted(kept(rulebook, *twice)) == [(0, "duplicate"), (60, "")]


def test_subjects_of_which_one_was_too_short_are_no_repeat():
    minimums = [{"counts": {"categories": ["ethics"]}, "minutes": 30, "becomes": "law", "clause": "minimum"}]
    rulebook = book(
        duplicates={"within": "period", "clause": "repeat"}, valuation={"minimums": minimums, "clause": "valuation"}
    )
    once = [credit("2026-02-01", 20, "ethics", course="x"), credit("2026-02-01", 60, "law", course="x")]
    assert kept(rulebook, *once) == [(20, ""), (60, "")]


def test_what_was_worth_nothing_does_not_stand_in_the_way():
    rulebook = book(duplicates={"within": "period", "clause": "repeat"})
    refused = credit("2026-02-01", 90, course="x", state="refused")
    assert kept(rulebook, refused, credit("2026-03-01", 60, course="x")) == [(0, "refused"), (60, "")]


def test_repeats_may_be_refused_for_some_credit_only():
    rulebook = book(duplicates={"within": "period", "counts": {"formats": ["recorded"]}, "clause": "repeat"})
    live, tape = credit("2026-02-01", 60, course="x"), credit("2026-03-01", 60, format="recorded", course="x")
    assert kept(rulebook, live, tape) == [(60, ""), (0, "duplicate")]
    assert kept(rulebook, tape, credit("2026-04-01", 60, course="x")) == [(60, ""), (60, "")]


def test_once_only():
    rulebook = book(activities=[activity("exam", fixed=15, once=True)])
    exams = [credit("2026-02-01", 0, activity="exam"), credit("2026-03-01", 0, activity="exam")]
    assert kept(rulebook, *exams) == [(900, ""), (0, "once_only")]
    assert kept(rulebook, *exams, earlier=frozenset({"once:exam"})) == [(0, "once_only"), (0, "once_only")]


def test_a_decided_credit_is_reversed_in_proportion():
    given = credit("2026-02-01", 90, credits=2)
    for back, left in ((-90, 0), (-45, 60)):
        (item,) = valued(book(), [given, credit("2026-02-01", back)])
        assert item.minutes == left


def test_credits_come_in_one_order_whatever_the_order_of_the_facts():
    same = [credit("2026-02-01", 30), credit("2026-02-01", 60), credit("2026-02-01", 60, course="x")]
    assert [item.credit for item in valued(book(), same)] == [item.credit for item in valued(book(), same[::-1])]
    assert valued(book(), same)[0].day == date(2026, 2, 1)
