"""Licence numbers and dates, as registers and bars have typed them over thirty years."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from advocates.names.folding import fold
from cle.core.errors import Problem
from cle.core.tables.model import Value
from cle.core.tables.values import INVISIBLE, cell_text, lost_digits, parse_date

_PAPER_SERIES_LENGTH = 7  # nearly all numbers of this old series begin with a zero
_ABSENT = frozenset(("", "-", "--", "—", "–", "нет", "б/н", "жоқ", "no", "none", "n/a"))
_LABEL = re.compile(r"(?:лицензия|лиц\.|licen[cs]e|лицензиясы)|№|\bn[o°º]?[.°º]? ?(?=\d)", re.IGNORECASE)
_GAP = r"[.,/-]{1,2}"
_DATE = re.compile(rf"(?<!\d)(?:\d{{4}}{_GAP}\d{{1,2}}{_GAP}\d{{1,2}}|\d{{1,2}}{_GAP}\d{{1,2}}{_GAP}\d{{2,6}})(?!\d)")
_AROUND_DATE = re.compile(
    r"(?<!\w)(?:от|с|c|дата|выдана|берілген|жылғы|года|год|г|ж|from|of|issued|dated)(?!\w)\.?", re.IGNORECASE
)
_LONG_NUMBER = re.compile(r"\d{5,}")
_BETWEEN_NUMBERS = re.compile(r"[,;]| и | және | and ")
_LATIN_CAPITALS = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_ENDS = " \t\n.,;:/()-–—"


@dataclass(frozen=True, slots=True)
class Licence:
    """A number exactly as typed less its prefix, and the date that stood in the same cell.

    ``problem``: the cell cannot be used as it is. ``warning``: it was used, but needs a look.
    """

    number: str
    issued_on: dt.date | None = None
    problem: Problem | None = None
    warning: Problem | None = None


def licence_key(text: str) -> str:
    """Letters and digits of the number in one case and script, zeros at its start kept; for comparing only.

    Numbers repeat between regions and years, so an equal key with another name is another licence.
    """
    if text.isascii() and text.isdigit():
        return text
    return fold(_LABEL.sub(" ", text).upper().translate(_LATIN_CAPITALS)).replace(" ", "").replace("-", "")


def parse_licence(value: Value) -> Licence:
    """Number and date out of one cell, whichever of the two it holds."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return Licence(value)
    if lost_digits(value):
        return Licence("", problem=_exponent())
    if isinstance(value, dt.date):
        return Licence("", value.date() if isinstance(value, dt.datetime) else value, warning=_only_a_date())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    text = " ".join(cell_text(value).translate(INVISIBLE).split())
    return Licence("") if text.casefold() in _ABSENT else _from_text(text)


def _from_number(value: float) -> Licence:
    number = cell_text(value)
    if not number.isdigit():
        return Licence("", problem=_unreadable())
    zeros_lost = len(number) < _PAPER_SERIES_LENGTH
    return Licence(number, warning=_zeros_lost() if zeros_lost else None)


def _from_text(text: str) -> Licence:
    dates = _DATE.findall(text)
    rest = _LABEL.sub(" ", _DATE.sub(" ", text))
    rest = " ".join((_AROUND_DATE.sub(" ", rest) if dates else rest).split()).strip(_ENDS)
    if len(dates) > 1 or _is_several(rest):
        return Licence("", problem=_two_numbers())
    issued_on = parse_date(dates[0]) if dates else None
    if dates and issued_on is None:
        return Licence(rest, problem=_impossible_date())
    if not any(sign.isdigit() for sign in rest):
        return Licence("", issued_on, warning=_only_a_date()) if dates else Licence("", problem=_unreadable())
    return Licence(rest, issued_on)


def _is_several(text: str) -> bool:
    """Whether the text holds several numbers, and not one written with spaces or a dash ("000-1234")."""
    parts = [part for part in _BETWEEN_NUMBERS.split(text) if any(sign.isdigit() for sign in part)]
    return len(parts) > 1 or len(_LONG_NUMBER.findall(text)) > 1


def _exponent() -> Problem:
    return Problem(
        "licence-digits-lost",
        _("The licence number has lost digits in the spreadsheet. Format the column as text and type it again."),
    )


def _zeros_lost() -> Problem:
    return Problem(
        "licence-zeros-lost",
        _("The licence number is stored as a number, so zeros at its start may be missing. Check it."),
    )


def _two_numbers() -> Problem:
    return Problem("licence-two-numbers", _("The cell holds two licence numbers or two dates. Leave the one in force."))


def _impossible_date() -> Problem:
    return Problem("licence-date", _("The date beside the licence number does not exist or lies out of range."))


def _only_a_date() -> Problem:
    return Problem("licence-only-date", _("The cell holds only a date where a licence number is expected."))


def _unreadable() -> Problem:
    return Problem("licence-unreadable", _("No licence number can be read in this cell."))
