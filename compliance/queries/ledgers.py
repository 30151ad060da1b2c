"""Ledgers entry by entry, for rules that look at single credits: everybody asked about in one statement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from compliance.queries.sweeps import People, Slice, asked_of, rows_of
from compliance.rules import Credit
from courses.models import DeliveryFormat

# Of an entry that was reversed, and of its reversal, only the number counts: it is part of the ledger's version.
_ENTRIES = """
    SELECT e.advocate_id, e.id, e.earned_on, c.code, e.format, e.minutes,
           e.reverses_id IS NOT NULL OR r.id IS NOT NULL AS undone, b.code || ' ' || k.number AS course
      FROM courses_entry e
      JOIN courses_category c ON c.id = e.category_id
      LEFT JOIN courses_entry r ON r.reverses_id = e.id
      LEFT JOIN courses_attendance t ON t.id = e.attendance_id
      LEFT JOIN courses_session s ON s.id = t.session_id
      LEFT JOIN courses_course k ON k.id = s.course_id
      LEFT JOIN advocates_bar b ON b.id = k.bar_id
     WHERE e.advocate_id {whose}
     ORDER BY e.advocate_id, e.earned_on, e.id
"""


@dataclass(slots=True)
class Ledger:
    """One advocate's credit by a day: what was earned and not taken back. ``entries`` counts every entry there is.

    ``later``: some are dated after that day.
    """

    entries: int = 0
    later: bool = False
    credits: tuple[Credit, ...] = ()
    _rows: list[Credit] = field(default_factory=list)


def ledgers(part: Slice, people: People) -> dict[int, Ledger]:
    """The ledgers of these people by the advocate's key; who has none is not in it.

    A course is called by its bar's code and its number, "KZ-75 A-12".
    """
    found: defaultdict[int, Ledger] = defaultdict(Ledger)
    names = {int(delivery): delivery.code for delivery in DeliveryFormat}
    for advocate, pk, day, category, delivery, minutes, undone, course in rows_of(*asked_of(_ENTRIES, part, people)):
        ledger = found[advocate]
        ledger.entries += 1
        if day > part.today:
            ledger.later = True
        elif not undone:
            ledger._rows.append(Credit(day, category, names[delivery], minutes, str(pk), course=course or ""))
    for ledger in found.values():
        ledger.credits = tuple(without_taken(ledger._rows))
    return dict(found)


def without_taken(rows: Iterable[Credit]) -> list[Credit]:
    """Credit as it stands after officers took some of it away: of the same kind, first of its own day, then of the
    days before it, the nearest first, and at last of those after it. What there was never enough of is not owed.
    """
    ordered = sorted(rows, key=lambda credit: credit.day)
    kept = [credit for credit in ordered if credit.minutes > 0]
    for loss in (credit for credit in ordered if credit.minutes < 0):
        left = -int(loss.minutes)
        for place in sorted(range(len(kept)), key=lambda place: _nearness(kept[place].day, loss.day)):
            if left and (kept[place].category, kept[place].format) == (loss.category, loss.format):
                taken = min(left, int(kept[place].minutes))
                kept[place] = replace(kept[place], minutes=kept[place].minutes - taken)
                left -= taken
    return [credit for credit in kept if credit.minutes]


def _nearness(day: dt.date, of: dt.date) -> tuple[bool, int]:
    return day > of, abs((day - of).days)
