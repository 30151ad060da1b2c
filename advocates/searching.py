"""Finding names by the beginnings of their words, in whatever script, through an index of PostgreSQL's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Cast

from advocates.acting import WEB, actor
from advocates.names import latin_key

_WORD = re.compile(r"\w+")
# What the last letter becomes once the next one is typed: ie is one letter in a key, and so are zh and kh.
_BROKEN_OFF = {"i": "e", "z": "j", "k": "h"}
_FIRST = 2
"""Letters of another word before a word, at the most (``cle_name_words``)."""


def search_key(text: str) -> str:
    """The words of a name as Latin skeletons with single spaces; the halves of a double name are two words."""
    return " ".join(_WORD.findall(latin_key(text)))


class NameWords(Func):
    """The words of a column of search keys, as a set that can be indexed (no dictionary: names have no endings); and of
    each two words one with the first letter, and one with the first two letters, of the other before it.
    """

    function = "cle_name_words"
    output_field = SearchVectorField()


def beginnings(text: str) -> str:
    """What ``BeginsEach`` is to look for, in the language of tsquery: for each word of the text the beginning of one.

    Empty where the text has no word. The longest word is looked for together with each other one. By itself a short one
    begins a word of so many names that to gather them takes longer than all else.
    """
    longest, others = _typed(text)
    return " | ".join(dict.fromkeys(_together(word, others) for word in longest))


def begun_by_many(text: str) -> str:
    """The word of a text with one, or with one and a letter, as ``IsAmongFirst`` takes it: a comma between spellings, a
    space before the letter. Else nothing."""
    longest, others = _typed(text)
    further = [other for other in others if any(not word.startswith(other) for word in longest)]
    if len(further) > 1 or any(_length(other) > 1 for other in further):
        return ""
    return " ".join(",".join(word) for word in (longest, *further))


class BeginsEach(Func):
    """Whether each of the ``beginnings`` begins some word of the column of search keys of an advocate."""

    output_field = BooleanField()

    def __init__(self, query: str) -> None:
        super().__init__(NameWords(F("search_key")), Cast(Value(query), SearchQueryField()), F("pk"))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Behind the wall no index serves ``@@``, which might tell of rows before the wall has let them through.

        There a function looks the words up, among the rows that are open to whoever asks (``cle.walls``).
        """
        (words, of_words), (query, of_query), (key, of_key) = map(compiler.compile, self.get_source_expressions())
        if is_walled():
            return f"({key} = ANY ((SELECT cle_named({query}))::bigint[]))", (*of_key, *of_query)
        return f"({words} @@ {query})", (*of_words, *of_query)


class IsAmongFirst(Func):
    """Behind the wall: whether somebody is among the first ``most`` of a bar, by key, whom the ``beginnings`` name.

    Where that is ``begun_by_many``, they are found without the index if there are many.
    """

    output_field = BooleanField()
    template = "(%(expressions)s)"
    arg_joiner = " = ANY "

    def __init__(self, query: str, begun: str, bar: int, most: int) -> None:
        asked_once = "((SELECT %(function)s(%(expressions)s))::bigint[])"
        asked = (Cast(Value(query), SearchQueryField()), Value(begun), Value(bar), Value(most))
        super().__init__(F("pk"), Func(*asked, function="cle_first_named", template=asked_once))


def is_walled() -> bool:
    """Whether names are searched behind the wall, by other SQL than before it."""
    return actor().role == WEB


Spelt = tuple[str, ...]
"""A word that was typed, all of one length: as it is, and as it may be once its last letter is a whole one."""


def _typed(text: str) -> tuple[Spelt, list[Spelt]]:
    """The longest word, and the others; nothing and none where there is no word."""
    longest, *others = sorted(map(_spelt, search_key(text).split()), key=_length, reverse=True) or [()]
    return longest, others


def _spelt(word: str) -> Spelt:
    last = _BROKEN_OFF.get(word[-1])
    return (word, word[:-1] + last) if last else (word,)


def _length(word: Spelt) -> int:
    return len(word[0])


def _together(word: str, others: Iterable[Spelt]) -> str:
    """``word`` begins a word, and so does each of the others: the same one, or another."""
    asked = [_either(word, other) for other in others if not word.startswith(other)]
    return " & ".join(asked) or _begins(word)


def _either(word: str, other: Spelt) -> str:
    """In one spelling or the other."""
    return f"({' | '.join(_both(word, each) for each in other)})"


def _both(word: str, other: str) -> str:
    """``word`` is looked for beside the first letters of the other; if that has more, the other beside those of
    ``word`` as well: so each of the two is there to its last letter."""
    found = _begins(f".{other[:_FIRST]}.{word}")
    return found if len(other) <= _FIRST else f"{found} & {_begins(f'.{word[:_FIRST]}.{other}')}"


def _begins(lexeme: str) -> str:
    """A word is of letters and digits alone, so that there is nothing to escape."""
    return f"'{lexeme}':*"
