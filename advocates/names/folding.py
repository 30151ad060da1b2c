"""The key by which two spellings of one name are the same; it is compared and never stored as the name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from advocates.names.patronymics import joined_endings
from cle.core.tables.values import INVISIBLE

_APOSTROPHES = dict.fromkeys(map(ord, "'`´‘’‛ʹʻʼʽˈ′＇"))
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# What is left after composing: the breve of й has gone into its letter by then, stress marks have not.
_STRAY_MARKS = dict.fromkeys(range(0x300, 0x370))
_DROPPED = {**INVISIBLE, **_APOSTROPHES, **_DASHES, ord("№"): " "}

# Kazakh letters, and those of the neighbouring alphabets, as a Russian keyboard would write them.
# й stays: Андрей and Андреи are two names, only suggestions treat them alike (latin_key).
_BASE = str.maketrans("ёәғқңөұүһіїєґўҳҷӣӯ", "еагкноуухииегухжиу")
_NOT_BASE = re.compile("[ёәғқңөұүһі]")

# H looks like Н, but h like һ: capitals must be replaced while they are still capitals.
_CAPITALS = str.maketrans("ABCEHIKMOPTXYƏ", "АВСЕНІКМОРТХУӘ")
_SMALL = str.maketrans("acehikmoptxyə", "асеһікмортхуә")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


# Nothing of these is composed otherwise, dropped, or mistaken for a letter of another script.
_PLAIN = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі0-9 ]*")


@lru_cache(maxsize=1 << 16)  # a name is folded about ten times while its row is read, and again for each report
def fold(text: str) -> str:
    """The folded name: one case, Russian base letters, one script in each word, glued patronymic endings.

    Latin look-alikes become Cyrillic only in words that already hold Cyrillic, so a name typed in
    Latin stays Latin. Folding twice changes nothing.
    """
    if _PLAIN.fullmatch(text):
        small = text.casefold()
        if _NOT_BASE.search(small):
            small = small.translate(_BASE)
        return joined_endings(" ".join(small.split()))
    return _folded(text)


def _folded(text: str) -> str:
    """Whatever the text is of."""
    folded = unicodedata.normalize("NFKC", text.translate(_DROPPED))
    folded = _WORD.sub(lambda word: _in_one_script(word[0], _CAPITALS), folded).casefold().translate(_DROPPED)
    folded = unicodedata.normalize("NFKC", folded).translate(_STRAY_MARKS)
    folded = _WORD.sub(lambda word: _in_one_script(word[0], _SMALL), folded).translate(_BASE)
    return joined_endings(_spaced(folded))


def _in_one_script(word: str, look_alikes: dict[int, int]) -> str:
    return word.translate(look_alikes) if _CYRILLIC.search(word) else word


def _spaced(text: str) -> str:
    """Letters, digits and inner hyphens, with one space between words."""
    kept = (sign if sign == "-" or unicodedata.category(sign)[0] in "LMN" else " " for sign in text)
    return re.sub(r" ?-[- ]*", "-", " ".join("".join(kept).split())).strip("-")
