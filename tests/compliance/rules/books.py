"""Small rulebooks for the tests: one complete document, changed by keyword."""

from datetime import date
from typing import Any

from compliance.rules import Credit, Rulebook, parse_rulebook

CLAUSES = ("norm", "period", "late", "make-up", "first", "proration", "statuses", "ethics", "cap", "cap-2")
WORDS = {"kk": "мәтін", "ru": "текст", "en": "text"}


def document(**changes: Any) -> dict[str, Any]:
    """A whole document of 600 minutes in each calendar year; `changes` replace its top-level parts."""
    return {
        "schema": 1,
        "code": "test",
        "version": repr(sorted(changes.items())) or "plain",
        "title": WORDS,
        "example": True,
        "effective_from": "2024-01-01",
        "unit": {"minutes": 60, "name": WORDS},
        "period": {"years": 1, "start": {"rule": "calendar", "first_year": 2024}, "clause": "period"},
        "total_minutes": 600,
        "total_clause": "norm",
        "categories": [],
        "format_caps": [],
        "late": {"grace_days": 30, "grace_clause": "late", "make_up_days": 0, "make_up_clause": "make-up"},
        "first_period": {"rule": "full", "clause": "first"},
        "proration": {"rounding": "up_to_minute", "clause": "proration"},
        "statuses": {"active": "counts", "paused": "pauses", "maternity": "exempt", "terminated": "closed"},
        "statuses_clause": "statuses",
        "at_risk_days": 90,
        "reminder_days": [30],
        "clauses": {code: {"document": "Rules of the test bar", "article": code, "text": WORDS} for code in CLAUSES},
        **changes,
    }


def book(**changes: Any) -> Rulebook:
    return parse_rulebook(document(**changes))


def category(code: str, minimum: int) -> dict[str, Any]:
    return {"code": code, "name": WORDS, "minimum_minutes": minimum, "clause": "ethics"}


def cap(maximum: int, *formats: str, prorated: bool = False, clause: str = "cap") -> dict[str, Any]:
    return {"formats": list(formats), "maximum_minutes": maximum, "prorated": prorated, "clause": clause}


def late(make_up_days: int, grace_days: int = 30) -> dict[str, Any]:
    return {
        "grace_days": grace_days,
        "grace_clause": "late",
        "make_up_days": make_up_days,
        "make_up_clause": "make-up",
    }


def calendar(years: int, first_year: int = 2024) -> dict[str, Any]:
    return {"years": years, "start": {"rule": "calendar", "first_year": first_year}, "clause": "period"}


def joining(years: int) -> dict[str, Any]:
    return {"years": years, "start": {"rule": "year_after_joining"}, "clause": "period"}


def first(rule: str) -> dict[str, Any]:
    return {"rule": rule, "clause": "first"}


def credit(day: str, minutes: int, category: str = "law", format: str = "live", ref: str = "") -> Credit:
    return Credit(date.fromisoformat(day), category, format, minutes, ref)
