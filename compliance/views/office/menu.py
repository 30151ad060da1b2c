"""The office's menu: each entry with the action without which it is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import User
from advocates.queries.offices import Office, offices_of
from cle.core.errors import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """``area`` is also the name of the page to which the entry leads, as in "office:today"."""

    area: str
    title: Text
    action: Action
    for_unit_heads: bool = False
    over_others_only: bool = False

    def is_shown(self, office: Office) -> bool:
        if self.over_others_only and not office.is_over_others:
            return False
        return office.may(self.action) or (self.for_unit_heads and office.may_for_units(self.action))


MENU: Final[tuple[Entry, ...]] = (
    Entry("today", _("Today"), Action.READ_ROLL, for_unit_heads=True),
    Entry("standing", _("Where we stand"), Action.READ_STANDINGS, for_unit_heads=True),
    Entry("short", _("Compliance"), Action.READ_STANDINGS, for_unit_heads=True),
    Entry("cases", _("Cases"), Action.READ_CASES),
    Entry("advocates", _("Advocates"), Action.READ_ROLL, for_unit_heads=True),
    Entry("claims", _("Claims"), Action.READ_CLAIMS),
    Entry("requests", _("Requests"), Action.READ_REQUESTS),
    Entry("courses", _("Courses"), Action.READ_COURSES),
    Entry("sessions", _("Sessions"), Action.READ_COURSES),
    Entry("notices", _("Notices"), Action.READ_NOTICES),
    Entry("certificates", _("Certificates"), Action.READ_CERTIFICATES),
    Entry("rulebooks", _("Rulebook"), Action.READ_RULEBOOKS),
    Entry("national", _("All bars"), Action.READ_REPORTS, over_others_only=True),
    Entry("quarterly", _("Quarterly report"), Action.READ_REPORTS),
)


def menu_of(user: User, office: Office, area: str) -> dict[str, Any]:
    """The entries that this person sees, and the bars that they may turn to: in one statement."""
    shown = [entry for entry in MENU if entry.is_shown(office)]
    return {
        "menu": [
            {
                "title": entry.title,
                "url": reverse(f"office:{entry.area}", args=[office.bar.code]),
                "here": entry.area == area,
            }
            for entry in shown
        ],
        "offices": offices_of(user),
    }
