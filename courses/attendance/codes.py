"""Codes that are shown in the room: derived from the session and the installation's secret, kept nowhere.

The code on the screen changes and is good for its own step and the next one, so that whoever copies it has to do so
at once. That of a poster is the same all day: it proves less, and every record says which of the two it was.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

STEP: Final = 45
"""Seconds for which a code stands on the screen."""
SCREEN_DIGITS, POSTER_DIGITS = 8, 10
_SCREEN, _POSTER = "courses.presence.screen", "courses.presence.poster"


def screen_code(session: int, at: dt.datetime) -> str:
    """What the screen shows at that moment."""
    return _screen(session, step_of(at), settings.SECRET_KEY)


def poster_code(session: int, since: dt.datetime) -> str:
    """What a poster shows that was switched on at ``since``; switched on anew it is another one."""
    return _poster(session, since, settings.SECRET_KEY)


def on_the_screen(code: str, session: int, at: dt.datetime) -> bool:
    """Whether it is the code of this step or of the one before."""
    step = step_of(at)
    return _any(code, [_screen(session, one, secret) for one in (step, step - 1) for secret in _secrets()])


def on_the_poster(code: str, session: int, since: dt.datetime | None) -> bool:
    """Whether it is the code of the poster that is switched on; posters outlive a change of the secret."""
    return since is not None and _any(code, [_poster(session, since, secret) for secret in _secrets()])


def step_of(at: dt.datetime) -> int:
    return int(at.timestamp()) // STEP


def seconds_left(at: dt.datetime) -> int:
    """Until the next code, from ``STEP`` down to 1."""
    return STEP - int(at.timestamp()) % STEP


def bare(typed: str) -> str:
    """The digits of what somebody has typed: spaces and hyphens stand only for the eye. "" if it cannot be a code."""
    digits = "".join(sign for sign in typed[:40] if sign not in " -\u00a0\u2009")
    return digits if digits.isascii() and digits.isdigit() and len(digits) in (SCREEN_DIGITS, POSTER_DIGITS) else ""


def spaced(code: str) -> str:
    """In groups that can be read out."""
    size = 4 if len(code) == SCREEN_DIGITS else 5
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def _screen(session: int, step: int, secret: str) -> str:
    return _digits(_SCREEN, f"{session}:{step}", SCREEN_DIGITS, secret)


def _poster(session: int, since: dt.datetime, secret: str) -> str:
    return _digits(_POSTER, f"{session}:{since.timestamp():.6f}", POSTER_DIGITS, secret)


def _digits(salt: str, text: str, digits: int, secret: str) -> str:
    """A keyed hash as decimal digits; the key is of the secret and the salt, and of no use for anything else."""
    number = int.from_bytes(salted_hmac(salt, text, secret=secret, algorithm="sha256").digest())
    return f"{number % 10**digits:0{digits}}"


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _any(code: str, known: list[str]) -> bool:
    fitting = [one for one in known if constant_time_compare(code, one)]  # all of them, however early one fits
    return bool(fitting)
