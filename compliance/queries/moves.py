"""The rules for people who have belonged to several bars: what was over before a move stays with the bar of then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby

import numpy as np

from cle.core.copying import Numbers
from compliance.queries.rules import BarRules, Era, rules_at
from compliance.queries.sweeps import Cohort, People, Slice, Stay, cohorts
from compliance.rules import Facts, FactsError
from compliance.rules.period import law_of, timeline


def cohorts_by_law(part: Slice, people: People, rules: BarRules) -> list[Cohort]:
    """`cohorts`, in which whoever was a member elsewhere under other rules has ``rules`` of their own, by which each of
    their periods is judged. One statement for each other bar, and one more where its rules are not the same.
    """
    found = cohorts(part, people, rules.law)
    laws: dict[int, BarRules] = {part.bar_id: rules}
    settled = [each for each in found if not _was_under_others(each, part, laws)]
    if len(settled) == len(found):
        return found
    others = {id(each) for each in settled}
    positions = np.sort(np.concatenate([each.members for each in found if id(each) not in others]))
    # What the rules of today need not know may count by those of before.
    every = law_of([version for each in laws.values() for version in each.law])
    whole = cohorts(part, people.only(positions), every)
    return [*settled, *(_moved(each, positions[each.members], part, laws) for each in whole)]


def stays(cohort: Cohort) -> list[Stay]:
    """Where they have been, bar after bar; whoever left and came back to the same one never was elsewhere."""
    in_order = sorted(cohort.stays, key=lambda stay: stay[2] or dt.date.max)
    return [next(same) for _bar, same in groupby(in_order, key=lambda stay: stay[0])]


def _was_under_others(cohort: Cohort, part: Slice, laws: dict[int, BarRules]) -> bool:
    own = laws[part.bar_id].eras
    return any(bar != part.bar_id and _rules(bar, laws).eras != own for bar, _start, _end in cohort.stays)


def _rules(bar: int, laws: dict[int, BarRules]) -> BarRules:
    if bar not in laws:
        laws[bar] = rules_at(bar)
    return laws[bar]


def _moved(cohort: Cohort, members: Numbers, part: Slice, laws: dict[int, BarRules]) -> Cohort:
    own, found = laws[part.bar_id], laws[part.bar_id].eras
    with suppress(FactsError):  # the assessment says of whom nothing can be said
        path = [(_rules(bar, laws), start) for bar, start, _end in stays(cohort)]
        found = eras_over(path, cohort.facts)
    return replace(cohort, members=members, rules=None if found == own.eras else replace(own, eras=found))


def eras_over(path: Sequence[tuple[BarRules, dt.date | None]], facts: Facts) -> tuple[Era, ...]:
    """The rules of each bar in turn, from the period that was under way on the first day there.

    A period is asked for by the bar that the advocate belongs to when it ends: what had ended by the rules of one bar
    is not judged once more by those of another. What a bar asks for whose rules begin after that day it asks for alone.
    """
    eras: tuple[Era, ...] = ()
    for rules, since in path:
        turn = _turn(eras, facts, since or dt.date.min)
        now = rules.at(turn)
        if now is None or not eras:
            eras = rules.eras
        else:
            eras = (*_until(eras, turn), _from(now, turn), *(era for era in rules.eras if era.start > turn))
    return eras


def _turn(eras: tuple[Era, ...], facts: Facts, day: dt.date) -> dt.date:
    """The first day of the period that holds the day, by the rules of before; the day itself, if none does."""
    frames = timeline(tuple(era.rulebook for era in eras), facts, day).frames if eras else ()
    return frames[-1].period.start if frames and frames[-1].period.end >= day else day


def _until(eras: Sequence[Era], turn: dt.date) -> list[Era]:
    kept = [era for era in eras if era.start < turn]
    return [*kept[:-1], replace(kept[-1], end=turn)] if kept else []


def _from(era: Era, turn: dt.date) -> Era:
    return replace(era, start=turn, rulebook=era.rulebook.model_copy(update={"effective_from": turn}))
