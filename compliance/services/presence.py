"""Which session a code is of, as pages and programs ask it: whoever guesses is stopped."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate
from cle.core.throttle import counted, spent
from courses.attendance.codes import bare
from courses.queries.presence import Shown, session_shown_by

WRONG_CODES: Final = 10
"""Wrong codes that one advocate may try in the window; one address of people who have not logged in, ten times that."""
WINDOW: Final = 300
"""Seconds."""

TOO_MANY: Final = _("Too many wrong codes. Wait five minutes, or speak to the organiser.")
NOT_SHOWN: Final = _("This code is not shown anywhere now. Scan or type the one that is on the screen.")


def shown_to(who: str, most: int, code: str, moment: dt.datetime) -> Shown | None:
    """The session whose code it is now; a wrong one counts against ``who``, and after ``most`` none is right."""
    if spent(_counter(who), most):
        return None
    shown = session_shown_by(bare(code), moment)
    if shown is None:
        counted(_counter(who), most, WINDOW)
    return shown


def named(advocate: Advocate) -> str:
    """The advocate, as wrong codes are counted against them wherever they try."""
    return f"advocate:{advocate.pk}"


def has_guessed_too_often(advocate: Advocate) -> bool:
    return spent(_counter(named(advocate)), WRONG_CODES)


def _counter(who: str) -> str:
    return f"presence:{who}"
