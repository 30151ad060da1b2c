"""The lines of a report as the office shows them: what the file says, whom it may mean, what that is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Outcome
from cle.core.errors import Text
from compliance.views.office.attendance_forms import OUTCOMES
from courses.models import Attendance, AttendanceLine, Decision, Session
from courses.services.attendance_choices import NOBODY
from courses.services.attendance_judging import judge, length_of
from courses.services.attendance_returning import Returning, candidates_of, returning_by
from courses.services.attendance_wording import REASONS

MATCHED_BY: Final[dict[str, Text]] = {
    "code": _("check-in code"),
    "licence": _("licence number"),
    "email": _("e-mail"),
    "name": _("name"),
    "alias": _("name decided earlier"),
    "person": _("decided by a person"),
    "likely": _("accepted as the likeliest"),
}
SUGGESTED_BY: Final[dict[str, Text]] = {**MATCHED_BY, "similar": _("similar name"), "letters-lost": _("lost letters")}
SIGNS: Final = {
    Outcome.CREATED: ("good", "✓"),
    Outcome.CHANGED: ("good", "+"),
    Outcome.UNCHANGED: ("calm", "="),
    Outcome.AMBIGUOUS: ("warn", "?"),
    Outcome.REJECTED: ("bad", "✕"),
}


def tile(outcome: Outcome, count: int, title: Text) -> dict[str, Any]:
    """How many lines came to what, as a link to them."""
    tone, sign = SIGNS[outcome]
    return {"outcome": outcome.value, "count": count, "title": title, "tone": tone, "sign": sign}


@dataclass(frozen=True, slots=True)
class Candidate:
    """``returning``: what an officer took away of theirs, and the line would give anew."""

    advocate: Advocate
    confidence: int
    reason: Text
    returning: Returning | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A line, whom it may mean, and the share of the credit that its presence gives."""

    line: AttendanceLine
    candidates: list[Candidate]
    minutes: int
    decision: str
    share: int

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
        return self.line.outcome == Outcome.AMBIGUOUS and self.line.resolved_at is None

    @property
    def is_chosen(self) -> bool:
        """Decided in a preview, for when it is applied."""
        return self.is_open and bool(self.line.matched_by)

    @property
    def is_set_aside(self) -> bool:
        return self.is_chosen and self.line.matched_by == NOBODY

    @property
    def matched_by(self) -> Text:
        return MATCHED_BY.get(self.line.matched_by, "")

    @property
    def problems(self) -> list[Text]:
        return [REASONS.get(problem["code"], problem["message"]) for problem in self.line.problems]

    @property
    def decision_label(self) -> Text:
        return Decision(self.decision).label if self.decision else ""


def shown(lines: Sequence[AttendanceLine], session: Session) -> list[Shown]:
    """The lines with all that is shown of them; a constant number of statements."""
    people = Advocate.objects.select_related("bar").in_bulk(
        {one["advocate"] for line in lines for one in line.suggestions}
    )
    on_record, back = _on_record(lines, session), returning_by(session, candidates_of(lines))
    return [_shown(line, people, on_record, session, back) for line in lines]


def _shown(
    line: AttendanceLine, people: dict[int, Advocate], on_record: dict[int, Any], session: Session,
    back: dict[tuple[int, int], Returning],
) -> Shown:  # fmt: skip
    candidates = [
        Candidate(
            people[pk], one["confidence"], SUGGESTED_BY.get(one["reason"], one["reason"]), back.get((line.pk, pk))
        )
        for one in line.suggestions
        if (pk := one["advocate"]) in people
    ]
    decision, share = _worth(line, on_record, session)
    return Shown(line, candidates, line.seconds // 60, decision, share)


def _worth(line: AttendanceLine, on_record: dict[int, Any], session: Session) -> tuple[str, int]:
    """Of the whole presence of a person, where the line is somebody's; of the line alone, where that is open."""
    if line.outcome == Outcome.REJECTED:
        return "", 0
    if line.outcome == Outcome.UNCHANGED and line.advocate_id in on_record:
        standing: tuple[str, int] = on_record[line.advocate_id]
        return standing
    if "credit_percent" in line.changes or "decision" in line.changes:
        decided = line.changes.get("decision", ["", ""])[1]
        share = line.changes.get("credit_percent", [0, 0])[1]
        return (decided or (Decision.PARTIAL if share < 100 else Decision.FULL)), share
    judged = judge(line.seconds, length_of(session), session.course)
    return judged.decision, judged.credit_percent


def _on_record(lines: Iterable[AttendanceLine], session: Session) -> dict[int, tuple[str, int]]:
    people = {line.advocate_id for line in lines if line.outcome == Outcome.UNCHANGED}
    rows = Attendance.objects.filter(session=session, voided_at=None, advocate__in=people)
    return {pk: (decision, share) for pk, decision, share in rows.values_list("advocate", "decision", "credit_percent")}
