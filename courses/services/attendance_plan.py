"""What importing a report would do: one outcome for each row of the file. Nothing here touches the database."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np

from advocates.models import Outcome
from cle.core.errors import Problem
from courses.attendance.matching import Match, Suggestion
from courses.attendance.model import Interval, Presence, Report
from courses.attendance.plain import NOBODY, PlainRows, in_order
from courses.attendance.presence import seconds_present
from courses.models import Session
from courses.queries.attendance import Decided, Rows, Standing
from courses.services.attendance_judging import Judgement, judge, length_of, window_of
from courses.services.attendance_matching import Found
from courses.services.attendance_reading import as_json
from courses.services.attendance_wording import ALREADY_IN_REVIEW, DISMISSED_BEFORE, NOT_A_MEMBER, doubt

_BY_A_PERSON = Match(None, "person", 100)
_AT_A_TIME = 5_000
_NOTHING = Standing(0, 0, "", 0)
"""Who has no attendance yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say before the import, of one session, and of whom the report tells.

    ``earlier`` holds each advocate's presences in other files of the session; ``decided`` what became of the
    same rows of the same content.
    """

    session: Session
    found: Found
    standing: Mapping[int, Standing]
    earlier: Mapping[int, Sequence[Presence]]
    decided: Mapping[Rows, Decided]


@dataclass(slots=True)
class PlannedLine:
    """One person of the report, or one row that is not used; ``changes``, in JSON, maps field to [old, new]."""

    rows: Rows
    outcome: Outcome
    presence: Presence | None = None
    advocate_id: int | None = None
    seconds: int = 0
    matched_by: str = ""
    confidence: int = 0
    changes: str = "{}"
    problems: tuple[Problem, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PlainLines:
    """Lines of plain rows whose people each have no other line and no attendance yet: each creates one.

    ``seconds`` are of each; ``worth`` says what so many come to: the judgement, and the changes in JSON.
    """

    rows: PlainRows = NOBODY
    advocates: Sequence[int] = ()
    seconds: Sequence[int] = ()
    worth: Mapping[int, tuple[Judgement, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines in the order of the file, the plain ones apart, and the judgement of each advocate's whole presence."""

    lines: tuple[PlannedLine, ...]
    judgements: Mapping[int, Judgement]
    plain: PlainLines = PlainLines()

    @property
    def counts(self) -> dict[Outcome, int]:
        """Rows of the file by outcome."""
        totals = dict.fromkeys(Outcome, 0)
        totals[Outcome.CREATED] = len(self.plain.rows)
        for line in self.lines:
            totals[line.outcome] += len(line.rows)
        return totals

    @property
    def sha256(self) -> str:
        """Equal for plans that would do the same: of [lines, judgements] in JSON."""
        digest = hashlib.sha256(b"[[")
        _add(digest, self.in_order(_digested_plain(self.plain), map(_digested, self.lines)))
        digest.update(b"], [")
        judged = sorted(self.judgements.items())
        _add(digest, (f'[{pk}, {one.seconds}, "{one.decision}", {one.credit_percent}]' for pk, one in judged))
        digest.update(b"]]")
        return digest.hexdigest()

    def in_order(self, plain: Iterable[str], others: Iterable[str]) -> Iterator[str]:
        """What was made of the plain lines and of the others, in the order of the file."""
        return in_order(self.plain.rows.rows, plain, others, (line.rows[0] for line in self.lines))


def _digested(line: PlannedLine) -> str:
    return f'[{list(line.rows)}, "{line.outcome}", {line.advocate_id or "null"}, {line.changes}]'


def _digested_plain(lines: PlainLines) -> Iterator[str]:
    changes = {seconds: changes for seconds, (_judgement, changes) in lines.worth.items()}
    each = zip(lines.rows.rows.tolist(), lines.advocates, lines.seconds, strict=True)
    return (f'[[{row}], "created", {pk}, {changes[seconds]}]' for row, pk, seconds in each)


def _add(digest: Any, texts: Iterable[str]) -> None:
    """The texts with commas between them, some thousands at a time."""
    rest = iter(texts)
    comma = ""
    while piece := ", ".join(islice(rest, _AT_A_TIME)):
        digest.update(f"{comma}{piece}".encode())
        comma = ", "


def plan_attendance(report: Report, known: Known) -> Plan:
    """Match everybody, unite what one advocate's devices and files saw, judge it, and compare with the records."""
    window, found = window_of(known.session), known.found
    _keep_plain(known)
    lines = [
        _identify(presence, match, window, known)
        for presence, match in zip(found.presences, found.matches, strict=True)
    ]
    judgements = _judge_all(lines, known)
    _compare(lines, judgements, known)
    plain = _plain_lines(known)
    judgements |= {pk: plain.worth[seconds][0] for pk, seconds in zip(plain.advocates, plain.seconds, strict=True)}
    lines += [
        PlannedLine((problem.row,), Outcome.REJECTED, problems=(problem,))
        for problem in report.skipped
        if problem.row is not None
    ]
    return Plan(tuple(sorted(lines, key=lambda line: line.rows)), judgements, plain)


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


