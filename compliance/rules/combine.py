"""A national rulebook and a regional addition as one rulebook; the addition may raise the norm, never lower it.

Kazakhstan: decisions of the Republican Bar bind the territorial bars (Law No. 176-VI, Art. 65(7)).
"""

from collections.abc import Iterator

from .document import Category, Clause, FormatCap, Rulebook
from .faults import RulebookError, RuleProblem

_FIRST_PERIOD = ("exempt", "prorated_days", "full")
_EFFECT = ("closed", "exempt", "pauses", "counts")


def combine(national: Rulebook, addition: Rulebook) -> Rulebook:
    """The rules of the region: the stricter of the two in every element.

    Raises RulebookError naming every element that the addition would lower.
    """
    problems = [*_mismatches(national, addition), *_lowered(national, addition)]
    if problems:
        raise RulebookError(problems)
    return addition.model_copy(
        update={
            "version": f"{national.version}+{addition.version}",
            "example": national.example or addition.example,
            "categories": _categories(national, addition),
            "format_caps": _caps(national, addition),
            "statuses": {**national.statuses, **addition.statuses},
            "at_risk_days": max(national.at_risk_days, addition.at_risk_days),
            "reminder_days": tuple(sorted({*national.reminder_days, *addition.reminder_days}, reverse=True)),
            "clauses": {**national.clauses, **addition.clauses},
        }
    )


def _mismatches(national: Rulebook, addition: Rulebook) -> Iterator[RuleProblem]:
    """What a region cannot decide for itself at all."""
    if addition.extends is None or addition.extends.code != national.code:
        yield RuleProblem("extends.code", f"must name the national rulebook '{national.code}'")
    if (addition.period.years, addition.period.start) != (national.period.years, national.period.start):
        yield RuleProblem("period", "must be the period of the national rulebook")
    if addition.unit.minutes != national.unit.minutes:
        yield RuleProblem("unit.minutes", "must be the hour of the national rulebook")
    if addition.late.grace_days != national.late.grace_days:
        # Longer would lower the norm; shorter would take from the advocate days that the law gives.
        yield RuleProblem("late.grace_days", "must be the days of grace of the national rulebook")
    if _rounding(addition) != _rounding(national):
        yield RuleProblem("proration", "must be the proration of the national rulebook")
    for code, clause in addition.clauses.items():
        if not _same_clause(national.clauses.get(code), clause):
            yield RuleProblem(f"clauses.{code}", "is another clause in the national rulebook")


def _rounding(rulebook: Rulebook) -> tuple[str, str]:
    return rulebook.proration.by, rulebook.proration.rounding


def _same_clause(national: Clause | None, regional: Clause) -> bool:
    return national is None or national == regional


def _lowered(national: Rulebook, addition: Rulebook) -> Iterator[RuleProblem]:
    if addition.effective_from < national.effective_from:
        yield RuleProblem("effective_from", "must not be before the national rulebook takes effect")
    if addition.total_minutes < national.total_minutes:
        yield RuleProblem("total_minutes", f"must be at least the national {national.total_minutes}")
    if addition.late.make_up_days > national.late.make_up_days:
        yield RuleProblem("late.make_up_days", f"must be at most the national {national.late.make_up_days}")
    if _FIRST_PERIOD.index(addition.first_period.rule) < _FIRST_PERIOD.index(national.first_period.rule):
        yield RuleProblem("first_period.rule", f"must not be milder than the national '{national.first_period.rule}'")
    yield from _lowered_categories(national, addition)
    yield from _looser_caps(national, addition)
    yield from _milder_statuses(national, addition)


def _lowered_categories(national: Rulebook, addition: Rulebook) -> Iterator[RuleProblem]:
    floors = {category.code: category.minimum_minutes for category in national.categories}
    for index, category in enumerate(addition.categories):
        floor = floors.get(category.code, 0)
        if category.minimum_minutes < floor:
            yield RuleProblem(f"categories.{index}.minimum_minutes", f"must be at least the national {floor}")
    needed = sum(category.minimum_minutes for category in _categories(national, addition))
    if needed > addition.total_minutes:
        yield RuleProblem("total_minutes", f"national and regional minimums add up to {needed}, more than the total")


def _looser_caps(national: Rulebook, addition: Rulebook) -> Iterator[RuleProblem]:
    ceilings = {frozenset(cap.formats): cap for cap in national.format_caps}
    for index, cap in enumerate(addition.format_caps):
        ceiling = ceilings.get(frozenset(cap.formats))
        if ceiling is None:
            continue
        if cap.maximum_minutes > ceiling.maximum_minutes:
            yield RuleProblem(
                f"format_caps.{index}.maximum_minutes", f"must be at most the national {ceiling.maximum_minutes}"
            )
        if ceiling.prorated and not cap.prorated:
            yield RuleProblem(f"format_caps.{index}.prorated", "must shrink with the total, as the national cap does")


def _milder_statuses(national: Rulebook, addition: Rulebook) -> Iterator[RuleProblem]:
    for code, effect in addition.statuses.items():
        # A status that the national rulebook does not name counts.
        if _EFFECT.index(effect) < _EFFECT.index(national.statuses.get(code, "counts")):
            yield RuleProblem(f"statuses.{code}", "must not be milder than in the national rulebook")


def _categories(national: Rulebook, addition: Rulebook) -> tuple[Category, ...]:
    regional = {category.code: category for category in addition.categories}
    kept = tuple(regional.pop(category.code, category) for category in national.categories)
    return kept + tuple(regional.values())


def _caps(national: Rulebook, addition: Rulebook) -> tuple[FormatCap, ...]:
    regional = {frozenset(cap.formats): cap for cap in addition.format_caps}
    kept = tuple(regional.pop(frozenset(cap.formats), cap) for cap in national.format_caps)
    return kept + tuple(regional.values())
