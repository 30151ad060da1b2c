"""Finding names by the beginnings of their words, in whatever script, through an index of PostgreSQL's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Cast

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


class BeginsEach(Func):
    """Whether each of the words begins some word of the column."""

    arg_joiner = " @@ "
    template = "(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, column: str, words: Sequence[str]) -> None:
        query = " & ".join(map(_beginnings, words))
        super().__init__(NameWords(F(column)), Cast(Value(query), SearchQueryField()))


def _beginnings(word: str) -> str:
    """In the language of tsquery; a word is of letters and digits alone, so that there is nothing to escape."""
    last = _BROKEN_OFF.get(word[-1])
    return f"('{word}':* | '{word[:-1]}{last}':*)" if last else f"'{word}':*"
