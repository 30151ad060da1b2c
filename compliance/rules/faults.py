"""What is wrong with a rulebook document, in words that its author understands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One fault: `path` leads to it through the document ("categories.1.code"), `message` says what is wrong."""

    path: str
    message: str


class RulebookError(ValueError):
    """The document cannot be used; `problems` lists every fault found, in the order of the document's paths."""

    def __init__(self, problems: Iterable[RuleProblem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: (problem.path, problem.message)))
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in self.problems))


_PLAIN = {
    "missing": "is required",
    "extra_forbidden": "is not a key of this part of a rulebook",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "literal_error": "must be one of %(expected)s",
    "greater_than_equal": "must be at least %(ge)s",
    "less_than_equal": "must be at most %(le)s",
    "less_than": "must be less than %(lt)s",
    "string_pattern_mismatch": "must be a code: small Latin letters, digits, '-', '_' and '.' only",
    "union_tag_invalid": "must have a rule that is one of %(expected_tags)s",
    "union_tag_not_found": "must name its rule",
    "value_error": "%(error)s",
    "date_from_datetime_parsing": "must be a date written YYYY-MM-DD",
    "date_parsing": "must be a date written YYYY-MM-DD",
}


def plain(error: ErrorDetails) -> RuleProblem:
    """A fault of shape found by pydantic, without its jargon."""
    context: Mapping[str, Any] = error.get("ctx", {})
    template = _PLAIN.get(error["type"], "")
    path = ".".join(str(step) for step in error["loc"] if step not in ("[key]", "calendar", "year_after_joining"))
    return RuleProblem(path or "document", template % context if template else error["msg"])
