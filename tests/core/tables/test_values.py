"""Cells as dates and texts (T2, X4, X5), and text that is safe to export (Z3)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cle.core.tables import Value, cell_text, escape_cell, lost_digits, parse_date

FIRST_OF_FEBRUARY = dt.date(2003, 2, 1)


@pytest.mark.parametrize(
    "value",
    [
        "01.02.2003", "1.2.2003", " 01.02.2003 ", "01.02.2003 г.", "01.02.2003г", "01.02.2003 года", "01.02.2003 ж.",
        "с 01.02.2003", "c 01.02.2003", "C 01.02.2003 г.", "c01.02.2003", "от 01.02.2003", "01,.02.2003", "01,02,2003",
        "01/02/2003",
        "01-02-2003", "01.02.03", "2003-02-01", "2003-02-01T09:30:00Z", "2003.02.01", "01.02.2003 0:00:00",
        "01.02.2003 09:30", "01.\u00a002.2003", "01.02.\u200b2003", "37653", "37653.0", "37653,5", 37653, 37653.0,
        37653.75,
        dt.date(2003, 2, 1), dt.datetime.fromisoformat("2003-02-01T23:59"),
    ],
)  # fmt: skip
def test_one_date(value: Value) -> None:
    """X4: serial numbers count as number or text."""
    assert parse_date(value) == FIRST_OF_FEBRUARY


@pytest.mark.parametrize(
    "value",
    [
        "", "-", "2003", 2003, 2003.0, 0, -5, 60, 1e9, float("inf"), float("nan"), True, "31.02.2003", "01.13.2003",
        "00.02.2003",
        "01.02.20033", "01.02.2003, 03.04.2005", "01.02.2003 03.04.2005", "изменение 01.02.2003",
        "0012345 от 01.02.2003",
        "01.02", "1-2", "01.02.1899", "01.02.1900", "01.02.2101", "99999", "0012345", "20030201", dt.time(9),
        dt.date(1900, 1, 1),
        dt.timedelta(1), "x" * 1000, "1" * 1000,
    ],
)  # fmt: skip
def test_no_date_or_more_than_one(value: Value) -> None:
    """T2: five-digit years, impossible days, dates out of range."""
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("text", "year"), [("01.09.98", 1998), ("01.09.50", 1950), ("01.09.49", 2049), ("01.09.00", 2000)]
)
def test_two_digit_years_turn_at_fifty(text: str, year: int) -> None:
    assert parse_date(text) == dt.date(year, 9, 1)


def test_month_first_when_the_file_says_so() -> None:
    """T1: never guessed cell by cell."""
    assert parse_date("02/01/2003", day_first=False) == FIRST_OF_FEBRUARY
    assert parse_date("2003-02-01", day_first=False) == FIRST_OF_FEBRUARY
    assert parse_date("04/25/2003") is None
    assert parse_date("25/04/2003", day_first=False) is None


@given(st.dates(dt.date(1930, 1, 1), dt.date(2100, 12, 31)))
def test_every_writing_of_a_day_is_that_day(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    for value in (day, day.isoformat(), f"{day:%d.%m.%Y}", f"с {day:%d.%m.%Y} г.", serial, float(serial), str(serial)):
        assert parse_date(value) == day


@given(st.one_of(st.text(), st.floats(), st.integers(), st.dates()))
def test_any_cell_has_a_date_or_none_and_a_text(value: Value) -> None:
    day = parse_date(value)
    assert day is None or 1930 <= day.year <= 2100
    assert isinstance(cell_text(value), str)
    assert lost_digits(value) in (True, False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0012", "0012"),
        (" Тестов ", " Тестов "),
        (12345678.0, "12345678"),
        (62.5, "62.5"),
        (123456789012.0, "123456789012"),
        (7, "7"),
        (True, "TRUE"),
        (dt.date(2024, 3, 1), "2024-03-01"),
        (dt.datetime.fromisoformat("2024-03-01"), "2024-03-01"),
        (dt.datetime.fromisoformat("2024-03-01T09:30"), "2024-03-01 09:30:00"),
        (dt.time(9, 30), "09:30:00"),
    ],
)
def test_cell_text(value: Value, text: str) -> None:
    """X5."""
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("value", "lost"),
    [
        ("1.23E+11", True),
        ("1,23457E+11", True),
        ("9e12", True),
        (1e16, True),
        (10**15, True),
        ("1.23456789012E+11", False),
        ("123456789012", False),
        (123456789012.0, False),
        ("E11", False),
        ("", False),
        (True, False),
    ],
)
def test_lost_digits(value: Value, lost: bool) -> None:
    """X5."""
    assert lost_digits(value) is lost


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1+1",
        "＋x",
        "＠x",
        "\u200b=1",
        "+7A1",
    ],
)
def test_formulas_are_escaped(text: str) -> None:
    """Z3."""
    assert escape_cell(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "Тестов", "+7 (701) 123-45-67", "+77011234567", "-5", "-62,5", "a=b", "0012", "'=1", "%s"]
)
def test_other_text_survives(text: str) -> None:
    """Z3: a phone stays a phone."""
    assert escape_cell(text) == text
