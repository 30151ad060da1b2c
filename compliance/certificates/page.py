"""What stands where on a certificate: letterhead, title, name, course, figures; below them check and signature."""

from functools import lru_cache
from typing import Final

from compliance.certificates import layout, ornament, words
from compliance.certificates.fonts import SANS, SERIF
from compliance.certificates.foot import TOP as FOOT_TOP
from compliance.certificates.foot import foot
from compliance.certificates.layout import Block, Box, Page, Rule, Run, Style
from compliance.certificates.snapshot import Snapshot
from compliance.certificates.words import Pair

_TOP: Final = layout.HEIGHT - 54.0
_FLOOR: Final = FOOT_TOP + 12.0
_GAP_MIN: Final = 4.5
_GAP_MAX: Final = 15.0
_LABEL: Final = 112.0
_VALUE_WIDTH: Final = layout.COLUMN - _LABEL - 8

_CREST: Final = (76.0, 62.0)  # the most that an emblem takes
_BESIDE_CREST: Final = 284.0  # what is left of a column whose middle stays where it was

_NATIONAL: Final = Style(SANS, 9, 7.5, 2, "muted")
_BAR: Final = Style(SERIF, 12, 10, 2, "brand")
_ADDRESS: Final = Style(SANS, 8, 7, 3, "muted")
TITLE_STYLE: Final = Style(SERIF, 17.5, 15, 2, "brand", 0.6)
_SERIAL: Final = Style(SANS, 10.5, 9, 1, "muted", 0.4)
_BODY: Final = Style(SANS, 10, 8.5, 2)
_NAME: Final = Style(SERIF, 28, 17, 1)
_LICENCE: Final = Style(SANS, 9, 8, 1, "muted")
_COURSE: Final = Style(SERIF, 13, 10, 2)
_CAPTION: Final = Style(SANS, 8, 7, 2, "muted")
_VALUE: Final = Style(SANS, 9.5, 8, 2)
_BAND: Final = Style(SANS, 8, 8, 1, "muted", 1.4)


def compose(snapshot: Snapshot) -> Page:
    """Lay a certificate out; texts too long for their lines make the upper part a little smaller.

    Raises ValueError when even the smallest print has no room.
    """
    for scale in layout.SCALES:
        blocks = _blocks(snapshot, scale)
        gaps = sum(block.gap for block in blocks)
        spare = _TOP - _FLOOR - sum(block.height for block in blocks)
        if spare >= gaps * _GAP_MIN * scale:
            gap = min(spare / gaps, _GAP_MAX)
            top = _TOP - (spare - gap * gaps) / 2.4  # what is left over: a little more below than above
            runs, rules = layout.stack(blocks, top, gap)
            below = foot(snapshot)
            band = _example_band() if snapshot.example else Page([], [])
            crest = [_crest(top - blocks[0].height / 2, scale)] if snapshot.crest_sha256 else []
            boxes = [*crest, *below.boxes]
            return Page([*runs, *below.runs, *band.runs], [*rules, *below.rules], band.patches, boxes)
    raise ValueError(layout.TOO_LONG)


def _blocks(s: Snapshot, scale: float) -> list[Block]:
    def pair(gap: float, kk: str, ru: str, style: Style) -> Block:
        return layout.pair_block(gap, Pair(kk, ru), style, scale)

    blocks = [
        *_head(s, scale),
        pair(2.2, *words.TITLE, TITLE_STYLE),
        layout.centred_block(0.8, f"№ {s.serial}", _SERIAL, scale),
        pair(1.6, *words.LEAD, _BODY),
        _name(0.8, s.full_name, scale),
        pair(0.7, *words.licence(s.licence_number, s.licence_date), _LICENCE),
        pair(1.0, *words.STATEMENT[s.kind], _BODY),
        pair(0.8, s.course_title_kk, s.course_title_ru, _COURSE),
        *_facts(words.facts(s), scale),
    ]
    return [block for block in blocks if block.runs]


def _head(s: Snapshot, scale: float) -> list[Block]:
    """Who certifies. With an emblem it is one block: the emblem between the columns, which then keep away from it."""
    width = _BESIDE_CREST if s.crest_sha256 else layout.COLUMN
    blocks = [
        layout.pair_block(0, Pair(s.national_bar_name_kk, s.national_bar_name_ru), _NATIONAL, scale, width),
        layout.pair_block(0.4, Pair(s.bar_name_kk, s.bar_name_ru), _BAR, scale, width),
        layout.pair_block(0.4, Pair(s.letterhead_kk, s.letterhead_ru), _ADDRESS, scale, width),
    ]
    if not s.crest_sha256:
        return blocks
    shown = [block for block in blocks if block.runs]
    text = sum(block.height + block.gap * _GAP_MIN for block in shown)
    height = max(text, _CREST[1] * scale)
    return [Block(0, height, layout.stack(shown, (text - height) / 2, _GAP_MIN)[0])]


def _crest(middle: float, scale: float) -> Box:
    width, height = (side * scale for side in _CREST)
    return Box("crest", layout.MIDDLE - width / 2, middle - height / 2, width, height)


def _name(gap: float, name: str, scale: float) -> Block:
    """The name across both columns, for it is one and the same, over a hairline."""
    block = layout.centred_block(gap, name, _NAME, scale)
    half = max(170.0, max(run.width for run in block.runs) / 2 + 16)
    rule = Rule(layout.MIDDLE - half, layout.MIDDLE + half, -block.height - 2)
    return block._replace(height=block.height + 5, rules=[rule])


def _facts(rows: list[tuple[Pair, list[Pair]]], scale: float) -> list[Block]:
    return [_fact(0.35 if row else 1.4, label, tuple(value), scale) for row, (label, value) in enumerate(rows)]


@lru_cache(maxsize=256)  # a batch shares its course
def _fact(gap: float, label: Pair, value: tuple[Pair, ...], scale: float) -> Block:
    """One row of the table: in each column a caption and beside it the value."""
    caption_size, captions = layout.fit(label, _CAPTION, _LABEL, scale)
    size, wrapped = layout.fit(tuple(text for pair in value for text in pair), _VALUE, _VALUE_WIDTH, scale)
    runs: list[Run] = []
    rows = 0
    for side, (left, lang) in enumerate(layout.COLUMNS):
        lines = [line for text in wrapped[side::2] for line in text]
        runs += layout.flush(captions[side], left, _CAPTION, caption_size, lang, size)
        runs += layout.flush(lines, left + _LABEL + 8, _VALUE, size, lang)
        rows = max(rows, len(lines), len(captions[side]))
    return Block(gap, rows * size * layout.LEADING, runs)


def _example_band() -> Page:
    """«Example» in three languages, in a gap of the frame's upper lines."""
    runs = layout.centred([words.EXAMPLE], layout.MIDDLE, _BAND, _BAND.size)
    half = runs[0].width / 2 + 12
    bottom = layout.HEIGHT - 33
    patch = ornament.band(layout.MIDDLE - half, bottom, 2 * half, 16)
    return Page([run._replace(y=bottom + 4.6) for run in runs], [], [patch])
