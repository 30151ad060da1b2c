"""Small rulebooks for the tests: one complete document, changed by keyword."""

from datetime import date
from fractions import Fraction
from typing import Any
from zlib import crc32

from compliance.rules import (
    Credit,
    Facts,
    Frame,
    Requirement,
    Rulebook,
    RulebookError,
    StatusSpan,
    law_of,
    parse_rulebook,
    requirement,
    timeline,
)

CLAUSES = (
    "norm", "period", "late", "make-up", "first", "proration", "statuses", "valuation", "activity", "minimum", "repeat",
    "ethics", "cap", "cap-2", "carry", "stage", "act", "duty", "exemption", "variant",
)  # fmt: skip
CATEGORIES = ("law", "ethics", "practice")
WORDS = {"kk": "мәтін", "ru": "текст", "en": "text"}


def document(**changes: Any) -> dict[str, Any]:
    """A whole document of 10 hours of 60 minutes in each calendar year; `changes` replace its top-level parts."""
    return {
        "schema": 2,
        "code": "test",
        # Told apart by their versions, rulebooks are found fast in the caches of the rules.
        "version": f"{crc32(repr(sorted(changes.items())).encode()):08x}",
        "title": WORDS,
        "effective_from": "2024-01-01",
        "unit": {"minutes": 60, "name": WORDS},
        "period": calendar(1),
        "joining": first("full"),
        "total": {"amount": 10, "clause": "norm"},
        "categories": [category(code) for code in CATEGORIES],
        "valuation": {"clause": "valuation"},
        "late": late(0),
        "proration": prorating("days", rounding={"to_minutes": 1, "direction": "up"}),
        "statuses": {"active": "counts", "paused": "pauses", "maternity": "exempt", "terminated": "closed"},
        "statuses_clause": "statuses",
        "at_risk_days": 90,
        "reminder_days": [30],
        "clauses": {code: {"document": "Rules of the test bar", "article": code, "text": WORDS} for code in CLAUSES},
        **changes,
    }


def book(**changes: Any) -> Rulebook:
    return parse_rulebook(document(**changes))


def total(amount: Any, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "clause": "norm", **more}


def category(code: str, within: str | None = None) -> dict[str, Any]:
    return {"code": code, "name": WORDS, **({"within": within} if within else {})}


def minimum(code: str, amount: Any, *categories: str, **more: Any) -> dict[str, Any]:
    """A requirement; without categories it speaks of the one that it is named after."""
    counts = {"categories": list(categories) or [code]}
    return {"code": code, "name": WORDS, "amount": amount, "counts": counts, "clause": "ethics", **more}


def cap(maximum: Any, *formats: str, prorated: bool = False, clause: str = "cap", **more: Any) -> dict[str, Any]:
    """The most of these formats; without formats of all credit, unless `counts` says of what."""
    counts = {"formats": list(formats)} if formats else {}
    code = "-".join(formats) or "all"
    return {"code": code, "counts": counts, "maximum": maximum, "prorated": prorated, "clause": clause, **more}


def late(make_up_days: int, grace_days: int = 30, **more: Any) -> dict[str, Any]:
    return {
        "grace_days": grace_days,
        "grace_clause": "late",
        "make_up_days": make_up_days,
        "make_up_clause": "make-up",
        **more,
    }


def calendar(years: int, first_year: int = 2024, **more: Any) -> dict[str, Any]:
    anchor = {"rule": "fixed", "first_start": f"{first_year}-01-01"}
    return {"months": 12 * years, "anchor": anchor, "clause": "period", **more}


def joining(years: int) -> dict[str, Any]:
    """Blocks of each member's own, from the 1 January after admission."""
    return anchored(12 * years, rule="admission", starts="year_day", on="01-01")


def anchored(months: int, **anchor: Any) -> dict[str, Any]:
    return {"months": months, "anchor": anchor, "clause": "period"}


def first(rule: str, **more: Any) -> dict[str, Any]:
    return {"rule": rule, "clause": "first", **more}


def prorating(by: str, **more: Any) -> dict[str, Any]:
    return {"by": by, "clause": "proration", **more}


def carrying(maximum: Any, **more: Any) -> dict[str, Any]:
    return {"maximum": maximum, "clause": "carry", **more}


def credit(day: str, minutes: int, category: str = "law", format: str = "live", ref: str = "", **more: Any) -> Credit:
    return Credit(date.fromisoformat(day), category, format, minutes, ref, **more)


def span(status: str, start: str, end: str | None = None) -> StatusSpan:
    return StatusSpan(status, date.fromisoformat(start), date.fromisoformat(end) if end else None)


def frames(law: Rulebook | list[Rulebook], facts: Facts, today: str) -> tuple[Frame, ...]:
    """The member's periods with their rules, up to the one that holds the day."""
    return timeline(law_of(law), facts, date.fromisoformat(today)).frames


def required(facts: Facts | None = None, today: str = "2026-05-05", **changes: Any) -> Requirement:
    """What the last period asks, in minutes."""
    facts = facts or Facts()
    return requirement(frames(book(**changes), facts, today)[-1], facts)


def in_hours(amounts: Requirement) -> dict[str, int | Fraction]:
    return {code: Fraction(minutes) / 60 for code, minutes in amounts.amounts.items()}


def admitted(day: str) -> Facts:
    return Facts(admitted_on=date.fromisoformat(day))


def problems(data: Any) -> set[tuple[str, str]]:
    """Path and message of every fault of the document."""
    try:
        parse_rulebook(data)
    except RulebookError as error:
        return {(problem.path, problem.message) for problem in error.problems}
    return set()
