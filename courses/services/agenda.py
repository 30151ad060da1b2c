"""The agenda of a course as people write it down: rows with a beginning and an end, breaks among them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from cle.core.tables.wording import filled
from courses.models import Category, Segment
from courses.services.courses import Part

MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Slot:
    """One row: from when to when on its ``day``, or for so many ``minutes``. Without a category it is a break."""

    row: int
    title: str
    category: Category | None
    day: int = 1
    begins: dt.time | None = None
    ends: dt.time | None = None
    minutes: int | None = None

    @property
    def length(self) -> int:
        """Minutes from the beginning to the end, or as given. Not above 0 where that makes no sense."""
        if self.begins is None or self.ends is None:
            return self.minutes or 0
        return _minute(self.ends) - _minute(self.begins)

    @property
    def is_dated(self) -> bool:
        return self.begins is not None and self.ends is not None


def faults(slots: Sequence[Slot]) -> list[Problem]:
    """What is wrong with an agenda, each with the row that it is about."""
    found = [problem for slot in slots for problem in _faults_of(slot)]
    timed = sorted((slot for slot in slots if slot.is_dated and slot.length > 0), key=_when)
    for earlier, later in itertools.pairwise(timed):
        if earlier.day == later.day and _minute(later.begins) < _minute(earlier.ends):
            message = filled(_("Row %(row)s begins before row %(other)s ends."), row=later.row, other=earlier.row)
            found.append(Problem("agenda-overlap", message, later.row))
    if not any(slot.category for slot in slots):
        found.append(Problem("agenda-empty", _("An agenda has at least one part that earns credit.")))
    return found


def parts_of(slots: Iterable[Slot]) -> tuple[Part, ...]:
    """The parts that earn credit, in the order of time; those without a time stay where they were written."""
    taught = [slot for slot in _in_order(list(slots)) if slot.category is not None and slot.length > 0]
    return tuple(
        Part(place, slot.title, slot.category, slot.length, slot.day, slot.begins)
        for place, slot in enumerate(taught, start=1)
        if slot.category is not None
    )


def slots_of(segments: Iterable[Segment]) -> list[Slot]:
    """The rows that make this agenda: what lies between two parts of a day is a break."""
    slots: list[Slot] = []
    for part in segments:
        last = slots[-1] if slots else None
        ends = _after(part.begins, part.minutes)
        if ends is not None and last and last.is_dated and last.day == part.day and last.ends != part.begins:
            slots.append(Slot(len(slots) + 1, "", None, part.day, last.ends, part.begins))
        begins = part.begins if ends is not None else None
        length = None if ends is not None else part.minutes
        slots.append(Slot(len(slots) + 1, part.title, part.category, part.day, begins, ends, length))
    return slots


def _faults_of(slot: Slot) -> Iterable[Problem]:
    if slot.begins is not None and slot.ends is not None and slot.length <= 0:
        yield Problem("agenda-times", filled(_("Row %(row)s ends before it begins."), row=slot.row), slot.row)
    elif slot.length <= 0:
        message = _("Row %(row)s needs a beginning and an end, or a number of minutes.")
        yield Problem("agenda-length", filled(message, row=slot.row), slot.row)
    if slot.category is not None and not slot.title:
        yield Problem("agenda-title", filled(_("Row %(row)s needs a title."), row=slot.row), slot.row)


def _in_order(slots: list[Slot]) -> list[Slot]:
    return sorted(slots, key=_when) if all(slot.is_dated for slot in slots) else slots


def _when(slot: Slot) -> tuple[int, int, int]:
    return slot.day, _minute(slot.begins), slot.row


def _minute(time: dt.time | None) -> int:
    return time.hour * 60 + time.minute if time else 0


def _after(begins: dt.time | None, minutes: int) -> dt.time | None:
    """The end of a part on the same day; None without a beginning, or past midnight."""
    end = _minute(begins) + minutes
    return dt.time(end // 60, end % 60) if begins is not None and end < 24 * 60 else None
