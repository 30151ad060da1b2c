"""Minutes shown as hours of the rulebook's unit, with a decimal comma where the language has one."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext

from compliance.rounding import Minutes, earned, owed

register = template.Library()


@register.filter
def hours(minutes: Minutes, unit: int) -> str:
    """Earned: at most two decimals, cut. 100 minutes of 45 are 2,22 hours, and −100 are −2,22."""
    hundredths = earned(minutes, unit)
    return ("−" if hundredths < 0 else "") + _shown(abs(hundredths))


@register.filter
def hours_to_go(minutes: Minutes, unit: int) -> str:
    """Required or missing: rounded up, for whoever earns the hours shown must be done."""
    return _shown(owed(minutes, unit))


@register.filter
def by_the_clock(minutes: int) -> str:
    """Hours of sixty minutes and the minutes left over."""
    whole, left = divmod(minutes, 60)
    if not whole:
        return gettext("%(minutes)s min") % {"minutes": left}
    if not left:
        return gettext("%(hours)s h") % {"hours": whole}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": whole, "minutes": left}


def _shown(hundredths: int) -> str:
    whole, part = divmod(hundredths, 100)
    digits = f"{part:02d}".rstrip("0")
    return str(number_format(f"{whole}.{digits}" if digits else str(whole)))
