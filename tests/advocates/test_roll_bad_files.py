from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from advocates.models import Advocate, Bar, Membership, RollFile, RollLine, StatusSpan, Unit
from advocates.services.roll import apply_roll, preview_roll
from cle.core.errors import FileRefused
from tests.advocates.rolls import HEADINGS, NOW, TODAY, csv, person
from tests.core.tables.files import by_openpyxl, edited, xlsx
from tests.factories import make_bar

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)
HTML = "<html><body><table><tr><td>ФИО</td></tr><tr><td>Тестов Аскар</td></tr></table></body></html>".encode()
GOOD = xlsx([HEADINGS, person(1)])


@pytest.fixture
def bar() -> Bar:
    return make_bar("T-BAR")


def everything() -> list[list[tuple[object, ...]]]:
    models = (Advocate, Membership, StatusSpan, Unit, RollFile, RollLine)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


REFUSED = {
    "empty": (b"", "roll.xlsx", "empty-file"),
    "only blanks": (b" \r\n\t\n", "roll.csv", "empty-file"),
    "a picture": (PNG, "roll.xlsx", "picture"),
    "html": (HTML, "roll.xls", "html"),
    "a PDF": (b"%PDF-1.7 ...", "roll.xlsx", "pdf"),
    "a torn workbook": (GOOD[: len(GOOD) // 2], "roll.xlsx", "broken-file"),
    "a zip bomb": (edited(GOOD, "xl/worksheets/sheet1.xml", lambda _: b" " * 60_000_000), "roll.xlsx", "zip-bomb"),
    "no names": ("Товар;Цена\nСтол;100\nСтул;50\n".encode(), "roll.csv", "not-a-roll"),
    "headings alone": (csv([]), "roll.csv", "no-rows"),
    "attendance": ("Имя;Время входа;Время выхода\nТестов Аскар;10:00;11:00\n".encode(), "a.csv", "attendance-report"),
}


@pytest.mark.parametrize(("content", "name", "code"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_refused_with_a_reason_and_nothing_is_saved(
    content: bytes, name: str, code: str, bar: Bar
) -> None:
    apply_roll(preview_roll(bar, csv([person(1)]), "roll.csv", by=None, today=TODAY), by=None, now=NOW)
    before = everything()
    with pytest.raises(FileRefused) as caught:
        preview_roll(bar, content, name, by=None, today=TODAY)
    assert caught.value.code == code
    assert len(str(caught.value)) > 10
    assert everything() == before


def test_a_sheet_that_is_not_there_is_refused(bar: Bar) -> None:
    with pytest.raises(FileRefused) as caught:
        preview_roll(bar, GOOD, "roll.xlsx", by=None, sheet="Май", today=TODAY)
    assert (caught.value.code, RollFile.objects.count()) == ("no-such-sheet", 0)


BROKEN_CELLS = {
    "a day that no calendar has": ({"issued": "31.02.2012"}, "date-unreadable", "Дата выдачи лицензии"),
    "a day to come": ({"joined": "24.11.2026"}, "date-out-of-range", "Дата вступления в коллегию"),
    "two licences": ({"licence": "1234567, 7654321"}, "licence-two-numbers", "№ лицензии"),
    "digits lost": ({"licence": "1.2E+07"}, "licence-digits-lost", "№ лицензии"),
    "no name": ({"name": ""}, "name-empty", "ФИО"),
    "a mistyped identifier": ({"iin": "850101300001"}, "national-id-check-digit", "ИИН"),
    "too long": ({"name": "Тестов " + "А" * 301}, "too-long", "ФИО"),
}


@pytest.mark.parametrize(("cells", "code", "column"), BROKEN_CELLS.values(), ids=BROKEN_CELLS)
def test_a_broken_cell_rejects_its_row_alone_and_says_where_and_why(
    cells: dict[str, str], code: str, column: str, bar: Bar
) -> None:
    file = preview_roll(bar, csv([person(1), person(2, **cells), person(3)]), "roll.csv", by=None, today=TODAY)
    assert (file.rows, file.created, file.rejected) == (3, 2, 1)
    line = file.lines.get(outcome="rejected")
    problem = line.problems[0]
    assert (line.rows, problem["row"], problem["column"], problem["code"]) == ([4], 4, column, code)
    assert len(problem["message"]) > 10
    apply_roll(file, by=None, now=NOW)
    assert set(Advocate.objects.values_list("licence_number", flat=True)) == {"12000001", "12000003"}


def test_a_message_names_the_place_and_never_the_value(bar: Bar) -> None:
    rows = [person(1, issued="31.02.2012", name="Тайный Аскар", licence="1234567, 7654321"), person(2)]
    file = preview_roll(bar, csv(rows), "roll.csv", by=None, today=TODAY)
    told = " ".join(problem["message"] for line in file.lines.all() for problem in line.problems)
    assert told
    for secret in ("Тайный", "31.02.2012", "1234567"):
        assert secret not in told


def test_a_formula_without_a_value_says_nothing_and_erases_nothing(bar: Bar) -> None:
    def fill(sheet: object) -> None:
        sheet.append(list(HEADINGS))
        sheet.append([person(1)[0], "12000001", "=DATE(2012,5,14)", "01.06.2012", "", "=A1", ""])

    apply_roll(preview_roll(bar, csv([person(1)]), "roll.csv", by=None, today=TODAY), by=None, now=NOW)
    file = preview_roll(bar, by_openpyxl(fill), "roll.xlsx", by=None, today=TODAY)
    assert (file.unchanged, file.lines.get().changes) == (1, {})
    assert any("formula" in note["code"] for note in file.notes)
    assert Advocate.objects.get().licence_date == dt.date(2012, 5, 14)


def test_a_roll_of_many_rows_is_previewed_whole(
    bar: Bar, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    content = csv([person(number)[:2] for number in range(25_000)])
    with django_assert_max_num_queries(60):
        file = preview_roll(bar, content, "roll.csv", by=None, today=TODAY)
    assert (file.rows, file.created) == (25_000, 25_000)
