"""Typesetting in two columns: fitting texts to their width and stacking blocks on a page of A4 landscape.

The law on languages (Law of 11 July 1997 No. 151, Art. 21) asks for Kazakh on the left, Russian on the right and
letters of one size. Both sides of a pair are therefore fitted together. Lengths are points; y runs upwards.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from compliance.certificates.fonts import advances
from compliance.certificates.words import Pair

WIDTH: Final = 841.89
HEIGHT: Final = 595.28
LEFT: Final = 62.0
RIGHT: Final = WIDTH - LEFT
COLUMN: Final = 340.0
MIDDLE: Final = WIDTH / 2
COLUMNS: Final = ((LEFT, "kk"), (RIGHT - COLUMN, "ru"))
LEADING: Final = 1.24
SCALES: Final = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46)  # tried in turn until all fits
TOO_LONG: Final = "the certificate's texts are too long for one page"
_ASCENT: Final = 0.95
_STEP: Final = 0.5


class Style(NamedTuple):
    """A face, the size wanted, the least size before a text may take more lines than `lines`, and a colour."""

    font: str
    size: float
    least: float
    lines: int
    colour: str = "ink"
    tracking: float = 0.0


class Run(NamedTuple):
    """One line of text: left end and baseline. `lang` is "kk", "ru" or "" where the text is of no language."""

    x: float
    y: float
    text: str
    style: Style
    size: float
    lang: str

    @property
    def width(self) -> float:
        return text_width(self.text, self.style, self.size)


class Rule(NamedTuple):
    """A hairline."""

    x1: float
    x2: float
    y: float


class Block(NamedTuple):
    """A piece of the page whose top is y = 0, and the gap wanted above it (1 is an ordinary gap)."""

    gap: float
    height: float
    runs: list[Run]
    rules: Sequence[Rule] = ()


class Box(NamedTuple):
    """Where a picture stands, in the middle and as large as its own shape allows; ``name`` says which."""

    name: str
    left: float
    bottom: float
    width: float
    height: float


class Page(NamedTuple):
    """A page ready to draw, besides its frame and QR code; patches are operators drawn over the frame."""

    runs: list[Run]
    rules: list[Rule]
    patches: Sequence[str] = ()
    boxes: Sequence[Box] = ()


def text_width(text: str, style: Style, size: float) -> float:
    """The width of one line with its letter-spacing, which shrinks with the letters."""
    return (sum(map(advances(style.font).__getitem__, text)) + style.tracking / style.size * len(text)) * size


@lru_cache(maxsize=256)  # titles, captions, letterhead and signatory are the same from one certificate to the next
def fit(texts: tuple[str, ...], style: Style, width: float, scale: float = 1.0) -> tuple[float, list[list[str]]]:
    """The largest size, half a point at a time, at which each text takes at most `style.lines` lines of `width`.

    At the least size texts take as many lines as they need. Returns that one size and each text's lines, which
    the caller must leave as they are.
    """
    size, least = style.size * scale, style.least * scale
    while True:
        wrapped = [wrap(text, style, size, width) for text in texts]
        if size <= least or all(len(lines) <= style.lines for lines in wrapped):
            return size, [_balance(text, lines, style, size) for text, lines in zip(texts, wrapped, strict=True)]
        size = max(size - _STEP, least)


def wrap(text: str, style: Style, size: float, width: float) -> list[str]:
    """Break at newlines and at spaces; a single word wider than the line is broken where the line ends."""
    return [line for paragraph in text.splitlines() for line in _wrap_paragraph(paragraph, style, size, width)]


def _wrap_paragraph(text: str, style: Style, size: float, width: float) -> list[str]:
    if text_width(text, style, size) <= width:
        return [" ".join(text.split())] if text.strip() else []
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if text_width(longer, style, size) <= width:
            lines[-1:] = [longer]
        else:
            lines += _pieces(word, style, size, width)
    return lines


def _pieces(word: str, style: Style, size: float, width: float) -> list[str]:
    pieces = [""]
    for char in word:
        if pieces[-1] and text_width(pieces[-1] + char, style, size) > width:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _balance(text: str, lines: list[str], style: Style, size: float) -> list[str]:
    """The same number of lines, as even as words allow: no lone word at the end."""
    if len(lines) < 2 or len(text.splitlines()) > 1:
        return lines
    high = max(text_width(line, style, size) for line in lines)
    longest = max(text_width(word, style, size) for word in text.split())  # any narrower would cut that word
    low = min(high, max(longest, text_width(text, style, size) / len(lines)))
    while high - low > 2:
        middle = (low + high) / 2
        narrower = wrap(text, style, size, middle)
        if len(narrower) > len(lines):
            low = middle
        else:
            lines, high = narrower, middle
    return lines


def centred(lines: list[str], centre: float, style: Style, size: float, lang: str = "") -> list[Run]:
    """Lines under each other about a vertical axis; the first one's top is y = 0."""
    return [
        Run(centre - text_width(line, style, size) / 2, -size * (_ASCENT + LEADING * row), line, style, size, lang)
        for row, line in enumerate(lines)
    ]


def flush(lines: list[str], left: float, style: Style, size: float, lang: str = "", pitch: float = 0) -> list[Run]:
    """Lines from a left edge; `pitch` puts them on the baselines of another size of text."""
    pitch = pitch or size
    return [Run(left, -pitch * (_ASCENT + LEADING * row), line, style, size, lang) for row, line in enumerate(lines)]


@lru_cache(maxsize=256)
def pair_block(gap: float, pair: Pair, style: Style, scale: float, width: float = COLUMN) -> Block:
    """Kazakh centred in the left column, Russian in the right one, at one size."""
    size, wrapped = fit(pair, style, width, scale)
    runs = [
        run
        for (left, lang), lines in zip(COLUMNS, wrapped, strict=True)
        for run in centred(lines, left + COLUMN / 2, style, size, lang)
    ]
    return Block(gap, max(map(len, wrapped)) * size * LEADING, runs)


def centred_block(gap: float, text: str, style: Style, scale: float) -> Block:
    """One text across both columns."""
    size, (lines,) = fit((text,), style, RIGHT - LEFT, scale)
    return Block(gap, len(lines) * size * LEADING, centred(lines, MIDDLE, style, size))


def stack(blocks: list[Block], top: float, gap: float) -> tuple[list[Run], list[Rule]]:
    """Put blocks under each other from `top` down, `gap` points to each unit of gap."""
    runs: list[Run] = []
    rules: list[Rule] = []
    for block in blocks:
        top -= block.gap * gap
        runs.extend(run._replace(y=top + run.y) for run in block.runs)
        rules.extend(rule._replace(y=top + rule.y) for rule in block.rules)
        top -= block.height
    return runs, rules
