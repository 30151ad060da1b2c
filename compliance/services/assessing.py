"""Assessing a slice of a bar's advocates under a law: everything is read and nothing is written."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cle.core.copying import Numbers
from compliance.queries.ledgers import Ledger, ledgers
from compliance.queries.moves import cohorts_by_law
from compliance.queries.rules import BarRules
from compliance.queries.sweeps import Cohort, Holdings, People, Slice, holdings, kinds_kept, packable
from compliance.rules import Credit, FactsError, assess
from compliance.rules.columns import Plan, plan_of
from compliance.rules.period import timeline
from compliance.services.findings import DAY, NEVER, Results, heads_of
from compliance.services.judging import Question, judge, question

CELLS = 600
"""Sums per person, of 8 bytes each: of more, single entries are as quick."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    """The assessment of one slice while it is under way; ``which`` of the ``groups`` each position is in."""

    part: Slice
    rules: BarRules
    results: Results
    groups: Sequence[Cohort]
    which: Numbers

    def unknown(self, members: Iterable[int], error: FactsError) -> None:
        """Of these nothing can be said: their standings stay as they are, and they are looked at again next time."""
        positions = list(members)
        self.results.known[positions] = False
        logger.warning("%d advocates of bar %d cannot be assessed: %s", len(positions), self.part.bar_id, error)

    def one(self, position: int, credits: Sequence[Credit]) -> None:
        """The periods of one advocate by the exact rules."""
        group, today = self.groups[self.which[position]], self.part.today
        rules = group.rules or self.rules
        law, facts = rules.law, replace(group.facts, credits=tuple(credits))
        try:
            result = assess(law, facts, today)
        except FactsError as error:
            return self.unknown([position], error)
        for frame, period in zip(timeline(law, facts, today).frames, result.periods, strict=True):
            self.results.exact.append((heads_of(rules, frame, period.lines), position, period))
        self.results.changes[position] = result.changes_on.toordinal() if result.changes_on else NEVER
        return None


def assessed(part: Slice, rules: BarRules, people: People) -> Results:
    """How these people stand on the day of the slice: a constant number of statements, whatever their number."""
    results = Results.empty(people)
    if not len(people):
        return results
    groups = cohorts_by_law(part, people, rules)
    work = _Work(part, rules, results, groups, _which(groups, len(people)))
    kept = kinds_kept()
    plan = plan_of(rules.law, tuple(kind for _category, _delivery, kind in kept))
    questions = _questions(work, plan, groups) if plan else {}
    windows = windows_of(questions, part.today)
    if plan is None or len(windows) * len(plan.stand_ins) > CELLS or not packable(kept):
        _one_by_one(work, people, range(len(people)))
    else:
        _in_columns(work, questions, holdings(part, people, plan, kept, windows))
    return results


def windows_of(questions: Iterable[Question], today: dt.date) -> tuple[dt.date, ...]:
    """First days of the stretches of time that none of these people's rules tells apart."""
    cuts = {day for asked in questions for each in asked.asked for day in each.span.cuts}
    return tuple(sorted(day for day in cuts if day <= today))


def _which(groups: Sequence[Cohort], count: int) -> Numbers:
    found = np.zeros(count, dtype=np.int64)
    for number, cohort in enumerate(groups):
        found[cohort.members] = number
    return found


def _questions(work: _Work, plan: Plan, groups: Sequence[Cohort]) -> dict[Question, Numbers]:
    """The positions of the people of whom the same is asked by the rules of their bar; their facts may differ."""
    members: dict[Question, list[Numbers]] = {}
    for cohort in groups:
        if cohort.rules:
            continue
        try:
            line = timeline(work.rules.law, cohort.facts, work.part.today)
            asked = question(work.rules, plan, line, cohort.facts)
        except FactsError as error:
            work.unknown(cohort.members.tolist(), error)
            continue
        members.setdefault(asked, []).append(cohort.members)
    return {asked: np.concatenate(parts) for asked, parts in members.items()}


def _in_columns(work: _Work, questions: dict[Question, Numbers], held: Holdings) -> None:
    """Whom sums decide. All others from their entries: where a cap binds, what it cuts hangs on the days of credit, and
    those of several bars are few."""
    results, today = work.results, work.part.today
    results.entries[:] = held.entries
    open_ = [position for cohort in work.groups if cohort.rules for position in cohort.members.tolist()]
    for asked, members in questions.items():
        verdict = judge(asked, members, held, today)
        results.findings += verdict.findings
        results.changes[verdict.decided] = verdict.changes
        open_ += verdict.open.tolist()
    _wake(results, held.later, work)
    if open_:
        _one_by_one(work, results.people, sorted(open_))


def _one_by_one(work: _Work, people: People, positions: Sequence[int]) -> None:
    """From the entries of their ledgers."""
    chosen = people.only(list(positions))
    found = ledgers(work.part, chosen)
    for position, pk in zip(positions, chosen.ids.tolist(), strict=True):
        ledger = found.get(pk) or Ledger()
        work.results.entries[position] = ledger.entries
        work.one(position, ledger.credits)
        if ledger.later:
            _wake(work.results, position, work)


def _wake(results: Results, whom: Numbers | int, work: _Work) -> None:
    """Credit is dated after today: look again tomorrow."""
    results.changes[whom] = np.minimum(results.changes[whom], (work.part.today + DAY).toordinal())
