from __future__ import annotations

import pytest

from cle.demo.spelling import latin_letters, letters_lost, russian_letters, with_latin_lookalike


@pytest.mark.parametrize(
    ("kazakh", "russian"),
    [("Әсем", "Асем"), ("Ғалым", "Галым"), ("Қуаныш", "Куаныш"), ("Інжу Өрнек", "Инжу Орнек"), ("Озёрная", "Озёрная")],
)
def test_russian_documents_spell_kazakh_names_with_base_letters(kazakh: str, russian: str) -> None:
    assert russian_letters(kazakh) == russian


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Ковылёв", "Kovylyov"),
        ("Жұлдыз", "Zhuldyz"),
        ("Щеглов", "Shcheglov"),
        ("Шыңғыс", "Shyngys"),
        ("Юлия", "Yuliya"),
    ],
)
def test_transliteration_is_plain_ascii(name: str, latin: str) -> None:
    assert latin_letters(name) == latin
    assert latin.isascii()


def test_code_page_1251_loses_the_kazakh_letters_and_nothing_else() -> None:
    assert letters_lost("Әділ Шыңғысұлы") == "?діл Шы??ыс?лы"
    assert letters_lost("Озёрная Мария") == "Озёрная Мария"


def test_a_lookalike_changes_one_letter_that_nobody_sees() -> None:
    assert with_latin_lookalike("Аскар") == "Aскар"
    assert sum(letter.isascii() for letter in with_latin_lookalike("Марина")) == 1
    assert with_latin_lookalike("Шын") == "Шын"
