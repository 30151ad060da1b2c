"""The transcript as PDF on A4: one table over as many pages as it takes, its head on each of them."""

import io
from collections.abc import Callable
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from compliance.certificates import fonts
from compliance.certificates.fonts import SANS, SERIF
from compliance.certificates.qr import qr_code
from compliance.certificates.setting import drawable, numbered, said
from compliance.certificates.words import FORMAT, Pair
from compliance.certificates.words import licence as licence_of
from compliance.transcripts import words
from compliance.transcripts.statement import Line, Statement

_WIDTH: Final = A4[0]
_MARGIN: Final = 42.0
_INNER: Final = _WIDTH - 2 * _MARGIN
_INK, _MUTED, _BRAND, _LINE = (HexColor(each) for each in ("#1c2129", "#5c636e", "#123855", "#c9c4b5"))
_COLUMNS: Final = (54, 178, 108, 92, 36, _INNER - 468)

_BODY: Final = ParagraphStyle("body", fontName=SANS, fontSize=8.5, leading=10.5, textColor=_INK)
_SMALL: Final = ParagraphStyle("small", parent=_BODY, fontSize=7.5, leading=9.5, textColor=_MUTED)
_SMALL_FIGURE: Final = ParagraphStyle("small figure", parent=_SMALL, alignment=2)
_FIGURE: Final = ParagraphStyle("figure", parent=_BODY, alignment=2)
_TITLE: Final = ParagraphStyle("title", parent=_BODY, fontName=SERIF, fontSize=13, leading=16, textColor=_BRAND)
_BAR: Final = ParagraphStyle("bar", parent=_BODY, fontSize=9.5, leading=12, textColor=_MUTED)
_NAME: Final = ParagraphStyle("name", parent=_BODY, fontName=SERIF, fontSize=12, leading=16)
_BOLD: Final = ParagraphStyle("bold", parent=_BODY, fontName=SERIF)
_BOLD_FIGURE: Final = ParagraphStyle("bold figure", parent=_FIGURE, fontName=SERIF)

_WHOLE: Final = ((0, 0), (-1, -1))
_PLAIN: Final = TableStyle(
    [
        ("FONTNAME", *_WHOLE, SANS),  # else reportlab asks for a face that is not in the file
        ("VALIGN", *_WHOLE, "TOP"),
        ("LEFTPADDING", *_WHOLE, 0),
        ("RIGHTPADDING", *_WHOLE, 10),
        ("TOPPADDING", *_WHOLE, 1.5),
        ("BOTTOMPADDING", *_WHOLE, 1.5),
    ]
)


def draw(statement: Statement) -> bytes:
    """The paper; the same bytes for the same statement."""
    fonts.register()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=40, bottomMargin=50, invariant=1,
        lang="kk", title=f"{words.TITLE.kk} / {words.TITLE.ru}", author=f"{statement.bar.kk} / {statement.bar.ru}",
        creator="CLE tracker", initialFontName=SANS,
    )  # fmt: skip
    with fonts.alone():
        document.build(
            [*_head(statement), *_table(statement), *_check(statement)], canvasmaker=numbered(_foot(statement))
        )
    return out.getvalue()


def _head(statement: Statement) -> list[Any]:
    """Kazakh on the left, Russian on the right, letters of one size; the name across, for it is one and the same."""
    return [
        _pair(statement.bar, _BAR),
        _pair(words.TITLE, _TITLE),
        *([_across(f"№ {statement.check.serial}", _BAR)] if statement.check else []),
        *([_pair(words.EXAMPLE, _SMALL)] if statement.example else []),
        Spacer(0, 8),
        _across(statement.full_name, _NAME),
        _pair(licence_of(statement.licence_number, statement.licence_date), _BODY),
        _pair(_labelled(words.SPAN, words.span(statement.first, statement.last)), _BODY),
        *[_pair(_labelled(words.ONLY, only), _BODY) for only in statement.narrowed],
        _pair(words.hour_note(statement.unit_minutes), _SMALL),
        Spacer(0, 8),
    ]


def _across(text: str, style: ParagraphStyle) -> Table:
    return Table([[said(text, style)]], colWidths=[_INNER], style=_PLAIN)


