"""Which attendance report a table is, by its content and never by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused, Problem
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Table
from courses.attendance.lists import SOURCE, read_list
from courses.attendance.meet import read_meet
from courses.attendance.model import Report
from courses.attendance.people import with_plain
from courses.attendance.plain_lists import part
from courses.attendance.refusals import wrong_report
from courses.attendance.stamps import Clock, Order, OrderFound, find_order
from courses.attendance.teams import read_sections, read_summary
from courses.attendance.teams_events import read_events
from courses.attendance.webinar import read_webinar
from courses.attendance.zoom import read_meetings

READERS: tuple[Callable[[Table, Clock], Report | None], ...] = (
    read_events,
    read_sections,
    read_webinar,
    read_meetings,
    read_meet,
    read_summary,
    read_list,
)
"""From the most particular to the most general; the first that knows the table reads it."""


def read_report(table: Table, *, session_day: dt.date | None = None, order: Order | None = None) -> Report:
    """The attendance that the table reports, in the wall-clock time of whoever exported it.

    ``session_day`` dates times that stand alone, chooses a column of a sheet with one per date, and helps to
    tell day from month; ``order`` is a person's answer where that was only guessed (note "date-order-guessed").
    Raises FileRefused for a file that is empty, of another kind, not recognised, or without rows.
    """
    parted = part(table)
    if parted is None:
        return _read(table, session_day, order)
    report = _read(parted.rest, session_day, order)
    return with_plain(report, parted.plain) if report.source == SOURCE else _read(table, session_day, order)


def _read(table: Table, session_day: dt.date | None, order: Order | None) -> Report:
    if all(is_blank(row) for row in table.rows):
        raise FileRefused("empty-file", _("The file is empty."))
    if refusal := wrong_report(table):
        raise refusal
    found = _order(table, session_day, order)
    report = _first_reading(table, Clock(found.order, session_day))
    if not report.presences and not report.skipped:
        raise FileRefused(
            "no-rows", _("The file has headings but no people. Export the report again after the meeting.")
        )
    return replace(report, notes=(*report.notes, *_order_notes(found)))


def _first_reading(table: Table, clock: Clock) -> Report:
    for read in READERS:
        if (report := read(table, clock)) is not None:
            return report
    raise FileRefused(
        "not-recognised",
        _(
            "No attendance was recognised in this file. Understood are: participant reports of Zoom meetings, attendee"
            " reports of Zoom webinars, attendance reports of Microsoft Teams and Google Meet, and lists with"
            " a heading for the name or the licence number."
        ),
    )


def _order(table: Table, session_day: dt.date | None, order: Order | None) -> OrderFound:
    if order is not None:
        return OrderFound(order, "given")
    return find_order((cell for row in table.rows for cell in row.cells), near=session_day)


def _order_notes(found: OrderFound) -> tuple[Problem, ...]:
    if found.how == "guessed":
        message = _("Day and month cannot be told apart in this file; please check the dates.")
        return (Problem("date-order-guessed", message),)
    if found.how == "mixed":
        message = _("Some dates have the day first and some the month; rows of the rarer kind are skipped.")
        return (Problem("date-order-mixed", message),)
    return ()
