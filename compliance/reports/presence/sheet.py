"""The sheet to be signed by hand: who has a place, blank rows for who comes without one, the session on each page."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Table, TableStyle

from compliance.certificates import fonts
from compliance.certificates.fonts import SANS, SERIF
from compliance.certificates.setting import drawable, numbered, said
from compliance.certificates.words import Pair
from compliance.reports.presence import words
from compliance.reports.presence.shown import Shown, Signer

_MARGIN: Final = 40.0
_INNER: Final = A4[0] - 2 * _MARGIN
_TOP: Final = 34.0
_FOOT: Final = 62.0
_GUTTER: Final = 16.0
_COLUMNS: Final = (28, 208, 76, 50, 50, _INNER - 412)
_ROOM: Final = 29.0
"""The least height of a row: a hand needs a centimetre."""
_INK, _MUTED, _BRAND, _LINE = (HexColor(each) for each in ("#1c2129", "#5c636e", "#123855", "#8a8f98"))

_BODY: Final = ParagraphStyle("body", fontName=SANS, fontSize=10, leading=12, textColor=_INK, splitLongWords=1)
_SMALL: Final = ParagraphStyle("small", parent=_BODY, fontSize=7.5, leading=9, textColor=_MUTED)
_BAR: Final = ParagraphStyle("bar", parent=_BODY, fontSize=8.5, leading=10.5, textColor=_MUTED)
_TITLE: Final = ParagraphStyle("title", parent=_BODY, fontName=SERIF, fontSize=11.5, leading=14, textColor=_BRAND)
_COURSE: Final = ParagraphStyle("course", parent=_BODY, fontName=SERIF, fontSize=10, leading=12.5)


def draw(shown: Shown, people: Sequence[Signer], blank: int) -> bytes:
    """The sheet on as many pages as it takes; the same bytes for the same values."""
    fonts.register()
    out, head = io.BytesIO(), _head(shown)
    height = head.wrap(_INNER, A4[1])[1]
    document: Any = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN - 6, rightMargin=_MARGIN - 6, topMargin=_TOP + height + 2,
        bottomMargin=_FOOT, invariant=1, lang="kk", title=" / ".join(words.SHEET), author=" / ".join(shown.bar),
        creator="CLE tracker", initialFontName=SANS,
    )  # fmt: skip
    with fonts.alone():
        document.build([_table(people, blank)], canvasmaker=numbered(_frame(shown, height)))
    return out.getvalue()


def _head(shown: Shown) -> Table:
    """Kazakh on the left, Russian on the right, letters of one size; the day and the place are one and the same."""
    rows: list[list[Any]] = [
        _pair(shown.bar, _BAR), _pair(words.SHEET, _TITLE), _pair(shown.course, _COURSE),
    ]  # fmt: skip
    if shown.number:
        rows.append(_pair(Pair(*(f"{label}: {shown.number}" for label in words.COURSE)), _BAR))
    rows.append([said(shown.when, _BODY), "", ""])
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("SPAN", (0, -1), (-1, -1)),
        ]
    )
    side = (_INNER - _GUTTER) / 2
    return Table(rows, colWidths=[side, _GUTTER, side], style=style)


def _pair(pair: Pair, style: ParagraphStyle) -> list[Any]:
    return [said(pair.kk, style), "", said(pair.ru, style)]


def _table(people: Sequence[Signer], blank: int) -> LongTable:
    heads = (words.NAME, words.LICENCE, words.CAME, words.LEFT, words.SIGNATURE)
    rows: list[list[Any]] = [[said("№", _SMALL), *(_both(head, _SMALL) for head in heads)]]
    rows += [[said(str(at), _BODY), _person(one), said(one.licence, _BODY), "", "", ""] for at, one in _from_1(people)]
    first = len(people) + 1
    rows += [[said(str(at), _BODY), "", "", "", "", ""] for at in range(first, first + blank)]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
            ("BACKGROUND", (0, 0), (-1, 0), HexColor("#eeece4")),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    heights = [None, *(_height(row) for row in rows[1:])]
    return LongTable(rows, colWidths=_COLUMNS, rowHeights=heights, repeatRows=1, style=style)


def _from_1(people: Sequence[Signer]) -> Any:
    return enumerate(people, start=1)


def _person(person: Signer) -> list[Paragraph]:
    """The name, and below it the bar of a guest."""
    return [said(person.name, _BODY), *(_both(person.bar, _SMALL) if any(person.bar) else [])]


def _height(row: list[Any]) -> float:
    """Room for a hand, and more for who has a long name."""
    needed = 0.0
    for cell, width in zip(row, _COLUMNS, strict=True):
        lines = cell if isinstance(cell, list) else [cell] if cell else []
        needed = max(needed, sum(line.wrap(width - 8, A4[1])[1] for line in lines))
    return max(_ROOM, needed + 6)


def _both(pair: Pair, style: ParagraphStyle) -> list[Paragraph]:
    """Kazakh above Russian; once, where both are the same."""
    return [said(text, style) for text in dict.fromkeys(pair)]


def _frame(shown: Shown, height: float) -> Callable[[Canvas, int, int], None]:
    """What stands on each page: the session above the table; below it who kept the sheet, and which page it is."""

    def frame(canvas: Canvas, number: int, whole: int) -> None:
        head = _head(shown)
        head.wrapOn(canvas, _INNER, A4[1])
        head.drawOn(canvas, _MARGIN, A4[1] - _TOP - height)
        canvas.setFillColor(_MUTED)
        canvas.setStrokeColor(_LINE)
        canvas.setFont(SANS, 7.5)
        right = A4[0] / 2 + _GUTTER / 2
        for left, kept, note in zip((_MARGIN, right), words.KEPT_BY, words.page_note(number, whole), strict=True):
            canvas.line(left, 44, left + (_INNER - _GUTTER) / 2, 44)
            canvas.drawString(left, 35, kept)
            canvas.drawString(left, 20, drawable(f"{shown.day} · {note}", SANS))

    return frame
