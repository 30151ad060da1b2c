"""Names by the beginnings of their words: the index says what reading each name would say."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from advocates.searching import beginnings, search_key

LETTERS = "aeijkhz"
"""Few, so that words begin each other often; most of them are halves of letters that Latin writes with two."""
WHOLE = {"i": "e", "z": "j", "k": "h"}


def words(chance: random.Random, most: int, letters: int) -> str:
    return " ".join(
        "".join(chance.choices(LETTERS, k=chance.randint(1, letters))) for _ in range(chance.randint(1, most))
    )


def begins(typed: str, name: list[str]) -> bool:
    """Whether it begins one of these words, as it is or with its last letter made whole."""
    spelt = (typed, typed[:-1] + WHOLE.get(typed[-1], typed[-1]))
    return any(word.startswith(spelt) for word in name)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_each_word_typed_begins_a_word_and_no_others_are_found(seed: int) -> None:
    chance = random.Random(seed)
    names = [search_key(words(chance, 4, 5)) for _ in range(300)]
    asked = [words(chance, 4, 3) for _ in range(150)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked, name FROM unnest(%s::text[]) AS name,"
            " unnest(%s::text[], %s::tsquery[]) AS typed (asked, query) WHERE cle_name_words(name) @@ query",
            [names, asked, [beginnings(text) for text in asked]],
        )
        found = set(cursor.fetchall())
    expected = {
        (text, name) for text in asked for name in names
        if all(begins(typed, name.split()) for typed in search_key(text).split())
    }  # fmt: skip
    assert found == expected
    assert len({text for text, _name in found}) > 50


def test_a_short_word_is_looked_for_beside_a_longer_one() -> None:
    assert beginnings("ал ардақова") == "('.al.ardakova':*)"
    assert beginnings("алма ардақова") == "('.al.ardakova':* & '.ar.alma':*)"
    assert beginnings("ард ардақова") == "'ardakova':*"
