"""Faults of sense in a raw document: parts that are well formed one by one but do not fit together.

These checks read the raw data, so that they are reported together with the faults of shape; a part of the wrong
shape is simply passed over here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .faults import RuleProblem

Raw = Mapping[str, Any]


def faults_of_sense(data: Raw) -> Iterator[RuleProblem]:
    """Every contradiction inside the document."""
    yield from _unknown_clauses(data)
    yield from _repeated_codes(data)
    yield from _repeated_caps(data)
    yield from _minimums_above_total(data)
    yield from _self_extension(data)


def _clause_ids(node: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            here = f"{path}.{key}" if path else str(key)
            if isinstance(value, str) and (key == "clause" or str(key).endswith("_clause")):
                yield here, value
            elif key != "clauses":
                yield from _clause_ids(value, here)
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from _clause_ids(value, f"{path}.{index}")


def _unknown_clauses(data: Raw) -> Iterator[RuleProblem]:
    clauses = data.get("clauses")
    known = clauses if isinstance(clauses, Mapping) else {}
    for path, clause in _clause_ids(data, ""):
        if clause not in known:
            yield RuleProblem(path, f"names the clause '{clause}', which is not among the clauses")


def _objects(data: Raw, key: str) -> Iterator[tuple[int, Raw]]:
    items = data.get(key)
    for index, item in enumerate(items if isinstance(items, list | tuple) else ()):
        if isinstance(item, Mapping):
            yield index, item


def _repeated_codes(data: Raw) -> Iterator[RuleProblem]:
    seen = {"total"}
    for index, category in _objects(data, "categories"):
        code = category.get("code")
        if code == "total":
            yield RuleProblem(f"categories.{index}.code", "'total' is the name of the whole, not of a category")
        elif isinstance(code, str) and code in seen:
            yield RuleProblem(f"categories.{index}.code", f"the category '{code}' is already listed")
        elif isinstance(code, str):
            seen.add(code)


def _repeated_caps(data: Raw) -> Iterator[RuleProblem]:
    seen: set[frozenset[str]] = set()
    for index, cap in _objects(data, "format_caps"):
        formats = cap.get("formats")
        names = [name for name in formats if isinstance(name, str)] if isinstance(formats, list | tuple) else []
        if len(set(names)) < len(names):
            yield RuleProblem(f"format_caps.{index}.formats", "names a format twice")
        if names and frozenset(names) in seen:
            yield RuleProblem(f"format_caps.{index}.formats", "another cap already covers exactly these formats")
        seen.add(frozenset(names))


def _minimums_above_total(data: Raw) -> Iterator[RuleProblem]:
    total = data.get("total_minutes")
    minimums = [category.get("minimum_minutes") for _, category in _objects(data, "categories")]
    needed = sum(minimum for minimum in minimums if isinstance(minimum, int))
    if isinstance(total, int) and needed > max(total, 0):
        yield RuleProblem("total_minutes", f"the minimums of the categories add up to {needed}, more than the total")


def _self_extension(data: Raw) -> Iterator[RuleProblem]:
    extends = data.get("extends")
    if isinstance(extends, Mapping) and extends.get("code") == data.get("code"):
        yield RuleProblem("extends.code", "a rulebook cannot extend itself")
