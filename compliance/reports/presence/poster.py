"""The poster: one page for the wall, its code as large as the page allows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from compliance.certificates import fonts
from compliance.certificates.fonts import SANS, SERIF
from compliance.certificates.setting import drawable, said
from compliance.certificates.words import Pair
from compliance.reports.presence import words
from compliance.reports.presence.shown import Shown

_WIDTH, _HEIGHT = A4
_MARGIN: Final = 48.0
_INNER: Final = _WIDTH - 2 * _MARGIN
_CODE: Final = 340.0
_DIGITS: Final = 58.0  # below the code, for what is typed by hand
_INK, _MUTED, _BRAND = (HexColor(each) for each in ("#1c2129", "#5c636e", "#123855"))
_SIZES: Final = (25.0, 22.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.5)
"""Of the titles, tried in turn until all has room."""


def draw(shown: Shown, *, link: str, code: str, address: str) -> bytes:
    """``link`` is what a camera opens; ``code`` and ``address`` what is typed by hand. The same bytes each time."""
    fonts.register()
    out = io.BytesIO()
    make: Any = Canvas
    canvas = make(out, A4, invariant=1, pageCompression=1, lang="kk", initialFontName=SANS)
    canvas.setTitle(" / ".join(words.POSTER))
    canvas.setAuthor(drawable(" / ".join(shown.bar), SANS))
    canvas.setCreator("CLE tracker")
    with fonts.alone():
        _page(canvas, shown, link, code, address)
        canvas.showPage()
        canvas.save()
    return out.getvalue()


def _page(canvas: Any, shown: Shown, link: str, code: str, address: str) -> None:
    """The head, the code, its digits and what to do, in the middle of the page."""
    foot = _how(address)
    room = _HEIGHT - 2 * _MARGIN - _CODE - _DIGITS - _tall(foot)
    head = next((each for each in (_head(shown, size) for size in _SIZES) if _tall(each) <= room), None)
    head = head or _head(shown, _SIZES[-1], cut=True)
    below = _stacked(canvas, head, _HEIGHT - _MARGIN - (room - _tall(head)) / 2)
    bottom = below - _CODE
    _qr(canvas, link, (_WIDTH - _CODE) / 2, bottom, _CODE)
    canvas.setFillColor(_INK)
    canvas.setFont(SERIF, 38)
    canvas.drawCentredString(_WIDTH / 2, bottom - 36, code)
    _stacked(canvas, foot, bottom - _DIGITS)


def _head(shown: Shown, size: float, *, cut: bool = False) -> list[Paragraph]:
    """The course in both languages in letters of one size, Kazakh first; then when and where."""
    title = _style(SERIF, size, _BRAND)
    course = Pair(*(f"{text[:240]}…" if cut and len(text) > 240 else text for text in shown.course))
    return [
        *_both(shown.bar, _style(SANS, 11, _MUTED)),
        *_both(course, title),
        said(shown.when, _style(SANS, 14, _INK)),
    ]


def _how(address: str) -> list[Paragraph]:
    plain = _style(SANS, 12.5, _INK)
    return [*_both(words.SCAN, plain), said(address, _style(SERIF, 14, _BRAND))]


def _both(pair: Pair, style: ParagraphStyle) -> Iterator[Paragraph]:
    return (said(text, style) for text in dict.fromkeys(pair))


def _style(font: str, size: float, colour: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font} {size}", fontName=font, fontSize=size, leading=size * 1.22, textColor=colour, alignment=1,
        spaceAfter=max(5.0, size * 0.35), splitLongWords=1,
    )  # fmt: skip


def _tall(paragraphs: list[Paragraph]) -> float:
    return sum(each.wrap(_INNER, _HEIGHT)[1] + each.style.spaceAfter for each in paragraphs)


def _stacked(canvas: Any, paragraphs: list[Paragraph], top: float) -> float:
    """Draw paragraphs under each other from ``top`` down; returns where they end."""
    for each in paragraphs:
        height = each.wrapOn(canvas, _INNER, _HEIGHT)[1]
        each.drawOn(canvas, _MARGIN, top - height)
        top -= height + each.style.spaceAfter
    return top


def _qr(canvas: Any, text: str, left: float, bottom: float, side: float) -> None:
    """Runs of dark modules as bars; the white around them is that of the page."""
    rows = [bytes(row) for row in segno.make(text, error="q", micro=False).matrix]
    module = side / (len(rows) + 4)
    canvas.setFillColor(HexColor("#000000"))
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            y = bottom + side - (down + 3) * module
            path.rect(left + (start + 2) * module, y, (end - start) * module, module)
            start = end
    canvas.drawPath(path, stroke=0, fill=1)
