"""PT Sans and PT Serif for embedding: both have every Kazakh letter, and are drawn to stand together."""

import io
from functools import cache
from threading import Lock
from typing import Any, Final

import fontpkg
import fontTools.subset
import fontTools.ttLib
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SANS: Final = "Certificate-Sans"
SERIF: Final = "Certificate-Serif-Bold"

_FACES: Final = {SANS: ("PT Sans", 400), SERIF: ("PT Serif", 700)}
# Latin with its European letters, all Cyrillic, the punctuation of both, and the numero sign.
_KEPT: Final = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x400, 0x530), *range(0x2010, 0x2027), 0x2116]
_DROPPED: Final = ["DSIG", "hdmx", "kern", "GPOS", "GSUB", "GDEF"]
_registering: Final = Lock()


def register() -> None:
    """Make the faces known to reportlab; a third of a second each, once per process, safe in several threads."""
    with _registering:
        _register()


@cache
def _register() -> None:
    rl_config.useA85 = 0  # ASCII85 makes streams a quarter longer and serves no printer of this century
    for name, (family, weight) in _FACES.items():
        # Only characters in use are embedded (asciiReadable would add all of ASCII to each file).
        font = TTFont(name, _slim(fontpkg.path(family, weight, "normal")), asciiReadable=False, shapable=False)
        pdfmetrics.registerFont(_with_ready_widths(font))


def _with_ready_widths(font: TTFont) -> TTFont:
    """Hand reportlab each width as text for the file: it would format every number again in each document."""
    face: Any = font.face
    ready = {code: f"{width:.0f}".encode() for code, width in face.charWidths.items()}
    other = f"{face.defaultWidth:.0f}".encode()
    face.getCharWidth = lambda code: ready.get(code, other)
    return font


class Advances(dict[str, float]):
    """The width of each character of a face at size 1; a character the face lacks takes no room."""

    def __missing__(self, char: str) -> float:
        return 0.0


@cache
def advances(font: str) -> Advances:
    """The widths of a face's characters; its keys are the characters the face can draw."""
    register()
    registered: Any = pdfmetrics.getFont(font)
    face = registered.face
    return Advances((chr(code), face.charWidths[code] / 1000) for code in face.charToGlyph)


def missing(text: str, font: str) -> set[str]:
    """The characters of `text` that the face cannot draw; reportlab would print a crossed box without a word."""
    known = advances(font)
    return {char for char in set(text) if char not in known and not char.isspace()}


def _slim(path: str) -> io.BytesIO:
    """Leave out hints, kerning and names: a third of the size, and nothing that print at 8 points needs.

    The cut font lives in memory only: PT's licence reserves its name for the unchanged files.
    """
    options = fontTools.subset.Options(hinting=False, layout_features=[], name_IDs=[6], notdef_outline=True)
    options.drop_tables += _DROPPED
    font = fontTools.ttLib.TTFont(path, recalcTimestamp=False)  # else each process would make its own bytes
    if "fvar" in font or "glyf" not in font:
        raise ValueError("reportlab needs a static TrueType font")
    cutter = fontTools.subset.Subsetter(options)
    cutter.populate(unicodes=_KEPT)
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    out.seek(0)
    return out
