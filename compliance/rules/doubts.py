"""Doubts about a rulebook that can be used: clauses that can never bind, and other things its author hardly meant."""

from collections import defaultdict
from collections.abc import Iterator

from .faults import RuleProblem
from .ladder import doubts_of_ladder
from .language.amounts import Number
from .language.conditions import Condition
from .language.figures import Case, Share
from .language.periods import GroupAnchor
from .language.rulebook import Addition, Rulebook
from .references import TOTAL, clauses_named, parts
from .requirement import step_of

_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def doubts(document: Rulebook | Addition) -> tuple[RuleProblem, ...]:
    """Everything that deserves a second look, in the order of the document's paths."""
    found = [
        *_uncited(document),
        *_unread(document),
        *_unreachable(document),
        *_for_everybody(document),
        *_unladdered(document),
    ]
    found += doubts_of_ladder(document, document.period.months if isinstance(document, Rulebook) else None)
    if isinstance(document, Rulebook):
        found += [*_loose_caps(document), *_nesting(document), *_rounding(document), *_letters(document)]
        found += [*_days(document)]
    return tuple(sorted(set(found), key=lambda doubt: (doubt.path, doubt.message)))


def _uncited(document: Rulebook | Addition) -> Iterator[RuleProblem]:
    named = {clause for _path, clause in clauses_named(document)}
    for variant in getattr(document, "variants", ()):
        named |= set(_names_in(variant.set))
    for code in document.clauses:
        if code not in named:
            yield RuleProblem(f"clauses.{code}", "no rule rests on this clause")


def _names_in(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and (key == "clause" or str(key).endswith("_clause")):
                yield value
            yield from _names_in(value)
    elif isinstance(node, list):
        for each in node:
            yield from _names_in(each)


def _unread(document: Rulebook | Addition) -> Iterator[RuleProblem]:
    unread = sum(1 for clause in document.clauses.values() if clause.read_on is None)
    if unread:
        yield RuleProblem("clauses", f"{unread} of {len(document.clauses)} say nothing of the day (read_on) on which "
                                     "somebody compared them with their source")  # fmt: skip


def _unreachable(document: Rulebook | Addition) -> Iterator[RuleProblem]:
    """Cases behind one that always holds."""
    for path, part in parts(document):
        for name in type(part).model_fields:
            cases = getattr(part, name)
            if not isinstance(cases, tuple) or not all(isinstance(case, Case) for case in cases):
                continue
            for place, case in enumerate(cases[:-1]):
                if case.when is None or case.when == Condition():
                    yield RuleProblem(
                        f"{path}.{name}.{place + 1}", "can never be reached: the case before always holds"
                    )


def _unladdered(document: Rulebook | Addition) -> Iterator[RuleProblem]:
    for index, variant in enumerate(getattr(document, "variants", ())):
        for name in ("notices", "reminder_days"):
            if name in variant.set:
                yield RuleProblem(f"variants.{index}.set.{name}", "is not read: the notices are the same for everybody")


def _for_everybody(document: Rulebook | Addition) -> Iterator[RuleProblem]:
    for name in ("exemptions", "variants"):
        for index, each in enumerate(getattr(document, name, ())):
            if each.when == Condition():
                yield RuleProblem(f"{name}.{index}.when", "holds for everybody, always")


def _fixed(figure: object) -> Number | None:
    """The highest amount that a figure can come to; None where that cannot be told."""
    if isinstance(figure, Share):
        return None
    if isinstance(figure, tuple):
        amounts = [_fixed(case.is_) for case in figure]
        return (
            None if any(amount is None for amount in amounts) else max([a for a in amounts if a is not None], default=0)
        )
    return figure  # type: ignore[return-value]


def _loose_caps(rulebook: Rulebook) -> Iterator[RuleProblem]:
    total = _fixed(rulebook.total.amount)
    for index, cap in enumerate(rulebook.caps):
        most = _fixed(cap.maximum)
        if isinstance(cap.maximum, Share):
            most = None if total is None or cap.maximum.of != TOTAL or cap.maximum.share < 1 else total
        if total is None or most is None or rulebook.carry is not None:
            continue
        if most >= total > 0:
            yield RuleProblem(f"caps.{index}.maximum", f"can never bind: the whole requirement is {total}")


def _nesting(rulebook: Rulebook) -> Iterator[RuleProblem]:
    amounts = {TOTAL: _fixed(rulebook.total.amount), **{r.code: _fixed(r.amount) for r in rulebook.requirements}}
    inside: defaultdict[str, Number] = defaultdict(int)
    for index, rule in enumerate(rulebook.requirements):
        amount, around = amounts[rule.code], amounts.get(rule.within)
        if amount is None:
            continue
        if amount == 0:
            yield RuleProblem(f"requirements.{index}.amount", "asks for nothing")
        if around is not None and amount > around > 0:
            yield RuleProblem(f"requirements.{index}.amount", f"is more than the {around} of '{rule.within}' around it")
        if not rule.alongside and not rule.in_each and rule.when is None:
            inside[rule.within] += amount
    for code, asked in inside.items():
        around = amounts.get(code)
        if around and asked > around:
            yield RuleProblem(code, f"can never bind: the requirements inside it come to {asked}, it to {around}")


def _rounding(rulebook: Rulebook) -> Iterator[RuleProblem]:
    rounding = rulebook.valuation.rounding
    if rounding is None or rounding.direction != "down":
        return
    step = step_of(rounding, rulebook.unit.minutes)
    for index, minimum in enumerate(rulebook.valuation.minimums):
        if minimum.minutes <= step and minimum.becomes is None:
            why = f"can never bind: rounding down to {step} minutes takes such credit away as well"
            yield RuleProblem(f"valuation.minimums.{index}.minutes", why)


def _letters(rulebook: Rulebook) -> Iterator[RuleProblem]:
    """Latin initials that are in no group, or in two."""
    anchor = rulebook.period.anchor
    if not isinstance(anchor, GroupAnchor):
        return
    ranges = [letters.upper() for group in anchor.groups if group.when for letters in group.when.surname]
    if not any(letters[0] in _LATIN for letters in ranges):
        return
    for letter in _LATIN:
        count = sum(letters[0] <= letter <= letters[-1] for letters in ranges)
        if count != 1:
            yield RuleProblem("period.anchor.groups", f"the initial {letter} is in {count or 'no'} groups")


def _days(rulebook: Rulebook) -> Iterator[RuleProblem]:
    longest = rulebook.period.months * 31
    if rulebook.at_risk_days > longest:
        yield RuleProblem("at_risk_days", "is longer than the period: everybody is at risk from the first day")
    for index, days in enumerate(rulebook.reminder_days):
        if days > longest:
            yield RuleProblem(f"reminder_days.{index}", "falls before the period begins")
