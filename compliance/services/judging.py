"""Deciding many at once. Whoever the rules decide by sums and comparisons alone is decided in columns here; all
others (a cap that binds, hours to be made up) go to ``assess``, which is the truth for everybody.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from cle.core.copying import Numbers
from compliance.queries.rules import Era
from compliance.queries.sweeps import Cohort, Holdings
from compliance.rules.assess import PeriodAssessment, assess
from compliance.rules.compiled import Rules, rules_of
from compliance.rules.facts import Credit
from compliance.rules.period import Deadlines, Period, Timeline, timeline
from compliance.rules.requirement import Requirement, requirement_of

STATUSES = ("compliant", "on_track", "at_risk", "short", "exempt")
COMPLIANT, ON_TRACK, AT_RISK, SHORT, EXEMPT = range(5)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the standings of a cohort in one period have in common; required minutes by line, the total first."""

    period: Period
    deadlines: Deadlines
    required: tuple[int, ...]
    exempt: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One period of the decided members: positions [k], counted minutes [k, line], missing minutes [k], status [k]."""

    shape: Shape
    members: Numbers
    counted: Numbers
    missing: Numbers
    status: Numbers


@dataclass(frozen=True, slots=True)
class Verdict:
    """A cohort after judging.

    ``decided`` are positions, ``changes`` the ordinals of the next day on which time alone may change their result;
    ``open`` are the positions of members whom only ``assess`` can decide.
    """

    judged: tuple[Judged, ...]
    decided: Numbers
    changes: Numbers
    open: Numbers


def judge(era: Era, cohort: Cohort, held: Holdings, today: dt.date) -> Verdict:
    """Decide the members of a cohort whose result follows from sums alone."""
    rules = rules_of(era.rulebook)
    line = timeline(rules, cohort.facts, today)
    nobody = np.empty(0, dtype=np.int64)
    if not line.periods:
        return Verdict((), cohort.members, np.full(len(cohort.members), line.slots[0].toordinal()), nobody)
    required = [requirement_of(rules, cohort.facts, period) for period in line.periods]
    slots = _slots(held, cohort.members, line)
    unsure = np.zeros(len(cohort.members), dtype=bool)
    judged: list[Judged] = []
    for index, (period, dates) in enumerate(zip(line.periods, line.deadlines, strict=True)):
        own = slots[:, 2 * index] + slots[:, 2 * index + 1]
        found = _count(rules, Shape(period, dates, _figures(required[index]), required[index].exempt), own, today)
        for cap, maximum in zip(rules.caps, required[index].caps, strict=True):
            unsure |= own[:, list(cap.pools)].sum(axis=1) > maximum
        if index + 1 < len(line.periods):
            unsure |= (found.missing > 0) & slots[:, 2 * index + 2].any(axis=1)
        judged.append(found)
    sure = ~unsure
    kept = tuple(
        Judged(each.shape, cohort.members[sure], each.counted[sure], each.missing[sure], each.status[sure])
        for each in judged
    )
    return Verdict(kept, cohort.members[sure], _changes(judged, line, today)[sure], cohort.members[unsure])


def decide_one(era: Era, cohort: Cohort, held: Holdings, position: int, today: dt.date) -> tuple[
    tuple[PeriodAssessment, ...], dt.date | None
]:  # fmt: skip
    """The periods of one member by the exact rules, and the next day on which time alone may change them."""
    facts, cells = cohort.facts, held.minutes[position]
    credits = tuple(
        Credit(held.windows[window], held.stand_ins[pool][0], held.stand_ins[pool][1], int(cells[window, pool]))
        for window, pool in zip(*np.nonzero(cells), strict=True)
    )
    full = type(facts)(joined_on=facts.joined_on, left_on=facts.left_on, statuses=facts.statuses, credits=credits)
    result = assess(era.rulebook, full, today)
    return result.periods, result.changes_on


def _figures(required: Requirement) -> tuple[int, ...]:
    return (required.total, *required.minimums)


def _slots(held: Holdings, members: Numbers, line: Timeline) -> Numbers:
    """Minutes [member, slot, pool] in the engine's own cut of time: per period its make-up window and its rest."""
    slots = np.zeros((len(members), 2 * len(line.periods), held.minutes.shape[2]), dtype=np.int64)
    for window, first in enumerate(held.windows):
        slot = bisect_right(line.slots, first) - 1
        if 0 <= slot < slots.shape[1]:
            slots[:, slot] += held.minutes[members, window]
    return slots


def _count(rules: Rules, shape: Shape, own: Numbers, today: dt.date) -> Judged:
    counted = np.stack(
        [own.sum(axis=1), *(own[:, list(category.pools)].sum(axis=1) for category in rules.categories)], axis=1
    )
    lacking_by_line = np.maximum(0, np.array(shape.required) - counted)
    missing = np.maximum(lacking_by_line[:, 0], lacking_by_line[:, 1:].sum(axis=1))
    short_of = AT_RISK if today >= shape.deadlines.at_risk_from else ON_TRACK
    if today > shape.period.end:
        short_of = SHORT
    status = np.where(missing > 0, short_of, COMPLIANT)
    if shape.exempt:
        status[:] = EXEMPT
    return Judged(shape, np.empty(0, dtype=np.int64), counted, missing, status)


def _changes(judged: list[Judged], line: Timeline, today: dt.date) -> Numbers:
    changes = np.full(len(judged[-1].status), (line.periods[-1].end + DAY).toordinal())
    risk = line.deadlines[-1].at_risk_from.toordinal()
    changes = np.where(judged[-1].status == ON_TRACK, np.minimum(changes, risk), changes)
    for each in judged:
        petition = each.shape.deadlines.petition_from
        if petition > today:
            changes = np.where(each.status == SHORT, np.minimum(changes, petition.toordinal()), changes)
    return changes
