"""Where blocks of time begin for one member: the whole block that holds a day, for each kind of anchor."""

from dataclasses import dataclass, replace
from datetime import date

from .calendar import DAY, add_months, months_between, next_year_day, on_day
from .facts import FactsError
from .language.periods import (
    AdmissionAnchor,
    Anchor,
    BirthdayAnchor,
    BirthMonthAnchor,
    FixedAnchor,
    Group,
    GroupAnchor,
)
from .language.rulebook import Rulebook
from .person import View, holds


@dataclass(frozen=True, slots=True)
class Block:
    """A whole block of months; `group` when the anchor has groups. Both days belong to it."""

    start: date
    end: date
    group: str = ""


def block_holding(rulebook: Rulebook, view: View, day: date) -> Block:
    """The member's block of the rulebook's months that holds the day.

    A block counted from the admission that would lie before it is given as well: nothing is owed for it.
    Raises FactsError when the facts do not say where the blocks begin.
    """
    months = rulebook.period.months
    first, group = _first_start(rulebook.period.anchor, view, _floor(rulebook))
    count = months_between(first, day) // months
    start = add_months(first, count * months)
    if start > day:  # the clamped end of a short month
        count -= 1
        start = add_months(first, count * months)
    return Block(start, add_months(first, (count + 1) * months) - DAY, group)


def next_block(rulebook: Rulebook, view: View, day: date) -> Block:
    """The first block that begins on the day or later."""
    block = block_holding(rulebook, view, day)
    return block if block.start == day else block_holding(rulebook, view, block.end + DAY)


def _floor(rulebook: Rulebook) -> date:
    """Where the blocks of a member since before records began are counted from: with the rules."""
    effective = rulebook.effective_from
    return date(effective.year + (effective != date(effective.year, 1, 1)), 1, 1)


def _first_start(anchor: Anchor, view: View, floor: date) -> tuple[date, str]:
    """The start of one of the blocks, from which all others follow, and the group."""
    match anchor:
        case FixedAnchor():
            return anchor.first_start, ""
        case GroupAnchor():
            group = _group(anchor, view)
            return group.first_start, group.code
        case BirthMonthAnchor():
            born = _born(view)
            return on_day(2000, born.month, anchor.january_day if born.month == 1 else 1), ""
        case BirthdayAnchor():
            return _birthday(anchor, _born(view), view.admission or floor), ""
        case AdmissionAnchor():
            return counted_from(anchor, view.admission) if view.admission else floor, ""


def _group(anchor: GroupAnchor, view: View) -> Group:
    """The group named in the facts, otherwise the first whose condition holds."""
    if view.facts.group:
        named = [group for group in anchor.groups if group.code == view.facts.group]
        if not named:
            raise FactsError(f"group: the rulebook has no group '{view.facts.group}'")
        return named[0]
    asked = replace(view, group="")
    found = [group for group in anchor.groups if group.when is not None and holds(group.when, asked)]
    if not found:
        raise FactsError("group: the facts do not say to which group of the rulebook the member belongs")
    return found[0]


def _born(view: View) -> date:
    if view.facts.born_on is None:
        raise FactsError("born: the rulebook's periods begin by the day of birth and the facts do not have it")
    return view.facts.born_on


def _birthday(anchor: BirthdayAnchor, born: date, day: date) -> date:
    here = on_day(day.year, born.month, born.day)
    if anchor.first == "in_admission_year":
        return here
    if anchor.first == "after_admission":
        return here if here > day else on_day(day.year + 1, born.month, born.day)
    return here if here <= day else on_day(day.year - 1, born.month, born.day)


def counted_from(anchor: AdmissionAnchor, admission: date) -> date:
    """The first day of the first block of somebody admitted on that day."""
    if anchor.starts == "month":
        return admission.replace(day=1)
    if anchor.starts == "next_month":
        return add_months(admission.replace(day=1), 1)
    return next_year_day(admission, anchor.on) if anchor.starts == "year_day" else admission
