"""Valuation: what each credit is worth, before asking where it counts."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from .compiled import Rules
from .facts import Credit, FactsError


def valued(credits: Iterable[Credit]) -> tuple[Credit, ...]:
    """Credits net of their reversals, one for each day, category and format that keeps any minutes, in that order.

    Raises FactsError if more was reversed on a day than earned.
    """
    sums: defaultdict[tuple[date, str, str], int] = defaultdict(int)
    for credit in credits:
        sums[credit.day, credit.category, credit.format] += credit.minutes
    if any(minutes < 0 for minutes in sums.values()):
        raise FactsError("more minutes were reversed on a day than earned on it in the same category and format")
    return tuple(Credit(*key, minutes) for key, minutes in sorted(sums.items()) if minutes)


def pooled(rules: Rules, credits: Iterable[Credit], slots: tuple[date, ...]) -> list[list[int]]:
    """Minutes by slot of the timeline and by pool; what lies outside all slots is left out.

    A row per slot and one for what comes after them. Raises FactsError as `valued` does.
    """
    # Written out in one loop without a call per credit: a sweep passes here millions of times.
    sums = [[0] * rules.pool_count for _ in slots]
    category_offset, other, format_offset = rules.category_offset.get, rules.other_offset, rules.format_offset.get
    for credit in credits:
        minutes = credit.minutes
        if minutes < 0:
            return pooled(rules, valued(credits), slots)
        slot = bisect_right(slots, credit.day)
        if slot:
            sums[slot - 1][category_offset(credit.category, other) + format_offset(credit.format, 0)] += minutes
    return sums
