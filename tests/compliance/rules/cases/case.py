"""One case: what is known, under which rulebooks, and where the expected figures stand in the result."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from compliance.rules import Rulebook, parse_rulebook, read_facts
from compliance.rules.report import report

HERE = Path(__file__).parent
SHIPPED = Path(__file__).parents[4] / "compliance" / "rulebooks"
PUBLISHED: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads((HERE / "published.json").read_text(encoding="utf-8"))
}

Result = dict[str, Any]
Reading = str | Callable[[Result], Any]


@dataclass(frozen=True)
class Case:
    """`reads` says for each expected figure its path in the period's result, or how to read it from the whole one.

    A path such as "lines.ethics.required" starts at the period that begins on `period`, or at the last one.
    `elsewhere` are expectations that are no result of the rules, each with the reason.
    """

    books: tuple[str, ...]
    facts: Mapping[str, Any]
    today: str
    reads: Mapping[str, Reading]
    period: str | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def result(self) -> Result:
        law = [book(name) for name in self.books]
        return report(law, read_facts(dict(self.facts), law[-1].zone), date.fromisoformat(self.today))

    def read(self, result: Result, key: str) -> Any:
        """The figure of the result that the case calls `key`."""
        reading = self.reads[key]
        return reading(result) if callable(reading) else at(self.of_period(result), reading)

    def of_period(self, result: Result) -> Any:
        if self.period is None:
            return result["periods"][-1]
        return next(each for each in result["periods"] if each["start"] == self.period)


def at(node: Any, path: str) -> Any:
    """What stands at a path of keys and places."""
    for step in path.split("."):
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def book(name: str) -> Rulebook:
    """A shipped rulebook, or one that exists for the cases only."""
    path = next(path for path in (SHIPPED / f"{name}.json", HERE / "books" / f"{name}.json") if path.exists())
    return parse_rulebook(json.loads(path.read_text(encoding="utf-8")))
