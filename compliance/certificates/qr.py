"""The QR code that leads to the public check of a certificate. It is an address, not a signature."""

from typing import Final, NamedTuple

import segno

# Any mask is valid and scanners read them all; choosing the best one takes four fifths of segno's time.
_MASK: Final = 2


class QrCode(NamedTuple):
    """A symbol as PDF path operators in whole modules, origin at the lower left corner, without quiet zone."""

    modules: int
    path: str


def qr_code(text: str) -> QrCode:
    """Draw `text` at error level M as one path: each run of dark modules in a row is one rectangle, filled once."""
    rows = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK).matrix
    size = len(rows)
    rectangles = [
        f"{start} {size - 1 - y} {length} 1 re" for y, row in enumerate(rows) for start, length in _dark_runs(row)
    ]
    return QrCode(size, "\n".join([*rectangles, "f"]))


def _dark_runs(row: bytearray) -> list[tuple[int, int]]:
    """Where the runs of dark modules begin in a row and how long they are."""
    runs = []
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        runs.append((start, end - start))
        start = row.find(1, end)
    return runs
