from __future__ import annotations

import codecs
import datetime as dt
import re
from pathlib import Path
from random import Random

import openpyxl
import pytest

from cle.demo.population import people
from cle.demo.roll_entries import entries, excel_serial, typed_date, typed_joining
from cle.demo.rolls import write_roll
from cle.demo.territories import LAYOUTS, SIZES, holds_kazakh_letters, layout_of, roll_encoding
from tests.demo.conftest import Written

PATTERNS = {
    r"\d{2}\.\d{2}\.\d{4}": "05.06.2003",
    r"\d{2}\.\d{2}\.\d{4} г\.": "05.06.2003 г.",
    r"\d{2}\.\d{2}\.\d{2}г\.": "05.06.03г.",
    r"\d{4}-\d{2}-\d{2}": "2003-06-05",
    r"с \d{2}\.\d{2}\.\d{4}": "с 05.06.2003",
    r"\d{5}": "37777",
}


def _text(path: Path, code: str) -> str:
    return path.read_bytes().decode(roll_encoding(code))


def test_each_layout_is_kept_by_some_bar() -> None:
    assert set(LAYOUTS) == set(SIZES)
    assert len(set(LAYOUTS.values())) == 6


@pytest.mark.parametrize(("pattern", "written"), PATTERNS.items())
def test_dates_are_typed_in_all_the_ways_of_the_register(pattern: str, written: str) -> None:
    rng = Random(0)
    typed = {typed_joining(rng, dt.date(2003, 6, 5)) for _ in range(300)}
    assert [text for text in typed if re.fullmatch(pattern, text)] == [written]


def test_a_licence_date_is_never_a_serial_number() -> None:
    rng = Random(0)
    assert not any(typed_date(rng, dt.date(2003, 6, 5)).isdigit() for _ in range(300))


def test_serial_numbers_are_those_of_excel() -> None:
    assert excel_serial(dt.date(1900, 3, 1)) == 61
    assert excel_serial(dt.date(2023, 7, 15)) == 45122


@pytest.mark.parametrize("code", ["KZ-10", "KZ-15", "KZ-62"])
def test_each_roll_has_one_to_three_lines_to_reject(code: str) -> None:
    persons = people(code, 40, 2025)
    broken = [line for line in entries(code, persons, 2025) if line.broken]
    known = {person.name.full for person in persons}
    assert 1 <= len(broken) <= 3
    assert all(line.licence_date.startswith("31.02.") or not line.full_name for line in broken)
    assert not {line.full_name for line in broken} & known


def test_the_plan_counts_the_lines_of_each_roll(written: Written) -> None:
    for roll in written.plan.bars:
        assert roll.members == max(5, SIZES[roll.bar_code] // 10)
        assert 1 <= roll.rejected <= 3


def test_text_rolls_really_have_the_encoding_that_the_plan_names(written: Written) -> None:
    marks = {"utf-8-sig": codecs.BOM_UTF8}
    for roll, path in zip(written.plan.bars, written.rolls(), strict=True):
        content = path.read_bytes()
        if not roll.encoding:
            assert content.startswith(b"PK\x03\x04")
            continue
        assert content.startswith(marks.get(roll.encoding, b""))
        assert content.startswith(codecs.BOM_UTF8) == (roll.encoding == "utf-8-sig")
        assert "адвокат" in content.decode(roll.encoding).casefold() or "Аты-жөні" in content.decode(roll.encoding)


def test_eight_bit_rolls_are_not_accidentally_utf_8(written: Written) -> None:
    for roll, path in zip(written.plan.bars, written.rolls(), strict=True):
        if roll.encoding in ("cp1251", "kz1048"):
            with pytest.raises(UnicodeDecodeError):
                path.read_bytes().decode("utf-8")


def test_only_one_or_two_names_lose_letters_where_the_code_page_has_none(tmp_path: Path) -> None:
    for code in (code for code in SIZES if not holds_kazakh_letters(code)):
        roll = write_roll(code, people(code, 120, 2025), tmp_path, 2025)
        damaged = [line for line in _text(tmp_path / roll.file_name, code).splitlines() if "?" in line]
        assert 1 <= len(damaged) <= 2, code


def test_kazakh_rolls_keep_kazakh_letters(tmp_path: Path) -> None:
    roll = write_roll("KZ-19", people("KZ-19", 60, 2025), tmp_path, 2025)
    text = _text(tmp_path / roll.file_name, "KZ-19")
    assert layout_of("KZ-19") == "kazakh"
    assert re.search("[ғқңұүһ]", text.split("\n", 1)[1])


def test_a_printed_list_names_its_units_in_merged_rows(tmp_path: Path) -> None:
    roll = write_roll("KZ-10", people("KZ-10", 40, 2025), tmp_path, 2025)
    page = openpyxl.load_workbook(tmp_path / roll.file_name).worksheets[0]
    merged = [page.cell(area.min_row, area.min_col).value for area in page.merged_cells.ranges]
    assert any(str(text).startswith("Юридическая консультация №") for text in merged)
    assert [cell.value for cell in page[4]] == [1, 2, 3, 4, 5, 6, 7]
    assert str(page.cell(page.max_row, 3).value) == f"Итого: {roll.members + roll.rejected}"


def test_a_database_like_roll_has_its_headings_in_row_five_and_true_dates(tmp_path: Path) -> None:
    roll = write_roll("KZ-11", people("KZ-11", 40, 2025), tmp_path, 2025)
    page = openpyxl.load_workbook(tmp_path / roll.file_name).worksheets[0]
    joined = [page.cell(row, 7).value for row in range(6, 46)]
    assert [cell.value for cell in page[5]][1:4] == ["Фамилия", "Имя", "Отчество"]
    assert any(isinstance(value, dt.datetime) for value in joined)
    assert any(isinstance(value, int) for value in joined)


def test_no_number_cell_swallows_a_leading_zero(tmp_path: Path) -> None:
    persons = people("KZ-11", 300, 2025)
    roll = write_roll("KZ-11", persons, tmp_path, 2025)
    page = openpyxl.load_workbook(tmp_path / roll.file_name).worksheets[0]
    read = {str(page.cell(row, 5).value) for row in range(6, page.max_row)}
    assert {person.licence_number for person in persons} <= read
