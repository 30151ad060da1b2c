"""Setting running text with reportlab's paragraphs, and numbering pages: shared by the papers of several sheets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from compliance.certificates import fonts
from compliance.certificates.archival import declare


def said(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(unbroken(drawable(text, style.fontName))), style)


def unbroken(text: str) -> str:
    """A number stays on the line of its sign."""
    return text.replace("№ ", "№\u00a0")


def drawable(text: str, font: str) -> str:
    """Letters in one piece; what the face lacks as a question mark, which reportlab would leave as an empty box."""
    whole = normalize("NFC", text)
    lacking = fonts.missing(whole, font)
    return "".join("?" if letter in lacking else letter for letter in whole)


def numbered(frame: Callable[[Canvas, int, int], None]) -> type[Canvas]:
    """A canvas that knows how many pages there are before ``frame`` draws what stands around the first.

    Its file is one that archives take (PDF/A-2b) if its first face is embedded too (``initialFontName``).
    """

    class Numbered(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._sheets: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self._sheets.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, sheet in enumerate(self._sheets, start=1):
                self.__dict__.update(sheet)
                frame(self, number, len(self._sheets))
                super().showPage()
                document: Any = self._doc  # type: ignore[attr-defined]
                document.idToObject[f"Page{number}"].Trans = None  # reportlab leaves an empty one
            declare(document)
            super().save()

    return Numbered
