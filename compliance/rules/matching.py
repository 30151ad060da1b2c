"""Which credit a rule speaks of."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Protocol

from .calendar import DAY, add_months
from .language.conditions import Selector
from .language.rulebook import Rulebook


class Kind(Protocol):
    """What a selector can look at."""

    @property
    def category(self) -> str: ...
    @property
    def format(self) -> str: ...
    @property
    def activity(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def course(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def repeat(self) -> bool: ...
    @property
    def day(self) -> date: ...
    @property
    def measures(self) -> "Mapping[str, object]": ...


@lru_cache(maxsize=512)
def within(rulebook: Rulebook) -> Mapping[str, frozenset[str]]:
    """By category: itself and all categories of which it is a part."""
    parents = {category.code: category.within for category in rulebook.categories}
    found: dict[str, frozenset[str]] = {}
    for code in parents:
        chain, current = {code}, parents[code]
        while current is not None and current not in chain:
            chain.add(current)
            current = parents.get(current)
        found[code] = frozenset(chain)
    return found


def matches(selector: Selector, kind: Kind, categories: Mapping[str, frozenset[str]], end: date | None = None) -> bool:
    """Whether the selector speaks of such credit; `end` is the last day of the period, for `last_months`."""
    return (
        (not selector.categories or not categories.get(kind.category, {kind.category}).isdisjoint(selector.categories))
        and (not selector.formats or kind.format in selector.formats)
        and (not selector.activities or kind.activity in selector.activities)
        and (not selector.roles or kind.role in selector.roles)
        and (not selector.courses or kind.course in selector.courses)
        and (not selector.tags or not set(kind.tags).isdisjoint(selector.tags))
        and (selector.repeat is None or kind.repeat == selector.repeat)
        and (selector.earned is None or selector.earned.holds(kind.day))
        and (not selector.last_months or end is None or kind.day > add_months(end + DAY, -selector.last_months) - DAY)
        and all(kind.measures.get(name, 0) >= least for name, least in selector.at_least.items())  # type: ignore[operator]
        and (selector.except_ is None or not matches(selector.except_, kind, categories, end))
    )
