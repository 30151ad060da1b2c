"""PT Sans and PT Serif for embedding: both have every Kazakh letter, and are drawn to stand together."""

import io
from collections.abc import Iterable, Mapping, Set
from functools import cache, lru_cache
from itertools import groupby
from threading import Lock
from typing import Any, Final, NamedTuple

import fontpkg
import fontTools.subset
import fontTools.ttLib
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTFont

SANS: Final = "Certificate-Sans"
SERIF: Final = "Certificate-Serif-Bold"

FACES: Final = {SANS: ("PT Sans", 400), SERIF: ("PT Serif", 700)}
# Latin with its European letters, all Cyrillic, the punctuation of both, and the numero sign.
_KEPT: Final = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x400, 0x530), *range(0x2010, 0x2027), 0x2116]
_DROPPED: Final = ["DSIG", "hdmx", "kern", "GPOS", "GSUB", "GDEF"]
_LETTERS: Final = frozenset({*map(chr, range(0x410, 0x450)), *"ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі"})
# In each file, used or not. More would save no time worth the bytes: the bold face is for names and titles.
_USUAL: Final = {
    SANS: _LETTERS | set(" 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.,:;-–()/№«»@"),
    SERIF: _LETTERS | set(" -"),
}
_registering: Final = Lock()
_embedding: Final = Lock()


def register() -> None:
    """Make the faces known to reportlab; a third of a second each, once per process, safe in several threads."""
    with _registering:
        _register()


@cache
def _register() -> None:
    rl_config.useA85 = 0  # ASCII85 makes streams a quarter longer and serves no printer of this century
    for name, (family, weight) in FACES.items():
        # Only characters in use are embedded (asciiReadable would add all of ASCII to each file).
        font = TTFont(name, _slim(fontpkg.path(family, weight, "normal")), asciiReadable=False, shapable=False)
        pdfmetrics.registerFont(font)


def alone() -> Lock:
    """To be held by whoever lets reportlab embed the faces by itself: it reads a font through one shared position."""
    return _embedding


class Cut(NamedTuple):
    """A face cut to some characters: its parts' names in the document, and how each character is written.

    A part holds 255 characters, so nearly always there is one. Codes are reportlab's: 256 times the part plus a byte.
    """

    parts: list[str]
    codes: dict[int, int]
    hexadecimal: dict[int, str]

    def written(self, text: str) -> Iterable[tuple[str, str]]:
        """The text in pieces of one part each: the part's name and the piece as hexadecimal digits."""
        if len(self.parts) == 1:
            return [(self.parts[0], text.translate(self.hexadecimal))]
        pieces = groupby(text, key=lambda char: self.codes[ord(char)] >> 8)
        return [(self.parts[part], "".join(piece).translate(self.hexadecimal)) for part, piece in pieces]


class Embedding(NamedTuple):
    """Both faces as the first objects of a document, in their order and ready for the file; documents share them."""

    objects: dict[str, bytes]
    cuts: dict[str, Cut]

    def enter(self, document: Any) -> None:
        """Put the faces into a new document: the objects name each other by number, so nothing may come before."""
        (resources, body), *others = self.objects.items()
        document.idToObject[resources] = body
        for name, ready in others:
            document.Reference(ready, name)


def embedding(used: Mapping[str, Set[str]]) -> Embedding:
    """The faces with the letters of both languages and whatever else of each face is used; safe in several threads.

    It depends on the characters alone, not on the documents before. What one certificate of a batch adds to the
    usual characters the others add too (Latin letters in a course's title, say), so few are made and most are reused.
    """
    with _embedding:  # reportlab reads a font through one shared file position
        return _embedding_with(tuple((name, frozenset(used[name] - _USUAL[name])) for name in FACES))


@lru_cache(maxsize=128)  # 20 kB each; making one takes some 6 ms
def _embedding_with(further: tuple[tuple[str, frozenset[str]], ...]) -> Embedding:
    register()
    draft: Any = PDFDocument(compression=1, invariant=1)
    cuts = {name: _cut(name, _USUAL[name] | chars, draft) for name, chars in further}
    for font in draft.delayedFonts:
        font.addObjects(draft)
    names = [draft.numberToId[number] for number in sorted(draft.numberToId)]
    return Embedding({name: draft.idToObject[name].format(draft) for name in names}, cuts)


def _cut(name: str, chars: Set[str], draft: Any) -> Cut:
    font: Any = pdfmetrics.getFont(name)
    parts = font.splitString("".join(sorted(chars)), draft)
    codes = dict(font.state[draft].assignments)
    names = [font.getSubsetInternalName(part, draft) for part, _ in parts]
    return Cut(names, codes, {char: f"{code & 0xFF:02x}" for char, code in codes.items()})


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
