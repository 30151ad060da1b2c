"""What is wrong with a document, in words that its author understands."""

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
    "extra_forbidden": "is not a key that this part of the document knows",
    "unexpected_keyword_argument": "is not a key that this part of the document knows",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dataclass_type": "must be an object",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "literal_error": "must be one of %(expected)s",
    "greater_than_equal": "must be at least %(ge)s",
    "less_than_equal": "must be at most %(le)s",
    "less_than": "must be less than %(lt)s",
    "string_pattern_mismatch": "must match the form %(pattern)s",
    "union_tag_invalid": "must have a rule that is one of %(expected_tags)s",
    "union_tag_not_found": "must name its rule",
    "value_error": "%(error)s",
    "date_from_datetime_parsing": "must be a date written YYYY-MM-DD",
    "date_parsing": "must be a date written YYYY-MM-DD",
}
_CODE = "must be a code: small Latin letters, digits, '-', '_' and '.' only"
_TAGS = frozenset(
    ("[key]", "=amount", "=share", "=cases", "fixed", "groups", "birth_month", "birthday", "admission", "Reduces")
)


def plain(error: ErrorDetails, data: object = None) -> RuleProblem:
    """A fault of shape found by pydantic, without its jargon; `data` is the document, to tell its keys from tags."""
    context: Mapping[str, Any] = error.get("ctx", {})
    template = _PLAIN.get(error["type"], "")
    if error["type"] == "string_pattern_mismatch" and str(context.get("pattern", "")).startswith("^[a-z0-9]"):
        template = _CODE
    path = ".".join(_steps(error["loc"], data, missing=error["type"] in ("missing",)))
    return RuleProblem(path or "document", template % context if template else error["msg"])


def _steps(loc: tuple[int | str, ...], data: object, *, missing: bool) -> Iterable[str]:
    """The steps of the path that are in the document; what pydantic adds to name a branch is not."""
    here = data
    for place, step in enumerate(loc):
        last = place == len(loc) - 1
        inside = isinstance(here, Mapping) and step in here
        if step in _TAGS and not inside and not (last and missing):
            continue
        if (isinstance(step, str) and step.startswith("literal[")) or step == "function-plain[read_amount()]":
            continue
        yield str(step)
        here = here[step] if inside else here[step] if _indexed(here, step) else None  # type: ignore[index]


def _indexed(here: object, step: object) -> bool:
    return isinstance(here, list | tuple) and isinstance(step, int) and step < len(here)
