"""Serial numbers and verification codes as text; no database, no clock, no source of chance of its own."""

from typing import Final

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O or U: nothing to mistake for 1, 0 or a word
CODE_LENGTH: Final = 16
CODE_BYTES: Final = CODE_LENGTH * 5 // 8
_GROUP: Final = 4
_LOOK_ALIKES: Final = str.maketrans("ILO" + "АВСЕНКМОРТХУІ", "110" + "ABCEHKM0PTXY1")
_IGNORED: Final = str.maketrans("", "", "-‐‑‒–—− \t\r\n\u00a0")


def verification_code(random_bytes: bytes) -> str:
    """Spell 10 random bytes (80 bits) as 16 Crockford base-32 characters, «4F7K-0M2P-9XQA-C3TD».

    The bytes come from the caller, so that whoever issues chooses the source (`secrets.token_bytes(10)`).
    Raises ValueError for fewer than 10 bytes; bytes beyond the tenth are not used.
    """
    if len(random_bytes) < CODE_BYTES:
        raise ValueError(f"a verification code needs {CODE_BYTES} random bytes")
    number = int.from_bytes(random_bytes[:CODE_BYTES])
    digits = "".join(CROCKFORD[number >> shift & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5))
    return _grouped(digits)


def normalise_code(text: str) -> str:
    """Bring a code that a person typed to the form `verification_code` gives.

    Case, spaces and dashes do not matter; i and l are read as 1, o as 0, and Cyrillic letters as the Latin ones that
    they look like. Raises ValueError for anything that cannot be a code: a wrong length or a character outside the
    alphabet.
    """
    digits = text.upper().translate(_IGNORED).translate(_LOOK_ALIKES)
    if len(digits) != CODE_LENGTH or not set(digits) <= set(CROCKFORD):
        raise ValueError("not a verification code")
    return _grouped(digits)


def series_text(year: int, letter: str = "") -> str:
    """The series of a bar's certificates in which numbers run from 1: «2026», or «2026-P» of a kind with a letter."""
    return f"{year:04d}-{letter}" if letter else f"{year:04d}"


def read_series(text: str) -> tuple[int, str]:
    """Year and letter of a series. Raises ValueError for anything else."""
    year, _dash, letter = text.partition("-")
    if not (year.isascii() and year.isdecimal()) or series_text(int(year), letter) != text:
        raise ValueError("not a series")
    return int(year), letter


def serial_text(bar_code: str, year: int, number: int, letter: str = "") -> str:
    """Print a certificate number: «KZ-75/2026/000123», «KZ-75/2026-P/000123»."""
    if not bar_code or "/" in bar_code:
        raise ValueError("a bar code may not be empty or hold a slash")
    if number < 1:
        raise ValueError("certificate numbers start at 1")
    return f"{bar_code}/{series_text(year, letter)}/{number:06d}"


def _grouped(digits: str) -> str:
    return "-".join(digits[start : start + _GROUP] for start in range(0, CODE_LENGTH, _GROUP))
