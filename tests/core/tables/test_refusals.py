"""Files that are refused, with a stable code and a message that says what to do."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from cle.core.errors import FileRefused
from cle.core.tables import Limits, read_table
from tests.core.tables import files
from tests.core.tables.files import by_openpyxl, edited, ods, ods_row, ole, packed, xls, xlsx

BOOK = xlsx([("ФИО", "Номер"), ("Тестов", "0012")])
HTML = "<table><tr><td>ФИО</td></tr></table>"
XML_2003 = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:x"/>'


def locked() -> bytes:
    data = bytearray(packed({"xl/workbook.xml": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def doubled_member() -> bytes:
    data = packed({"xl/workbook.xml": b"a", "xl/workbook.xm_": b"b"})
    return data.replace(b"xl/workbook.xm_", b"xl/workbook.xml")


def entity(xml: bytes) -> bytes:
    return xml.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet', 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty-file", id="H7-empty"),
        pytest.param(b"\xef\xbb\xbf", "empty-file", id="H7-only-bom"),
        pytest.param(b"\xff\xfe \x00\r\x00\n\x00", "empty-file", id="H7-utf-16-spaces"),
        pytest.param(b" \r\n\t " * 2000, "empty-file", id="H7-only-spaces"),
        pytest.param(b";;;\n;;;\n", "empty-file", id="H7-only-delimiters"),
        pytest.param(xlsx([]), "empty-file", id="H7-empty-workbook"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture", id="X9-png-called-xlsx"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF", "picture", id="X9-jpeg"),
        pytest.param(b"%PDF-1.7\n", "pdf", id="X9-pdf"),
        pytest.param(b"{\\rtf1 x}", "document", id="X9-rtf"),
        pytest.param(b"\x1f\x8b\x08\0", "archive", id="X9-gzip"),
        pytest.param(HTML.encode(), "html", id="X9-html-table"),
        pytest.param(("\ufeff<!-- x -->\n<HTML>" + HTML).encode("utf-16"), "html", id="X9-html-utf-16"),
        pytest.param(b"MIME-Version: 1.0\r\nContent-Type: text/html", "html", id="X9-web-archive"),
        pytest.param(XML_2003.encode(), "html", id="X9-xml-2003-with-program"),
        pytest.param(b'<?xml version="1.0"?><ss:Workbook xmlns:ss="urn:x"/>', "xml-2003", id="X9-xml-2003"),
        pytest.param(bytes(range(256)) * 40, "not-a-table", id="X9-binary"),
        pytest.param(ole("EncryptedPackage", b"x"), "password", id="X8-xlsx-with-password"),
        pytest.param(xls(files.label(0, 0, "ФИО"), before=files.FILEPASS), "password", id="X8-xls-with-password"),
        pytest.param(ods("", manifest="<m><encryption-data/></m>"), "password", id="X8-ods-with-password"),
        pytest.param(locked(), "password", id="X8-zip-with-password"),
        pytest.param(ole("WordDocument", b"x"), "not-a-workbook", id="X8-doc"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40, "broken-file", id="X8-cut-xls"),
        pytest.param(packed({"xl/workbook.bin": b""}), "xlsb", id="X8-xlsb"),
        pytest.param(packed({"Index/Document.iwa": b""}), "numbers", id="X8-numbers"),
        pytest.param(packed({"word/document.xml": b""}), "document", id="X8-docx"),
        pytest.param(packed({"photo.jpg": b""}), "not-a-workbook", id="X8-other-zip"),
        pytest.param(BOOK[: len(BOOK) // 2], "broken-file", id="Z6-upload-cut-off"),
        pytest.param(packed({"xl/workbook.xml": b"<workbook"}), "broken-file", id="X8-broken-xml"),
        pytest.param(edited(BOOK, "../evil.xml", lambda _: b"x"), "unsafe-archive", id="Z2-path-upwards"),
        pytest.param(edited(BOOK, "/etc/evil.xml", lambda _: b"x"), "unsafe-archive", id="Z2-absolute-path"),
        pytest.param(edited(BOOK, "xl/worksheets/sheet1.xml", entity), "unsafe-xml", id="Z2-external-entity"),
        pytest.param(
            edited(BOOK, "xl/worksheets/sheet1.xml", lambda xml: xml.decode().encode("utf-16")),
            "unsafe-xml",
            id="Z2-utf-16-part",
        ),
        pytest.param(edited(BOOK, "xl/sharedStrings.xml", lambda _: b" " * 6_000_000), "zip-bomb", id="Z1-ratio"),
    ],
)
def test_refused_with_a_code(content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(content, "roll.xlsx")
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_member_named_twice_is_refused() -> None:
    """Z2: two readers could each see another file."""
    with pytest.raises(FileRefused) as refused:
        read_table(doubled_member(), "x")
    assert refused.value.code == "unsafe-archive"


def test_size_declared_too_small_is_refused() -> None:
    """Z1: the directory lies about the unpacked size."""
    data = bytearray(edited(BOOK, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 1000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    entry = data.index(b"xl/worksheets/sheet1.xml", data.index(b"PK\x01\x02")) - 46
    assert int.from_bytes(data[entry + 24 : entry + 28], "little") == info.file_size
    data[entry + 24 : entry + 28] = (200).to_bytes(4, "little")
    with pytest.raises(FileRefused) as refused:
        read_table(bytes(data), "x")
    assert refused.value.code == "broken-file"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(file_bytes=100), "file-too-large"),
        (Limits(unpacked_bytes=1000), "zip-bomb"),
        (Limits(rows=1), "too-many-rows"),
        (Limits(columns=1), "too-many-columns"),
        (Limits(cells=3), "too-many-cells"),
    ],
)
def test_workbook_limits(limits: Limits, code: str) -> None:
    """Z1, Z4."""
    with pytest.raises(FileRefused) as refused:
        read_table(BOOK, "x.xlsx", limits=limits)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=1), "too-many-rows"),
        (Limits(columns=1), "too-many-columns"),
        (Limits(cells=3), "too-many-cells"),
    ],
)
@pytest.mark.parametrize(
    "content",
    [
        b"a;b\n1;2\n",
        ods(ods_row("a", "b") + ods_row("1", "2")),
        xls(b"".join(files.label(row, column, "a") for row in (0, 1) for column in (0, 1))),
    ],
    ids=["csv", "ods", "xls"],
)
def test_limits_of_other_kinds(content: bytes, limits: Limits, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(content, "x", limits=limits)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(by_openpyxl(lambda sheet: sheet.__setitem__("XFD1048576", "x")), id="Z1-xlsx-far-corner"),
        pytest.param(xls(files.label(0, 0, "x") + files.label(65535, 255, "x")), id="Z1-xls-far-corner"),
        pytest.param(ods(ods_row("x", repeated=1_000_000_000)), id="Z1-ods-repeated-rows"),
    ],
)
def test_small_file_of_a_huge_table_is_refused_at_once(content: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(content, "x")
    assert refused.value.code in ("too-many-rows", "too-many-cells")


def test_formatted_empty_cells_far_away_do_no_harm() -> None:
    """Z1: whole rows and columns are often formatted and empty."""
    blank = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    content = edited(BOOK, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", blank))
    assert len(read_table(content, "x").rows) == 2


def test_macros_and_objects_are_not_even_unpacked() -> None:
    """Z2."""
    content = edited(
        edited(BOOK, "xl/vbaProject.bin", lambda _: b"\0macro"), "xl/embeddings/o.xml", lambda _: b"<!DOCTYPE"
    )
    assert read_table(content, "x.xlsm").rows[1].cells == ("Тестов", "0012")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"a;b\n" + b";" * 10_000 + b"x", "too-many-columns", id="Z4-10000-columns"),
        pytest.param(b"a;b\n" * 200_001, "too-many-rows", id="Z4-200001-rows"),
    ],
)
def test_large_text_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_table(content, "x.csv")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("ФИО;X\n" + "я" * 5_000_000 + ";1\n", id="Z4-one-long-line"),
        pytest.param("ФИО;X\n" + '"я;' * 200 + "\n" + "(" * 1_000_000 + ";1\n", id="Z7-brackets-and-quotes"),
    ],
)
def test_endless_cells_are_cut_and_noted(content: str) -> None:
    """Z5, Z7."""
    table = read_table(content.encode(), "x.csv")
    assert max(len(str(cell)) for row in table.rows for cell in row.cells) == Limits().cell_characters
    assert "cell-cut" in [note.code for note in table.notes]


def long_xlsx(rows: list[tuple[str, ...]]) -> bytes:
    """Written by hand: a library takes longer to write than we may take to read."""
    body = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for i, cell in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    data = f"<sheetData>{body}</sheetData>".encode()
    return edited(BOOK, "xl/worksheets/sheet1.xml", lambda xml: re.sub(b"<sheetData>.*</sheetData>", data, xml))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_100_000_rows_are_read_whole(kind: str) -> None:
    """Z4."""
    rows = [(f"{number:07d}", "Тестов Аскар", "01.02.2003") for number in range(100_000)]
    content = "\n".join(map(";".join, rows)).encode("kz1048") if kind == "csv" else long_xlsx(rows)
    table = read_table(content, "x")
    assert (len(table.rows), table.rows[-1].cells) == (100_000, rows[-1])


def test_damaged_xls_never_ends_the_process() -> None:
    """A panic of the native reader is no ordinary exception; here it looks past the end of the stream."""
    content = bytearray(xls(files.label(0, 0, "ФИО")))
    place = content.index(b"\x85\x00", 1536) + 4
    content[place : place + 4] = (0x00FF_0000).to_bytes(4, "little")
    with pytest.raises(FileRefused):
        read_table(bytes(content), "x.xls")
