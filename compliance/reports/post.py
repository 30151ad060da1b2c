"""Letters for the post as one file: each with a page for its address, then its words on pages of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import PageBreak, Paragraph, Spacer

from compliance.certificates import fonts
from compliance.certificates.words import Pair
from compliance.reports.columns import HEAD, PLAIN, SMALL, pair, paper, printable

_TITLE: Final = Pair("Қағаз хаттар", "Письма на бумаге")
_ADDRESS: Final = ParagraphStyle("address", fontName=fonts.SANS, fontSize=12, leading=16, leftIndent=260)
"""To the right and below the sender, where the window of an envelope for A4 folded in three has it."""
_NO_ADDRESS: Final = Pair("Мекенжайы белгісіз: қолма-қол тапсырылады", "Адрес неизвестен: вручить лично")


class Posted(NamedTuple):
    """``number`` is the notice's, by which it is marked as handed over; ``unit`` sorts what is given out by hand."""

    number: int
    name: str
    address: str
    unit: str
    subject: str
    text: str


def draw_letters(bar: Pair, letters: Sequence[Posted]) -> bytes:
    """In the order given."""

    def frame(canvas: Any) -> None:
        canvas.setFont(fonts.SANS, 8)

    return paper(_TITLE, " / ".join(bar), _story(bar, letters), frame)


def _story(bar: Pair, letters: Sequence[Posted]) -> Iterator[Any]:
    for letter in letters:
        yield from _address_page(bar, letter)
        yield PageBreak()
        yield Paragraph(printable(letter.subject), HEAD)
        yield Spacer(1, 8)
        yield from (Paragraph(printable(line), PLAIN) for line in letter.text.splitlines() if line.strip())
        yield PageBreak()
    if not letters:
        yield Spacer(1, 1)


def _address_page(bar: Pair, letter: Posted) -> Iterator[Any]:
    yield pair(bar, SMALL)
    yield Spacer(1, 60)
    yield Paragraph(printable(letter.name), _ADDRESS)
    if letter.address:
        yield Paragraph(printable(letter.address), _ADDRESS)
    else:
        yield Paragraph(printable(letter.unit), _ADDRESS)
        yield Spacer(1, 20)
        yield pair(_NO_ADDRESS, SMALL)
    yield Spacer(1, 40)
    yield Paragraph(f"№ {letter.number}", SMALL)
