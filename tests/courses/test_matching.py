"""Who is matched, on what, and above all who is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

import pytest

from cle.core.errors import Problem
from cle.demo.names import invent_name
from cle.demo.spelling import latin_letters
from courses.attendance.matching import Match, Person, Roster, match
from courses.attendance.model import Presence

MARIA = Person(1, 1, "Озёрная Мария Николаевна", "Озёрная", "Мария", "Николаевна", "0001234", email="maria@bk.example")
ASKAR = Person(2, 1, "Ақбұлақов Асқар Серікұлы", "Ақбұлақов", "Асқар", "Серікұлы", "14000567", email="askar@bk.example")
GULNAR = Person(3, 2, "Көктерекова Гүлнар", "Көктерекова", "Гүлнар", "", "0007777")
PETROV_A = Person(4, 1, "Соснин Пётр Иванович", "Соснин", "Пётр", "Иванович", "0002001")
PETROV_B = Person(5, 2, "Соснин Пётр Иванович", "Соснин", "Пётр", "Иванович", "0002002")
INNA_A = Person(6, 1, "Лугова Инна Олеговна", "Лугова", "Инна", "Олеговна", "0003001", email="office@bk.example")
INNA_B = Person(7, 1, "Лугова Инна Романовна", "Лугова", "Инна", "Романовна", "0003002", email="office@bk.example")
SHARED_A = Person(8, 1, "Градов Егор Антонович", "Градов", "Егор", "Антонович", "0004444")
SHARED_B = Person(9, 2, "Росин Глеб Антонович", "Росин", "Глеб", "Антонович", "4444")
DAMAGED = Person(10, 1, "?зын?айы?ов Ғалым Шыңғысұлы", "?зын?айы?ов", "Ғалым", "Шыңғысұлы", "0005555")
MARRIED = Person(11, 1, "Каштанова (Тополева) Вера Ивановна", "Каштанова", "Вера", "Ивановна", "0006666")
GONE = Person(12, 1, "Щеглов Семён Вадимович", "Щеглов", "Семён", "Вадимович", "0008888", may_attend=False)
UZYN = Person(13, 1, "Ұзынқайыңов Әділ Шыңғысұлы", "Ұзынқайыңов", "Әділ", "Шыңғысұлы", "0009991")
EVERYBODY = (
    MARIA, ASKAR, GULNAR, PETROV_A, PETROV_B, INNA_A, INNA_B, SHARED_A, SHARED_B, DAMAGED, MARRIED, GONE, UZYN
)  # fmt: skip
ROSTER = Roster(EVERYBODY)


def seen(name: str = "", **fields: object) -> Presence:
    return replace(Presence(2, (2,), name), **fields)


def found(name: str = "", *, roster: Roster = ROSTER, **fields: object) -> tuple[int | None, str, int]:
    result = match(seen(name, **fields), roster)
    return result.pk, result.matched_by, result.confidence


def refused(name: str = "", *, roster: Roster = ROSTER, **fields: object) -> Match:
    result = match(seen(name, **fields), roster)
    assert (result.pk, result.matched_by, result.confidence) == (None, "", 0)
    return result


@pytest.mark.parametrize(
    "name",
    [
        "0001234 Озёрная", "1234 Озёрная Мария", "№ 0001234 озерная м.", "Озёрная М.Н. 000-1234",
        "0001234_Озёрная Мария", "ОЗЕРНАЯ 0001234 | Алматы", "Озёрнaя 0001234", "000 1234 Озёрная",
    ],
)  # fmt: skip
def test_a_licence_typed_into_the_name_with_the_family_name(name: str) -> None:
    assert found(name) == (1, "licence", 100)


def test_a_licence_in_its_own_column_with_the_family_name() -> None:
    assert found("Озёрная М.", licence="0001234") == (1, "licence", 100)
    assert found("Озёрная М.", licence="1234") == (1, "licence", 100)
    assert found("Тополева В.", licence="0006666") == (11, "licence", 100), "a former name on the roll will do"


def test_one_number_of_two_people_is_told_apart_by_the_family_name() -> None:
    assert found("Росин", licence="0004444") == (9, "licence", 100)
    assert refused("Неизвестный Глеб", licence="0004444").reason == "shared-licence"


def test_a_short_number_in_a_name_may_be_a_telephones_model() -> None:
    roster = Roster([replace(MARIA, licence="0000052")])
    assert found("0000052 Озёрная", roster=roster) == (1, "licence", 100)
    assert found("Озёрная М. (Galaxy 52)", roster=roster) == (1, "licence", 100)
    assert refused("Озёрная Анна Galaxy A52", roster=roster).pk is None
    assert found("Озёрная Анна", licence="52", roster=roster) == (1, "licence", 100)


def test_a_list_of_numbers_alone() -> None:
    assert found(licence="0001234") == (1, "licence", 95)
    assert found(licence="1234") == (1, "licence", 90)
    assert found(licence="1234", email="somebody@else.example") == (1, "licence", 90)
    assert refused(licence="1234", email="askar@bk.example").reason == "licence-name-disagree"
    assert refused(licence="4444").reason == "shared-licence"
    assert refused(licence="0009999").reason == "no-name"


def test_a_number_and_a_date_of_another_year_are_another_licence() -> None:
    dated = Roster([replace(MARIA, licence_date=dt.date(2001, 5, 4))])
    assert found("Озёрная", licence="0001234 от 04.05.2001", roster=dated) == (1, "licence", 100)
    assert refused("Озёрная", licence="0001234 от 04.05.2009", roster=dated).pk is None


def test_a_number_of_somebody_with_another_family_name_credits_neither() -> None:
    result = refused("Озёрная Мария Николаевна", licence="14000567")
    assert result.reason == "licence-name-disagree"
    assert {one.pk for one in result.suggestions} == {1, 2}
    assert refused("Дроздова Анна", licence="14000567").suggestions[0].pk == 2


def test_the_full_name_with_another_number_than_on_the_roll_is_somebody_elses() -> None:
    assert refused("Озёрная Мария Николаевна", licence="0001235").reason == "licence-differs"
    assert refused("0001235 Озёрная Мария Николаевна").reason == "licence-differs"
    assert found("Озёрная Мария Николаевна, +7 709 111 22 33")[0] == 1, "a telephone is no licence"


@pytest.mark.parametrize("name", ["Мама", "iPhone", "М.", "Kovylyov", "Озёрная", "Озёрная Мария Николаевна", ""])
def test_an_exact_address_whatever_the_name(name: str) -> None:
    assert found(name, email="Maria@BK.example") == (1, "email", 98)


@pytest.mark.parametrize("email", ["m***@bk.example", "maria@guest.webex.localhost", "maria", "maria@mail.example"])
def test_an_address_that_identifies_nobody(email: str) -> None:
    assert refused("Мама", email=email).reason in ("not-on-roll", "similar")
    assert found("Озёрная Мария Николаевна", email=email) == (1, "name", 95)


def test_an_address_that_people_share() -> None:
    result = refused("Секретарь", email="office@bk.example")
    assert result.reason == "shared-email"
    assert {one.pk for one in result.suggestions} >= {6, 7}
    assert found("Лугова Инна Романовна", email="office@bk.example") == (7, "name", 95)


def test_an_address_of_one_under_the_name_of_another() -> None:
    result = refused("Ақбұлақов Асқар Серікұлы", email="maria@bk.example")
    assert result.reason == "evidence-disagrees"
    assert {one.pk for one in result.suggestions} == {1, 2}
    assert refused("Озёрная Мария", email="maria@bk.example", other_names=("Секретарь Анна",)).pk is None
    assert found("iPhone", email="maria@bk.example", other_names=("Maria Ozernaya",)) == (1, "email", 98)


@pytest.mark.parametrize(
    "name",
    [
        "Ақбұлақов Асқар Серікұлы", "АКБУЛАКОВ АСКАР СЕРИКУЛЫ", "Асқар Серікұлы Ақбұлақов", "Акбулаков Аскар Серик улы",
        "Ақбұлақов, Асқар, Серік-ұлы", "Aқбұлақов Aсқар Серікұлы", "Акбулаков Аскар Сериковулы (Asqar's iPhone)",
        "Акбулаков Аскар Серикулы | Astana",
    ],
)  # fmt: skip
def test_the_full_name_in_any_letters_and_order(name: str) -> None:
    assert found(name.replace("Сериковулы", "Серикулы")) == (2, "name", 95)


@pytest.mark.parametrize("name", ["Озёрная Мария", "Мария Озерная", "МАРИЯ ОЗЁРНАЯ", "Озёрная Мария (iPad)"])
def test_family_and_given_name_that_nobody_else_has(name: str) -> None:
    assert found(name) == (1, "name", 85)


def test_a_patronymic_that_the_roll_lacks_and_one_that_differs() -> None:
    assert found("Көктерекова Гүлнар Маратқызы") == (3, "name", 85)
    assert refused("Озёрная Мария Петровна").suggestions[0].pk == 1


def test_the_name_of_the_account_behind_the_display_name() -> None:
    assert found("Мария", original_name="Озёрная Мария Николаевна") == (1, "name", 95)
    assert refused("Лугова Инна Олеговна", original_name="Озёрная Мария Николаевна").reason == "namesakes"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Соснин Пётр Иванович", "namesakes"),
        ("Соснин Пётр", "namesakes"),
        ("Лугова Инна", "namesakes"),
        ("Озёрная М.Н.", "initials"),
        ("Озёрная М", "initials"),
        ("Озёрная", "similar"),
        ("Ozyornaya Maria", "similar"),
        ("Акбулаков Аскер Серикулы", "similar"),
        ("Ұзын?айы?ов ?діл Шы??ыс?лы", "letters-lost"),
        ("О?ёрная Мария Николаевна", "letters-lost"),
        ("iPhone 12", "no-name"),
        ("user", "no-name"),
        ("+7 709 111 22 33", "no-name"),
        ("😀", "no-name"),
        ("", "no-name"),
        ("Неизвестнов Аким Юрьевич", "not-on-roll"),
    ],
)
def test_what_never_matches_by_itself(name: str, reason: str) -> None:
    assert refused(name).reason == reason


def test_a_roll_that_has_lost_letters_matches_nobody_by_name() -> None:
    assert refused("Ұзынқайыңов Ғалым Шыңғысұлы").pk is None
    assert refused("зын айы ов Ғалым Шыңғысұлы").pk is None
    assert refused("0005555 Ұзынқайыңов").suggestions[0].pk == 10


def test_those_who_registered_are_told_from_others_with_their_short_name_but_not_from_namesakes() -> None:
    registered = Roster(EVERYBODY, registered=[PETROV_A.pk, INNA_B.pk])
    assert found("Лугова Инна", roster=registered) == (7, "name", 75)
    assert refused("Соснин Пётр", roster=registered).reason == "namesakes"
    assert refused("Соснин Пётр Иванович", roster=registered).reason == "namesakes"
    everybody = Roster(EVERYBODY, registered=[INNA_A.pk, INNA_B.pk])
    assert refused("Лугова Инна", roster=everybody).reason == "namesakes"


def test_a_remembered_name_is_used_until_it_contradicts_something() -> None:
    roster = Roster(EVERYBODY, aliases=[("мама юриста", 1), ("соснин петр", 4), ("лугова", 6), ("лугова", 7)])
    assert found("Мама Юриста (iPad)", roster=roster) == (1, "alias", 96)
    assert refused("Мама Юриста", email="askar@bk.example", roster=roster).reason == "evidence-disagrees"
    assert refused("Соснин Пётр", roster=roster).reason == "namesakes", "another Соснин may have come this time"
    assert refused("Лугова", roster=roster).pk is None, "two bars remember it of two people"


def test_one_name_at_two_addresses_at_once_is_for_a_person_to_decide() -> None:
    doubt = (Problem("same-name-different-mail", "", 2),)
    assert refused("Озёрная Мария", problems=doubt).reason == "same-name-different-mail"
    assert found("Озёрная Мария", email="maria@bk.example", problems=doubt) == (1, "email", 98)


def test_a_former_member_never_stands_in_the_way_of_a_member() -> None:
    member = replace(GONE, pk=20, licence="0001111", may_attend=True)
    assert found("Щеглов Семён Вадимович", roster=Roster([GONE, member])) == (20, "name", 95)
    assert found("Щеглов Семён Вадимович") == (12, "name", 95)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ozyornaya Mariya", 1),
        ("Akbulakov A.S.", 2),
        ("Озерная М.Н.", 1),
        ("Аскар Акбулатов", 2),
        ("Зёрная Мария", 1),
        ("Ұзын?айы?ов ?діл Шы??ыс?лы", 13),
    ],
)
def test_the_first_suggestion_is_the_likeliest(name: str, expected: int) -> None:
    suggestions = refused(name).suggestions
    assert suggestions[0].pk == expected
    assert all(0 < one.confidence < 100 for one in suggestions)
    assert [one.confidence for one in suggestions] == sorted((one.confidence for one in suggestions), reverse=True)


def test_at_most_five_suggestions_and_none_for_a_stranger() -> None:
    family = [replace(MARIA, pk=100 + i, given_name=f"Мария{'абвгдежз'[i]}", licence="") for i in range(8)]
    assert len(refused("Озёрная М.", roster=Roster(family)).suggestions) == 5
    assert refused("Неизвестнов Аким").suggestions == ()


def test_very_long_and_odd_names_do_no_harm() -> None:
    for name in (
        "(" * 10_000,
        "1 " * 5_000,
        "-" * 10_000,
        "=cmd|' /C calc'!A0",
        "%s {{ 7*7 }} '; DROP TABLE",
        "\u202eяанрёзО",
    ):
        assert refused(name).pk is None


def test_among_six_thousand_people_nobody_is_taken_for_another() -> None:
    rng = Random(7)
    names = [invent_name(rng, kazakh_letters=True) for _ in range(6000)]
    people = [
        Person(i, 1, name.full, name.family, name.given, name.patronymic, f"{i:07d}", email=f"m{i}@bk.example")
        for i, name in enumerate(names)
    ]
    shown = [names[i].full if i % 4 else latin_letters(f"{names[i].given} {names[i].family}") for i in range(1000)]
    presences = [Presence(i, (i,), name) for i, name in enumerate(shown)]
    roster = Roster(people)
    results = [match(presence, roster) for presence in presences]
    assert all(result.pk in (None, i) for i, result in enumerate(results))
    transliterated = [{one.pk for one in result.suggestions} for result in results[::4]]
    assert sum(4 * i in pks for i, pks in enumerate(transliterated)) > 240
