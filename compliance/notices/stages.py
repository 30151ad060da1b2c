"""The stages at which an advocate is written to: those of the ladder in the rulebook; about sessions and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cle.core.errors import Text
from compliance.models import Standing
from compliance.rules import Rulebook
from compliance.rules.ladder import OVERDUE, is_written, ladder_of, stage_of_code
from compliance.rules.language.notices import NoticeStage

__all__ = [
    "ABOUT_SESSIONS",
    "ACCOUNT_OPENED",
    "OVERDUE",
    "PLACE_GAINED",
    "SESSION_OFF",
    "is_optional",
    "keep_stage",
    "promised",
    "stage_for",
    "stage_name",
    "stage_of",
]

SESSION_OFF: Final = "session-cancelled"
PLACE_GAINED: Final = "place-gained"
ABOUT_SESSIONS: Final[dict[str, Text]] = {
    SESSION_OFF: _("session called off"),
    PLACE_GAINED: _("place gained from the waiting list"),
}
"""Stages of notices that are about a session, not about a period."""
ACCOUNT_OPENED: Final = "account-opened"
"""About neither, but about the account with which the advocate logs in."""

_RULE: Final = "rule"


def promised(stage: NoticeStage) -> dict[str, Any]:
    """What a notice keeps among its facts of the stage as the rulebook wrote it, when it was planned: whatever is
    adopted later, the notice says what it was planned for. Nothing where the code says all.
    """
    return {_RULE: stage.model_dump(mode="json", exclude_defaults=True)} if is_written(stage) else {}


def stage_of(code: str, facts: Mapping[str, Any]) -> NoticeStage | None:
    """The stage of a notice with these facts; None about a session or an account, or where nothing tells."""
    if _RULE in facts:
        return NoticeStage.model_validate(facts[_RULE])
    return stage_of_code(code)


def is_optional(stage: str, *, statutory: bool = False) -> bool:
    """Courtesies heed the hours and wishes of the advocate. ``statutory`` is what the notice says of itself; that hours
    are overdue is never a courtesy."""
    return not statutory and stage != OVERDUE


def keep_stage(standing: Standing, stage: NoticeStage) -> None:
    """So that a letter from this standing knows what it was planned for, whichever rules the standing is from."""
    standing.__dict__.setdefault("stages", {})[stage.code] = stage


def stage_for(code: str, standing: Standing, rulebook: Rulebook) -> NoticeStage:
    """The stage of a letter: as it was planned, or else as the rules say that the standing was worked out by."""
    kept: dict[str, NoticeStage] = getattr(standing, "stages", {})
    found = kept.get(code) or next((stage for stage in ladder_of(rulebook) if stage.code == code), None)
    return found or stage_of_code(code) or NoticeStage.model_validate({"code": code, "name": code})


def stage_name(stage: str, facts: Mapping[str, Any] | None = None) -> str:
    """The stage in the words of the page's language: as the rulebook calls it, where it was written there."""
    if facts and _RULE in facts:
        return NoticeStage.model_validate(facts[_RULE]).name.said(get_language() or "kk")
    if stage == OVERDUE:
        return gettext("hours overdue")
    if stage == ACCOUNT_OPENED:
        return gettext("account opened")
    if stage in ABOUT_SESSIONS:
        return str(ABOUT_SESSIONS[stage])
    known = stage_of_code(stage)
    return stage if known is None or known.day is None else _reminder_name(-known.day)


def _reminder_name(days: int) -> str:
    if not days:
        return gettext("reminder on the last day")
    return ngettext("reminder, %(days)s day before", "reminder, %(days)s days before", days) % {"days": days}
