"""Which column of a register holds the marks of this session."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused
from cle.core.tables.model import Row, Value
from cle.core.tables.values import cell_text
from courses.attendance.columns import filled
from courses.attendance.shapes import columns_of_marks
from courses.attendance.stamps import Clock, parse_day

_DAY_AND_MONTH = re.compile(r"(\d{1,2})[./](\d{1,2})")


def mark_column(heading: Row, rows: Sequence[Row], clock: Clock) -> dict[str, int]:
    """The column headed with the session's date, else the only column of marks; {} if there is no such column.

    Raises FileRefused if the date is needed and not known, or is not there, or several columns hold marks:
    to take any other column would credit people for a day on which they may have been away.
    """
    days = [(index, heading.cells[index]) for index in filled(heading) if _is_day(heading.cells[index], clock)]
    if not days:
        return _only_column_of_marks(heading, rows)
    if len(days) == 1 and clock.day is None and parse_day(days[0][1], clock.order):
        return {"mark": days[0][0]}
    if clock.day is None:
        message = _("The sheet has one column per date. Import it into the session it belongs to, or give the date.")
        raise FileRefused("session-day-needed", message, row=heading.number)
    for index, cell in days:
        if _is_on(cell, clock.day, clock):
            return {"mark": index}
    message = _("No column of the sheet is headed with the date of the session.")
    raise FileRefused("no-column-for-day", message, row=heading.number)


def _only_column_of_marks(heading: Row, rows: Sequence[Row]) -> dict[str, int]:
    marks = columns_of_marks(heading, rows)
    if len(marks) > 1:
        message = _("Several columns hold marks. Head each with the date of its session, or leave only one.")
        raise FileRefused("several-mark-columns", message, row=heading.number)
    return {"mark": marks[0]} if marks else {}


def _is_day(cell: Value, clock: Clock) -> bool:
    return parse_day(cell, clock.order) is not None or _DAY_AND_MONTH.fullmatch(cell_text(cell).strip()) is not None


def _is_on(cell: Value, day: dt.date, clock: Clock) -> bool:
    """Whether the heading is this date; without a year, in the session's year, the day first."""
    short = _DAY_AND_MONTH.fullmatch(cell_text(cell).strip())
    if short:
        return (int(short[1]), int(short[2])) == (day.day, day.month)
    return parse_day(cell, clock.order) == day
