from __future__ import annotations

from random import Random

import pytest

from cle.demo.names import (
    KAZAKH_FAMILIES,
    KAZAKH_MEN,
    KAZAKH_WOMEN,
    RUSSIAN_FAMILIES,
    RUSSIAN_MEN,
    RUSSIAN_WOMEN,
    Name,
    feminine,
    invent_name,
    kazakh_name,
)
from cle.demo.spelling import letters_lost

STOCKS = [KAZAKH_FAMILIES, RUSSIAN_FAMILIES, KAZAKH_MEN, KAZAKH_WOMEN, RUSSIAN_MEN, RUSSIAN_WOMEN]


def _many(*, kazakh_letters: bool) -> list[Name]:
    rng = Random(1)
    return [invent_name(rng, kazakh_letters=kazakh_letters) for _ in range(3000)]


@pytest.mark.parametrize("stock", STOCKS)
def test_no_name_is_listed_twice(stock: tuple[str, ...]) -> None:
    assert len(set(stock)) == len(stock)


@pytest.mark.parametrize(
    ("man", "woman"),
    [("Озёров", "Озёрова"), ("Тополев", "Тополева"), ("Соснин", "Соснина"), ("Ақбұлақ", "Ақбұлақ")],
)
def test_only_russian_endings_have_a_form_for_women(man: str, woman: str) -> None:
    assert feminine(man) == woman


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        (Name("Озёрная", "Мария", "Николаевна"), "Озёрная Мария Николаевна", "Озёрная М.Н."),
        (Name("Ақбұлақ", "Әсем", ""), "Ақбұлақ Әсем", "Ақбұлақ Ә."),
    ],
)
def test_a_missing_patronymic_leaves_no_gap(name: Name, full: str, initials: str) -> None:
    assert (name.full, name.initials) == (full, initials)


def test_the_stock_has_each_kind_of_patronymic() -> None:
    patronymics = {name.patronymic for name in _many(kazakh_letters=True)}
    for ending in ("ович", "евна", "ұлы", "улы", "қызы", "кызы", " оглы"):
        assert any(patronymic.endswith(ending) for patronymic in patronymics), ending
    assert "" in patronymics


def test_names_for_code_page_1251_lose_nothing_there() -> None:
    assert all(letters_lost(name.full) == name.full for name in _many(kazakh_letters=False))
    assert any(letters_lost(name.full) != name.full for name in _many(kazakh_letters=True))


def test_a_kazakh_name_always_needs_its_letters() -> None:
    rng = Random(3)
    assert all("?" in letters_lost(kazakh_name(rng).full) for _ in range(20))


def test_women_bear_the_form_for_women_throughout() -> None:
    mixed = [
        name
        for name in _many(kazakh_letters=False)
        if name.patronymic.endswith("вна") and name.family.endswith(("ов", "ев", "ёв", "ин"))
    ]
    assert mixed == []
