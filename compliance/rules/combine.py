"""A national rulebook and a regional addition as one rulebook; the addition can only add.

Kazakhstan: decisions of the Republican Bar bind the territorial bars (Law No. 176-VI, Art. 65(7)).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from .faults import RuleProblem
from .ladder import faults_of_regional_ladder, ladder_with
from .language.amounts import Number
from .language.figures import Share
from .language.requirements import Category
from .language.rulebook import Addition, Rulebook
from .references import TOTAL, faults_of_sense
from .requirement import limits_by_share


def combine(national: Rulebook, addition: Addition) -> Rulebook:
    """The rules of the region: all that the nation asks, raised to what the region asks, and what the region adds.

    Never lower than the nation, whatever the nation has changed since the region decided: of two figures the higher
    holds, and what no longer fits is left aside. Whether an addition fits today is for `faults_of_addition` to say.
    A national limit that is a share (half of the total may be recordings) stays a share of what the nation asks: were
    it to grow with the raise, credit would count in the region that the nation does not let count.
    """
    raises = {**addition.raises, **_asked_by_both(national, addition)}
    own = {each.code for each in national.requirements}
    both = national.model_copy(
        update={
            "version": f"{national.version}+{addition.version}",
            "example": national.example or addition.example,
            "effective_from": max(national.effective_from, addition.effective_from),
            "total": _raised(national.total, raises.get(TOTAL, 0)),
            "categories": _new(national.categories, _own_categories(national, addition)),
            "requirements": (
                *(_raised(each, raises.get(each.code, 0)) for each in national.requirements),
                *(each for each in addition.requirements if each.code not in own),
            ),
            "caps": _new(national.caps, addition.caps),
            "acts": _new(national.acts, addition.acts),
            "at_risk_days": max(national.at_risk_days, addition.at_risk_days),
            **ladder_with(national, addition),
            "clauses": {**addition.clauses, **national.clauses},
        }
    )
    return both.raised_over(national) if raises and limits_by_share(national) else both


def with_addition(versions: Sequence[Rulebook], addition: Addition) -> tuple[Rulebook, ...]:
    """All versions of the national rules, from the addition's day on with what the region adds."""
    start = addition.effective_from
    before = [each for each in versions if each.effective_from < start]
    found = [each if each.effective_from < start else combine(each, addition) for each in versions]
    if before and all(each.effective_from != start for each in versions):
        found.append(combine(max(before, key=lambda each: each.effective_from), addition))
    return tuple(sorted(found, key=lambda each: each.effective_from))


def _own_categories(national: Rulebook, addition: Addition) -> tuple[Category, ...]:
    """Regional categories, none inside a national one: its credit would serve what the nation asks."""
    codes = {each.code for each in national.categories}
    return tuple(
        each.model_copy(update={"within": None}) if each.within in codes else each for each in addition.categories
    )


def _new(national: tuple[Any, ...], added: tuple[Any, ...]) -> tuple[Any, ...]:
    codes = {each.code for each in national}
    return (*national, *(each for each in added if each.code not in codes))


def _asked_by_both(national: Rulebook, addition: Addition) -> dict[str, Number]:
    """Requirements that the nation has come to ask for as well, with the regional figure."""
    own = {each.code for each in national.requirements}
    return {each.code: _least(each.amount) for each in addition.requirements if each.code in own}


def _raised(asked: Any, least: Number) -> Any:
    """The total or a requirement whose figure is at least so much for whoever it asks anything of."""
    amount = asked.amount
    if isinstance(amount, tuple):
        cases = tuple(case.model_copy(update={"is_": _highest(case.is_, least)}) for case in amount)
        return asked.model_copy(update={"amount": cases})
    return asked.model_copy(update={"amount": _highest(amount, least)})


def _highest(figure: Any, least: Number) -> Any:
    """Nothing stays nothing: who is asked for nothing is not meant by a raise."""
    return figure if isinstance(figure, Share) or figure == 0 else max(figure, least)


def faults_of_addition(national: Rulebook, addition: Addition) -> Iterator[RuleProblem]:
    """Why the region cannot adopt the addition over these national rules."""
    yield from faults_of_sense(addition, national)
    if addition.extends.code != national.code:
        yield RuleProblem("extends.code", f"must name the national rulebook '{national.code}'")
    figures: dict[str, Any] = {TOTAL: national.total.amount, **{r.code: r.amount for r in national.requirements}}
    for code, least in addition.raises.items():
        if code not in figures:
            yield RuleProblem(f"raise.{code}", f"the national rulebook has no requirement '{code}'")
        elif isinstance(figures[code], Share):
            yield RuleProblem(f"raise.{code}", "the national figure is a share of another: raise that one")
        elif least < _least(figures[code]):
            yield RuleProblem(f"raise.{code}", f"must be at least the national {_least(figures[code])}")
    yield from _lent(national, addition)
    yield from faults_of_regional_ladder(national, addition)
    if national.variants and addition.raises:
        yield from _varied(national, addition)


def _lent(national: Rulebook, addition: Addition) -> Iterator[RuleProblem]:
    """What a region would take from the nation's own words: its categories and its clauses."""
    codes = {each.code for each in national.categories}
    for index, category in enumerate(addition.categories):
        if category.within in codes:
            why = "is a national category: credit of a regional one would serve what the nation asks"
            yield RuleProblem(f"categories.{index}.within", why)
    for code, clause in addition.clauses.items():
        if code in national.clauses and national.clauses[code] != clause:
            yield RuleProblem(f"clauses.{code}", "is another clause in the national rulebook")


def _varied(national: Rulebook, addition: Addition) -> Iterator[RuleProblem]:
    """A variant replaces figures after they were raised, so a raise of those would be lost for the people it is for."""
    for variant in national.variants:
        changed = {TOTAL} if "total" in variant.set else set()
        changed |= {str(each.get("code")) for each in variant.set.get("requirements", []) if isinstance(each, dict)}
        for code in sorted(changed & set(addition.raises)):
            yield RuleProblem(
                f"raise.{code}", f"the variant '{variant.code}' sets its own figure: add a requirement instead"
            )


def _least(figure: Any) -> Number:
    """The highest fixed figure: what somebody is asked for already."""
    if isinstance(figure, tuple):
        fixed = [case.is_ for case in figure if not isinstance(case.is_, Share)]
        return max(fixed, default=0)
    return figure if not isinstance(figure, Share) else 0
