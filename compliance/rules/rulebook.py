"""Reading a rulebook document: from plain JSON data to a checked, unchangeable `Rulebook`."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from .combine import combine, faults_of_addition
from .faults import RulebookError, RuleProblem, plain
from .language.rulebook import Addition, Rulebook
from .older import brought_up
from .references import faults_of_sense
from .variants import patched

__all__ = [
    "Addition",
    "RuleProblem",
    "Rulebook",
    "RulebookError",
    "combine",
    "faults_of_addition",
    "json_schema",
    "parse_addition",
    "parse_document",
    "parse_rulebook",
    "write_rulebook",
]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Document = TypeVar("Document", Rulebook, Addition)


def parse_rulebook(data: dict[str, Any]) -> Rulebook:
    """The rulebook in `data` (as `json.load` gives it).

    Raises RulebookError with all faults: those of shape, or those of sense, also of each variant.
    """
    rulebook = _shaped(Rulebook, data)
    problems = list(faults_of_sense(rulebook))
    for index, variant in enumerate(rulebook.variants):
        problems += _variant_faults(rulebook, index, variant.code)
    if problems:
        raise RulebookError(problems)
    return rulebook


def parse_addition(data: dict[str, Any]) -> Addition:
    """What a regional bar adds, in `data`. Whether it fits its national rulebook is for `faults_of_addition` to say.

    Raises RulebookError with all faults of shape.
    """
    return _shaped(Addition, data)


def parse_document(data: dict[str, Any]) -> Rulebook | Addition:
    """A rulebook, or an addition if it says what it extends; one of the first schema is read as well.

    Raises RulebookError.
    """
    if isinstance(data, dict) and data.get("schema") == 1:
        try:
            data = brought_up(data)
        except (KeyError, TypeError, AttributeError) as error:
            why = f"is a document of the first schema that cannot be read: {error}"
            raise RulebookError([RuleProblem("schema", why)]) from None
    return parse_addition(data) if isinstance(data, dict) and data.get("extends") else parse_rulebook(data)


def _shaped(kind: type[Document], data: dict[str, Any]) -> Document:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise RulebookError(plain(detail, data) for detail in error.errors()) from None


def _variant_faults(rulebook: Rulebook, index: int, code: str) -> list[RuleProblem]:
    data = rulebook.model_dump(mode="json", by_alias=True, exclude_unset=True)
    try:
        varied = _shaped(Rulebook, patched(data, rulebook, (code,)))
    except RulebookError as error:
        return [RuleProblem(f"variants.{index}.set.{each.path}", each.message) for each in error.problems]
    own = set(faults_of_sense(rulebook))
    return [
        RuleProblem(f"variants.{index}.set.{each.path}", each.message)
        for each in faults_of_sense(varied)
        if each not in own
    ]


def write_rulebook(document: Rulebook | Addition) -> dict[str, Any]:
    """The document again, as JSON data; `parse_document` of it gives an equal one."""
    return document.model_dump(mode="json", by_alias=True, exclude_unset=True)


def json_schema() -> dict[str, Any]:
    """JSON Schema of rulebooks and regional additions, for editors and for the published description of the format."""
    schema = TypeAdapter(Rulebook | Addition).json_schema(by_alias=True)
    return {"$schema": DIALECT, "title": "Rulebook of continuing legal education, or a regional addition", **schema}
