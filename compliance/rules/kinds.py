"""What the rules of a rulebook can tell apart: for each credit, which of its selectors speak of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from .language.conditions import Selector
from .language.rulebook import Rulebook
from .matching import matches, within
from .valuation import Valued

Mask = int
"""A bit for each selector of the rulebook, set where it speaks of the credit."""


@dataclass(slots=True)
class Kinds:
    """The selectors of a rulebook, each once, and what they say of a kind of credit seen before."""

    rulebook: Rulebook
    places: dict[Selector, int] = field(default_factory=dict)
    dated: bool = False
    by_course: bool = False
    _seen: dict[tuple[object, ...], Mask] = field(default_factory=dict)

    def bit(self, selector: Selector) -> Mask:
        return 1 << self.places[selector]

    def mask(self, item: Valued, end: date) -> Mask:
        """Which selectors speak of the credit, in a period that ends on that day."""
        credit = item.credit
        plain = not credit.tags and not credit.role and not credit.measures and not credit.repeat
        key: tuple[object, ...] = (item.category, item.format, credit.activity)
        if not plain:
            key = (*key, credit.tags, credit.role, credit.repeat, tuple(sorted(credit.measures.items())))
        if self.by_course:
            key = (*key, credit.course)
        if self.dated:
            return self._asked(item, end)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = self._asked(item, end)
        return found

    def _asked(self, item: Valued, end: date) -> Mask:
        categories = within(self.rulebook)
        return sum(1 << place for selector, place in self.places.items() if matches(selector, item, categories, end))


@lru_cache(maxsize=512)
def kinds_of(rulebook: Rulebook) -> Kinds:
    """The selectors by which credit of a rulebook is told apart once it is valued."""
    kinds = Kinds(rulebook)
    for selector in _selectors(rulebook):
        if selector not in kinds.places:
            kinds.places[selector] = len(kinds.places)
            kinds.dated = kinds.dated or any(each.earned or each.last_months for each in _nested(selector))
            kinds.by_course = kinds.by_course or any(each.courses for each in _nested(selector))
    return kinds


def _nested(selector: Selector) -> Iterator[Selector]:
    """The selector and those of what it excepts."""
    yield selector
    if selector.except_ is not None:
        yield from _nested(selector.except_)


def _selectors(rulebook: Rulebook) -> Iterator[Selector]:
    yield rulebook.total.counts
    for requirement in rulebook.requirements:
        yield requirement.counts
        yield from (other.counts for other in requirement.also)
    yield from (cap.counts for cap in rulebook.caps)
    if rulebook.carry:
        yield rulebook.carry.counts
        yield from (limit.counts for limit in rulebook.carry.limits)
