"""Finding names by the beginnings of their words, in whatever script, through an index of PostgreSQL's own."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Cast

from advocates.acting import WEB, actor
from advocates.names import latin_key

_WORD = re.compile(r"\w+")
# What the last letter becomes once the next one is typed: ie is one letter in a key, and so are zh and kh.
_BROKEN_OFF = {"i": "e", "z": "j", "k": "h"}


def search_key(text: str) -> str:
    """The words of a name as Latin skeletons with single spaces; the halves of a double name are two words."""
    return " ".join(_WORD.findall(latin_key(text)))


class NameWords(Func):
    """The words of a column of search keys, as a set that can be indexed (no dictionary: names have no endings)."""

    template = "array_to_tsvector(string_to_array(%(expressions)s, ' '))"
    output_field = SearchVectorField()


def beginnings(text: str) -> str:
    """What ``BeginsEach`` is to look for, in the language of tsquery: for each word of the text the beginning of one.

    Empty where the text has no word.
    """
    return " & ".join(map(_beginning, search_key(text).split()))


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


def is_walled() -> bool:
    """Whether names are searched behind the wall, by other SQL than before it."""
    return actor().role == WEB


def _beginning(word: str) -> str:
    """A word is of letters and digits alone, so that there is nothing to escape."""
    last = _BROKEN_OFF.get(word[-1])
    return f"('{word}':* | '{word[:-1]}{last}':*)" if last else f"'{word}':*"
