"""The transcript on paper: what stands on it, in both languages, and nothing lost on the way."""

from __future__ import annotations

import datetime as dt

import pypdfium2
import pytest

from compliance.certificates.words import Pair
from compliance.transcripts import words
from compliance.transcripts.paper import draw
from compliance.transcripts.statement import Line, Statement

LAW, ETHICS = Pair("Құқық", "Право"), Pair("Кәсіптік әдеп", "Профессиональная этика")
DAY = dt.date(2026, 3, 14)


def line(minutes: int = 90, category: Pair = LAW, **fields: object) -> Line:
    given = {"day": DAY, "what": Pair("Дәлелдеу", "Доказывание"), "format": "in_person", "state": "counts", **fields}
    return Line(minutes=minutes, category=category, **given)  # type: ignore[arg-type]


def statement(*lines: Line, **fields: object) -> Statement:
    given = {
        "bar": Pair("Алматы алқасы", "Алматинская коллегия"), "full_name": "Сәрсенова Әлия Қанатқызы",
        "licence_number": "12345", "licence_date": "2015-03-02", "first": dt.date(2026, 1, 1),
        "last": dt.date(2026, 12, 31), "narrowed": (), "unit_minutes": 45, "made_on": dt.date(2026, 11, 26),
        "example": False, **fields,
    }  # fmt: skip
    return Statement(lines=lines, **given)  # type: ignore[arg-type]


def text(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_everything_is_said_in_both_languages() -> None:
    said = text(draw(statement(line(), line(45, ETHICS))))
    for words_of_it in (
        "Алматы алқасы", "Алматинская коллегия", "Сәрсенова Әлия Қанатқызы", "№ 12345", "02.03.2015", "Дәлелдеу",
        "Доказывание", "Құқық", "Право", "Кәсіптік әдеп", "Профессиональная этика", "күндізгі", "очная",
        "Кезең: 01.01.2026 – 31.12.2026", "Период: 01.01.2026 – 31.12.2026", "14.03.2026", "Жиыны", "Итого",
        "Жасалған күні: 26.11.2026", "Дата составления: 26.11.2026", "1-бет", "стр. 1 из 1",
    ):  # fmt: skip
        assert words_of_it in said, words_of_it
    assert "ПРИМЕР" not in said
    assert "?" not in said


def test_a_correction_stands_beside_what_it_corrects() -> None:
    given = statement(line(state="taken_back"), line(-90, state="correction"), line(100))
    said = text(draw(given))
    assert "отозвано" in said
    assert "исправление" in said
    assert "кері алынды" in said
    assert "–90" in said
    assert given.minutes == 100
    assert "2,22 100" in said


def test_the_head_stands_on_each_page_and_the_pages_are_counted() -> None:
    pdf = draw(statement(*[line() for _ in range(60)]))
    said, number = text(pdf), len(pypdfium2.PdfDocument(pdf))
    assert number > 1
    assert said.count("Основание") == 0
    assert said.count("Курс или основание") == number
    assert f"стр. {number} из {number}" in said


def test_an_empty_one_says_so_and_an_example_too() -> None:
    said = text(draw(statement(first=None, last=None, example=True, narrowed=(ETHICS,))))
    assert "Записей нет." in said
    assert "Период: все записи" in said
    assert "Только: Профессиональная этика" in said
    assert "ПРИМЕР (не действующая норма)" in said


def test_what_people_typed_is_no_markup_and_no_empty_box() -> None:
    said = text(draw(statement(line(what=Pair("<b>A & B</b> 漢", "<b>A & B</b> 漢")))))
    assert "<b>A & B</b> ?" in said


def test_the_same_statement_is_the_same_paper() -> None:
    assert draw(statement(line())) == draw(statement(line()))


@pytest.mark.parametrize(
    ("minutes", "shown"), [(100, "2,22"), (90, "2"), (450, "10"), (-100, "–2,22"), (0, "0"), (4500, "100")]
)
def test_hours(minutes: int, shown: str) -> None:
    assert words.hours(minutes, 45) == shown
