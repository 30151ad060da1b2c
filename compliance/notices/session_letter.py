"""What is said about a session, as words: in the advocate's language, or in two."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from compliance.notices.letter import Letter
from compliance.notices.stages import SESSION_OFF
from courses.models import Registration

_BILINGUAL: Final = ("kk", "ru")


def write_session_letter(place: Registration, stage: str) -> Letter:
    """That the session is off, with the reason, or that the place is the advocate's. Times are those of its bar."""
    advocate = place.advocate
    parts = [_part(place, stage, language) for language in ((advocate.language,) if advocate.language else _BILINGUAL)]
    subject = " / ".join(part["subject"] for part in parts)
    text = "\n\n* * *\n\n".join(part["text"] for part in parts)
    html = render_to_string("compliance/notices/session.html", {"parts": parts, "subject": subject})
    return Letter(subject, f"{text}\n", html, _facts(place, stage))


def _part(place: Registration, stage: str, language: str) -> dict[str, Any]:
    session = place.session
    context = {"place": place, "session": session, "off": stage == SESSION_OFF, "site": settings.PUBLIC_URL}
    with translation.override(language), timezone.override(session.bar.time_zone):
        subject, text = (
            render_to_string(f"compliance/notices/session_{name}.txt", context).strip() for name in ("subject", "text")
        )
    return {"language": language, "subject": subject, "text": text}


def _facts(place: Registration, stage: str) -> dict[str, Any]:
    session = place.session
    said = {"stage": stage, "session": session.pk, "course": session.course.number}
    return {**said, "starts_at": session.starts_at.isoformat(), "reason": session.cancel_reason}
