"""Which rules hold for a bar: the national floor and what the bar added to it, each from its day."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Case, IntegerField, Value, When

from advocates.models import Bar
from compliance.models import AdoptedRulebook
from compliance.rules.rulebook import Rulebook, RulebookError, combine, parse_rulebook

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Era:
    """A rulebook and the period starts that it governs: from ``start`` until before ``end`` (None: for good)."""

    start: dt.date
    end: dt.date | None
    rulebook: Rulebook
    adopted_id: int


@dataclass(frozen=True, slots=True)
class BarRules:
    """All that a bar ever adopted or inherited. ``version`` grows with each adoption above or in the bar."""

    version: int
    eras: tuple[Era, ...]

    def at(self, day: dt.date) -> Era | None:
        """The era in force on a day, None before the first."""
        return next((era for era in reversed(self.eras) if era.start <= day), None)

    def behind(self, adopted_id: int, period_start: dt.date) -> Rulebook:
        """The rules by which a standing was judged, with what they add to: of the eras of the document that it names,
        the one that the period began in."""
        eras = [era for era in self.eras if era.adopted_id == adopted_id]
        begun = [era for era in eras if era.start <= period_start]
        return (begun or eras[:1])[-1].rulebook


def ancestry(bar: Bar) -> list[int]:
    """Ids from the root of the tree down to the bar itself."""
    parents = dict(Bar.objects.values_list("pk", "parent_id"))
    path: list[int] = []
    current: int | None = bar.pk
    while current is not None:
        path.insert(0, current)
        current = parents[current]
    return path


def rules_of(bar: Bar) -> BarRules:
    """The rules of a bar, in two statements. Documents are parsed once per process, they never change."""
    path = ancestry(bar)
    depth = Case(*(When(bar_id=pk, then=Value(level)) for level, pk in enumerate(path)), output_field=IntegerField())
    adopted = list(
        AdoptedRulebook.objects.filter(bar__in=path)
        .annotate(depth=depth)
        .order_by("effective_from", "depth")
        .values_list("pk", "effective_from", "depth")
    )
    return BarRules(len(adopted), _eras(tuple(adopted)))


def reminder_days(bar: Bar, today: dt.date) -> tuple[int, ...]:
    """How many days before the due date reminders go out, by the rules in force today."""
    era = rules_of(bar).at(today)
    return tuple(era.rulebook.reminder_days) if era else ()


@lru_cache(maxsize=256)
def _eras(adopted: tuple[tuple[int, dt.date, int], ...]) -> tuple[Era, ...]:
    """Cut time at each adoption; in each piece, combine the newest document of each level from the root down."""
    starts = sorted({start for _pk, start, _depth in adopted})
    eras = []
    for index, start in enumerate(starts):
        newest = {depth: pk for pk, begins, depth in adopted if begins <= start}
        chain = [newest[depth] for depth in sorted(newest)]
        end = starts[index + 1] if index + 1 < len(starts) else None
        eras.append(Era(start, end, _combined(tuple(chain), start), chain[-1]))
    return tuple(eras)


@lru_cache(maxsize=256)
def _combined(chain: tuple[int, ...], start: dt.date) -> Rulebook:
    documents = dict(AdoptedRulebook.objects.filter(pk__in=chain).values_list("pk", "document"))
    rulebook = parse_rulebook(documents[chain[0]]).model_copy(update={"effective_from": start})
    for pk in chain[1:]:
        rulebook = _added(rulebook, parse_rulebook(documents[pk]).model_copy(update={"effective_from": start}), pk)
    return rulebook


def _added(floor: Rulebook, addition: Rulebook, pk: int) -> Rulebook:
    """The floor with the addition; the floor alone when it has since risen above the addition.

    An addition was above the floor of its day. A later floor must hold at once for everybody, whether or not the
    bar has brought its own document up to it; until it does, the log says so.
    """
    try:
        return combine(floor, addition)
    except RulebookError as error:
        faults = "; ".join(f"{problem.path}: {problem.message}" for problem in error.problems)
        logger.warning("rulebook %s adds nothing any more to %s %s: %s", pk, floor.code, floor.version, faults)
        return floor
