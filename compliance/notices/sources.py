"""What a letter quotes from a rulebook: names of categories, and the clauses that are its legal ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from compliance.rules.rulebook import Rulebook


class Ground(NamedTuple):
    """A clause, quoted: where it is written, and what it says."""

    source: str
    text: str
    url: str


def category_name(rulebook: Rulebook, code: str, language: str) -> str:
    """The category's name in a language; its code when the rulebook does not name it."""
    category = next((category for category in rulebook.categories if category.code == code), None)
    return str(getattr(category.name, language)) if category else code


def grounds(rulebook: Rulebook, clauses: Iterable[str], language: str) -> Iterator[Ground]:
    """The named clauses, each once, in the order given; what the rulebook does not contain is left out."""
    for code in dict.fromkeys(clauses):
        clause = rulebook.clauses.get(code)
        if clause is not None:
            source = ", ".join(part for part in (clause.document, clause.article) if part)
            yield Ground(source, str(getattr(clause.text, language)), clause.url)
