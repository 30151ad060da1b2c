"""Assessments per second, one process, for every shipped rulebook: the example for Kazakhstan is the simple one."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings

from compliance.rules import Credit, Facts, Rulebook, assess, explain, parse_rulebook, read_facts
from compliance.rules.references import parts

RULEBOOKS = Path(settings.BASE_DIR) / "compliance" / "rulebooks"
SIMPLE = "kz-example"
CREDITS = 20
SECONDS = 1.0


def run(*, say: Callable[[str], None]) -> dict[str, object]:
    """Per second: assessments of people with 20 credits in the period, and the bare sum of the same credits."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(RULEBOOKS.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if "extends" in data:
            continue
        rulebook = parse_rulebook(data)
        people = _people(rulebook)
        if people:
            found[path.stem] = _measure(rulebook, people)
            say(f"{path.stem}: {found[path.stem]['assess_per_s']:,} assessments per second")
    slowest = min(found, key=lambda name: int(found[name]["assess_per_s"]))
    return {
        "credits": CREDITS,
        "simple": {"rulebook": SIMPLE, **found[SIMPLE]},
        "most_complicated": {"rulebook": slowest, **found[slowest]},
        "all": {name: each["assess_per_s"] for name, each in found.items()},
    }


def _measure(rulebook: Rulebook, people: list[tuple[Facts, dt.date]]) -> dict[str, Any]:
    bare = _per_second(lambda facts, _today: sum(credit.minutes for credit in facts.credits), people)
    assessed = _per_second(lambda facts, today: assess(rulebook, facts, today), people)
    explained = _per_second(lambda facts, today: explain(rulebook, facts, today), people)
    return {
        "assess_per_s": round(assessed),
        "explain_per_s": round(explained),
        "ratio_to_bare_sum": round(bare / assessed),
    }


def _per_second(work: Callable[[Facts, dt.date], object], people: list[tuple[Facts, dt.date]]) -> float:
    for facts, today in people:
        work(facts, today)
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        for facts, today in people:
            work(facts, today)
        count += len(people)
    return count / spent


def _people(rulebook: Rulebook) -> list[tuple[Facts, dt.date]]:
    """The people of the rulebook's own examples, each with credits of every kind that it knows."""
    found = []
    for example in rulebook.examples:
        today = dt.date.fromisoformat(example.today)
        facts = read_facts(example.facts, rulebook.zone)
        found.append((replace(facts, credits=(*facts.credits, *_credits(rulebook, today))), today))
    return found


def _credits(rulebook: Rulebook, today: dt.date) -> tuple[Credit, ...]:
    categories = [category.code for category in rulebook.categories] or ["general"]
    selectors = [part for _path, part in parts(rulebook) if type(part).__name__ == "Selector"]
    formats = ["live", *sorted({code for selector in selectors for code in getattr(selector, "formats", ())})]
    return tuple(
        Credit(
            today - dt.timedelta(days=7 * place),
            categories[place % len(categories)],
            formats[place % len(formats)],
            50 + 5 * (place % 7),
            course=f"course-{place % 17}",
        )
        for place in range(CREDITS)
    )
