"""The lines of a roll as the office shows them: what they change, what is wrong with them, whom they may mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Outcome, RollLine
from cle.core.errors import Text
from compliance.views.office.attendance_lines import SIGNS

OUTCOMES: Final[dict[Outcome, Text]] = {
    Outcome.CREATED: _("new people"),
    Outcome.CHANGED: _("with changes"),
    Outcome.UNCHANGED: _("unchanged"),
    Outcome.AMBIGUOUS: _("to decide"),
    Outcome.REJECTED: _("not used"),
}
"""What comes of a line, in words for a roll."""


@dataclass(frozen=True, slots=True)
class Candidate:
    advocate: Advocate
    confidence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    field: Text
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Shown:
    line: RollLine
    candidates: list[Candidate]

    @property
    def outcome(self) -> Text:
        return OUTCOMES[Outcome(self.line.outcome)]

    @property
    def tone(self) -> str:
        return SIGNS[Outcome(self.line.outcome)][0]

    @property
    def sign(self) -> str:
        return SIGNS[Outcome(self.line.outcome)][1]

    @property
    def is_open(self) -> bool:
        return self.line.outcome == Outcome.AMBIGUOUS

    @property
    def changes(self) -> list[Change]:
        """National identifiers are masked where the line is stored."""
        return [Change(_named(field), old, new) for field, (old, new) in self.line.changes.items() if old or new]


def shown(lines: Sequence[RollLine]) -> list[Shown]:
    """The lines with the people whom they may mean; one statement for any number."""
    people = Advocate.objects.in_bulk({one["advocate"] for line in lines for one in line.suggestions})
    return [Shown(line, _candidates(line.suggestions, people)) for line in lines]


def _candidates(suggestions: Iterable[dict[str, str]], people: dict[int, Advocate]) -> list[Candidate]:
    return [
        Candidate(people[int(one["advocate"])], int(one["confidence"]), one["reason"])
        for one in suggestions
        if int(one["advocate"]) in people
    ]


def _named(field: str) -> Text:
    name: Text = Advocate._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    return name
