"""How minutes become the hours that people read: one rule for pages, letters and transcripts.

What is earned is cut, what is required or missing is rounded up: minutes to whole ones first, as a standing keeps
them, then hours to two decimals. So earned never reads like required while anything is missing, and the same
fraction of a minute reads the same wherever it is counted. Certificates are frozen as they were issued and do not
follow: they name the exact minutes.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

Minutes = int | Fraction


def earned(minutes: Minutes, unit: int) -> int:
    """Hundredths of an hour of ``unit`` minutes; what was taken back is cut like what was earned."""
    hundredths = floor(abs(Fraction(minutes))) * 100 // unit
    return -hundredths if minutes < 0 else hundredths


def owed(minutes: Minutes, unit: int) -> int:
    """Hundredths of an hour, of minutes that are not negative: whoever earns the hours shown has done enough."""
    return -(-ceil(Fraction(minutes)) * 100 // unit)
