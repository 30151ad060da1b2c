"""Documents of the first schema, as bars may have adopted them."""

from datetime import date
from typing import Any

import pytest

from compliance.rules import Addition, Facts, Rulebook, RulebookError, assess, combine, parse_document
from tests.compliance.rules.books import WORDS, credit, span

CLAUSES = {code: {"document": "Rules", "text": WORDS} for code in ("norm", "example")}


def first_schema(**changes: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "code": "old",
        "version": "1",
        "title": WORDS,
        "example": True,
        "effective_from": "2024-01-01",
        "unit": {"minutes": 45, "name": WORDS},
        "period": {"years": 1, "start": {"rule": "calendar", "first_year": 2024}, "clause": "example"},
        "total_minutes": 720,
        "total_clause": "norm",
        "categories": [
            {"code": "law", "name": WORDS, "minimum_minutes": 0, "clause": "example"},
            {"code": "ethics", "name": WORDS, "minimum_minutes": 100, "clause": "example"},
        ],
        "format_caps": [{"formats": ["recorded"], "maximum_minutes": 360, "clause": "example"}],
        "late": {"grace_days": 30, "grace_clause": "norm", "make_up_days": 120, "make_up_clause": "example"},
        "first_period": {"rule": "prorated_days", "clause": "example"},
        "proration": {"by": "days", "rounding": "up_to_minute", "clause": "example"},
        "statuses": {"paused": "pauses"},
        "statuses_clause": "example",
        "at_risk_days": 92,
        "reminder_days": [90, 30],
        "clauses": CLAUSES,
        **changes,
    }


def test_the_figures_are_the_same_to_the_minute():
    known = Facts(
        joined_on=date(2024, 4, 1),
        statuses=(span("paused", "2025-03-01", "2025-09-01"),),
        credits=(credit("2024-05-01", 400, format="recorded"), credit("2025-02-01", 90, "ethics")),
    )
    first, second = assess(parse_document(first_schema()), known, date(2025, 12, 1)).periods
    # 275 of 366 days: 720 × 275 / 366 = 540.98 and 100 × 275 / 366 = 75.14, up to the minute
    assert [(line.code, line.required) for line in first.lines] == [("total", 541), ("ethics", 76)]
    assert first.line("total").counted == 360 + 90
    assert (first.status, first.made_up, first.grace_ends_on) == ("short", 90, date(2025, 1, 30))
    # 181 of 365 days: 357.04
    assert second.line("total").required == 358


def test_personal_years_begin_on_the_first_of_january_after_joining():
    personal = {"years": 2, "start": {"rule": "year_after_joining"}, "clause": "example"}
    (only,) = assess(
        parse_document(first_schema(period=personal)), Facts(joined_on=date(2024, 5, 3)), date(2025, 6, 1)
    ).periods
    assert (only.period.start, only.period.end) == (date(2025, 1, 1), date(2026, 12, 31))


def test_a_regional_document_is_an_addition():
    national = parse_document(first_schema())
    regional = parse_document(first_schema(code="region", extends={"code": "old"}, total_minutes=810))
    assert isinstance(national, Rulebook)
    assert isinstance(regional, Addition)
    both = combine(national, regional)
    assert (both.total.amount, [rule.code for rule in both.requirements]) == (18, ["ethics"])


def test_what_is_no_document_of_either_schema():
    with pytest.raises(RulebookError, match="first schema that cannot be read"):
        parse_document({"schema": 1, "code": "old"})
