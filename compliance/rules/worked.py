"""The worked examples that a rulebook carries, run against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .facts import FactsError
from .facts_reading import read_facts
from .faults import RulebookError
from .language.after import Example
from .language.amounts import read_amount
from .language.rulebook import Rulebook
from .report import report


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An expectation that the rulebook does not give, or why the example could not be run (`path` empty)."""

    example: str
    path: str
    expected: Any
    found: Any


def mismatches(rulebook: Rulebook, versions: Sequence[Rulebook] = ()) -> Iterator[Mismatch]:
    """Every expectation of its examples that does not come true; `versions` are other versions of the same rules."""
    for example in rulebook.examples:
        yield from _run(rulebook, versions, example)


def _run(rulebook: Rulebook, versions: Sequence[Rulebook], example: Example) -> Iterator[Mismatch]:
    try:
        facts = read_facts(example.facts, rulebook.zone)
        result = report((*versions, rulebook), facts, date.fromisoformat(example.today))
    except (FactsError, RulebookError, ValueError) as error:
        yield Mismatch(example.name, "", "a result", str(error))
        return
    period = _period(result, example.period)
    for path, expected in example.expect.items():
        found = _at(period, path)
        found = _at(result, path) if found is _NOTHING else found
        if not _same(found, expected):
            yield Mismatch(example.name, path, expected, "nothing" if found is _NOTHING else found)


_NOTHING = object()


def _period(result: dict[str, Any], start: str | None) -> Any:
    periods = result["periods"]
    if start is None:
        return periods[-1] if periods else {}
    return next((each for each in periods if each["start"] == start), {})


def _at(node: Any, path: str) -> Any:
    """What stands at a path of keys and places. A key may itself hold dots ("each-year.1")."""
    if not path:
        return node
    if isinstance(node, list):
        head, _, rest = path.partition(".")
        return _at(node[int(head)], rest) if head.lstrip("-").isdigit() and abs(int(head)) < len(node) else _NOTHING
    if not isinstance(node, dict):
        return _NOTHING
    keys = [key for key in node if path == key or path.startswith(f"{key}.")]
    for key in sorted(keys, key=len, reverse=True):
        found = _at(node[key], path[len(key) + 1 :])
        if found is not _NOTHING:
            return found
    return _NOTHING


def _same(found: Any, expected: Any) -> bool:
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if found == expected:
        return True
    try:
        return read_amount(found) == read_amount(expected)
    except ValueError:
        return False
