"""Standings and states as flags: a sign and a word, so that nothing hangs on the colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from advocates.models import Status
from compliance.models import StandingStatus
from compliance.views.tones import TONES

register = template.Library()

_CLAIMS: Final[Mapping[str, tuple[str, str]]] = {
    "submitted": ("calm", "→"),
    "returned": ("warn", "↩"),
    "approved": ("good", "✓"),
    "rejected": ("bad", "✕"),
    "withdrawn": ("calm", "–"),
}


@register.simple_tag
def standing_flag(status: str) -> SafeString:
    """The standing of somebody; "" for who has none."""
    if status not in TONES:
        return format_html('<span class="quiet">{}</span>', "–")
    tone, sign, _verdict = TONES[status]
    return flag(tone, sign, str(StandingStatus(status).label))


@register.simple_tag
def claim_flag(claim: object) -> SafeString:
    """The state of a claim."""
    state = str(getattr(claim, "state", ""))
    return flag(*_CLAIMS.get(state, ("calm", "–")), str(claim.get_state_display()))  # type: ignore[attr-defined]


@register.filter
def status_name(status: str | None) -> str:
    """A status by its code; of none, a dash."""
    return str(Status(status).label) if status else "–"


@register.simple_tag
def flag(tone: str, sign: str, word: str) -> SafeString:
    return format_html('<span class="flag {}"><span aria-hidden="true">{}</span> {}</span>', tone, sign, word)
