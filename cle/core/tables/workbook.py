"""Workbooks: .xlsx, .xls and .ods. Values only; no formula is ever calculated, no link followed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cle.core.errors import FileRefused, Problem
from cle.core.tables.archive import BROKEN, PASSWORD, repack, unpack
from cle.core.tables.biff import scan_biff
from cle.core.tables.clean import Cleaner, refuse_beyond
from cle.core.tables.column_a import split_column_a
from cle.core.tables.model import Limits, Table, Value
from cle.core.tables.odsxml import scan_ods
from cle.core.tables.ole import workbook_stream
from cle.core.tables.parts import dates_from_1904, worksheet_xml
from cle.core.tables.sheetxml import Found, scan_worksheet
from cle.core.tables.wording import filled

_NO_SHEET = _("The workbook has no such visible sheet.")
_EMPTY = _("The file is empty.")
_HIDDEN = _("Hidden sheets (%(count)s) were not read.")
_SEVERAL = _("The workbook has %(count)s sheets; “%(sheet)s” was read.")
_1904 = _("This workbook counts days from 1904; dates that stand as plain numbers would be read four years too early.")


def read_zip(content: bytes, *, sheet: str = "", limits: Limits) -> Table:
    """A sheet of an .xlsx or .ods; raises ``FileRefused``. The zip is examined before it is opened."""
    parts = unpack(content, limits)
    if "content.xml" in parts:
        scans = scan_ods(parts["content.xml"], limits)
        with _open(repack(parts)) as book:
            return _read("ods", book, sheet, limits, lambda name: scans.get(name, Found(limits)))
    with _open(repack(parts)) as book:
        table = _read("xlsx", book, sheet, limits, lambda name: scan_worksheet(worksheet_xml(parts, name), limits))
    if dates_from_1904(parts):
        return replace(table, notes=(*table.notes, Problem("dates-1904", _1904)))
    return table


def read_ole(content: bytes, *, sheet: str = "", limits: Limits) -> Table:
    """A sheet of an old .xls; raises ``FileRefused``. A newer workbook with a password comes in the same wrapper."""
    scans = scan_biff(workbook_stream(content), limits)
    with _open(io.BytesIO(content)) as book:
        by_name = dict(zip(book.sheet_names, scans, strict=False))
        return _read("xls", book, sheet, limits, lambda name: by_name.get(name, Found(limits)))


def _open(packed: io.BytesIO) -> CalamineWorkbook:
    with _native():
        return CalamineWorkbook.from_filelike(packed)


@contextmanager
def _native() -> Iterator[None]:
    """Whatever the native reader says of a file that it cannot read, as ``FileRefused``."""
    try:
        yield
    except PasswordError as error:
        raise FileRefused("password", PASSWORD) from error
    except CalamineError as error:
        raise FileRefused("broken-file", BROKEN) from error
    except BaseException as error:
        # A panic in native code derives from BaseException, by a class that cannot be imported:
        # let through, one damaged file would end the whole worker process.
        if type(error).__name__ != "PanicException":
            raise
        raise FileRefused("broken-file", BROKEN) from error


def _visible(book: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]


def _read(kind: str, book: CalamineWorkbook, wanted: str, limits: Limits, scan: Callable[[str], Found]) -> Table:
    """The wanted sheet, else the first visible one that is not empty."""
    visible = _visible(book)
    if wanted and wanted not in visible:
        raise FileRefused("no-such-sheet", _NO_SHEET)
    for name in [wanted] if wanted else visible:
        found = scan(name)
        if found.rows:
            notes = _sheet_notes(book, "" if wanted else name, len(visible)) + found.all_notes()
            return _table(kind, book, name, limits, notes)
    raise FileRefused("empty-file", _EMPTY)


def _sheet_notes(book: CalamineWorkbook, chosen: str, count: int) -> list[Problem]:
    hidden = sum(sheet.visible != SheetVisibleEnum.Visible for sheet in book.sheets_metadata)
    notes = [Problem("hidden-sheets", filled(_HIDDEN, count=hidden))] if hidden else []
    if chosen and count > 1:
        notes.append(Problem("several-sheets", filled(_SEVERAL, count=count, sheet=chosen)))
    return notes


def _cells(book: CalamineWorkbook, name: str, limits: Limits) -> list[list[Value]]:
    with _native():
        sheet = book.get_sheet_by_name(name)
        height, width = sheet.total_height, sheet.total_width
        refuse_beyond(limits, rows=height, columns=width, cells=height * width)
        return sheet.to_python(skip_empty_area=False)


def _table(kind: str, book: CalamineWorkbook, name: str, limits: Limits, notes: list[Problem]) -> Table:
    cleaner = Cleaner(limits)
    rows = cleaner.rows(enumerate(_cells(book, name, limits), 1))
    if not rows:
        raise FileRefused("empty-file", _EMPTY)
    rows, split_notes = split_column_a(rows, limits)
    return Table(kind, rows, sheet=name, sheets=tuple(_visible(book)), notes=(*notes, *cleaner.notes, *split_notes))
