"""Deciding many at once. Whoever the rules decide by sums and comparisons alone is decided in columns here; all
others (a cap that binds, hours to be made up) go to ``assess``, which is the truth for everybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, lcm

import numpy as np

from cle.core.copying import Numbers
from compliance.queries.rules import BarRules
from compliance.queries.sweeps import Holdings
from compliance.rules import Facts, Frame, requirement
from compliance.rules.assess import grace_ends_on
from compliance.rules.columns import Heading, Plan, Span, spans
from compliance.rules.language.amounts import Number
from compliance.rules.period import Timeline
from compliance.services.findings import DAY, STATUSES, Finding, Heads, heads_of

COMPLIANT, ON_TRACK, AT_RISK, SHORT, EXEMPT = range(len(STATUSES))
FINEST = 10**9
"""Amounts in smaller parts of a minute than this are not for columns: their multiples would leave 64 bits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked in one period, and its dates: minutes by line, the total first, and the most by cap."""

    heads: Heads
    lines: tuple[Heading, ...]
    required: tuple[Number, ...]
    caps: tuple[tuple[tuple[int, ...], int], ...]
    exempt: bool
    by_sums: bool
    start: dt.date
    end: dt.date
    span: Span
    due_on: dt.date
    petition_from: dt.date
    at_risk_from: dt.date


@dataclass(frozen=True, slots=True)
class Question:
    """All that is asked of somebody, period by period; ``after`` is the first day beyond the last one."""

    asked: tuple[Asked, ...]
    after: dt.date


@dataclass(frozen=True, slots=True)
class Verdict:
    """People of whom the same is asked, after judging.

    ``decided`` are positions, ``changes`` the ordinals of the next day on which time alone may change their result;
    ``open`` are the positions of those whom only ``assess`` can decide.
    """

    findings: tuple[Finding, ...]
    decided: Numbers
    changes: Numbers
    open: Numbers


def question(rules: BarRules, plan: Plan, line: Timeline, facts: Facts) -> Question:
    """What the law asks of people with these facts. Raises FactsError where the facts do not say enough."""
    days = spans(line, facts)
    asked = (_asked(rules, plan, frame, span, facts) for frame, span in zip(line.frames, days, strict=True))
    return Question(tuple(asked), line.after)


def _asked(rules: BarRules, plan: Plan, frame: Frame, span: Span, facts: Facts) -> Asked:
    owed = requirement(frame, facts)
    shape = plan.shape(frame, owed, facts)
    return Asked(
        heads=heads_of(rules, frame, shape.lines),
        lines=shape.lines,
        required=tuple(owed.amounts[line.code] for line in shape.lines),
        caps=tuple((pools, floor(owed.caps[code])) for code, pools in shape.caps),
        exempt=owed.exempt,
        by_sums=shape.settled and _scale(owed.amounts.values()) <= FINEST,
        start=frame.period.start,
        end=frame.period.end,
        span=span,
        due_on=frame.due_on,
        petition_from=grace_ends_on(frame, frame.due_on) + DAY,
        at_risk_from=frame.due_on - frame.rulebook.at_risk_days * DAY,
    )


def judge(asked: Question, members: Numbers, held: Holdings, today: dt.date) -> Verdict:
    """Decide those of the members whose result follows from sums alone."""
    if not asked.asked:
        nobody = np.empty(0, dtype=np.int64)
        return Verdict((), members, np.full(len(members), asked.after.toordinal()), nobody)
    unsure = held.taken[members].copy()
    findings = []
    for each in asked.asked:
        own = _earned(held, members, each.span.first, each.span.last)
        found = _count(each, own, members, today)
        for pools, most in each.caps:
            unsure |= own[:, list(pools)].sum(axis=1) > most
        unsure |= not each.by_sums
        late = _earned(held, members, each.span.last + DAY, each.span.late_last)
        unsure |= (found.missing > 0) & late.any(axis=1)
        findings.append(found)
    kept = tuple(found.only(~unsure) for found in findings) if unsure.any() else tuple(findings)
    return Verdict(kept, members[~unsure], _changes(asked, findings, today)[~unsure], members[unsure])


def _earned(held: Holdings, members: Numbers, first: dt.date, last: dt.date) -> Numbers:
    """Minutes [member, pool] earned on these days; no window holds a day of them and one that is none of them."""
    found: Numbers = np.zeros((len(members), held.minutes.shape[2]), dtype=np.int64)
    for window, start in enumerate(held.windows):
        if first <= start <= last:
            found += held.minutes[members, window]
    return found


def _count(asked: Asked, own: Numbers, members: Numbers, today: dt.date) -> Finding:
    counted = np.stack([own[:, list(line.pools)].sum(axis=1) for line in asked.lines], axis=1)
    scale = _scale(asked.required) if asked.by_sums else 1
    required = np.array([int(amount * scale) for amount in asked.required], dtype=np.int64)
    lacking = np.maximum(0, required - counted * scale)
    missing = _fewest(asked.lines, lacking)
    short_of = SHORT if today > asked.due_on else AT_RISK if today >= asked.at_risk_from else ON_TRACK
    status = np.where(missing > 0, short_of, COMPLIANT)
    if asked.exempt:
        status[:] = EXEMPT
    return Finding(
        asked.heads, members,
        start=_every(members, asked.start), end=_every(members, asked.end),
        due_on=_every(members, asked.due_on), petition_from=_every(members, asked.petition_from),
        status=status, missing=-(-missing // scale), required=np.broadcast_to(-(-required // scale), counted.shape),
        counted=counted, lacking=-(-lacking // scale),
    )  # fmt: skip


def _every(members: Numbers, day: dt.date) -> Numbers:
    return np.full(len(members), day.toordinal())


def _scale(amounts: Iterable[Number]) -> int:
    return lcm(*(amount.denominator for amount in amounts))


def _fewest(lines: tuple[Heading, ...], lacking: Numbers) -> Numbers:
    """The fewest minutes that complete the period: lines inside each other share them, and so do those alongside."""
    below, beside = np.zeros_like(lacking), np.zeros_like(lacking)
    for place in range(len(lines) - 1, 0, -1):
        around = lines[place].parent
        whole = np.maximum(np.maximum(lacking[:, place], below[:, place]), beside[:, place])
        if lines[place].alongside:
            beside[:, around] = np.maximum(beside[:, around], whole)
        else:
            below[:, around] += whole
    return np.maximum(np.maximum(lacking[:, 0], below[:, 0]), beside[:, 0])


def _changes(asked: Question, findings: list[Finding], today: dt.date) -> Numbers:
    changes = np.full(len(findings[0].status), asked.after.toordinal())
    for each, found in zip(asked.asked, findings, strict=True):
        waiting = (found.status == ON_TRACK) | (found.status == AT_RISK)
        for day, whom in (
            (each.at_risk_from, found.status == ON_TRACK),
            (each.due_on + DAY, waiting),
            (each.petition_from, found.status == SHORT),
        ):
            if day > today:
                changes = np.where(whom, np.minimum(changes, day.toordinal()), changes)
    return changes
