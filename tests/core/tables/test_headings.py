"""Headings (H, X7): found wherever they stand and however they are spelt."""

from __future__ import annotations

import datetime as dt

import pytest

from cle.core.tables import (
    Heading,
    Row,
    Table,
    Value,
    column_letter,
    column_notes,
    find_heading,
    heading_key,
    is_column_numbers,
    is_total,
    read_table,
    rows_below,
)

ALIASES = {
    "name": ["ФИО", "Ф.И.О.", "Фамилия, имя, отчество", "Аты-жөні"],
    "licence": ["№ лицензии", "Номер лицензии"],
    "joined": ["Дата вступления в коллегию", "datavstupleniyavkollegiyu"],
    "email": ["Email", "Электронная почта"],
}


def table(*rows: tuple[Value, ...]) -> Table:
    return Table("csv", tuple(Row(number, cells) for number, cells in enumerate(rows, 1)))


def found(*rows: tuple[Value, ...], required: tuple[str, ...] = ("name",)) -> Heading:
    heading = find_heading(table(*rows), ALIASES, required=required)
    assert heading is not None
    return heading


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("\ufeffФИО", "фио", id="E4-mark"),
        pytest.param("п»їИмя", "Имя", id="E4-mark-as-letters"),
        pytest.param("Email\u00a0\u200bадрес", "email адрес", id="E8-invisible"),
        pytest.param("Район", "Раи\u0306он", id="E8-decomposed"),
        pytest.param("Duration(minutes)", "duration (Minutes)", id="H3-bracket"),
        pytest.param("  Фамилия ,\nимя , отчество: ", "ФАМИЛИЯ, ИМЯ, ОТЧЕСТВО", id="H3-spacing"),
        pytest.param("«ФИО»", '"ФИО"', id="H3-quotes"),
        pytest.param("№лицензии", "No лицензии", id="H3-number-sign"),
        pytest.param("datavstupleniyavкоllegiyu", "datavstupleniyavkollegiyu", id="H4-cyrillic-in-latin"),
        pytest.param("Рeгиoн", "Регион", id="H4-latin-in-cyrillic"),
        pytest.param("BPEMЯ", "время", id="H4-latin-capitals"),
        pytest.param("Аты - жөнi", "Аты-жони", id="E5-kazakh-without-its-letters"),
    ],
)
def test_same_heading(one: str, other: str) -> None:
    assert heading_key(one) == heading_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Имя", "Имена"), ("Тел.", "Тема"), ("Join", "Left"), ("", "x")])
def test_other_heading(one: str, other: str) -> None:
    assert heading_key(one) != heading_key(other)


def test_heading_key_takes_any_cell() -> None:
    assert heading_key(2024.0) == "2024"


def test_headings_below_titles_and_blanks() -> None:
    """H1."""
    heading = found(
        ("Список адвокатов, 01.09.2026", "", ""), ("", "", ""), ("№", "ФИО", "Email"), ("1", "Тестов", "a@b")
    )
    assert (heading.row_index, heading.columns) == (2, {"name": 1, "email": 2})


def test_headings_far_down_and_to_the_right() -> None:
    """X7: row 11, column D."""
    heading = found(*[()] * 10, ("", "", "", "ФИО", "Email"), ("", "", "", "Тестов", "a@b"))
    assert (heading.row_index, heading.columns["name"]) == (10, 3)


def test_search_ends_after_so_many_rows() -> None:
    rows = [*[("",)] * 60, ("ФИО",)]
    assert find_heading(table(*rows), ALIASES, required=["name"]) is None
    assert find_heading(table(*rows), ALIASES, required=["name"], search_rows=61) is not None


def test_best_row_wins_and_the_first_of_equals() -> None:
    assert found(("ФИО",), ("ФИО", "Email"), ("ФИО", "Email")).row_index == 1


def test_required_fields_are_required() -> None:
    assert find_heading(table(("ФИО", "Email")), ALIASES, required=["licence"]) is None
    assert find_heading(table(("Тестов", "1")), ALIASES, required=[]) is None


def test_repeated_heading_gives_first_and_all_places() -> None:
    """H2."""
    heading = found(("Email", "ФИО", "Email"))
    assert heading.columns["email"] == 0
    assert heading.repeated == {"email": (0, 2)}


def test_headings_over_two_rows() -> None:
    heading = found(("ФИО", "Лицензия", ""), ("", "№ лицензии", "Дата"), required=("name", "licence"))
    assert (heading.row_index, heading.columns) == (1, {"name": 0, "licence": 1})


def test_value_of_a_field() -> None:
    """D4: short rows and absent columns are empty."""
    heading = found(("№", "ФИО", "Email"))
    assert heading.value(Row(2, ("1", "Тестов")), "name") == "Тестов"
    assert heading.value(Row(2, ("1", "Тестов")), "email") == ""
    assert heading.value(Row(2, ("1", "Тестов")), "licence") == ""


def test_rows_below_skip_what_is_no_data() -> None:
    """H5."""
    content = table(
        ("№", "ФИО", "Email"),
        ("1", "2", "3"),
        ("1", "Тестов", "a"),
        ("", " ", ""),
        ("№", "ФИО", "Email"),
        ("2", "Озёрная", ""),
    )
    heading = find_heading(content, ALIASES, required=["name"])
    assert heading is not None
    assert [row.number for row in rows_below(content, heading)] == [3, 6]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1", "2", "3"), True),
        ((1.0, 2.0, 3.0, 4.0), True),
        (("(1)", "", "2.", "3"), True),
        (("1", "2"), False),
        (("1", "Тестов", "2"), False),
        (("2", "3", "4"), False),
    ],
)
def test_column_numbers(cells: tuple[Value, ...], expected: bool) -> None:
    assert is_column_numbers(Row(1, cells)) is expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(("", "Итого:", 5), True), (("Барлығы",), True), (("ВСЕГО : 12",), True), (("Тоталов",), False), ((), False)],
)
def test_totals(cells: tuple[Value, ...], expected: bool) -> None:
    assert is_total(Row(1, cells)) is expected


@pytest.mark.parametrize(
    ("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_column_letter(index: int, letter: str) -> None:
    assert column_letter(index) == letter


def test_doubtful_columns_are_noted() -> None:
    """D4 once, X5 each, X10 once per column; each by its heading."""
    content = table(
        ("ФИО", "№ лицензии", ""),
        ("А", "1.23E+11", "", "лишнее"),
        ("Б", dt.date(2026, 2, 1), "", "лишнее"),
        ("В", "0012"),
    )
    heading = find_heading(content, ALIASES, required=["name"])
    assert heading is not None
    assert [(note.code, note.row, note.column) for note in column_notes(content, heading)] == [
        ("extra-cells", 2, None),
        ("lost-digits", 2, "№ лицензии"),
        ("mixed-dates", None, "№ лицензии"),
    ]


def test_clean_columns_leave_no_note() -> None:
    content = read_table("ФИО;Номер лицензии\nА;0012\nБ;0013;\n".encode(), "x.csv")
    heading = find_heading(content, ALIASES, required=["name", "licence"])
    assert heading is not None
    assert column_notes(content, heading) == []
