"""Telling the name of a person from the name of an office, a district or a job."""

from __future__ import annotations

import re

from advocates.names import fold, is_patronymic, split_full_name

# Whole words where a family name begins the same way: Городецкий, Калашников, Жекенов, Ауданбеков.
_OFFICE = re.compile(
    r"\b(?:консультац|юрконс|контор[аы]|коллеги|бюро|район|област|облыс|филиал|индивидуал|заведующ|список|реестр|комитет)"
    r"|\b(?:кенсеси?|аудан\w{0,3}|город[ауе]?|город?ск\w{2,3}|кала(?:сы|лык)?|жеке|адвокат\w{0,4}|алка(?:сы|лар)|тизими?"
    r"|стажер\w{0,2}|помощники?|юк|ак|зк|office|consultations?|branch|chambers|district|city|list|roll)\b"
)


def looks_like_person(text: str) -> bool:
    """Whether the text reads as two to five capitalised words that name no office, as a full name does."""
    name = split_full_name(text)
    words = " ".join((name.family, name.given, name.patronymic)).replace("-", " ").replace(".", ". ").split()
    if not 2 <= len(words) <= 6 or names_an_office(text):
        return False
    capitals = sum(word[:1].isupper() for word in words)
    return capitals >= 2 and words[0][:1].isupper() and all(map(_is_word, words))


def names_an_office(text: str) -> bool:
    """Whether a word of the text belongs to offices, districts or headings of lists."""
    return _OFFICE.search(fold(text)) is not None


def has_patronymic(text: str) -> bool:
    return is_patronymic(fold(split_full_name(text).patronymic))


def _is_word(word: str) -> bool:
    return word[0] in "?'’ʼ" or all(sign.isalpha() or sign in "'’ʼ?.`\ufffd\u0306\u0308\xad\u200b" for sign in word)
