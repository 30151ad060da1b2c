"""A rulebook prepared for counting: the same rules as plain tuples and tables, made once per rulebook.

Credit is counted in pools. Two credits share a pool when no rule can tell them apart: the same category, as far as
it has a minimum, and formats under exactly the same caps. Every sum in the engine is a list of minutes by pool.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .document import CalendarStart, FormatCap, Rulebook


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A category with a minimum above nothing, and the pools that count towards it."""

    code: str
    minimum: int
    clause: str
    pools: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CapRule:
    """A cap with the pools under it, also by their place within every category."""

    maximum: int
    prorated: bool
    clause: str
    pools: tuple[int, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Compiled rulebook; compared by identity, so that tables may be kept per rulebook."""

    years: int
    first_year: int | None  # None: personal periods, counted from the day of joining
    effective_from: date
    unit_minutes: int
    total: int
    total_clause: str
    period_clause: str
    categories: tuple[CategoryRule, ...]
    caps: tuple[CapRule, ...]
    grace_days: int
    make_up_days: int
    make_up_clause: str
    first_period: str
    first_period_clause: str
    rounding: str
    proration_clause: str
    statuses: dict[str, str]
    statuses_clause: str
    at_risk_days: int
    pool_count: int
    width: int  # pools per category: the places of sets of formats under the same caps
    category_offset: dict[str, int]  # category code -> its first pool
    other_offset: int  # first pool of all categories without a minimum
    format_offset: dict[str, int]  # format code -> place within the category; 0 is "under no cap"

    def pool(self, category: str, format_code: str) -> int:
        """The pool of such a credit; what the rulebook does not name counts to the total, under no cap."""
        return self.category_offset.get(category, self.other_offset) + self.format_offset.get(format_code, 0)


@lru_cache(maxsize=256)
def rules_of(rulebook: Rulebook) -> Rules:
    """The compiled form of a rulebook."""
    offsets, width = _format_offsets(rulebook.format_caps)
    with_minimum = [category for category in rulebook.categories if category.minimum_minutes]
    other_offset = len(with_minimum) * width
    start = rulebook.period.start
    return Rules(
        years=rulebook.period.years,
        first_year=start.first_year if isinstance(start, CalendarStart) else None,
        effective_from=rulebook.effective_from,
        unit_minutes=rulebook.unit.minutes,
        total=rulebook.total_minutes,
        total_clause=rulebook.total_clause,
        period_clause=rulebook.period.clause,
        categories=tuple(
            CategoryRule(
                category.code,
                category.minimum_minutes,
                category.clause,
                tuple(range(index * width, (index + 1) * width)),
            )
            for index, category in enumerate(with_minimum)
        ),
        caps=tuple(_cap(cap, offsets, width, len(with_minimum) + 1) for cap in rulebook.format_caps),
        grace_days=rulebook.late.grace_days,
        make_up_days=rulebook.late.make_up_days,
        make_up_clause=rulebook.late.make_up_clause,
        first_period=rulebook.first_period.rule,
        first_period_clause=rulebook.first_period.clause,
        rounding=rulebook.proration.rounding,
        proration_clause=rulebook.proration.clause,
        statuses=dict(rulebook.statuses),
        statuses_clause=rulebook.statuses_clause,
        at_risk_days=rulebook.at_risk_days,
        pool_count=other_offset + width,
        width=width,
        category_offset={category.code: index * width for index, category in enumerate(with_minimum)},
        other_offset=other_offset,
        format_offset=offsets,
    )


def _format_offsets(caps: tuple[FormatCap, ...]) -> tuple[dict[str, int], int]:
    """A place for each set of caps that some format is under, and how many such sets there are with the empty one."""
    places: dict[tuple[int, ...], int] = {(): 0}
    offsets: dict[str, int] = {}
    for code in sorted({code for cap in caps for code in cap.formats}):
        under = tuple(index for index, cap in enumerate(caps) if code in cap.formats)
        offsets[code] = places.setdefault(under, len(places))
    return offsets, len(places)


def _cap(cap: FormatCap, offsets: dict[str, int], width: int, rows: int) -> CapRule:
    places = sorted({offsets[code] for code in cap.formats})
    pools = tuple(row * width + place for row in range(rows) for place in places)
    return CapRule(cap.maximum_minutes, cap.prorated, cap.clause, pools, tuple(places))