def _keep_plain(known: Known) -> None:
    """Have all lines in full of whoever may not attend, is in the report more than once, or is on record already; and
    of what was taken back before."""
    found = known.found
    refused = {row for rows, before in known.decided.items() if before.taken_back for row in rows}
    counts = Counter(found.known_as) + Counter(match.pk for match in found.matches if match.pk is not None)
    before = {*known.standing, *known.earlier, *(one.advocate_id for one in known.decided.values())}
    alone = (
        found.may_attend[pk] and counts[pk] == 1 and pk not in before and row not in refused
        for pk, row in zip(found.known_as, found.plain.rows.tolist(), strict=True)
    )  # fmt: skip
    found.only_plain(np.fromiter(alone, np.bool_))


def _plain_lines(known: Known) -> PlainLines:
    window, course, found = window_of(known.session), known.session.course, known.found
    seconds = found.plain.inside(window).tolist()
    length = length_of(known.session)
    judged = {each: judge(each, length, course) for each in set(seconds)}
    worth = {each: (one, json.dumps(changes_between(_NOTHING, one))) for each, one in judged.items()}
    return PlainLines(found.plain, found.known_as, seconds, worth)


def _identify(presence: Presence, found: Match, window: Interval, known: Known) -> PlannedLine:
    line = PlannedLine(
        presence.rows, Outcome.CREATED, presence, found.pk, seconds_present((presence,), window),
        found.matched_by, found.confidence, problems=presence.problems, suggestions=found.suggestions,
    )  # fmt: skip
    if found.pk is None:
        line = _open(line, found.reason)
    elif not known.found.may_attend[found.pk]:
        suggestion = Suggestion(found.pk, found.confidence, found.matched_by)
        line = replace(_open(line, NOT_A_MEMBER), advocate_id=None, suggestions=(suggestion,))
    before = known.decided.get(line.rows)
    if before is None or not (before.taken_back or line.outcome == Outcome.AMBIGUOUS):
        return line
    return _as_decided(line, before, known)


def _open(line: PlannedLine, reason: str) -> PlannedLine:
    problems = (doubt(reason, line.rows[0]), *line.problems)
    return replace(line, outcome=Outcome.AMBIGUOUS, problems=problems, matched_by="", confidence=0)


def _as_decided(line: PlannedLine, before: Decided, known: Known) -> PlannedLine:
    """What was decided on the same rows of the same content before still holds; nobody is asked twice."""
    if before.advocate_id in known.found.may_attend:
        return replace(
            line, outcome=Outcome.CREATED, advocate_id=before.advocate_id, suggestions=(),
            matched_by=_BY_A_PERSON.matched_by, confidence=_BY_A_PERSON.confidence,
        )  # fmt: skip
    reason = DISMISSED_BEFORE if before.resolved else ALREADY_IN_REVIEW
    problems = (doubt(reason, line.rows[0]), *line.problems)
    return replace(
        line, outcome=Outcome.REJECTED, advocate_id=None, matched_by="", confidence=0, suggestions=(), problems=problems
    )  # fmt: skip


def _judge_all(lines: Iterable[PlannedLine], known: Known) -> dict[int, Judgement]:
    """Each matched advocate's presence, united over devices and files; never less than is on record."""
    by_advocate: dict[int, list[PlannedLine]] = {}
    for line in lines:
        if line.advocate_id is not None and line.presence is not None:
            by_advocate.setdefault(line.advocate_id, []).append(line)
    window, length, course = window_of(known.session), length_of(known.session), known.session.course
    judged_before: dict[int, Judgement] = {}
    judged: dict[int, Judgement] = {}
    for pk, mine in by_advocate.items():
        seconds = mine[0].seconds
        if len(mine) > 1 or pk in known.earlier:
            found = [line.presence for line in mine if line.presence is not None]
            seconds = seconds_present([*found, *known.earlier.get(pk, ())], window)
        standing = known.standing.get(pk)
        if standing is not None:
            seconds = max(seconds, standing.seconds)
        if seconds not in judged_before:
            judged_before[seconds] = judge(seconds, length, course)
        judged[pk] = judged_before[seconds]
    return judged


def _compare(lines: Iterable[PlannedLine], judgements: Mapping[int, Judgement], known: Known) -> None:
    """What the lines of somebody come to; few texts of changes serve all who had no attendance yet."""
    from_nothing: dict[int, str] = {}
    for line in lines:
        if line.advocate_id is None:
            continue
        judgement, standing = judgements[line.advocate_id], known.standing.get(line.advocate_id)
        line.outcome = outcome_of(judgement, standing)
        if standing is None:
            if judgement.seconds not in from_nothing:
                from_nothing[judgement.seconds] = json.dumps(changes_between(_NOTHING, judgement))
            line.changes = from_nothing[judgement.seconds]
        elif line.outcome != Outcome.UNCHANGED:
            line.changes = json.dumps(changes_between(standing, judgement))


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [as_json(problem) for problem in problems]
