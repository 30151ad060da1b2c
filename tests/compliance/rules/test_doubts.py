"""Doubts about rulebooks that can be used, and the examples that they carry."""

from typing import Any

import pytest

from compliance.rules import parse_rulebook
from compliance.rules.doubts import doubts
from compliance.rules.worked import Mismatch, mismatches
from tests.compliance.rules.books import CLAUSES, WORDS, book, cap, document, minimum, total


def doubted(**changes: Any) -> dict[str, str]:
    """Doubts by path, without those about clauses."""
    return {d.path: d.message for d in doubts(book(**changes)) if not d.path.startswith("clauses")}


GROUPS = [
    {"code": "one", "when": {"surname": ["A-K"]}, "first_start": "2024-01-01"},
    {"code": "two", "when": {"surname": ["M-Z", "B"]}, "first_start": "2025-01-01"},
]


def test_a_plain_rulebook_gives_no_doubt():
    assert doubted() == {}


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"caps": [cap(12, "recorded")]}, "caps.0.maximum", "can never bind"),
        ({"caps": [cap({"share": 1}, "recorded")]}, "caps.0.maximum", "can never bind"),
        ({"requirements": [minimum("ethics", 12)]}, "requirements.0.amount", "is more than the 10"),
        ({"requirements": [minimum("ethics", 0)]}, "requirements.0.amount", "asks for nothing"),
        ({"requirements": [minimum("ethics", 6), minimum("practice", 6)]}, "total", "can never bind"),
        ({"total": total([{"is": 10}, {"is": 12}])}, "total.amount.1", "can never be reached"),
        ({"exemptions": [{"code": "all", "when": {}, "clause": "exemption"}]}, "exemptions.0.when", "everybody"),
        ({"at_risk_days": 400}, "at_risk_days", "longer than the period"),
        ({"reminder_days": [400]}, "reminder_days.0", "before the period"),
        (
            {"valuation": {"rounding": {"to": "1/2", "direction": "down"},
                           "minimums": [{"minutes": 20, "clause": "minimum"}], "clause": "valuation"}},
            "valuation.minimums.0.minutes", "can never bind",
        ),
    ],
)  # fmt: skip
def test_doubt(changes, path, words):
    assert words in doubted(**changes)[path]


def test_a_cap_below_the_whole_and_partitions_that_fill_it_are_no_doubt():
    assert doubted(caps=[cap(9, "recorded")], requirements=[minimum("ethics", 4), minimum("practice", 6)]) == {}


def test_initials_without_a_group_or_in_two():
    found = doubts(book(period={"months": 24, "anchor": {"rule": "groups", "groups": GROUPS}, "clause": "period"}))
    letters = [d.message for d in found if d.path == "period.anchor.groups"]
    assert letters == ["the initial B is in 2 groups", "the initial L is in no groups"]


def test_clauses_that_nothing_rests_on():
    data = document(clauses={**document()["clauses"], "spare": {"document": "Rules", "text": WORDS}})
    assert "clauses.spare" in {doubt.path for doubt in doubts(parse_rulebook(data))}
    assert f"{len(CLAUSES) + 1} of {len(CLAUSES) + 1}" in next(d.message for d in doubts(parse_rulebook(data))
                                                              if d.path == "clauses")  # fmt: skip


# --- worked examples -------------------------------------------------------------------------------------------------


def example(expect: dict[str, Any], **more: Any) -> dict[str, Any]:
    facts = {"credits": [{"on": "2024-05-01", "category": "ethics", "minutes": 150}]}
    return {"name": "one", "facts": facts, "today": "2024-06-01", "expect": expect, **more}


def run(**given: Any) -> list[Mismatch]:
    return list(mismatches(book(requirements=[minimum("ethics", 2)], examples=[example(**given)])))


def test_an_example_that_comes_true():
    expect = {
        "lines.ethics.counted": 2.5,
        "lines.total.missing": "15/2",
        "status": "on_track",
        "credits.0.credits": 2.5,
    }
    assert run(expect=expect) == []


def test_an_example_that_does_not():
    assert run(expect={"lines.ethics.counted": 3}) == [Mismatch("one", "lines.ethics.counted", 3, 2.5)]


def test_a_path_that_leads_nowhere_is_no_success():
    assert run(expect={"lines.ethix.counted": None}) == [Mismatch("one", "lines.ethix.counted", None, "nothing")]


def test_true_is_not_one():
    assert run(expect={"lines.ethics.met": 1}) == [Mismatch("one", "lines.ethics.met", 1, True)]


def test_a_period_that_does_not_exist():
    assert run(expect={"status": "short"}, period="2019-01-01") == [Mismatch("one", "status", "short", "on_track")]


def test_facts_that_cannot_be_read_are_said():
    (wrong,) = mismatches(book(examples=[{**example({}), "facts": {"joined": "yesterday"}}]))
    assert "joined" in wrong.found
