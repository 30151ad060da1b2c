"""The container of old .xls files ([MS-CFB]), as far as needed to look at the workbook inside before it is opened."""

from __future__ import annotations

import struct

from cle.core.errors import FileRefused
from cle.core.tables.archive import BROKEN, NOT_A_WORKBOOK, PASSWORD

_HEADER = 512
_ENTRY = 128
_MINI_SECTOR = 64
_END = 0xFFFFFFFA  # this and all above are marks, not sector numbers
_ROOT, _STREAM = 5, 2


def workbook_stream(content: bytes) -> bytes:
    """The BIFF stream of an .xls; raises ``FileRefused``, also for a newer workbook that a password wraps like this."""
    try:
        container = _Container(content)
    except (struct.error, IndexError) as error:
        raise FileRefused("broken-file", BROKEN) from error
    if "EncryptedPackage" in container.entries:
        raise FileRefused("password", PASSWORD)
    for name in ("Workbook", "Book"):
        if name in container.entries:
            return container.stream(name)
    raise FileRefused("not-a-workbook", NOT_A_WORKBOOK)


class _Container:
    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, fat_sectors = struct.unpack_from("<30xH12xI", content)
        directory, self.cutoff, mini_fat, difat, difat_sectors = struct.unpack_from("<48xI4xI I4xII", content)
        self.size = 1 << min(shift, 12)
        self.fat: tuple[int, ...] = ()
        places = self._fat_places(difat, difat_sectors)[:fat_sectors]
        self.fat = _numbers(b"".join(self._sector(place) for place in places))
        self.mini_fat = _numbers(self._chain(mini_fat))
        self.entries = {entry[0]: entry for entry in self._directory(self._chain(directory))}

    def stream(self, name: str) -> bytes:
        _name, _kind, start, length = self.entries[name]
        if length >= self.cutoff:
            return self._chain(start)[:length]
        small = next((self._chain(entry[2]) for entry in self.entries.values() if entry[1] == _ROOT), b"")
        places = _follow(self.mini_fat, start)
        return b"".join(small[n * _MINI_SECTOR : (n + 1) * _MINI_SECTOR] for n in places)[:length]

    def _sector(self, number: int) -> bytes:
        begin = max(_HEADER, self.size) + number * self.size
        return self.content[begin : begin + self.size]

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _follow(self.fat, start)))

    def _fat_places(self, difat: int, sectors: int) -> list[int]:
        """The sectors of the allocation table: 109 in the header, more in a chain of their own."""
        places = list(struct.unpack_from("<109I", self.content, 76))
        for _ in range(min(sectors, len(self.content) // self.size)):
            *more, difat = _numbers(self._sector(difat)) or (_END,)
            places += more
        return [place for place in places if place < _END]

    def _directory(self, data: bytes) -> list[tuple[str, int, int, int]]:
        """Name, kind, first sector and length in bytes of each entry."""
        entries = []
        for begin in range(0, len(data) - _ENTRY + 1, _ENTRY):
            raw, length, kind, start, size = struct.unpack_from("<64sHB49xII", data, begin)
            if kind in (_ROOT, _STREAM):
                name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
                entries.append((name, kind, start, size))
        return entries


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _follow(table: tuple[int, ...], start: int) -> list[int]:
    """The sectors of a chain; one that runs in a circle ends when it has been everywhere once."""
    places: list[int] = []
    while start < len(table) and len(places) < len(table):
        places.append(start)
        start = table[start]
    return places
