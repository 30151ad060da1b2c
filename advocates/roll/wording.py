"""Words in the cells of a roll that stand for one of a few things."""

from __future__ import annotations

import re

from advocates.names import fold

_ABSENT = frozenset(("нет", "жок", "б н", "не имеется", "отсутствует", "no", "none", "n a", "na", "null"))
_LONGEST_ABSENT = 20
_CONSULTATION = re.compile(r"консультац|\b(?:юк|зк)\b|consultation")
_OFFICE = re.compile(r"контор|кенсе|\bак\b|бюро|office|chambers")
_INDIVIDUAL = re.compile(r"индивидуал|\bжеке(?:дара)?\b|individual|\bип\b|самостоятельн")
_LANGUAGES = {
    "kk": re.compile(r"(?:kk|kz|kaz|каз|қаз|мемлекеттик|государственн)"),
    "ru": re.compile(r"(?:ru|рус|орыс)"),
    "en": re.compile(r"(?:en|англ|агылш)"),
}


def is_absent(text: str) -> bool:
    """Whether the cell says that there is nothing to say: blank, dashes, "нет", "жоқ"."""
    if len(text) > _LONGEST_ABSENT:
        return False
    key = fold(text)
    return not key or key in _ABSENT


def practice_form(text: str) -> str:
    """consultation, office or individual (Law of Kazakhstan No. 176-VI, Art. 49, 62-64); "" when none is named."""
    key = fold(text)
    for form, words in (("individual", _INDIVIDUAL), ("consultation", _CONSULTATION), ("office", _OFFICE)):
        if words.search(key):
            return form
    return ""


def language(text: str) -> str:
    """The code of a notice language, "" when the word is none of them."""
    key = fold(text)
    return next((code for code, words in _LANGUAGES.items() if words.match(key)), "")
