"""Where the periods of somebody begin who is admitted on a day, were the rules as old as that."""

from datetime import date

from .anchors import block_holding, counted_from, next_block
from .calendar import DAY, add_months, month_end, next_year_day
from .language.periods import AdmissionAnchor, Joining
from .language.rulebook import Rulebook
from .person import View


def joined_on_start(rules: Rulebook, view: View, admission: date) -> date:
    """The first day of the member's first period."""
    if rules.joining.rule == "own":
        return own_start(rules, view, admission)
    if rules.joining.rule == "later":
        return _later(rules, view, admission)
    if isinstance(rules.period.anchor, AdmissionAnchor):
        return counted_from(rules.period.anchor, admission)  # such blocks do not exist before it
    return block_holding(rules, view, admission).start


def _later(rules: Rulebook, view: View, admission: date) -> date:
    joining = rules.joining
    if joining.due_months_after is not None:
        block = block_holding(rules, view, admission)
        while block.end < add_months(admission, joining.due_months_after):
            block = block_holding(rules, view, block.end + DAY)
        return block.start
    years = joining.years_after
    earliest = admission + DAY if years is None else date(admission.year + years, 1, 1)
    return next_block(rules, view, earliest).start


def own_start(rules: Rulebook, view: View, admission: date) -> date:
    """The first day of a first period of its own length."""
    match rules.joining.starts:
        case "month":
            return admission.replace(day=1)
        case "next_month":
            return add_months(admission.replace(day=1), 1)
        case "year_day":
            return next_year_day(admission, rules.joining.starts_on)
        case "next_block":
            return next_block(rules, view, admission).start
        case _:
            return admission


def own_end(joining: Joining, start: date) -> date:
    """Its last day. To the end of a month: of the one that holds the day after so many months."""
    if joining.ends_on and joining.years_after:
        return next_year_day(date(start.year + joining.years_after, 1, 1), joining.ends_on, same_day=True)
    if joining.ends_on:
        least = add_months(start, joining.months) - DAY if joining.months else start
        return next_year_day(least, joining.ends_on, same_day=True)
    after = add_months(start, joining.months or 0)
    return month_end(after) if joining.to_month_end else after - DAY
