"""A full name taken apart into family name, given name and patronymic, each as typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from advocates.names.display import split_brackets
from advocates.names.folding import fold
from advocates.names.patronymics import is_ending, is_patronymic

_NAMESAKE = re.compile(r"\s(?:[№#] ?)?\d{1,3}$")
_TWO_INITIALS = re.compile(r"(?<!\w)([^\W\d_])\. ?([^\W\d_])\.?")
_HYPHEN = re.compile(r" ?[-‐‑–—] ?")
_INITIAL = re.compile(r"[^\W\d_]\.")
_PLAIN = re.compile(r"[^\W\d_]\w*(?: [^\W\d_]\w*)*")
"""Names that have nothing to be parted or taken out: words of letters and digits with single spaces between them."""
_FAMILY_PARTICLES = frozenset("аль бен ван вон да де дер дю ибн ла ле тер фон".split())


@dataclass(frozen=True, slots=True)
class PersonName:
    """Parts as typed; "" for what is absent. ``extra`` holds a former name and the number told to namesakes."""

    family: str
    given: str
    patronymic: str = ""
    extra: str = ""


def split_full_name(text: str) -> PersonName:
    """Family name, given name, patronymic: the order of registers, and the swapped orders that can be told apart.

    A comma only separates. Endings such as "оглы" or "қызы" belong to the word before them; further
    given names stay with the given name. A given name with only a patronymic has no family name.
    """
    if _PLAIN.fullmatch(text):
        words, extra = _in_register_order(_with_endings(text.split(" "))), ""
    else:
        bare, extra = _without_extras(text)
        words = _in_register_order(_words(bare))
    if len(words) == 2 and _is_patronymic(words[1]) and not _is_patronymic(words[0]):
        return PersonName("", words[0], words[1], extra)
    start = _family_length(words)
    end = next((i for i in range(len(words) - 1, start, -1) if _is_patronymic(words[i])), None)
    family = " ".join(words[:start])
    if end is None:
        return PersonName(family, " ".join(words[start : start + 1]), " ".join(words[start + 1 :]), extra)
    left_over = " ".join(filter(None, [*words[end + 1 :], extra]))
    return PersonName(family, " ".join(words[start:end]), words[end], left_over)


def initials_form(name: PersonName) -> str:
    """The short form of lists and letters: "Озёрная М.Н."; the first part alone when there is nothing to shorten."""
    first, *rest = [part for part in (name.family, name.given, name.patronymic) if part] or [""]
    return " ".join(filter(None, (first, "".join(f"{part[0].upper()}." for part in rest))))


def _without_extras(text: str) -> tuple[str, str]:
    """The name itself, and what was in brackets together with a namesake's number."""
    bare, in_brackets = split_brackets(text)
    number = _NAMESAKE.search(bare)
    if number is None:
        return bare, in_brackets
    return bare[: number.start()], f"{in_brackets} {number[0].strip()}".strip()


def _words(text: str) -> list[str]:
    """The words of a name, hyphens healed, initials apart, patronymic endings with their word."""
    text = _HYPHEN.sub("-", " ".join(text.replace(",", " ").replace(";", " ").split()))
    return _with_endings(_TWO_INITIALS.sub(r"\1. \2.", text).split(" "))


def _with_endings(parts: list[str]) -> list[str]:
    words: list[str] = []
    for word in parts:
        if len(words) > 1 and is_ending(fold(word)):
            words[-1] += f" {word}"
        elif word:
            words.append(word)
    return words


def _in_register_order(words: list[str]) -> list[str]:
    """The family name first, where initials or a patronymic before it show that it was last."""
    if len(words) < 2:
        return words
    family_last = _INITIAL.fullmatch(words[0]) and not _INITIAL.fullmatch(words[-1])
    if len(words) == 3:
        family_last = family_last or (_is_patronymic(words[1]) and not _is_patronymic(words[2]))
    return [words[-1], *words[:-1]] if family_last else words


def _family_length(words: list[str]) -> int:
    particles = 0
    while particles < len(words) - 1 and fold(words[particles]) in _FAMILY_PARTICLES:
        particles += 1
    return particles + 1


@lru_cache(maxsize=1 << 14)  # given names and patronymics repeat, and are asked twice
def _is_patronymic(word: str) -> bool:
    return is_patronymic(fold(word))