def _check(statement: Statement) -> list[Any]:
    """Of one with a number: the signatory, and below, how anybody can check it. All of it on one page."""
    check = statement.check
    if check is None:
        return []
    sides = [
        [said(text, _SMALL) for text in words.CHECK],
        [said(text, _SMALL) for text in (check.url, check.code)],
    ]
    below = Table([[_SquareCode(check.url), *sides]], colWidths=[84, 200, _INNER - 284], style=_PLAIN)
    office = [_pair(check.office, _BODY)] if any(check.office) else []
    name = [_across(check.signatory, _BOLD)] if check.signatory else []
    return [KeepTogether([Spacer(0, 16), *office, *name, Spacer(0, 10), below])]


class _SquareCode(Flowable):
    """The address of the check, under a link to it."""

    _SIDE: Final = 70.0

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.width, self.height = url, self._SIDE, self._SIDE

    def draw(self) -> None:
        canvas: Any = self.canv
        symbol = qr_code(self.url)
        module = self._SIDE / symbol.modules
        canvas._code.append(f"q 0 g {module:.4f} 0 0 {module:.4f} 0 0 cm\n{symbol.path} Q")
        canvas.linkURL(self.url, (0, 0, self._SIDE, self._SIDE), relative=1, F=4)


def _labelled(label: Pair, value: Pair) -> Pair:
    return Pair(f"{label.kk}: {value.kk}", f"{label.ru}: {value.ru}")


def _pair(pair: Pair, style: ParagraphStyle) -> Table:
    cells = [[said(pair.kk, style), said(pair.ru, style)]]
    return Table(cells, colWidths=[_INNER / 2] * 2, style=_PLAIN)


def _table(statement: Statement) -> list[Any]:
    heads = [_both(head, _SMALL) for head in (words.DAY, words.WHAT, words.CATEGORY, words.FORM)]
    rows: list[list[Any]] = [[*heads, *(_both(head, _SMALL_FIGURE) for head in (words.HOURS, words.MINUTES))]]
    rows += [_row(line, statement.unit_minutes) for line in statement.lines]
    if not statement.lines:
        rows.append(["", _both(words.NOTHING, _BODY), "", "", "", ""])
    totals = [_total(name, minutes, statement.unit_minutes, _BODY) for name, minutes in statement.by_category]
    rows += [*totals, _total(words.TOTAL, statement.minutes, statement.unit_minutes, _BOLD)]
    style = TableStyle(
        [
            ("FONTNAME", *_WHOLE, SANS),
            ("VALIGN", *_WHOLE, "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _BRAND),
            # The sums stand on one page, with a line of what they sum up.
            ("NOSPLIT", (0, -2 - len(totals)), (-1, -1)),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, _LINE),
            ("LINEABOVE", (0, -1 - len(totals)), (-1, -1 - len(totals)), 0.8, _BRAND),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    return [LongTable(rows, colWidths=_COLUMNS, repeatRows=1, style=style)]


def _row(line: Line, unit: int) -> list[Any]:
    what = line.what
    if state := words.STATES.get(line.state):
        what = Pair(f"{what.kk} ({state.kk})", f"{what.ru} ({state.ru})")
    return [
        said(f"{line.day:%d.%m.%Y}", _BODY),
        _both(what, _BODY),
        _both(line.category, _BODY),
        _both(FORMAT[line.format], _BODY),
        said(words.hours(line.minutes, unit), _FIGURE),
        said(_minus(line.minutes), _FIGURE),
    ]


def _total(name: Pair, minutes: int, unit: int, style: ParagraphStyle) -> list[Any]:
    figure = _BOLD_FIGURE if style is _BOLD else _FIGURE
    return ["", _both(name, style), "", "", said(words.hours(minutes, unit), figure), said(_minus(minutes), figure)]


def _minus(minutes: int) -> str:
    return str(minutes).replace("-", words.MINUS)


def _both(pair: Pair, style: ParagraphStyle) -> list[Paragraph]:
    """Kazakh above Russian in letters of one size; once, where both are the same."""
    return [said(text, style) for text in dict.fromkeys(pair)]


def _foot(statement: Statement) -> Callable[[Canvas, int, int], None]:
    """When it was made, and which of how many pages."""

    def foot(canvas: Canvas, number: int, whole: int) -> None:
        canvas.setFont(SANS, 7.5)
        canvas.setFillColor(_MUTED)
        made, note = f"{statement.made_on:%d.%m.%Y}", words.page_note(number, whole)
        for left, language in ((_MARGIN, "kk"), (_WIDTH / 2, "ru")):
            text = f"{getattr(words.MADE, language)}: {made} · {getattr(note, language)}"
            canvas.drawString(left, 28, drawable(text, SANS))

    return foot
