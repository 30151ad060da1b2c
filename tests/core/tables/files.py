"""Small files of every kind, made in memory. All names are invented."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

ROLL = "№;ФИО;Лицензия\n1;Озёрная Әлия Қанатқызы;0012\n2;Тестов Аскар;0345\n"
ROLL_CELLS = [("№", "ФИО", "Лицензия"), ("1", "Озёрная Әлия Қанатқызы", "0012"), ("2", "Тестов Аскар", "0345")]


def by_openpyxl(fill: Callable[[Worksheet], object]) -> bytes:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    fill(book.active)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def by_xlsxwriter(fill: Callable[[xlsxwriter.Workbook], object], **options: object) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, options) as book:
        fill(book)
    return packed.getvalue()


def xlsx(rows: Iterable[Sequence[object]]) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return by_xlsxwriter(fill)


def edited(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The zip with one part changed, or added to it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def ods(rows_xml: str, name: str = "Лист1", manifest: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f"<table:table table:name={quoteattr(name)}>{rows_xml}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode() or b"<manifest/>",
        }
    )


def ods_row(*cells: str, repeated: int = 1) -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{inner}</table:table-row>'


def ole(stream: str, data: bytes) -> bytes:
    """A compound file with one stream, in sectors of 512 bytes: header, table, directory, data."""
    data = data.ljust(4096, b"\0")
    count = -(-len(data) // 512)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    sectors = -(-len(chain) // 128)
    assert sectors == 1, "keep test workbooks under 60 KB"
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + struct.pack(
        "<16xHHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0
    )
    header += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry(stream, 2, 2, len(data))
    return header + table + directory.ljust(512, b"\0") + data.ljust(count * 512, b"\0")


def xls(records: bytes, before: bytes = b"") -> bytes:
    """A BIFF8 workbook with the one sheet "Sheet" that holds these records; ``before`` goes to the globals."""
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + _record(0x0042, b"\xb0\x04") + before
    end = _record(0x000A, b"")
    bound = struct.pack("<IHBB", 0, 0, 5, 0) + b"Sheet"
    offset = len(begin) + len(_record(0x0085, bound)) + len(end)
    globals_ = begin + _record(0x0085, struct.pack("<I", offset) + bound[4:]) + end
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + records + end
    return ole("Workbook", globals_ + sheet)


def label(row: int, column: int, text: str) -> bytes:
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def number(row: int, column: int, value: float) -> bytes:
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def error(row: int, column: int) -> bytes:
    return _record(0x0205, struct.pack("<HHHBB", row, column, 0, 0x2A, 1))


FILEPASS = struct.pack("<HHHHH", 0x002F, 6, 0, 0, 0)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    encoded = name.encode("utf-16-le")
    free = 0xFFFFFFFF
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, free, free, child)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)
