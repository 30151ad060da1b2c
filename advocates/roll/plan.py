"""What an import of a roll would do, line by line, before anything is done."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from advocates.models import Outcome
from advocates.names import similarity
from advocates.roll.changes import Changes, Values, compare, noted, values_of
from advocates.roll.known import KnownAdvocate, name_key
from advocates.roll.line import ParsedRoll, RollLine
from advocates.roll.matching import Verdict, match_lines
from advocates.roll.units import UnitNames
from cle.core.errors import Problem, Text

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_PIECE = 1_000  # lines that are written at once: setting out to write takes longer than writing one
_MOST_SUGGESTIONS = 5
_LONGEST_LABEL = 300


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody whom an open line may name; ``confidence`` is the likeness of the names in per cent."""

    advocate_id: int
    confidence: int
    reason: Text


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """The one outcome of a line, which is there unless it is rejected; ``changes`` maps field → [old, new].

    PII: the whole of it.
    """

    outcome: Outcome
    rows: tuple[int, ...]
    label: str
    advocate_id: int | None = None
    changes: Changes = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    line: RollLine | None = field(default=None, repr=False)

    @property
    def values(self) -> Values:
        """What the line says."""
        return values_of(self.line) if self.line else {}


@dataclass(frozen=True, slots=True)
class RollPlan:
    """``missing`` are the members whom no line names, nor may name: reported, never removed."""

    lines: tuple[PlannedLine, ...]
    missing: tuple[KnownAdvocate, ...] = ()

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many lines have each outcome; they add up to the number of lines."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def sha256(self) -> str:
        """Of all that would be done, apart from wording, which depends on the language of the day."""
        found, essentials, comma = hashlib.sha256(b"["), map(_essentials, self.lines), ""
        while piece := list(islice(essentials, _PIECE)):
            found.update((comma + _json(piece)[1:-1]).encode())
            comma = ","
        found.update(b"]")
        return found.hexdigest()


def plan_roll(
    parsed: ParsedRoll,
    known: Sequence[KnownAdvocate],
    elsewhere: Collection[tuple[str, str]] = frozenset(),
    units: Iterable[str] = (),
) -> RollPlan:
    """One ``PlannedLine`` for each line of the roll, in order.

    ``known`` are the advocates of the bar, past members too; ``elsewhere`` the (name key, licence key without
    zeros at its start) of members of other bars; ``units`` the names of the bar's units.
    """
    names = UnitNames(units)
    lines = [_with_unit(line, names.spelling(line.unit)) for line in parsed.lines]
    verdicts = iter(match_lines([line for line in lines if not line.errors], known, elsewhere))
    planned = tuple(_rejected(line) if line.errors else _planned(line, next(verdicts)) for line in lines)
    return RollPlan(planned, tuple(_missing(known, planned, lines)))


def _with_unit(line: RollLine, unit: str) -> RollLine:
    return line if unit == line.unit else replace(line, unit=unit)


def _rejected(line: RollLine) -> PlannedLine:
    problems = (*line.errors, *line.warnings)
    return PlannedLine(Outcome.REJECTED, (line.row,), line.full_name[:_LONGEST_LABEL], problems=problems)


def _planned(line: RollLine, verdict: Verdict) -> PlannedLine:
    rows = (line.row,)
    if verdict.doubt:
        problems = (*line.warnings, verdict.doubt)
        suggestions = _suggestions(line, verdict.suggestions, verdict.doubt.message)
        return PlannedLine(
            Outcome.AMBIGUOUS, rows, line.full_name, problems=problems, suggestions=suggestions, line=line
        )
    if verdict.advocate is None:
        return PlannedLine(Outcome.CREATED, rows, line.full_name, problems=line.warnings, line=line)
    changes, notes = compare(values_of(line), verdict.advocate)
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    problems = (*line.warnings, *noted(notes, line.row))
    return PlannedLine(outcome, rows, line.full_name, verdict.advocate.pk, changes, problems, line=line)


def _suggestions(line: RollLine, people: Iterable[KnownAdvocate], reason: Text) -> tuple[Suggestion, ...]:
    key = name_key(line)
    found = [Suggestion(person.pk, similarity(key, name_key(person)), reason) for person in people]
    return tuple(sorted(found, key=lambda one: (-one.confidence, one.advocate_id))[:_MOST_SUGGESTIONS])


def _missing(
    known: Iterable[KnownAdvocate], planned: Iterable[PlannedLine], lines: Iterable[RollLine]
) -> Iterator[KnownAdvocate]:
    """Those whom no outcome means, and of whose name there is no line, be it rejected."""
    named = {pk for line in planned for pk in (line.advocate_id, *(one.advocate_id for one in line.suggestions))}
    unnamed = [(one, name_key(one)) for one in known if one.is_member and one.pk not in named]
    names = {key for _one, key in unnamed}
    spoken_of = {key for key in map(name_key, lines) if key in names} if names else names
    return (one for one, key in unnamed if key not in spoken_of)


def _essentials(line: PlannedLine) -> Mapping[str, object]:
    return {
        "outcome": line.outcome.value,
        "rows": line.rows,
        "advocate": line.advocate_id,
        "changes": line.changes,
        "values": line.values,
        "problems": [(problem.code, problem.row, problem.column) for problem in line.problems],
        "suggestions": [one.advocate_id for one in line.suggestions],
    }
