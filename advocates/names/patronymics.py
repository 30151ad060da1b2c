"""Endings that make a patronymic, and their spellings: "Серік ұлы", "Серік-улы", "Серикулы"."""

from __future__ import annotations

import re

# Folded endings that are written together, with a hyphen or apart; the value is the spelling used for comparing.
_ENDINGS = {
    "улы": "улы",
    "уулу": "уулу",
    "кызы": "кызы",
    "гызы": "кызы",
    "кизи": "кызы",
    "оглы": "оглы",
    "оглу": "оглы",
    "огли": "оглы",
    "угли": "оглы",
    "uly": "uly",
    "uulu": "uulu",
    "kyzy": "kyzy",
    "qyzy": "kyzy",
    "kizi": "kyzy",
    "ogly": "ogly",
    "oglu": "ogly",
    "ugli": "ogly",
}
_ALL_ENDINGS = tuple(_ENDINGS)
_MAY_END = re.compile(f"[{''.join({ending[-1] for ending in _ENDINGS})}](?![^ ])")
"""Found in each key of which a word ends like that."""
_RUSSIAN = ("ович", "евич", "овна", "евна", "ична", "ovich", "evich", "ovna", "evna", "ichna")
_SHORT_RUSSIAN = frozenset(("ильич", "кузьмич", "лукич", "никитич", "фомич", "фокич", "саввич"))


def joined_endings(key: str) -> str:
    """A folded name with each separate or hyphenated patronymic ending glued to the word before it."""
    if not _MAY_END.search(key):
        return key
    words: list[str] = []
    for word in key.split(" "):
        stem, hyphen, tail = word.rpartition("-")
        if words and word in _ENDINGS:
            words[-1] += _ENDINGS[word]
        elif hyphen and tail in _ENDINGS:
            words.append(stem + _ENDINGS[tail])
        else:
            words.append(word)
    return " ".join(map(_one_spelling, words))


def is_ending(folded_word: str) -> bool:
    """Whether a folded word standing alone is only the ending of a patronymic."""
    return folded_word in _ENDINGS


def is_patronymic(folded_word: str) -> bool:
    """Whether a folded word ends as patronymics do; some family names (Абрамович) do so too."""
    if folded_word in _SHORT_RUSSIAN:
        return True
    return folded_word.endswith(_RUSSIAN + _ALL_ENDINGS) and not is_ending(folded_word)


def _one_spelling(word: str) -> str:
    if not word.endswith(_ALL_ENDINGS):
        return word
    for ending, spelling in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + spelling
    return word
