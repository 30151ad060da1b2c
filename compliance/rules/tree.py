"""What is asked in one period as a tree: requirements with their stretches, titles and subjects spelled out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .calendar import DAY, add_months
from .facts import Facts
from .language.amounts import Number
from .language.conditions import Selector
from .language.requirements import Requirement as Minimum
from .period import Frame, Period
from .requirement import TOTAL, Requirement


@dataclass(frozen=True, slots=True)
class Ask:
    """A node before it has pools. `code` names the line, `rule` the requirement behind it (None: the total).

    Only credit earned in `stretch`, and of `category` or what is inside it, serves the node, where these are given.
    """

    code: str
    rule: Minimum | None
    counts: Selector
    required: Number
    parent: int
    alongside: bool
    clause: str
    stretch: Period | None = None
    category: str = ""


def asks(frame: Frame, required: Requirement, facts: Facts, spread: dict[str, tuple[str, ...]]) -> tuple[Ask, ...]:
    """The nodes of a period, parents first; `spread` names the subjects chosen for each requirement that has some."""
    total = frame.rulebook.total
    found = [Ask(TOTAL, None, total.counts, required.total, -1, alongside=False, clause=total.clause)]
    for rule in _outer_first(frame.rulebook.requirements):
        if rule.code not in required.amounts:
            continue
        for place, (code, stretch, title) in enumerate(_instances(rule, frame.period, facts.titles)):
            parent = _parent(found, rule, title)
            alongside = rule.alongside or rule.in_each is not None or found[parent].alongside
            amount = required.amounts[rule.code]
            if amount and rule.code in required.stretches:
                parts = required.stretches[rule.code]
                amount = parts[place % len(parts)]
            here = len(found)
            found.append(Ask(code, rule, rule.counts, amount, parent, alongside, rule.clause, stretch, title))
            for subject in spread.get(rule.code, ()):
                asked = not required.exempt and rule.code not in required.released
                name, each = f"{code}.{subject}", _each(frame, rule) if asked else 0
                found.append(Ask(name, rule, rule.counts, each, here, alongside, rule.clause, stretch, subject))
    return tuple(found)


def _each(frame: Frame, rule: Minimum) -> Number:
    each = rule.spread.each if rule.spread else 0
    return each * frame.rulebook.unit.minutes or 1


def _outer_first(rules: Sequence[Minimum]) -> Iterator[Minimum]:
    """In the order of the document, but none before the requirement that it lies within."""
    waiting, known = list(rules), {TOTAL}
    while waiting:
        ready = next((rule for rule in waiting if rule.within in known), waiting[0])
        waiting.remove(ready)
        known.add(ready.code)
        yield ready


def _instances(rule: Minimum, period: Period, titles: Sequence[str]) -> Iterator[tuple[str, Period | None, str]]:
    for title in titles if rule.per_title else ("",):
        code = f"{rule.code}.{title}" if title else rule.code
        if rule.in_each is None:
            yield code, None, title
            continue
        for number, stretch in enumerate(stretches(period, rule.in_each), start=1):
            yield f"{code}.{number}", stretch, title


def stretches(period: Period, months: int) -> Iterator[Period]:
    """The period cut into parts of so many months; the last one may be shorter."""
    start, count = period.start, 0
    while start <= period.end:
        count += 1
        after = add_months(period.start, count * months)
        yield Period(start, min(after - DAY, period.end))
        start = after


def _parent(found: Sequence[Ask], rule: Minimum, title: str) -> int:
    codes = [ask.code for ask in found]
    for name in (f"{rule.within}.{title}", rule.within):
        if name in codes:
            return codes.index(name)
    return 0
