"""How alike two names are, and whether one has been damaged on its way."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_LONGEST = 120  # the comparison is quadratic; no real name is longer
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


def letters_lost(text: str) -> bool:
    """Whether a Cyrillic word holds ``?`` or a replacement sign: Kazakh text saved in a code page without its letters.

    Such a name must never be matched by itself.
    """
    if "?" not in text and "\ufffd" not in text:
        return False
    damaged = (word for word in text.split() if "?" in word or "\ufffd" in word)
    return any(_CYRILLIC.search(word) for word in damaged)


def similarity(a_key: str, b_key: str) -> int:
    """Per cent of likeness of two keys, 100 only for equal ones; for the order of suggestions and nothing else."""
    if a_key == b_key:
        return 100 if a_key else 0
    first, second = sorted((a_key[:_LONGEST], b_key[:_LONGEST]))  # the measure itself depends on the order
    return min(99, int(100 * SequenceMatcher(None, first, second, autojunk=False).ratio()))
