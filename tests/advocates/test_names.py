"""Comparing names without changing them, and taking them apart. All people are invented."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocates.names import (
    PersonName,
    display_name_key,
    fold,
    initials_form,
    is_patronymic,
    latin_key,
    letters_lost,
    similarity,
    split_full_name,
    without_brackets,
)

CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһіЙЁӘҰ"
LETTERS = st.text(CYRILLIC + "AaBCcEeHhIiKMOoPpTXxYyİŉ№'’-., \u0306\u0308\u200b\xad")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Озёрная Мария", "ОЗЕРНАЯ  МАРИЯ"),
        ("Жұмағүлова Әсел", "Жумагулова Асел"),
        ("Қуанышев Іңкәр Һакім", "Куанышев Инкар Хаким"),
        ("Aскар Ким", "Аскар Ким"),  # a Latin A
        ("AХМЕТОВ HYPЛАН", "AХМЕТОВ HYPЛАН"),
        ("Hұрлан", "Нурлан"),  # a Latin H before Kazakh letters
        ("Жəнібек", "Жәнібек"),  # Latin schwa
        ("Са\u0438\u0306ран", "Сайран"),  # и and a breve
        ("Мар\xadия Озе\u200bрная", "Мария Озерная"),
        ("Мария\xa0Озерная", "Мария Озерная"),
        ("Озерная, Мария", "Озерная Мария"),
        ("Сарсен -баев", "Сарсен-баев"),
        ("Сарсен – Баев", "Сарсен-Баев"),
        ("O'Brien", "O’Brien"),
        ("Озёрная М.Н.", "Озерная М. Н."),
        ("Мари́я", "Мария"),
        ("Ахмет Серік ұлы", "Ахмет Серикулы"),
        ("Ахмет Серік-ұлы", "Ахмет Серікұлы"),
        ("Асель Нұрлан қызы", "Асель Нурланкызы"),
        ("Али Гасан оглы", "Али Гасаноглу"),
        ("Asel Nurlan qyzy", "Asel Nurlankyzy"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Андрей", "Андреи"),
        ("Ахметов Ахмет", "Ахметова Ахмет"),
        ("Ахметов Ахмет №1", "Ахметов Ахмет №2"),
        ("Asel Kim", "Асел Ким"),
        ("Озерная Мария", "Мария Озерная"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_latin_words_beside_cyrillic_ones_stay_latin() -> None:
    assert fold("Асель Kim") == "асель kim"


@given(st.one_of(st.text(), LETTERS))
@settings(max_examples=400)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(LETTERS)
def test_case_and_composition_do_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ("Озёрная М.Н. | Астана", "озерная м н"),
        ("Ким Аскар / ЮК №1", "ким аскар"),
        ("Ким_Алматы", "ким"),
        ("Ким Аскар (Алматы (центр))", "ким аскар"),
        ("Ким Аскар (Алматы", "ким аскар"),
        ("Asel's iPhone", "asel"),
        ("iPhone 12 Pro Асель", "асель"),
        ("адвокат Ким Аскар", "ким аскар"),
        ("0001234 Озёрная", "озерная"),
        ("Galaxy A52", ""),
        ("iPhone", ""),
        ("user", ""),
        ("Гость", ""),
        ("+7 701 000 00 00", ""),
        ("someone@mail.example.kz", ""),
        ("🙂", ""),
        ("", ""),
    ],
)
def test_display_names_lose_devices_tails_and_titles(shown: str, key: str) -> None:
    assert display_name_key(shown) == key


@pytest.mark.parametrize(
    ("text", "outside"),
    [("a (b (c) d) e", "a e"), ("a ) b", "a b"), ("a (b", "a"), ("(a) [b] c", "c"), ("", "")],
)
def test_brackets_nested_or_unbalanced(text: str, outside: str) -> None:
    assert without_brackets(text) == outside


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Озёрная Мария Николаевна", ("Озёрная", "Мария", "Николаевна", "")),
        ("Ким Анна", ("Ким", "Анна", "", "")),
        ("Ким", ("Ким", "", "", "")),
        ("", ("", "", "", "")),
        ("Озёрная Мария, Николаевна", ("Озёрная", "Мария", "Николаевна", "")),
        ("Озёрная, Мария Николаевна", ("Озёрная", "Мария", "Николаевна", "")),
        ("Озёрная (Лесная) Мария Николаевна", ("Озёрная", "Мария", "Николаевна", "Лесная")),
        ("Озёрная Мария Николаевна (Лесная)", ("Озёрная", "Мария", "Николаевна", "Лесная")),
        ("Ахметов Ахмет Серікұлы №2", ("Ахметов", "Ахмет", "Серікұлы", "№2")),
        ("Ахметов Ахмет № 2", ("Ахметов", "Ахмет", "", "№ 2")),
        ("Мамедов Али Гасан оглы", ("Мамедов", "Али", "Гасан оглы", "")),
        ("Мамедов Али Гасан-оглы", ("Мамедов", "Али", "Гасан-оглы", "")),
        ("Мамедов Али Гасаноглы", ("Мамедов", "Али", "Гасаноглы", "")),
        ("Серікова Әсел Нұрлан қызы", ("Серікова", "Әсел", "Нұрлан қызы", "")),
        ("Берг Анна Мария Карловна", ("Берг", "Анна Мария", "Карловна", "")),
        ("фон Берг Анна Карловна", ("фон Берг", "Анна", "Карловна", "")),
        ("Ким Чен Ир Ян", ("Ким", "Чен", "Ир Ян", "")),
        ("Сарсен -Баева Дана Ильинична", ("Сарсен-Баева", "Дана", "Ильинична", "")),
        ("Мария Николаевна Озёрная", ("Озёрная", "Мария", "Николаевна", "")),
        ("Абрамович Роман Ильич", ("Абрамович", "Роман", "Ильич", "")),
        ("Асқар Серікұлы", ("", "Асқар", "Серікұлы", "")),
        ("Озёрная М.Н.", ("Озёрная", "М.", "Н.", "")),
        ("М.Н. Озёрная", ("Озёрная", "М.", "Н.", "")),
        ("Озёрная\xa0Мария  Николаевна", ("Озёрная", "Мария", "Николаевна", "")),
    ],
)
def test_full_names_are_taken_apart_as_typed(text: str, parts: tuple[str, str, str, str]) -> None:
    assert split_full_name(text) == PersonName(*parts)


@given(LETTERS)
def test_taking_apart_loses_and_changes_no_letter(text: str) -> None:
    name = split_full_name(text)
    parts = "".join((name.family, name.given, name.patronymic, name.extra))
    assert sorted(filter(str.isalnum, parts)) == sorted(filter(str.isalnum, text))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        (PersonName("Озёрная", "Мария", "Николаевна"), "Озёрная М.Н."),
        (PersonName("Ким", "анна"), "Ким А."),
        (PersonName("Ким", ""), "Ким"),
        (PersonName("", "Асқар", "Серікұлы"), "Асқар С."),
        (PersonName("", ""), ""),
    ],
)
def test_initials(name: PersonName, short: str) -> None:
    assert initials_form(name) == short


@pytest.mark.parametrize("word", ["николаевна", "серикулы", "нурланкызы", "гасаноглы", "ильич", "serikuly"])
def test_patronymics_are_known_by_their_endings(word: str) -> None:
    assert is_patronymic(word)


@pytest.mark.parametrize("word", ["озерная", "улы", "кызы", "", "ким"])
def test_other_words_are_no_patronymics(word: str) -> None:
    assert not is_patronymic(word)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Жұмағүл", "Жумагул", "Zhumagul", "Jumagul"),
        ("Андрей", "Andrey", "Andrei"),
        ("Қайырхан", "Kaiyrkhan", "Qaiyrhan"),
        ("Серікұлы", "Serikuly", "Serik uly"),
        ("Щукина Юлия", "Shchukina Yuliya", "Shukina Iuliia"),
        ("Айгүл", "Aigul", "Aigül"),
        ("Джамбул", "Jambul", "Dzhambul"),
    ],
)
def test_transliterations_share_one_latin_key(spellings: tuple[str, ...]) -> None:
    assert len({latin_key(spelling) for spelling in spellings}) == 1


@given(LETTERS)
def test_latin_key_holds_no_cyrillic(text: str) -> None:
    assert not any("\u0430" <= sign <= "\u0451" for sign in latin_key(text))


@pytest.mark.parametrize("name", ["?айрат Ким", "Бекза? Ким", "А?метов", "Сер\ufffdк", "Ж?ма??лова ?сел"])
def test_lost_letters_are_seen(name: str) -> None:
    assert letters_lost(name)


@pytest.mark.parametrize("name", ["Ахметов", "Ким ?", "Who? me", "", "Ахметов (?)"])
def test_other_question_marks_are_no_lost_letters(name: str) -> None:
    assert not letters_lost(name)


def test_likeness_ranks_the_nearer_name_first() -> None:
    near, far = similarity("ахметов ахмет", "ахметов ахмат"), similarity("ахметов ахмет", "ким анна")
    assert 90 < near < 100
    assert far < 50


@given(LETTERS, LETTERS)
def test_likeness_is_symmetric_and_full_only_for_equals(one: str, other: str) -> None:
    a, b = fold(one), fold(other)
    assert similarity(a, b) == similarity(b, a)
    assert (similarity(a, b) == 100) == (a == b != "")


@pytest.mark.parametrize(
    ("head", "piece", "tail"), [("", "(", ""), ("а", " ", "б"), ("", "-", ""), ("", "а(", ""), ("", "а. ", "")]
)
def test_hostile_names_take_no_more_than_their_length(head: str, piece: str, tail: str) -> None:
    """Eight times the length takes about eight times as long; a pattern that tries again and again takes 64 times."""

    def spent(length: int) -> float:
        text = head + piece * length + tail
        began = time.process_time()
        fold(text), display_name_key(text), split_full_name(text), latin_key(text), letters_lost(text)
        return time.process_time() - began

    short = min(spent(10_000 + turn) for turn in range(3))
    assert min(spent(80_000 + turn) for turn in range(3)) < 30 * max(short, 0.001)
