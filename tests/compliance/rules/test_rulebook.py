"""Reading a rulebook: every fault named with its path, and what is read can be written again."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from compliance.rules import RulebookError, RuleProblem, json_schema, parse_rulebook, write_rulebook
from compliance.rules.language.amounts import read_amount, rounded
from compliance.rules.language.amounts import written as written_amount
from tests.compliance.rules.books import (
    WORDS,
    anchored,
    book,
    calendar,
    cap,
    carrying,
    category,
    document,
    first,
    late,
    minimum,
    problems,
    prorating,
    total,
)
from tests.compliance.rules.strategies import rulebooks

UNKNOWN_KEY = "is not a key that this part of the document knows"
NUMBER = 'must be a number, such as 12, 12.5 or "1/3"'
CODE = "must be a code: small Latin letters, digits, '-', '_' and '.' only"


def asked(amount: Any = 1, **changes: Any) -> dict[str, Any]:
    return {"requirements": [minimum("ethics", amount, **changes)]}


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"total": total("ten")}, "total.amount", NUMBER),
        ({"total": total(True)}, "total.amount", NUMBER),
        ({"total": total(None)}, "total.amount", NUMBER),
        ({"total": total("1/0")}, "total.amount", NUMBER),
        ({"total": total(-1)}, "total.amount", "must be between 0 and 1000000"),
        ({"schema": 1}, "schema", "must be one of 2"),
        ({"effective_from": "2025-13-01"}, "effective_from", "there is no such day as 2025-13-01"),
        ({"effective_from": "2025-02-29"}, "effective_from", "there is no such day as 2025-02-29"),
        ({"effective_from": 20250101}, "effective_from", "must be a date written YYYY-MM-DD"),
        ({"effective_from": "2025-01-01T00:00"}, "effective_from", "must be a date written YYYY-MM-DD"),
        ({"extra": 1}, "extra", UNKNOWN_KEY),
        ({"total": total(5, hours=5)}, "total.hours", UNKNOWN_KEY),
        ({"example": "yes"}, "example", "must be true or false"),
        ({"unit": {"minutes": 55, "name": WORDS}}, "unit.minutes", "must be one of 45, 50 or 60"),
        ({"statuses": {"In Force": "counts"}}, "statuses.In Force", CODE),
        ({"period": anchored(0, rule="birthday")}, "period.months", "must be at least 1"),
        ({"period": anchored(121, rule="birthday")}, "period.months", "must be at most 120"),
        ({"period": anchored(12.5, rule="birthday")}, "period.months", "must be a whole number"),
        ({"period": anchored(12)}, "period.anchor", "must name its rule"),
        ({"period": anchored(12, rule="fixed")}, "period.anchor.first_start", "is required"),
        ({"period": anchored(12, rule="groups", groups=[])}, "period.anchor.groups", "must not be empty"),
        ({"period": calendar(1, deadline={"time": "24:00"})}, "period.deadline.time", None),
        ({"late": {**late(0), "make_up_days": -1}}, "late.make_up_days", "must be at least 0"),
        (
            {"late": late(0, make_up_until="2-28")},
            "late.make_up_until",
            'must be a day of the year written MM-DD, such as "12-31"',
        ),
        ({"categories": [category("law"), 5]}, "categories.1", "must be an object"),
        (asked(when={"age": {"atleast": 3}}), "requirements.0.when.age.atleast", UNKNOWN_KEY),
        (asked(amount={"share": "1/2", "from": "total"}), "requirements.0.amount.from", UNKNOWN_KEY),
        (asked(amount=[{"is": 1}, {"when": {}}]), "requirements.0.amount.1.is", "is required"),
        (asked(counts={"format": ["live"]}), "requirements.0.counts.format", UNKNOWN_KEY),
        (asked(window={"rule": "rolling"}), "requirements.0.window.months", "is required"),
        ({"carry": carrying(5, periods=0)}, "carry.periods", "must be at least 1"),
        ({"valuation": {"rounding": {"to": 1, "direction": "sideways"}, "clause": "valuation"}},
         "valuation.rounding.direction", "must be one of 'up', 'down' or 'nearest'"),
    ],
)  # fmt: skip
def test_one_fault_of_shape(changes, path, message):
    found = problems(document(**changes))
    assert [each for each, _ in found] == [path]
    assert message is None or found == {(path, message)}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"total": total(5, clause="nowhere")}, "total.clause"),
        ({"late": late(0, grace_clause="nowhere")}, "late.grace_clause"),
        ({"joining": {"rule": "full", "clause": "nowhere"}}, "joining.clause"),
        ({"categories": [category("law"), category("law")]}, "categories.1.code"),
        ({"categories": [category("law", within="nowhere")]}, "categories.0.within"),
        ({"categories": [category("law"), category("tax", within="tax")]}, "categories.1.within"),
        ({"requirements": [minimum("law", 1), minimum("law", 1)]}, "requirements.1.code"),
        ({"requirements": [minimum("law", 1, within="nowhere")]}, "requirements.0.within"),
        ({"requirements": [minimum("law", 1, within="law")]}, "requirements.0.within"),
        ({"requirements": [minimum("law", {"share": "1/2", "of": "nowhere"})]}, "requirements.0.amount.of"),
        ({"requirements": [minimum("unheard-of", 1)]}, "requirements.0.counts.categories"),
        (asked(also=[{"counts": {"categories": ["unheard-of"]}}]), "requirements.0.also.0.counts.categories"),
        (asked(spread={"of": ["law", "x"], "at_least": 1}), "requirements.0.spread.of"),
        (asked(spread={"of": ["law"], "at_least": 2}), "requirements.0.spread.at_least"),
        (asked(spread={"of": ["law"], "at_least": 1}, alongside=True), "requirements.0.spread"),
        (asked(window={"rule": "blocks", "months": 24}), "requirements.0.window.first_start"),
        ({"caps": [cap(1, "live"), cap(1, "live")]}, "caps.1.code"),
        ({"caps": [cap({"share": "1/2", "of": "x"}, "live")]}, "caps.0.maximum.of"),
        ({"total": total({"share": "1/2"})}, "total.amount"),
        ({"joining": first("own")}, "joining.months"),
        ({"caps": [cap(1, window={"rule": "blocks", "months": 12})]}, "caps.0.window.first_start"),
        ({"caps": [cap(1, window={"rule": "ahead", "months": 12})]}, "caps.0.window.rule"),
        ({"caps": [cap(1, per="day", window={"rule": "rolling", "months": 12})]}, "caps.0.window"),
        ({"joining": first("full", months=12)}, "joining.months"),
        ({"joining": first("full", years_after=2)}, "joining.years_after"),
        ({"joining": first("own", months=12, years_after=2)}, "joining.years_after"),
        ({"joining": first("own", ends_on="04-30", years_after=0)}, "joining.years_after"),
        ({"joining": first("own", ends_on="04-30", due_months_after=2)}, "joining.due_months_after"),
        ({"joining": first("prorated"), "proration": prorating("none"), "statuses": {}}, "joining.rule"),
        ({"proration": prorating("months", table=[{"months": {}, "amounts": {"x": 1}}])}, "proration.table.0.amounts"),
        ({"proration": prorating("days", rounding={"direction": "up"})}, "proration.rounding"),
        ({"proration": prorating("days", rounding={"to": 1, "to_minutes": 1, "direction": "up"})},
         "proration.rounding"),
        ({"exemptions": [{"code": "x", "when": {}, "relieves": ["y"], "clause": "exemption"}]},
         "exemptions.0.relieves"),
    ],
)  # fmt: skip
def test_one_fault_of_sense(changes, path):
    assert [each for each, _ in problems(document(**changes))] == [path]


def test_total_is_the_name_of_the_whole():
    found = problems(document(requirements=[minimum("total", 1, "law")]))
    assert ("requirements.0.code", "'total' is the name of the whole, not of a requirement") in found


def test_all_faults_at_once():
    data = document(total=total("x", clause=5), joining=first("sometimes"), extra=1)
    data["categories"] = [category("law"), {**category("ethics"), "codes": 1}]
    del data["unit"]
    assert {path for path, _ in problems(data)} == {
        "total.amount",
        "total.clause",
        "joining.rule",
        "extra",
        "categories.1.codes",
        "unit",
    }


def test_faults_of_sense_are_all_named_too():
    data = document(total=total(5, clause="nowhere"), caps=[cap(1, "live", clause="gone")], joining=first("own"))
    assert {path for path, _ in problems(data)} == {"total.clause", "caps.0.clause", "joining.months"}


@pytest.mark.parametrize("data", [{}, [], None, "rulebook", {"clauses": 5, "categories": {}, "caps": "x"}])
def test_anything_else_is_refused_without_falling_over(data):
    assert problems(data)


def test_the_error_reads_as_one_line():
    error = RulebookError([RuleProblem("b", "is required"), RuleProblem("a", "is required")])
    assert str(error) == "a: is required; b: is required"


def test_a_rulebook_cannot_be_changed():
    with pytest.raises(ValidationError):
        book().code = "other"


@settings(max_examples=40)
@given(rulebooks())
def test_written_and_read_again_it_is_the_same(rulebook):
    again = parse_rulebook(json.loads(json.dumps(write_rulebook(rulebook))))
    assert again == rulebook
    assert hash(again) == hash(rulebook)


def test_the_schema_describes_the_document():
    schema = json_schema()
    rulebook, addition = (schema["$defs"][each["$ref"].rsplit("/", 1)[1]] for each in schema["anyOf"])
    assert rulebook["additionalProperties"] is addition["additionalProperties"] is False
    assert set(document()) <= set(rulebook["properties"])
    assert "extends" in addition["properties"]


# --- amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "read", "again"),
    [
        (12, 12, 12),
        (12.0, 12, 12),
        (0.1, Fraction(1, 10), 0.1),
        ("12.25", Fraction(49, 4), 12.25),
        ("1/3", Fraction(1, 3), "1/3"),
        ("6/3", 2, 2),
        (1e-7, Fraction(1, 10**7), "1/10000000"),
        (0, 0, 0),
    ],
)
def test_amounts_are_read_as_written(value, read, again):
    found = read_amount(value)
    assert (found, type(found)) == (read, type(read))
    assert written_amount(found) == again


NO_TEXT = ["", "x", "1/0", "nan", "inf", "-1/2", "1e3", "1e-3000000", "1/" + "9" * 41, "٣", " 1", "1\n", "1_0"]


@pytest.mark.parametrize("value", [True, None, float("nan"), float("inf"), [], -1, 1_000_001, *NO_TEXT])
def test_what_is_no_amount(value):
    with pytest.raises(ValueError, match=r"must be"):
        read_amount(value)


@example(Fraction(65537, 131072))  # seventeen decimal places, more than a number keeps
@given(st.fractions(0, 10**6, max_denominator=10**6))
def test_amounts_survive_being_written(value):
    assert read_amount(json.loads(json.dumps(written_amount(read_amount(value))))) == value


@given(st.fractions(0, 1000, max_denominator=60), st.sampled_from([1, Fraction(1, 2), Fraction(1, 10), 15]))
def test_rounding_is_to_the_step_on_its_side(value, step):
    down, near, up = (rounded(value, step, direction) for direction in ("down", "nearest", "up"))
    assert all(Fraction(each) % step == 0 for each in (down, near, up))
    assert value - step < down <= value <= up < value + step
    assert near == (up if up - value <= value - down else down)
