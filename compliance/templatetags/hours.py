"""Minutes shown as hours of the rulebook's unit, with a decimal comma where the language has one."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def hours(minutes: int, unit: int) -> str:
    """At most two decimals, cut and never rounded up: 100 minutes of 45 are 2,22 hours, and −100 are −2,22."""
    whole, part = divmod(abs(minutes) * 100 // unit, 100)
    digits = f"{part:02d}".rstrip("0")
    sign = "−" if minutes < 0 and (whole or part) else ""
    return sign + str(number_format(f"{whole}.{digits}" if digits else str(whole)))
