"""What the workbook reader does not tell of an old .xls ([MS-XLS]): extents, error cells, password."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from cle.core.errors import FileRefused
from cle.core.tables.archive import BROKEN, PASSWORD
from cle.core.tables.model import Limits
from cle.core.tables.sheetxml import Found

_BOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS, _MULRK, _BOOLERR = 0x0809, 0x002F, 0x0085, 0x0200, 0x00BD, 0x0205
_FORMULAS = frozenset({0x0006, 0x0206, 0x0406})
_CELLS = frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _BOOLERR, *_FORMULAS})
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256


def scan_biff(stream: bytes, limits: Limits) -> list[Found]:
    """One ``Found`` per sheet in workbook order; raises ``FileRefused`` if any is too large or all are locked.

    All sheets count, since the reader expands them all when it opens the file.
    """
    sheets: dict[int, Found] = {}
    found = Found(limits)
    try:
        for place, kind, data in _records(stream):
            if kind == _FILEPASS:
                raise FileRefused("password", PASSWORD)
            if kind == _BOUNDSHEET:
                sheets[struct.unpack_from("<I", data)[0]] = Found(limits)
            elif kind == _BOF:
                found = sheets.get(place, Found(limits))
            elif kind == _DIMENSIONS:
                _refuse_impossible(data)
            else:
                _cell(found, kind, data)
    except struct.error as error:
        raise FileRefused("broken-file", BROKEN) from error
    return list(sheets.values())


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _cell(found: Found, kind: int, data: bytes) -> None:
    if kind in _CELLS:
        row, column = struct.unpack_from("<HH", data)
        found.filled(row, column)
        if (kind == _BOOLERR and data[7:8] == b"\x01") or (kind in _FORMULAS and _is_error(data[6:14])):
            found.error(row, column)
    elif kind == _MULRK:
        row, last = struct.unpack_from("<H", data)[0], struct.unpack_from("<H", data, len(data) - 2)[0]
        found.filled(row, last)


def _is_error(result: bytes) -> bool:
    return result[6:] == b"\xff\xff" and result[:1] == b"\x02"


def _refuse_impossible(dimensions: bytes) -> None:
    """The reader sets memory aside by this record, which a file may fill in as it likes."""
    wide = len(dimensions) >= 14
    rows, columns = struct.unpack_from("<4xI2xH" if wide else "<2xH2xH", dimensions)
    if rows > _MOST_ROWS or columns > _MOST_COLUMNS:
        raise FileRefused("broken-file", BROKEN)
