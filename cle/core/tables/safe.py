"""Text that a spreadsheet program will show and not run."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s\x00-\x1f\u200b-\u200f\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_PHONE_OR_NUMBER = re.compile(r"[+-]\d[\d \u00a0().,-]*")


def escape_cell(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet program could take it for a formula.

    Phones (+7 701 …) and negative numbers stay as they are: digits alone call no function.
    """
    if not _FORMULA.match(text) or _PHONE_OR_NUMBER.fullmatch(text):
        return text
    return "'" + text
