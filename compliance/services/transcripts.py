"""An advocate's ledger, whole or in part, as a statement that can be printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from advocates.models import Advocate
from compliance.certificates.words import Pair
from compliance.queries.rules import rules_of
from compliance.transcripts.statement import Line, Statement
from courses.models import DeliveryFormat, Entry

A_FULL_HOUR = 60


def statement_of(
    advocate: Advocate,
    entries: Iterable[Entry],
    today: dt.date,
    *,
    span: tuple[dt.date, dt.date] | None = None,
    narrowed: Iterable[Pair] = (),
) -> Statement:
    """``entries`` with what is shown of each; ``span`` and ``narrowed`` say to what they were narrowed."""
    era = rules_of(advocate.bar).at(today)
    first, last = span or (None, None)
    return Statement(
        bar=_named(advocate.bar),
        full_name=advocate.full_name,
        licence_number=advocate.licence_number,
        licence_date=advocate.licence_date.isoformat() if advocate.licence_date else "",
        first=first,
        last=last,
        narrowed=tuple(narrowed),
        lines=tuple(_line(entry) for entry in sorted(entries, key=lambda entry: (entry.earned_on, entry.pk))),
        unit_minutes=era.rulebook.unit.minutes if era else A_FULL_HOUR,
        made_on=today,
        example=bool(era and era.rulebook.example),
    )


def _named(row: Any) -> Pair:
    return Pair(row.name_in("kk"), row.name_in("ru"))


def _line(entry: Entry) -> Line:
    taken_back = hasattr(entry, "reversed_by") and entry.reversed_by is not None
    return Line(
        day=entry.earned_on,
        what=_what(entry),
        category=_named(entry.category),
        format=DeliveryFormat(entry.format).code,
        minutes=entry.minutes,
        state="correction" if entry.is_reversal else "taken_back" if taken_back else "counts",
    )


def _what(entry: Entry) -> Pair:
    if entry.attendance is not None:
        return _named(entry.attendance.session.course)
    text = entry.claim.title if entry.claim is not None else entry.reason
    return Pair(text, text)
