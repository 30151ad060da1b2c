"""National identifiers of natural persons, by jurisdiction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from cle.core.tables.model import Value
from cle.core.tables.values import cell_text, lost_digits

_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_IIN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class NationalId:
    """Digits and capital letters only, or "" with the problem that makes the value unusable."""

    value: str
    problem: Problem | None = None


def parse_national_id(value: Value, jurisdiction: str) -> NationalId:
    """The identifier in a cell, checked as the jurisdiction (ISO 3166 code) prescribes, if it is known here."""
    if lost_digits(value):
        return NationalId("", _digits_lost())
    text = "".join(sign for sign in cell_text(value) if sign.isalnum()).upper()
    problem = CHECKS.get(jurisdiction, _no_check)(text) if text else None
    return NationalId("" if problem else text, problem)


def is_valid_iin(text: str) -> bool:
    """Whether the 12 digits end in the check digit of Kazakhstan's IIN or BIN.

    Weights 1-11; if the sum gives 10 modulo 11, once more with the second weights, and if that gives
    10 too there is no such number. No birth date or sex is looked for: that layout was dropped from
    the rules by Government Resolution No. 853 of 26.08.2013, and a mismatch is no error.
    """
    if len(text) != _IIN_LENGTH or not (text.isascii() and text.isdigit()):
        return False
    *body, check = map(int, text)
    remainder = _weighted(body, _FIRST_WEIGHTS)
    if remainder == 10:
        remainder = _weighted(body, _SECOND_WEIGHTS)
    return remainder == check


def _weighted(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11


def _iin_problem(text: str) -> Problem | None:
    if text.isascii() and text.isdigit() and len(text) < _IIN_LENGTH:
        return _digits_lost()
    if len(text) != _IIN_LENGTH or not text.isdigit():
        return Problem("national-id-shape", _("An IIN has exactly 12 digits."))
    if not is_valid_iin(text):
        return Problem("national-id-check-digit", _("The check digit of the IIN is wrong: a digit was mistyped."))
    return None


def _digits_lost() -> Problem:
    return Problem(
        "national-id-digits-lost",
        _("The identifier has lost digits in the spreadsheet. Format the column as text and type it again."),
    )


def _no_check(text: str) -> Problem | None:
    return None


CHECKS: Mapping[str, Callable[[str], Problem | None]] = MappingProxyType({"KZ": _iin_problem})
"""The check of each jurisdiction that is known; elsewhere letters and digits are kept unchecked."""
