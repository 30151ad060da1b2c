"""One person of a roll, as the file has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from cle.core.errors import Problem


@dataclass(frozen=True, slots=True)
class RollLine:
    """One person. Names are exactly as typed, less the spaces around them; "" and None are what the file lacks.

    ``practice_form`` is "", "consultation", "office" or "individual"; ``language`` is "", "kk", "ru" or "en".
    A line with ``errors`` is to be rejected whole; ``warnings`` only want a look.

    PII: the whole of it.
    """

    row: int
    unit: str
    region: str
    full_name: str
    family_name: str
    given_name: str
    patronymic: str
    licence_number: str
    licence_date: dt.date | None
    joined_on: dt.date | None
    practice_form: str
    email: str
    phone: str
    national_id: str = field(repr=False)
    language: str
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedRoll:
    """All people of a file in its order, the rows that are no people, and what to know about the file as a whole.

    ``as_of`` is the date in the title, None when it has none.
    """

    lines: tuple[RollLine, ...]
    skipped: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    as_of: dt.date | None = None
