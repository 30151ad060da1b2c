"""The stages at which an advocate is written to: "reminder-90", "reminder-30", …, "overdue"; and about sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cle.core.errors import Text

OVERDUE: Final = "overdue"
"""Statutory: the grace period and everything after it rest on its having been said. It heeds no wish of anybody's."""

SESSION_OFF: Final = "session-cancelled"
PLACE_GAINED: Final = "place-gained"
ABOUT_SESSIONS: Final[dict[str, Text]] = {
    SESSION_OFF: _("session called off"),
    PLACE_GAINED: _("place gained from the waiting list"),
}
"""Stages of notices that are about a session, not about a period."""


def stage_name(stage: str) -> str:
    """The stage in the words of the page's language."""
    if stage == OVERDUE:
        return gettext("hours overdue")
    if stage in ABOUT_SESSIONS:
        return str(ABOUT_SESSIONS[stage])
    days = int(stage.removeprefix("reminder-"))
    if not days:
        return gettext("reminder on the last day")
    return ngettext("reminder, %(days)s day before", "reminder, %(days)s days before", days) % {"days": days}


def is_optional(stage: str) -> bool:
    """Reminders and what is said about sessions are a courtesy: the advocate says at which hours they come."""
    return stage != OVERDUE


def reminder_on(today: dt.date, due_on: dt.date, reminder_days: Collection[int]) -> str | None:
    """The reminder to send on ``today``: the one nearest to the due date of those whose day has come.

    Older ones that were missed are never made up for: one letter, not a volley. None before the first day
    and after the due date.
    """
    left = (due_on - today).days
    reached = [days for days in reminder_days if days >= left]
    return f"reminder-{min(reached)}" if reached and left >= 0 else None
