"""Reading a rulebook document: from plain JSON data to a checked, unchangeable `Rulebook`."""

from typing import Any

from pydantic import ValidationError

from .combine import combine
from .document import Rulebook
from .faults import RulebookError, RuleProblem, plain
from .sense import faults_of_sense

__all__ = ["RuleProblem", "Rulebook", "RulebookError", "combine", "json_schema", "parse_rulebook", "write_rulebook"]


def parse_rulebook(data: dict[str, Any]) -> Rulebook:
    """The rulebook in `data` (as `json.load` gives it).

    Raises RulebookError with all faults, those of shape and those of sense together.
    """
    problems = list(faults_of_sense(data)) if isinstance(data, dict) else []
    try:
        rulebook = Rulebook.model_validate(data)
    except ValidationError as error:
        problems.extend(plain(detail) for detail in error.errors())
        raise RulebookError(problems) from None
    if problems:
        raise RulebookError(problems)
    return rulebook


def write_rulebook(rulebook: Rulebook) -> dict[str, Any]:
    """The document again, as JSON data; `parse_rulebook` of it gives an equal rulebook."""
    return rulebook.model_dump(mode="json", by_alias=True)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the document, for editors and for the published description of the format."""
    return Rulebook.model_json_schema(by_alias=True)
