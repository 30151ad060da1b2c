"""Workbooks (X): what is read, what is skipped, what is said about it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from cle.core.errors import FileRefused
from cle.core.tables import Table, read_table
from tests.core.tables import files
from tests.core.tables.files import by_openpyxl, by_xlsxwriter, edited, ods, ods_row, xls, xlsx


def cells(table: Table) -> list[tuple[object, ...]]:
    return [row.cells for row in table.rows]


def codes(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [(note.code, note.row, note.column) for note in table.notes]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(xlsx([("ФИО", "Номер"), (), ("Тестов", "0012")]), "xlsx", id="xlsx"),
        pytest.param(ods(ods_row("ФИО", "Номер") + ods_row() + ods_row("Тестов", "0012")), "ods", id="X8-ods"),
        pytest.param(
            xls(
                files.label(0, 0, "ФИО") + files.label(0, 1, "Номер")
                + files.label(2, 0, "Тестов") + files.label(2, 1, "0012")
            ),
            "xls",
            id="X8-xls",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["roll.xlsx", "roll.csv", "no-ending"])
def test_content_decides_not_the_name(content: bytes, kind: str, name: str) -> None:
    """X9: an .xlsx called .csv is read as what it is; blank rows stay in their place."""
    table = read_table(content, name)
    assert table.kind == kind
    assert [row.number for row in table.rows] == [1, 2, 3]
    assert [table.rows[0].cells, table.rows[2].cells] == [("ФИО", "Номер"), ("Тестов", "0012")]
    assert not any(table.rows[1].cells)


def test_merged_cells_have_their_value_at_the_top_left() -> None:
    """X1."""

    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["A2"], sheet["B2"] = "Список", "Юридическая консультация", "x"
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A2:A3")
        sheet["B3"] = "y"

    expected = [("Список", ""), ("Юридическая консультация", "x"), ("", "y")]
    assert cells(read_table(by_openpyxl(fill), "x")) == expected


def test_formulas_give_their_stored_value_or_a_note() -> None:
    """X2: never evaluated; an empty text is a value, an error is not."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["ФИО", "Сумма", "Пусто"])
        sheet.write_formula("A2", '="Тес"&"тов"', None, "Тестов")
        sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("C2", '=IF(1,"","")', None, "")
        sheet.write_formula("A3", "='[other.xlsx]A'!B1", None, 7)

    def forget(xml: bytes) -> bytes:
        assert b'<c r="C2">' in xml
        return xml.replace(b"<v>7</v>", b"<v></v>").replace(b'<c r="C2">', b'<c r="C2" t="str">')

    content = edited(by_xlsxwriter(fill), "xl/worksheets/sheet1.xml", forget)
    table = read_table(content, "x")
    assert cells(table)[1] == ("Тестов", "", "")
    assert ("error-cell", 2, "B") in codes(table)
    assert ("formula-without-value", 3, "A") in codes(table)
    assert not [code for code in codes(table) if code[2] == "C"]


def test_formula_without_value_in_a_prefixed_sheet_without_references() -> None:
    """Some libraries prefix each element and leave the cells' addresses out."""
    sheet = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c><x:f>1+1</x:f><x:v/></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )
    table = read_table(edited(xlsx([("a",)]), "xl/worksheets/sheet1.xml", lambda _: sheet), "x")
    assert table.rows[0].cells[0] == "a"
    assert codes(table) == [("formula-without-value", 1, "B")]


