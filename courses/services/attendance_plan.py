"""What importing a report would do: one outcome for each row of the file. Nothing here touches the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from advocates.models import Outcome
from cle.core.errors import Problem
from courses.attendance.matching import Match, Roster, Suggestion, match
from courses.attendance.model import Presence, Report
from courses.attendance.presence import seconds_present
from courses.models import Session
from courses.queries.attendance import Decided, Rows, Standing
from courses.services.attendance_judging import Judgement, judge, window_of
from courses.services.attendance_reading import as_json
from courses.services.attendance_wording import ALREADY_IN_REVIEW, DISMISSED_BEFORE, NOT_A_MEMBER, doubt

_BY_A_PERSON = Match(None, "person", 100)
_NOTHING = Standing(0, 0, "", 0)
"""Who has no attendance yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say before the import, of one session.

    ``earlier`` holds each advocate's presences in other files of the session; ``decided`` what became of the
    same rows of the same content.
    """

    session: Session
    roster: Roster
    standing: Mapping[int, Standing]
    earlier: Mapping[int, Sequence[Presence]]
    decided: Mapping[Rows, Decided]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One person of the report, or one row that is not used; ``changes`` maps field to [old, new]."""

    rows: Rows
    outcome: Outcome
    presence: Presence | None = None
    advocate_id: int | None = None
    seconds: int = 0
    matched_by: str = ""
    confidence: int = 0
    changes: dict[str, list[Any]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines in the order of the file, and the judgement of each advocate's whole presence."""

    lines: tuple[PlannedLine, ...]
    judgements: Mapping[int, Judgement]

    @property
    def counts(self) -> dict[Outcome, int]:
        """Rows of the file by outcome."""
        totals = dict.fromkeys(Outcome, 0)
        for line in self.lines:
            totals[line.outcome] += len(line.rows)
        return totals

    @property
    def sha256(self) -> str:
        """Equal for plans that would do the same."""
        lines = [[line.rows, line.outcome, line.advocate_id, line.changes] for line in self.lines]
        judged = [[pk, one.seconds, one.decision, one.credit_percent] for pk, one in sorted(self.judgements.items())]
        return hashlib.sha256(json.dumps([lines, judged]).encode()).hexdigest()


def plan_attendance(report: Report, known: Known) -> Plan:
    """Match everybody, unite what one advocate's devices and files saw, judge it, and compare with the records."""
    identified = [_identify(presence, known) for presence in report.presences]
    judgements = _judge_all(identified, known)
    lines = [_compared(line, judgements, known) for line in identified]
    lines += [
        PlannedLine((problem.row,), Outcome.REJECTED, problems=(problem,))
        for problem in report.skipped
        if problem.row is not None
    ]
    return Plan(tuple(sorted(lines, key=lambda line: line.rows)), judgements)


def outcome_of(judgement: Judgement, standing: Standing | None) -> Outcome:
    """What evidence does to the record: it adds to a presence and never takes away from it."""
    if standing is None:
        return Outcome.CREATED
    return Outcome.CHANGED if judgement.seconds > standing.seconds else Outcome.UNCHANGED


def changes_between(standing: Standing, judgement: Judgement) -> dict[str, list[Any]]:
    """Field to [old, new], of the fields that differ."""
    pairs: dict[str, list[Any]] = {
        "seconds": [standing.seconds, judgement.seconds],
        "decision": [str(standing.decision), str(judgement.decision)],
        "credit_percent": [standing.credit_percent, judgement.credit_percent],
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _identify(presence: Presence, known: Known) -> PlannedLine:
    found = match(presence, known.roster)
    line = PlannedLine(
        presence.rows, Outcome.CREATED, presence, found.pk, seconds_present([presence], window_of(known.session)),
        found.matched_by, found.confidence, problems=presence.problems, suggestions=found.suggestions,
    )  # fmt: skip
    if found.pk is None:
        line = _open(line, found.reason)
    elif not known.roster.people[found.pk].may_attend:
        suggestion = Suggestion(found.pk, found.confidence, found.matched_by)
        line = replace(_open(line, NOT_A_MEMBER), advocate_id=None, suggestions=(suggestion,))
    return line if line.outcome != Outcome.AMBIGUOUS else _as_decided(line, known)


def _open(line: PlannedLine, reason: str) -> PlannedLine:
    problems = (doubt(reason, line.rows[0]), *line.problems)
    return replace(line, outcome=Outcome.AMBIGUOUS, problems=problems, matched_by="", confidence=0)


def _as_decided(line: PlannedLine, known: Known) -> PlannedLine:
    """What was decided on the same rows of the same content before still holds; nobody is asked twice."""
    before = known.decided.get(line.rows)
    if before is None:
        return line
    if before.advocate_id in known.roster.people:
        return replace(
            line, outcome=Outcome.CREATED, advocate_id=before.advocate_id, suggestions=(),
            matched_by=_BY_A_PERSON.matched_by, confidence=_BY_A_PERSON.confidence,
        )  # fmt: skip
    reason = DISMISSED_BEFORE if before.resolved else ALREADY_IN_REVIEW
    return replace(line, outcome=Outcome.REJECTED, problems=(doubt(reason, line.rows[0]), *line.problems))


def _judge_all(lines: Iterable[PlannedLine], known: Known) -> dict[int, Judgement]:
    """Each matched advocate's presence, united over devices and files; never less than is on record."""
    presences: dict[int, list[Presence]] = {}
    for line in lines:
        if line.advocate_id is not None and line.presence is not None:
            presences.setdefault(line.advocate_id, []).append(line.presence)
    window, course = window_of(known.session), known.session.course
    judged: dict[int, Judgement] = {}
    for pk, found in presences.items():
        seconds = seconds_present([*found, *known.earlier.get(pk, ())], window)
        standing = known.standing.get(pk)
        judged[pk] = judge(max(seconds, standing.seconds if standing else 0), window.seconds, course)
    return judged


def _compared(line: PlannedLine, judgements: Mapping[int, Judgement], known: Known) -> PlannedLine:
    if line.advocate_id is None:
        return line
    judgement, standing = judgements[line.advocate_id], known.standing.get(line.advocate_id)
    outcome = outcome_of(judgement, standing)
    changes = {} if outcome == Outcome.UNCHANGED else changes_between(standing or _NOTHING, judgement)
    return replace(line, outcome=outcome, changes=changes)


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [as_json(problem) for problem in problems]
