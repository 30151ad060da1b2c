"""What confirming a session would post: to whom, and how much."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from courses.models import Attendance, Decision, Registration, RegistrationState, Session
from courses.services.ledger import credit_minutes


@dataclass(frozen=True, slots=True)
class Confirming:
    """``people`` get ``minutes`` in all; ``none`` were there for too short; ``absent`` had a place only."""

    full: int
    partial: int
    none: int
    minutes: int
    absent: int

    @property
    def people(self) -> int:
        return self.full + self.partial


def confirming(session: Session) -> Confirming:
    agenda = session.course.minutes_by_category().values()
    rows = Attendance.objects.filter(session=session, voided_at=None)
    judged = list(rows.values_list("decision", "credit_percent"))
    full, partial, none = (sum(decision == kind for decision, _share in judged) for kind in Decision)
    minutes = sum(credit_minutes(part, share) for _decision, share in judged for part in agenda)
    there = Attendance.objects.filter(session=session, voided_at=None, advocate=OuterRef("advocate"))
    places = Registration.objects.filter(session=session, state=RegistrationState.REGISTERED)
    absent = places.filter(~Exists(there)).count()
    return Confirming(full, partial, none, minutes, absent)
