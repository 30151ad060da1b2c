"""Two versions side by side: what was added, taken out, or is said differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from compliance.wording.outline import Fact, Item, Section

Kind = Literal["added", "removed", "changed"]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Change:
    """One fact: ``before`` is empty where it was added, ``after`` where it was taken out."""

    label: str
    before: str
    after: str

    @property
    def kind(self) -> Kind:
        return "added" if not self.before else "removed" if not self.after else "changed"


@dataclass(frozen=True, slots=True)
class ItemChange:
    title: str
    kind: Kind
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class SectionChange:
    key: str
    title: str
    items: tuple[ItemChange, ...]


def compare(older: list[Section], newer: list[Section]) -> list[SectionChange]:
    """Sections in which something differs, in their order; none where both say the same."""
    found = []
    for before, after in _pairs(older, newer, lambda section: section.key):
        items = tuple(_compared(before.items if before else (), after.items if after else ()))
        section = after or before
        if items and section:
            found.append(SectionChange(section.key, section.title, items))
    return found


def _compared(older: tuple[Item, ...], newer: tuple[Item, ...]) -> Iterable[ItemChange]:
    for before, after in _pairs(older, newer, lambda item: item.key):
        changes = tuple(_facts(before, after))
        if changes or before is None or after is None:
            kind: Kind = "added" if before is None else "removed" if after is None else "changed"
            yield ItemChange((after or before).title, kind, changes)  # type: ignore[union-attr]


def _facts(before: Item | None, after: Item | None) -> Iterable[Change]:
    if before and after and before.title != after.title:
        yield Change("", before.title, after.title)
    for old, new in _pairs(_said(before), _said(after), lambda fact: fact.key):
        if old is None or new is None or old.text != new.text:
            label = (new or old).label  # type: ignore[union-attr]
            yield Change(label, (old.text or "–") if old else "", (new.text or "–") if new else "")


def _said(item: Item | None) -> list[Fact]:
    """Its facts, and the clauses that it rests on."""
    if item is None:
        return []
    return [*item.facts, *(Fact(f"clause.{each.code}", each.source, each.text) for each in item.citations)]


def _pairs(
    older: Iterable[Thing], newer: Iterable[Thing], key: Callable[[Thing], str]
) -> Iterable[tuple[Thing | None, Thing | None]]:
    """What has the same key, in the order of the newer one; what was taken out comes last."""
    before, after = {key(each): each for each in older}, {key(each): each for each in newer}
    for name, each in after.items():
        yield before.get(name), each
    for name, each in before.items():
        if name not in after:
            yield each, None
