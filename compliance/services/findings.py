"""What a slice of a sweep finds, as columns: by sums or by the exact rules, it is written and compared the same way.

Standings hold whole minutes. What is asked and what is missing is rounded up, what counts is rounded down: nobody is
told that nothing is missing while a part of a minute is.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor
from typing import Any

import numpy as np

from cle.core.copying import Numbers
from compliance.queries.rules import BarRules
from compliance.queries.sweeps import People
from compliance.rules import Frame, Line, PeriodAssessment
from compliance.rules.columns import Heading

DAY = dt.timedelta(days=1)
NEVER = dt.date.max.toordinal()
STATUSES = ("compliant", "on_track", "at_risk", "short", "exempt")


Lines = tuple[tuple[str, str], ...]
"""(code, clause) of each line, the total first."""


@dataclass(frozen=True, slots=True)
class Heads:
    """What standings written together share: the document they rest on, the day from which its era runs, and what
    their lines are called."""

    adopted_id: int
    since: dt.date
    lines: Lines


def heads_of(rules: BarRules, frame: Frame, lines: Sequence[Heading | Line]) -> Heads:
    era = rules.era_of(frame.base)
    return Heads(era.adopted_id, era.start, tuple((line.code, line.clause) for line in lines))


@dataclass(frozen=True, slots=True)
class Finding:
    """Standings of ``members``, positions [k]: days as ordinals [k], minutes by line [k, line], ``status`` [k] as a
    place in STATUSES."""

    heads: Heads
    members: Numbers
    start: Numbers
    end: Numbers
    due_on: Numbers
    petition_from: Numbers
    status: Numbers
    missing: Numbers
    required: Numbers
    counted: Numbers
    lacking: Numbers

    def only(self, which: Numbers) -> Finding:
        """Of those members where ``which`` [k] is True."""
        names = [name for name in self.__dataclass_fields__ if name != "heads"]
        return replace(self, **{name: getattr(self, name)[which] for name in names})


def figures_of(found: Finding) -> Numbers:
    """Required, counted and missing of each line: int64[k, 3 x line]."""
    return np.stack([found.required, found.counted, found.lacking], axis=2).reshape(len(found.members), -1)


Exact = tuple[Heads, int, PeriodAssessment]
"""A period as the exact rules decided it, of the person at a position."""


def finding(rows: Sequence[Exact]) -> Finding:
    """Periods decided one by one, of the same heads, as columns."""
    found = [result for _heads, _position, result in rows]
    days = [(each.period.start, each.period.end, each.due_on, each.petition_from) for each in found]
    start, end, due_on, petition_from = np.array([[day.toordinal() for day in row] for row in days]).T
    return Finding(
        rows[0][0], np.array([position for _heads, position, _result in rows], dtype=np.int64),
        start, end, due_on, petition_from,
        status=np.array([STATUSES.index(each.status) for each in found]),
        missing=np.array([ceil(each.missing) for each in found]),
        required=np.array([[ceil(line.required) for line in each.lines] for each in found]),
        counted=np.array([[floor(line.counted) for line in each.lines] for each in found]),
        lacking=np.array([[ceil(line.missing) for line in each.lines] for each in found]),
    )  # fmt: skip


@dataclass(slots=True)
class Results:
    """What a slice has found: for each of the ``people`` [n] the number of ledger ``entries`` it rests on, the ordinal
    of the day on which it ``changes``, and whether it is ``known`` at all.
    """

    people: People
    entries: Numbers
    changes: Numbers
    known: Numbers
    findings: list[Finding] = field(default_factory=list)
    exact: list[Exact] = field(default_factory=list)

    @classmethod
    def empty(cls, people: People) -> Results:
        count = len(people)
        return cls(people, np.zeros(count, dtype=np.int64), np.full(count, NEVER), np.ones(count, dtype=bool))

    def tables(self) -> list[Finding]:
        """Everything found, with those of the same heads in one piece."""
        by_heads: defaultdict[Heads, list[Finding]] = defaultdict(list)
        for each in self.findings:
            if len(each.members):
                by_heads[each.heads].append(each)
        exact: defaultdict[Heads, list[Exact]] = defaultdict(list)
        for row in self.exact:
            exact[row[0]].append(row)
        for heads, rows in exact.items():
            by_heads[heads].append(finding(rows))
        return [_joined(found) for found in by_heads.values()]


def _joined(found: list[Finding]) -> Finding:
    if len(found) == 1:
        return found[0]
    names = [name for name in Finding.__dataclass_fields__ if name != "heads"]
    whole: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in found]) for name in names}
    return replace(found[0], **whole)
