"""National identifiers and licence numbers. All numbers are synthetic, save one public number of an organisation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocates.identifiers import NationalId, is_valid_iin, licence_key, parse_licence, parse_national_id

BODIES = st.text(alphabet="0123456789", min_size=11, max_size=11)


@pytest.mark.parametrize("number", ["000101300009", "850101351238", "900101300811", "061211600012", "220640028571"])
def test_valid_iin(number: str) -> None:
    assert is_valid_iin(number)


@pytest.mark.parametrize(
    "number", ["000101300008", "850101351239", "900101300810", "", "8501013512381", "85010135123x"]
)
def test_invalid_iin(number: str) -> None:
    assert not is_valid_iin(number)


def test_arabic_digits_are_no_iin() -> None:
    assert not is_valid_iin("٨٥٠١٠١٣٥١٢٣٨")


def test_body_without_a_check_digit_has_no_valid_number() -> None:
    assert not any(is_valid_iin(f"90010130080{digit}") for digit in range(10))


@given(BODIES)
def test_at_most_one_check_digit_fits(body: str) -> None:
    assert sum(is_valid_iin(f"{body}{digit}") for digit in range(10)) <= 1


@given(BODIES, st.integers(0, 10), st.integers(1, 9))
def test_one_mistyped_digit_is_caught_unless_the_second_weights_are_used(body: str, place: int, change: int) -> None:
    """Weights 1-10 see each single mistake; 11 is 0 modulo 11, so the eleventh digit is not covered."""
    valid = [f"{body}{digit}" for digit in range(10) if is_valid_iin(f"{body}{digit}")]
    first_sum = sum(int(digit) * weight for weight, digit in enumerate(body, 1)) % 11
    if not valid or first_sum == 10 or place == 10:
        return
    wrong = body[:place] + str((int(body[place]) + change) % 10) + body[place + 1 :]
    wrong_sum = sum(int(digit) * weight for weight, digit in enumerate(wrong, 1)) % 11
    assert wrong_sum == 10 or not is_valid_iin(wrong + valid[0][-1])


def test_month_and_seventh_digit_are_not_looked_at() -> None:
    """The layout with birth date and sex was dropped in 2013."""
    assert any(is_valid_iin(f"99999999999{digit}") for digit in range(10))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("850101351238", "850101351238"),
        (" 850101 351238 ", "850101351238"),
        ("850101-351238", "850101351238"),
        (850101351238, "850101351238"),
        (850101351238.0, "850101351238"),
        ("", ""),
    ],
)
def test_iin_is_kept_as_twelve_digits(value: Any, kept: str) -> None:
    assert parse_national_id(value, "KZ") == NationalId(kept)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("850101351239", "national-id-check-digit"),
        (101300009, "national-id-digits-lost"),  # 000101300009 typed into a numeric cell
        ("8.50101E+11", "national-id-digits-lost"),
        ("8501013512381", "national-id-shape"),
        ("85010135123X", "national-id-shape"),
    ],
)
def test_bad_iin_is_not_kept(value: Any, code: str) -> None:
    found = parse_national_id(value, "KZ")
    assert found.value == ""
    assert found.problem is not None
    assert found.problem.code == code


def test_other_jurisdictions_are_not_checked() -> None:
    assert parse_national_id("ab-12 3", "UZ") == NationalId("AB123")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("№ 0001234", "0001234"),
        ("No. 0001234", "0001234"),
        ("000-1234", "000 1234"),
        ("AK-0001234", "АК 0001234"),  # Latin and Cyrillic
        ("Лицензия № 0001234", "0001234"),
        ("ак0001234", "АК0001234"),
    ],
)
def test_licence_keys_agree(one: str, other: str) -> None:
    assert licence_key(one) == licence_key(other) != ""


def test_zeros_at_the_start_tell_licences_apart() -> None:
    assert licence_key("0001234") != licence_key("1234")


FEBRUARY = dt.date(2003, 2, 1)


@pytest.mark.parametrize(
    ("value", "number", "day"),
    [
        ("11001234", "11001234", None),
        ("0001234", "0001234", None),
        ("123", "123", None),
        (11001234, "11001234", None),
        (11001234.0, "11001234", None),
        ("0001234 от 01.02.2003", "0001234", FEBRUARY),
        ("№0001234 от 01.02.2003г.", "0001234", FEBRUARY),
        ("№ 0001234 от 1.2.03 г", "0001234", FEBRUARY),
        ("0001234 от 01,02,2003", "0001234", FEBRUARY),
        ("0001234 от 01,.02.2003", "0001234", FEBRUARY),
        ("0001234 (01.02.2003)", "0001234", FEBRUARY),
        ("0001234/01.02.2003", "0001234", FEBRUARY),
        ("0001234, 01.02.2003", "0001234", FEBRUARY),
        ("0001234\nс 01.02.2003", "0001234", FEBRUARY),
        ("0001234 2003-02-01", "0001234", FEBRUARY),
        ("Лицензия № 0001234 выдана 01.02.2003 года", "0001234", FEBRUARY),
        ("0001234 от 01.09.98", "0001234", dt.date(1998, 9, 1)),
        ("АК 0001234", "АК 0001234", None),
        ("000-1234", "000-1234", None),
        ("0001234\xa0от\xa001.02.2003", "0001234", FEBRUARY),
        ("-", "", None),
        ("", "", None),
        ("нет", "", None),
    ],
)
def test_licence_cells(value: Any, number: str, day: dt.date | None) -> None:
    licence = parse_licence(value)
    assert (licence.number, licence.issued_on) == (number, day)
    assert licence.problem is None
    assert licence.warning is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("0001234, 0005678", "licence-two-numbers"),
        ("0001234 11005678", "licence-two-numbers"),
        ("0001234 и 0005678", "licence-two-numbers"),
        ("0001234 от 01.02.2003, 05.06.2011", "licence-two-numbers"),
        ("1.1E+07", "licence-digits-lost"),
        ("0001234 от 31.02.2003", "licence-date"),
        ("0001234 от 01.02.20033", "licence-date"),
        ("имеется", "licence-unreadable"),
        (1.5, "licence-unreadable"),
        (True, "licence-unreadable"),
    ],
)
def test_licence_cells_that_cannot_be_used(value: Any, code: str) -> None:
    problem = parse_licence(value).problem
    assert problem is not None
    assert problem.code == code


@pytest.mark.parametrize("value", ["с 01.02.2003", "01.02.2003", dt.date(2003, 2, 1), dt.datetime(2003, 2, 1, 9)])  # noqa: DTZ001
def test_date_in_place_of_a_number_is_kept_as_a_date(value: Any) -> None:
    licence = parse_licence(value)
    assert (licence.number, licence.issued_on) == ("", FEBRUARY)
    assert licence.warning is not None
    assert licence.warning.code == "licence-only-date"


@pytest.mark.parametrize("value", [1234, 1234.0, 123456])
def test_numeric_cell_may_have_lost_its_zeros(value: float) -> None:
    licence = parse_licence(value)
    assert licence.number == f"{value:.0f}"
    assert licence.warning is not None
    assert licence.warning.code == "licence-zeros-lost"


@given(st.text(max_size=40))
def test_any_text_gives_a_licence_or_a_reason(text: str) -> None:
    licence = parse_licence(text)
    assert licence.number == "" or any(sign.isdigit() for sign in licence.number)
