"""Papers in Kazakh on the left and Russian on the right, letters of one size (Law No. 151 on languages, Art. 21)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any, Final
from unicodedata import normalize
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from compliance.certificates import fonts
from compliance.certificates.setting import unbroken
from compliance.certificates.words import Pair

MARGIN: Final = 48
GUTTER: Final = 16
_PADDING: Final = 6
"""What a frame of reportlab leaves free at its edges."""
COLUMN: Final = (A4[0] - 2 * MARGIN - GUTTER) / 2
PLAIN: Final = ParagraphStyle("plain", fontName=fonts.SANS, fontSize=9.5, leading=12.5, splitLongWords=1)
HEAD: Final = ParagraphStyle("head", PLAIN, fontName=fonts.SERIF)
TITLE: Final = ParagraphStyle("title", HEAD, fontSize=11.5, leading=14.5)
SMALL: Final = ParagraphStyle("small", PLAIN, fontSize=8, leading=10.5, textColor=HexColor(0x444444))
_CELLS: Final = (("FONT", fonts.SANS), ("VALIGN", "TOP"), ("LEFTPADDING", 0), ("RIGHTPADDING", 0), ("TOPPADDING", 1.5),
                 ("BOTTOMPADDING", 1.5))  # fmt: skip


def paper(title: Pair, author: str, story: Iterable[Any], frame: Callable[[Any], None]) -> bytes:
    """A4 pages with ``story`` on them; ``frame`` draws what stands around it. The same bytes for the same values."""
    fonts.register()
    page = io.BytesIO()
    document: Any = SimpleDocTemplate(
        page, pagesize=A4, leftMargin=MARGIN - _PADDING, rightMargin=MARGIN - _PADDING, topMargin=MARGIN + 14,
        bottomMargin=MARGIN, invariant=1, lang="kk", title=" / ".join(title), author=author, initialFontName=fonts.SANS,
    )  # fmt: skip

    def around(canvas: Any, _document: Any) -> None:
        frame(canvas)

    with fonts.alone():
        document.build(list(story), onFirstPage=around, onLaterPages=around, canvasmaker=_canvas)
    return page.getvalue()


def _canvas(*given: Any, **named: Any) -> Any:
    """Without the face that reportlab starts with, which would stand in each file and be embedded in none."""
    make: Any = Canvas
    return make(*given, **{**named, "initialFontName": fonts.SANS, "pageCompression": 1})


def pair(said: Pair, style: ParagraphStyle = PLAIN) -> Any:
    """One thing in both columns, side by side; long texts go on on the next page."""
    cells = [Paragraph(printable(text), style) for text in said]
    table: Any = Table([[cells[0], "", cells[1]]], colWidths=[COLUMN, GUTTER, COLUMN], splitInRow=1)
    table.keepWithNext = style is HEAD or style is TITLE
    table.setStyle([(name, (0, 0), (-1, -1), value) for name, value in _CELLS])
    return table


def printable(text: str) -> str:
    """A character that the faces lack is named by its number."""
    whole = normalize("NFC", text)
    for char in fonts.missing(whole, fonts.SANS):
        whole = whole.replace(char, f"[U+{ord(char):04X}]")
    return escape(unbroken(whole)).replace("\n", "<br/>")
