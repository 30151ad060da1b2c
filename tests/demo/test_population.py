from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import chain

import pytest

from cle.demo.population import Person, people
from cle.demo.territories import SIZES


@pytest.fixture(scope="module")
def country() -> list[Person]:
    return list(chain.from_iterable(people(code, size, 2025) for code, size in SIZES.items()))


def _share(country: list[Person], *, of: int) -> float:
    return of / len(country)


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    assert people("KZ-62", 27, 1) == people("KZ-62", 27, 1)
    assert people("KZ-62", 27, 1) != people("KZ-62", 27, 2)


@pytest.mark.parametrize("code", ["KZ-62", "KZ-15", "KZ-33"])
@pytest.mark.parametrize("size", [5, 100, 130])
def test_a_bar_has_the_size_that_was_asked_for(code: str, size: int) -> None:
    assert len(people(code, size, 2025)) == size


def test_the_country_has_about_six_thousand_advocates(country: list[Person]) -> None:
    assert len(country) == sum(SIZES.values()) == 5999


def test_licence_numbers_are_unique_in_a_bar_but_not_in_the_country(country: list[Person]) -> None:
    in_bar = Counter((person.bar_code, person.licence_number) for person in country)
    in_country = Counter(person.licence_number for person in country)
    assert max(in_bar.values()) == 1
    assert 20 < sum(times > 1 for times in in_country.values()) < 200


def test_modern_numbers_begin_with_the_year_and_old_ones_with_a_zero(country: list[Person]) -> None:
    lengths = Counter(len(person.licence_number) for person in country)
    assert 0.45 < _share(country, of=lengths[8]) < 0.65
    assert 0.3 < _share(country, of=lengths[7]) < 0.5
    assert 0.02 < _share(country, of=lengths[3] + lengths[4]) < 0.1
    for person in country:
        if len(person.licence_number) == 8:
            assert person.licence_number.startswith(f"{person.licence_date:%y}")
        if len(person.licence_number) == 7:
            assert person.licence_number.startswith("0")


def test_most_joined_before_2024_and_few_within_2025(country: list[Person]) -> None:
    newcomers = [person for person in country if person.joined.year == 2025]
    assert 0.02 < _share(country, of=len(newcomers)) < 0.04
    assert _share(country, of=sum(person.joined < dt.date(2024, 1, 1) for person in country)) > 0.9
    assert max(person.joined for person in country) <= dt.date(2025, 12, 31)
    assert all(person.licence_date < person.joined for person in newcomers)


def test_four_in_five_have_an_address_of_the_reserved_domain(country: list[Person]) -> None:
    addresses = [person.email for person in country if person.email]
    assert 0.77 < _share(country, of=len(addresses)) < 0.83
    assert all(address.endswith(".example") and address.isascii() for address in addresses)
    assert len(set(addresses)) == len(addresses)


def test_about_three_quarters_are_diligent_and_a_fifth_falls_short(country: list[Person]) -> None:
    found = Counter(person.inclination for person in country)
    assert 0.73 < _share(country, of=found["diligent"]) < 0.82
    assert 0.13 < _share(country, of=found["short"] + found["absent"]) < 0.2
    assert 0.03 < _share(country, of=found["exempt"]) < 0.08


def test_those_who_are_not_active_have_a_day_since_when(country: list[Person]) -> None:
    statuses = Counter(person.status for person in country)
    assert 0.012 < _share(country, of=statuses["suspended_own"]) < 0.03
    assert _share(country, of=statuses["active"]) > 0.96
    for person in country:
        assert (person.status == "active") == (person.status_from is None)
        assert person.status_from is None or person.joined < person.status_from


def test_bars_of_a_hundred_have_one_pair_of_namesakes(country: list[Person]) -> None:
    for code, size in SIZES.items():
        names = Counter(person.name.full for person in country if person.bar_code == code)
        marked = [person for person in country if person.bar_code == code and person.namesake]
        assert sum(times - 1 for times in names.values()) == (size >= 100), code
        assert len(marked) == (2 if size >= 100 else 0), code