def workbook_of_four(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("Пустой")
    for name in ("Январь", "Февраль", "Скрытый", "Очень"):
        book.add_worksheet(name).write("A1", name)
    book.get_worksheet_by_name("Скрытый").hide()
    book.get_worksheet_by_name("Очень").very_hidden()


def test_first_visible_sheet_with_content_is_read_and_the_choice_told() -> None:
    """X3."""
    table = read_table(by_xlsxwriter(workbook_of_four), "x")
    assert (table.sheet, table.sheets) == ("Январь", ("Пустой", "Январь", "Февраль"))
    assert [code for code, *_ in codes(table)] == ["hidden-sheets", "several-sheets"]
    assert "2" in str(table.notes[0].message)
    assert "Январь" in str(table.notes[1].message)


def test_a_person_may_choose_another_visible_sheet() -> None:
    table = read_table(by_xlsxwriter(workbook_of_four), "x", sheet="Февраль")
    assert (table.sheet, cells(table)) == ("Февраль", [("Февраль",)])
    assert [code for code, *_ in codes(table)] == ["hidden-sheets"]


@pytest.mark.parametrize(
    ("sheet", "code"), [("Скрытый", "no-such-sheet"), ("Март", "no-such-sheet"), ("Пустой", "empty-file")]
)
def test_hidden_absent_and_empty_sheets_cannot_be_chosen(sheet: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(by_xlsxwriter(workbook_of_four), "x", sheet=sheet)
    assert refused.value.code == code


def test_hidden_rows_and_columns_are_read_and_noted() -> None:
    """X3."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write_row(row, 0, ["а", "б"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})

    table = read_table(by_xlsxwriter(fill), "x")
    assert len(table.rows) == 4
    assert [code for code, *_ in codes(table)] == ["hidden-rows", "hidden-columns"]
    assert "2" in str(table.notes[0].message)


@pytest.mark.parametrize("from_1904", [False, True])
def test_both_date_systems_give_the_same_day(from_1904: bool) -> None:
    """X4."""

    def fill(book: xlsxwriter.Workbook) -> None:
        style = book.add_format({"num_format": "dd.mm.yyyy"})
        book.add_worksheet().write_datetime("A1", dt.datetime.fromisoformat("2024-03-01"), style)

    table = read_table(by_xlsxwriter(fill, date_1904=from_1904), "x")
    assert cells(table) == [(dt.date(2024, 3, 1),)]
    assert [code for code, *_ in codes(table)] == ["dates-1904"] * from_1904


def test_numbers_and_texts_keep_their_type() -> None:
    """X5."""
    assert cells(read_table(xlsx([("0012", 12345678.0, True)]), "x")) == [("0012", 12345678.0, True)]


def test_rich_text_links_and_comments_give_plain_text() -> None:
    """X6."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_rich_string("A1", book.add_format({"bold": True}), "Тес", "тов ", book.add_format(), "Аскар")
        sheet.write_url("B1", "https://example.org/", string="сайт")
        sheet.write_comment("A1", "примечание")

    assert cells(read_table(by_xlsxwriter(fill), "x")) == [("Тестов Аскар", "сайт")]


def test_wrong_dimension_is_not_believed() -> None:
    """X8."""
    content = edited(
        xlsx([("а", "б")] * 3),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<dimension ref="A1:B3"/>', b'<dimension ref="A1"/>'),
    )
    assert cells(read_table(content, "x")) == [("а", "б")] * 3


def rewritten(content: bytes, name: Callable[[str], str], data: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return files.packed({name(part): data(archive.read(part)) for part in archive.namelist()})


def strict(xml: bytes) -> bytes:
    return xml.replace(
        b"schemas.openxmlformats.org/spreadsheetml/2006/", b"purl.oclc.org/ooxml/spreadsheetml/"
    ).replace(
        b"schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"purl.oclc.org/ooxml/officeDocument/relationships",
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(rewritten(xlsx([("а", 1)]), str, strict), id="X8-strict"),
        pytest.param(rewritten(xlsx([("а", 1)]), lambda name: name.replace("/", "\\"), bytes), id="X8-backslashes"),
    ],
)
def test_workbooks_of_unusual_writers(content: bytes) -> None:
    assert cells(read_table(content, "x")) == [("а", 1)]


def test_csv_text_in_column_a_is_taken_apart() -> None:
    """D5."""
    rows = [
        ("Встреча по этике",),
        ("Имя (настоящее имя),Почта,Минуты",),
        ('"Озёрная, Алия",a@example.org,62',),
        (),
        ("Б,,5",),
    ]
    table = read_table(xlsx(rows), "x")
    assert [(row.number, row.cells) for row in table.rows] == [
        (1, ("Встреча по этике",)),
        (2, ("Имя (настоящее имя)", "Почта", "Минуты")),
        (3, ("Озёрная, Алия", "a@example.org", "62")),
        (4, ("",)),
        (5, ("Б", "", "5")),
    ]
    assert [code for code, *_ in codes(table)] == ["split-column-a"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("Озёрная, Алия",), ("Тестов, Аскар",)], id="names-with-a-comma"),
        pytest.param([("а,б,в", 1), ("г,д,е", 2)], id="two-columns"),
        pytest.param([("Тестов Аскар",), ("Озёрная Алия",)], id="names"),
    ],
)
def test_a_real_column_a_is_left_alone(rows: list[tuple[object, ...]]) -> None:
    assert cells(read_table(xlsx(rows), "x")) == rows


def test_line_break_outside_quotes_stays_in_the_last_cell() -> None:
    table = read_table(xlsx([("а;б",), ("1;2\n3",)]), "x")
    assert cells(table) == [("а", "б"), ("1", "2\n3")]


def test_old_xls_notes_its_error_cells() -> None:
    """X8, X2."""
    table = read_table(xls(files.label(0, 0, "ФИО") + files.number(1, 1, 12.0) + files.error(2, 0)), "x")
    assert cells(table)[1] == ("", 12.0)
    assert codes(table) == [("error-cell", 3, "A")]
