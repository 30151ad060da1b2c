"""The QR code that leads to the public check of a certificate. It is an address, not a signature."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

import segno

# Any mask is valid and scanners read them all; choosing the best one takes four fifths of segno's time.
_MASK: Final = 2
_DARK: Final = re.compile(b"\1+")


class QrCode(NamedTuple):
    """A symbol as PDF path operators in whole modules, origin at the lower left corner, without quiet zone."""

    modules: int
    path: str


def qr_code(text: str) -> QrCode:
    """Draw `text` at error level M as one path: each run of dark modules in a row is one rectangle, filled once."""
    rows = _rows(text.encode())
    size = len(rows)
    rectangles = [
        f"{start} {size - 1 - y} {end - start} 1 re"
        for y, row in enumerate(rows)
        for start, end in map(re.Match.span, _DARK.finditer(row))
    ]
    return QrCode(size, "\n".join([*rectangles, "f"]))


def _rows(data: bytes) -> list[bytes]:
    """The symbol's rows, a byte of 1 for each dark module.

    Data, error correction and mask are sums without carry: a byte of the data turns the same modules over whatever
    the other bytes are. So the symbol is that of as many zeros with each byte's changes, and addresses that differ
    in their code share nearly all of these; segno itself takes as long as all the rest of a certificate.
    """
    size, modules = _symbol(bytes(len(data)))
    for at, byte in enumerate(data):
        modules ^= _changes(len(data), at, byte)
    flat = modules.to_bytes(size * size)
    return [flat[start : start + size] for start in range(0, len(flat), size)]


@lru_cache(maxsize=4096)  # a kilobyte each: 16 characters of 32 and the address before them
def _changes(length: int, at: int, byte: int) -> int:
    """The modules that `byte` turns over in the symbol of `length` zeros."""
    data = bytes(at) + bytes([byte]) + bytes(length - at - 1)
    return _symbol(data)[1] ^ _symbol(bytes(length))[1]


@lru_cache(maxsize=16)  # that of zeros above all
def _symbol(data: bytes) -> tuple[int, int]:
    """A symbol's size and its modules, row by row, as one number with a byte for each."""
    rows = segno.make(data, error="m", mode="byte", micro=False, boost_error=False, mask=_MASK).matrix
    return len(rows), int.from_bytes(b"".join(rows))
