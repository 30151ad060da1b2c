"""The same name in Kazakh, Russian and Latin letters, and with letters lost by code page 1251."""

from __future__ import annotations

_RUSSIAN = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")

_LATIN_PAIRS = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "kh", "һ": "h", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_LATIN = str.maketrans(_LATIN_PAIRS | {letter.upper(): latin.title() for letter, latin in _LATIN_PAIRS.items()})


def russian_letters(text: str) -> str:
    """As Russian documents spell a Kazakh name: Әсем becomes Асем."""
    return text.translate(_RUSSIAN)


def latin_letters(text: str) -> str:
    """As people sign themselves abroad: Ковылёв becomes Kovylyov."""
    return text.translate(_LATIN)


def letters_lost(text: str) -> str:
    """As code page 1251 leaves it: a question mark for each letter that it does not have."""
    return text.encode("cp1251", errors="replace").decode("cp1251")


def with_latin_lookalike(text: str) -> str:
    """The same word to the eye, its first А, Е, О or С typed on a Latin keyboard."""
    for cyrillic, latin in zip("АЕОСаеос", "AEOCaeoc", strict=True):
        if cyrillic in text:
            return text.replace(cyrillic, latin, 1)
    return text
