"""A certificate as PDF: a pure function of its snapshot, the same bytes each time and in each process."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from itertools import groupby
from types import SimpleNamespace
from typing import Any, Final
from unicodedata import is_normalized, normalize

from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.pdfgen.canvas import Canvas

from compliance.certificates import fonts, layout, ornament, words
from compliance.certificates.archival import declare
from compliance.certificates.fonts import Cut
from compliance.certificates.foot import QR_BOX
from compliance.certificates.layout import Box, Rule, Run, Style
from compliance.certificates.packing import packed
from compliance.certificates.page import TITLE_STYLE, compose
from compliance.certificates.pictured import NO_PICTURES, Pictures, place, refuse_others
from compliance.certificates.qr import qr_code
from compliance.certificates.snapshot import Line, Snapshot
from compliance.certificates.tags import PAGE, Part, begin, enter

_COLOURS: Final = {"ink": ".11 .13 .16 rg", "muted": ".36 .39 .43 rg", "brand": ".07 .22 .33 rg"}
_HAIRLINE: Final = ".70 .58 .33 RG .6 w"
_BOLD_FIELDS: Final = frozenset({"bar_name_kk", "bar_name_ru", "full_name", "course_title_kk", "course_title_ru"})
_TEXT_FIELDS: Final = tuple(field.name for field in fields(Snapshot) if field.type is str)
_PRINTED: Final = 4  # as an archive wants it of each annotation
_LINK: Final = "Annot.NUMBER1"
_UTC_OFFSET: Final = 5  # hours: Kazakhstan has had one time zone since 1 March 2024


def render(snapshot: Snapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """Draw the certificate on one page of A4 landscape, with the pictures that it names.

    Raises ValueError when a text holds a character the fonts lack, when the texts cannot fit the page, or when the
    pictures are others than those named; the message names fields and code points, no values.
    """
    fonts.register()
    refuse_others(snapshot, pictures)
    snapshot = _composed(snapshot)
    _refuse_unprintable(snapshot)
    page = compose(snapshot)
    canvas = _canvas(snapshot)
    embedding = fonts.embedding(_used(page.runs))
    embedding.enter(canvas._doc)
    code: list[str] = canvas._code  # operators written directly: the canvas's own methods format each number anew
    code += ["/Artifact BMC", ornament.frame(layout.WIDTH, layout.HEIGHT), *page.patches]
    code += [_HAIRLINE, *map(_line, page.rules), "EMC"]
    figures = [*_drawn(canvas, page.boxes, pictures), _linked(canvas, snapshot.verify_url, len(page.boxes))]
    spoken: list[Part] = []
    code += ["BT", *_texts(page.runs, embedding.cuts, spoken, len(figures)), "ET"]
    canvas.showPage()
    return _written(canvas, [*spoken, *figures])


def _drawn(canvas: Any, boxes: Sequence[Box], pictures: Pictures) -> Iterator[Part]:
    """Draw the emblem and the seal, and say what they are."""
    for number, box in enumerate(boxes):
        canvas._code += [begin("Figure", number), place(canvas, box, pictures), "EMC"]
        corners = (box.left, box.bottom, box.left + box.width, box.bottom + box.height)
        yield Part(number, "Figure", said=" / ".join(words.PICTURED[box.name]), corners=corners)


def _linked(canvas: Any, url: str, number: int) -> Part:
    """Draw the square code, under a link to the same address."""
    left, bottom, side = QR_BOX
    corners = (left, bottom, left + side, bottom + side)
    canvas._code += [begin("Figure", number), _qr(url), "EMC"]
    canvas.linkURL(url, corners, Contents=PDFString(url), StructParent=1, F=_PRINTED)
    return Part(number, "Figure", said=url, corners=corners, link=_LINK)


def _written(canvas: Any, parts: Sequence[Part]) -> bytes:
    """The file: of a kind that archives take, with tags, and small."""
    document = canvas._doc
    document.idToObject[PAGE].Trans = None  # reportlab leaves an empty one, which no archive takes
    declare(document)
    enter(document, parts)
    return packed(canvas)


def unprintable(snapshot: Snapshot) -> dict[str, set[str]]:
    """The fields whose text the fonts cannot draw, each with the characters in question; empty when all is well."""
    composed = _composed(snapshot)
    texts = {name: getattr(composed, name) for name in _TEXT_FIELDS}
    texts["lines"] = "".join(kk + ru for kk, ru, _ in composed.lines)
    texts["entries"] = "".join("".join(entry[1:5]) for entry in composed.entries)
    faults = {name: _lacking(text, fonts.SERIF if name in _BOLD_FIELDS else fonts.SANS) for name, text in texts.items()}
    return {name: set(lacking) for name, lacking in faults.items() if lacking}


@lru_cache(maxsize=4096)  # a batch shares all of its texts but the person's
def _lacking(text: str, font: str) -> frozenset[str]:
    return frozenset(fonts.missing(text, font))


def _refuse_unprintable(snapshot: Snapshot) -> None:
    faults = unprintable(snapshot)
    if faults:
        named = {name: sorted(f"U+{ord(char):04X}" for char in chars) for name, chars in faults.items()}
        raise ValueError(f"characters the certificate's fonts lack: {named}")


def _composed(snapshot: Snapshot) -> Snapshot:
    """Letters in one piece (NFC): й typed as и and a breve looks the same, but the breve has no glyph."""
    changed: dict[str, Any] = {
        name: normalize("NFC", getattr(snapshot, name))
        for name in _TEXT_FIELDS
        if not is_normalized("NFC", getattr(snapshot, name))
    }
    lines: tuple[Line, ...] = tuple(
        (normalize("NFC", kk), normalize("NFC", ru), minutes) for kk, ru, minutes in snapshot.lines
    )
    if lines != snapshot.lines:
        changed["lines"] = lines
    entries = tuple(
        (entry[0], *(normalize("NFC", text) for text in entry[1:5]), *entry[5:]) for entry in snapshot.entries
    )
    if entries != snapshot.entries:
        changed["entries"] = entries
    return replace(snapshot, **changed) if changed else snapshot


def _canvas(snapshot: Snapshot) -> Any:
    """An empty page whose metadata come from the snapshot alone: no clock, no environment."""
    size = (layout.WIDTH, layout.HEIGHT)
    make: Any = Canvas  # its published types are wrong about initialFontName
    canvas = make(
        io.BytesIO(), size, pageCompression=1, invariant=1, initialFontName=fonts.SANS, pdfVersion=(1, 7), lang="kk"
    )
    canvas.setTitle(f"{words.NAME.kk} / {words.NAME.ru} № {snapshot.serial}")
    canvas.setAuthor(f"{snapshot.bar_name_kk} / {snapshot.bar_name_ru}")
    canvas.setSubject(snapshot.verify_url)
    canvas.setCreator("CLE tracker")
    year, month, day = map(int, snapshot.issued_on.split("-"))
    document = canvas._doc
    document._timeStamp = SimpleNamespace(YMDhms=(year, month, day, 0, 0, 0), dhh=_UTC_OFFSET, dmm=0)
    document.signature = hashlib.md5(snapshot.sha256().encode(), usedforsecurity=False)
    return canvas


def _line(rule: Rule) -> str:
    return f"{rule.x1:.2f} {rule.y:.2f} m {rule.x2:.2f} {rule.y:.2f} l S"


def _qr(text: str) -> str:
    left, bottom, side = QR_BOX
    symbol = qr_code(text)
    module = side / symbol.modules
    return f"q 0 g {module:.4f} 0 0 {module:.4f} {left:.2f} {bottom:.2f} cm\n{symbol.path} Q"


def _texts(runs: list[Run], cuts: Mapping[str, Cut], spoken: list[Part], first: int) -> Iterator[str]:
    """Text operators. Lines of one text that follow each other are one part, told apart by language and style.

    The parts, numbered from ``first``, are added to ``spoken``.
    """
    pen = font = ""
    for number, ((lang, style), group) in enumerate(groupby(runs, key=lambda run: (run.lang, run.style)), start=first):
        role = "H1" if style == TITLE_STYLE else "P"
        spoken.append(Part(number, role, "" if lang == "kk" else lang))
        yield begin(role, number)
        *broken, last = group
        # Where a line ends, a word does: without the space two would be read, and copied, as one.
        for run in [*(line._replace(text=f"{line.text} ") for line in broken), last]:
            if pen != (pen := _pen(run.style, run.size)):
                yield pen
            yield f"1 0 0 1 {run.x:.2f} {run.y:.2f} Tm"
            for part, written in cuts[run.style.font].written(run.text):
                if font != (font := f"{part} {run.size:.4g} Tf"):
                    yield font
                yield f"<{written}> Tj"
        yield "EMC"


def _pen(style: Style, size: float) -> str:
    """Colour and letter-spacing, which shrinks with the letters."""
    return f"{_COLOURS[style.colour]} {style.tracking * size / style.size:.3g} Tc"


def _used(runs: list[Run]) -> dict[str, set[str]]:
    """The characters drawn in each face."""
    return {name: set().union(*(run.text for run in runs if run.style.font == name)) for name in fonts.FACES}
