"""One Latin skeleton for the many ways in which a Russian or Kazakh name is written in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from advocates.names.folding import fold

_FROM_CYRILLIC = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэж", "abvgdeziiklmnoprstufhiej", strict=True)),
        "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia", "ъ": "", "ь": "",
    }
)  # fmt: skip
_TURKIC = str.maketrans({"ş": "sh", "ç": "ch", "ı": "i", "ə": "a", "æ": "a", "ß": "ss"})
# In this order: a longer spelling before the shorter one that it contains.
_ONE_SPELLING = (
    ("shch", "sh"),
    ("sch", "sh"),
    ("dzh", "j"),
    ("zh", "j"),
    ("dj", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("tc", "ts"),
    ("ck", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("y", "i"),
    ("ie", "e"),
)
_REPEATED = re.compile(r"(.)\1+")


def latin_key(text: str) -> str:
    """The name as bare Latin letters: Жұмағүл, Zhumagul and Jumagul give one key.

    Much is lost on purpose (й and и, е and ье, doubled letters), so an equal key is a suggestion, never a match.
    """
    return _REPEATED.sub(r"\1", " ".join(map(_latin_word, fold(text).split(" "))))


@lru_cache(maxsize=1 << 16)  # given names and patronymics repeat
def _latin_word(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.translate(_TURKIC))
    latin = "".join(sign for sign in letters if not unicodedata.combining(sign)).translate(_FROM_CYRILLIC)
    for spelling, plain in _ONE_SPELLING:
        latin = latin.replace(spelling, plain)
    return latin
