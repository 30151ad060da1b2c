"""The menu of the advocate's own pages: the first few stand in the bar that a thumb reaches, the rest behind "More"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cle.core.errors import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """``area`` is what a page says of itself; ``to`` is the name of the page to which the entry leads."""

    area: str
    title: Text
    to: str


MENU: Final[tuple[Entry, ...]] = (
    Entry("credits", _("My credits"), "home"),
    Entry("courses", _("Courses"), "own:courses"),
    Entry("here", pgettext_lazy("short, in a menu", "I am here"), "here"),
    Entry("transcript", _("Transcript"), "own:transcript"),
    Entry("claims", pgettext_lazy("short, in a menu", "Claims"), "own:claims"),
    Entry("notices", pgettext_lazy("short, in a menu", "Notices"), "own:notices"),
    Entry("certificates", _("Certificates"), "own:certificates"),
    Entry("requests", _("Requests"), "own:requests"),
    Entry("file", _("My data"), "own:file"),
    Entry("preferences", _("Settings"), "own:preferences"),
)
IN_REACH: Final = 3
"""How many entries fit beside "More" on a phone of 360 pixels, in the longest of the languages."""


def menu_of(area: str) -> dict[str, Any]:
    """What is always in sight, and the rest; each entry says whether this page belongs to it."""
    shown = [{"title": entry.title, "url": reverse(entry.to), "here": entry.area == area} for entry in MENU]
    rest = shown[IN_REACH:]
    return {"menu": shown[:IN_REACH], "menu_rest": rest, "here_in_rest": any(entry["here"] for entry in rest)}
