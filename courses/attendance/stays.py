"""Who was there by the codes of a session, as a sheet that people can read and that is read again by key."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused, Problem
from courses.attendance.model import Interval, Presence, Report

SOURCE: Final = "codes"
_HEADINGS: Final = ("key", "name", "licence number", "join time", "leave time", "checked out")
_YES, _NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Stay:
    """From one check-in to the next check-out, or to ``left`` where there was none (``checked_out`` is false)."""

    advocate: int
    name: str
    licence: str
    joined: dt.datetime
    left: dt.datetime
    checked_out: bool = True


def sheet_of_stays(stays: Iterable[Stay]) -> bytes:
    """One line each below one line of headings; times in UTC to the second."""
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow(_HEADINGS)
    for stay in stays:
        name = " ".join(stay.name.split())
        out = _YES if stay.checked_out else _NO
        writer.writerow([stay.advocate, name, stay.licence, _stamp(stay.joined), _stamp(stay.left), out])
    return page.getvalue().encode("utf-8-sig")


def read_stays(content: bytes) -> Report:
    """The report that the sheet comes to: people are known by their keys, so names are never matched.

    Raises FileRefused for content that ``sheet_of_stays`` has not written.
    """
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    if not lines or tuple(lines[0]) != _HEADINGS:
        raise FileRefused("not-recognised", _("This is not a sheet of presences by code."))
    rows: dict[int, list[int]] = {}
    for number, line in enumerate(lines[1:], start=2):
        rows.setdefault(int(line[0]), []).append(number)
    presences = [_presence(key, numbers, lines) for key, numbers in rows.items()]
    return Report(SOURCE, tuple(sorted(presences, key=lambda one: one.row)), zone_in_file="UTC")


def _presence(key: int, numbers: list[int], lines: list[list[str]]) -> Presence:
    mine = [lines[number - 1] for number in numbers]
    return Presence(
        row=numbers[0],
        rows=tuple(numbers),
        name=mine[0][1],
        licence=mine[0][2],
        intervals=tuple(Interval(_moment(line[3]), _moment(line[4])) for line in mine),
        problems=tuple(
            Problem("not-checked-out", _("Did not check out: counted until the end of the session."), number)
            for number, line in zip(numbers, mine, strict=True)
            if line[5] == _NO
        ),
        advocate=key,
    )


def _stamp(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"


def _moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=dt.UTC)
