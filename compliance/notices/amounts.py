"""Minutes as hours of the rulebook, in words, in the active language."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import ngettext, pgettext

from compliance.rounding import earned

_ACADEMIC: Final = 45


def hours_text(minutes: int, unit_minutes: int, *, rounded: Callable[[int, int], int] = earned) -> str:
    """«1,5 академического часа»; the exact minutes follow in brackets where two decimals do not say it exactly.

    ``rounded`` is ``owed`` for what is required or missing.
    """
    shown = Decimal(rounded(minutes, unit_minutes)) / 100
    whole = shown == shown.to_integral_value()
    number = number_format(int(shown) if whole else Decimal(f"{shown:f}".rstrip("0")))
    form = _whole(int(shown), unit_minutes) if whole else _fraction(unit_minutes)
    text = form % {"hours": number}
    return text if shown * unit_minutes == minutes else f"{text} ({_minutes(minutes)})"


def _whole(hours: int, unit_minutes: int) -> str:
    if unit_minutes == _ACADEMIC:
        return ngettext("%(hours)s academic hour", "%(hours)s academic hours", hours)
    return ngettext("%(hours)s hour", "%(hours)s hours", hours)


def _fraction(unit_minutes: int) -> str:
    """Russian takes the genitive singular after a decimal: 2 академических часа, but 2,5 академического часа."""
    if unit_minutes == _ACADEMIC:
        return pgettext("decimal number", "%(hours)s academic hours")
    return pgettext("decimal number", "%(hours)s hours")


def _minutes(minutes: int) -> str:
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}
