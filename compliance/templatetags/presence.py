"""Lengths of presence, and names in the two languages that hang on the wall side by side."""

from __future__ import annotations

from django import template

from courses.models import Session
from courses.models.catalogue import Named
from courses.services.attendance_judging import length_of

register = template.Library()


@register.filter
def named(thing: Named, language: str) -> str:
    return thing.name_in(language)


@register.filter
def whole_minutes(seconds: int) -> int:
    return seconds // 60


@register.filter
def share_of(seconds: int, session: Session) -> int:
    """In whole per cent of the session's length, cut as the judgement cuts it."""
    return min(100, seconds * 100 // max(1, length_of(session)))
