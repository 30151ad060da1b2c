"""What is said about a session, as words: in the advocate's language, or in two."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from compliance.notices.letter import Letter
from compliance.notices.plain import write_plain_letter
from compliance.notices.stages import SESSION_OFF
from courses.models import Registration


def write_session_letter(place: Registration, stage: str) -> Letter:
    """That the session is off, with the reason, or that the place is the advocate's. Times are those of its bar."""
    session = place.session
    context = {"place": place, "session": session, "off": stage == SESSION_OFF, "site": settings.PUBLIC_URL}
    return write_plain_letter(place.advocate, "session", context, _facts(place, stage), session.bar.time_zone)


def _facts(place: Registration, stage: str) -> dict[str, Any]:
    session = place.session
    said = {"stage": stage, "session": session.pk, "course": session.course.number}
    return {**said, "starts_at": session.starts_at.isoformat(), "reason": session.cancel_reason}
