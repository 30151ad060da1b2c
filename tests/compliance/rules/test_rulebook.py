import json
from typing import Any

import pytest
from pydantic import ValidationError

from compliance.rules import RulebookError, RuleProblem, json_schema, parse_rulebook, write_rulebook
from tests.compliance.rules.books import WORDS, book, cap, category, document, first


def problems(data: Any) -> set[tuple[str, str]]:
    with pytest.raises(RulebookError) as caught:
        parse_rulebook(data)
    return {(problem.path, problem.message) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"total_minutes": "600"}, "total_minutes", "must be a whole number"),
        ({"total_minutes": 10.0}, "total_minutes", "must be a whole number"),
        ({"total_minutes": True}, "total_minutes", "must be a whole number"),
        ({"total_minutes": -1}, "total_minutes", "must be at least 0"),
        ({"schema": 2}, "schema", "must be one of 1"),
        ({"effective_from": "2025-13-01"}, "effective_from", "must be a date written YYYY-MM-DD"),
        ({"effective_from": 20250101}, "effective_from", "must be a date written YYYY-MM-DD"),
        ({"effective_from": "2025-01-01T00:00"}, "effective_from", "must be a date written YYYY-MM-DD"),
        ({"extra": 1}, "extra", "is not a key of this part of a rulebook"),
        ({"example": "yes"}, "example", "must be true or false"),
        ({"title": {"kk": "а", "ru": "а"}}, "title.en", "is required"),
        ({"title": {"kk": "", "ru": "а", "en": "a"}}, "title.kk", "must not be empty"),
        ({"unit": {"minutes": 55, "name": WORDS}}, "unit.minutes", "must be one of 45, 50 or 60"),
        (
            {"statuses": {"active": "maybe"}},
            "statuses.active",
            "must be one of 'counts', 'pauses', 'exempt' or 'closed'",
        ),
        (
            {"statuses": {"In Force": "counts"}},
            "statuses.In Force",
            "must be a code: small Latin letters, digits, '-', '_' and '.' only",
        ),
        (
            {"period": {"years": 6, "start": {"rule": "calendar", "first_year": 2024}, "clause": "period"}},
            "period.years",
            "must be at most 5",
        ),
        (
            {"period": {"years": 1, "start": {"rule": "birthday"}, "clause": "period"}},
            "period.start",
            "must have a rule that is one of 'calendar', 'year_after_joining'",
        ),
        (
            {"period": {"years": 1, "start": {"rule": "calendar"}, "clause": "period"}},
            "period.start.first_year",
            "is required",
        ),
        (
            {"late": {"grace_clause": "late", "make_up_days": 366, "make_up_clause": "late"}},
            "late.make_up_days",
            "must be less than 366",
        ),
        ({"categories": [category("ethics", 1), 5]}, "categories.1", "must be an object"),
        ({"format_caps": [{**cap(1, "recorded"), "formats": []}]}, "format_caps.0.formats", "must not be empty"),
        ({"format_caps": [cap(1, "a", "a")]}, "format_caps.0.formats", "names a format twice"),
        (
            {"format_caps": [cap(1, "a", "b"), cap(2, "b", "a")]},
            "format_caps.1.formats",
            "another cap already covers exactly these formats",
        ),
        (
            {"categories": [category("ethics", 1), category("ethics", 1)]},
            "categories.1.code",
            "the category 'ethics' is already listed",
        ),
        (
            {"categories": [category("total", 1)]},
            "categories.0.code",
            "'total' is the name of the whole, not of a category",
        ),
        (
            {"categories": [category("ethics", 400), category("law", 201)]},
            "total_minutes",
            "the minimums of the categories add up to 601, more than the total",
        ),
        (
            {"first_period": {"rule": "full", "clause": "nowhere"}},
            "first_period.clause",
            "names the clause 'nowhere', which is not among the clauses",
        ),
        (
            {"late": {"grace_clause": "gone", "make_up_clause": "late"}},
            "late.grace_clause",
            "names the clause 'gone', which is not among the clauses",
        ),
        ({"extends": {"code": "test"}}, "extends.code", "a rulebook cannot extend itself"),
    ],
)
def test_one_fault(changes, path, message):
    assert problems(document(**changes)) == {(path, message)}


def test_all_faults_at_once():
    data = document(total_minutes="x", first_period=first("sometimes"), total_clause="nowhere", extra=1)
    data["categories"] = [category("ethics", 5), {**category("ethics", -5), "clause": "none"}]
    del data["unit"]
    assert {path for path, _ in problems(data)} == {
        "total_minutes",
        "first_period.rule",
        "total_clause",
        "extra",
        "categories.1.code",
        "categories.1.minimum_minutes",
        "categories.1.clause",
        "unit",
    }


@pytest.mark.parametrize("data", [{}, [], None, "rulebook", {"clauses": 5, "categories": {}, "format_caps": "x"}])
def test_anything_else_is_refused_without_falling_over(data):
    assert problems(data)


def test_the_error_reads_as_one_line():
    error = RulebookError([RuleProblem("b", "is required"), RuleProblem("a", "is required")])
    assert str(error) == "a: is required; b: is required"


def test_a_rulebook_cannot_be_changed():
    with pytest.raises(ValidationError):
        book().total_minutes = 1


def test_written_and_read_again_it_is_the_same():
    rulebook = book(categories=[category("ethics", 60)], format_caps=[cap(60, "recorded")], extends={"code": "other"})
    again = parse_rulebook(json.loads(json.dumps(write_rulebook(rulebook))))
    assert again == rulebook
    assert hash(again) == hash(rulebook)


def test_the_schema_describes_the_document():
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(document()) | {"extends"} == set(schema["properties"])
