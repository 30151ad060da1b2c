"""A rulebook in sections, items and facts: what is shown as a page is also what two versions are compared by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cle.core.errors import Text
from compliance.rules import Addition, Rulebook
from compliance.rules.language.words import Clause
from compliance.wording.voice import Reader


@dataclass(frozen=True, slots=True)
class Fact:
    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule is written, as it is cited, and what is written there."""

    code: str
    source: str
    url: str
    text: str

    @property
    def words(self) -> str:
        return f"{self.source}: {self.text}" if self.text else self.source


@dataclass(frozen=True, slots=True)
class Item:
    """One rule. ``key`` is the same in every version of the rulebook."""

    key: str
    title: str
    facts: tuple[Fact, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    items: tuple[Item, ...]


_ONE = "one"
SECTIONS: Final[tuple[tuple[str, Text, tuple[str, ...]], ...]] = (
    ("asked", gettext_lazy("What is required"), ("total", "raises", "requirements")),
    ("time", gettext_lazy("Periods"), ("period", "joining", "proration")),
    ("late", gettext_lazy("After the due date"), ("late", "stages")),
    ("notices", gettext_lazy("Notices"), ("notices",)),
    ("counting", gettext_lazy("What counts, and how much"), ("categories", "valuation", "activities", "caps",
                                                              "duplicates", "carry")),
    ("people", gettext_lazy("Statuses and exemptions"), ("statuses", "exemptions", "variants")),
    ("else", gettext_lazy("Other duties"), ("acts", "duties")),
)  # fmt: skip
"""Which parts of a document stand together, in the order in which people ask for them."""

BASICS: Final = ("effective_from", "code", "version", "extends", "governs", "admission", "unit", "zone", "at_risk_days",
                 "reminder_days", "leaves_out")  # fmt: skip


def outline(document: Rulebook | Addition, base: Rulebook | None = None) -> list[Section]:
    """The whole document in the language of the page; sections of which it says nothing are left out."""
    reader = Reader(document, base)
    sections = [Section("basics", _("The document"), (_basics(reader),))]
    for key, title, parts in SECTIONS:
        items = tuple(item for part in parts for item in _items(reader, part))
        if items:
            sections.append(Section(key, str(title), items))
    if document.examples:
        sections.append(Section("examples", _("Worked examples"), tuple(_examples(reader))))
    return sections


def _basics(reader: Reader) -> Item:
    found = []
    for key in BASICS:
        value = getattr(reader.document, key, None)
        if value not in (None, (), 0):
            found.append(Fact(key, reader.label(key), reader.say(key, value)))
    if reader.document.example:
        found.append(Fact("example", reader.label("example"), _("yes")))
    return Item("basics", reader.text(reader.document.title), tuple(found), ())


def _items(reader: Reader, part: str) -> Iterator[Item]:
    value = getattr(reader.document, part, None)
    if value is None or value == () or value == {}:
        return
    if part == "categories":
        names = [Fact(each.code, each.code, reader.text(each.name) + _within(reader, each)) for each in value]
        yield Item("categories", reader.label(part), tuple(names), ())
    elif part in ("statuses", "raises"):
        facts = tuple(
            Fact(code, _key(reader, part, code), _effect(reader, part, inner)) for code, inner in value.items()
        )
        cited = _cited(reader, getattr(reader.document, "statuses_clause", None)) if part == "statuses" else ()
        yield Item(part, reader.label(part), facts, cited)
    elif isinstance(value, tuple):
        for each in value:
            yield _item(reader, f"{part}.{each.code}", reader.text(each.name) or each.code, each)
    else:
        yield _item(reader, part, reader.text(getattr(value, "name", None)) or reader.label(part), value)


def _key(reader: Reader, part: str, code: str) -> str:
    return reader.named(part, code) if part == "statuses" else reader.name(code)


def _effect(reader: Reader, part: str, value: Any) -> str:
    return reader.amount(value) if part == "raises" else reader.say("effect", value)


def _within(reader: Reader, category: Any) -> str:
    return f" ({reader.label('within')}: {reader.name(category.within)})" if category.within else ""


def _item(reader: Reader, key: str, title: str, part: Any) -> Item:
    facts = tuple(Fact(*each) for each in reader.facts(part, without=("code", "name")))
    clauses = [getattr(part, name, None) for name in ("clause", "grace_clause", "make_up_clause")]
    return Item(key, title, facts, _cited(reader, *clauses))


def _cited(reader: Reader, *codes: str | None) -> tuple[Citation, ...]:
    known = {**getattr(reader.base, "clauses", {}), **reader.document.clauses}
    return tuple(citation(reader, code, known[code]) for code in dict.fromkeys(codes) if code and code in known)


def citation(reader: Reader, code: str, clause: Clause) -> Citation:
    source = f"{clause.document}, {clause.article}" if clause.article else clause.document
    return Citation(code, source, clause.url, reader.text(clause.text))


def _examples(reader: Reader) -> Iterator[Item]:
    for example in reader.document.examples:
        expected = tuple(Fact(path, path, _expected(value)) for path, value in example.expect.items())
        yield Item(f"examples.{example.name}", example.name, expected, ())


def _expected(value: Any) -> str:
    """As it is written in the document: what an example expects is for whoever writes rules."""
    if isinstance(value, str):
        return value
    return "–" if value is None else json.dumps(value, ensure_ascii=False)
