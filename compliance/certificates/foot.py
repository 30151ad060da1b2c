"""The lower part of a certificate: how to check it, the day of issue, the place of the seal, the signature."""

from typing import Final

from compliance.certificates import layout, words
from compliance.certificates.fonts import SANS
from compliance.certificates.layout import Block, Box, Page, Rule, Run, Style
from compliance.certificates.snapshot import Snapshot

TOP: Final = 136.5
QR_BOX: Final = (layout.LEFT, 65.0, 70.0)  # left, bottom, side
_BOTTOM: Final = 52.0
_GAP: Final = 2.5
_CHECK_X: Final = layout.LEFT + QR_BOX[2] + 14
_CHECK_WIDTH: Final = 200.0
_ISSUED_X: Final = _CHECK_X + _CHECK_WIDTH + 24
_ISSUED_WIDTH: Final = 80.0
_SIGN_WIDTH: Final = 250.0
_SIGN_X: Final = layout.RIGHT - _SIGN_WIDTH
_SIGN_Y: Final = 74.0
_SIGN_END: Final = _SIGN_X + 112.0
_NAME_X: Final = _SIGN_END + 8
_NAME_ROOM: Final = 32.0
_PEN_ROOM: Final = 20.0  # what a hand needs above the line
_SEAL_X: Final = _SIGN_X - 40.0
_SEAL_BOX: Final = Box("seal", _SEAL_X - 39, _BOTTOM, 78, 78)

_SMALL: Final = Style(SANS, 7.5, 5.5, 3, "muted")
_URL: Final = Style(SANS, 7.5, 5.5, 2)
_CODE: Final = Style(SANS, 10, 8, 1, "ink", 0.3)
_SIGNATORY: Final = Style(SANS, 9.5, 7, 2)
_OFFICE: Final = Style(SANS, 8.5, 6, 2)

Text = tuple[str, Style, str]


def foot(s: Snapshot) -> Page:
    """Lay the lower part out, from `TOP` down. Raises ValueError when a text has no room in its place."""
    name = _on_line(s.signatory_name)
    pen_room = max([_PEN_ROOM, *(run.y + run.size - _SIGN_Y for run in name)])
    under_line = _SIGN_Y - 2
    return Page(
        [
            *_column(_check(s), _CHECK_X, _CHECK_WIDTH, TOP - _BOTTOM),
            *_column(_issued(s), _ISSUED_X, _ISSUED_WIDTH, TOP - _BOTTOM),
            *_column(_office(s), _SIGN_X, _SIGN_WIDTH, TOP - _SIGN_Y - pen_room),
            *name,
            *([] if s.seal_sha256 else _caption(f"{words.SEAL.kk} / {words.SEAL.ru}", _SEAL_X, under_line)),
            *_caption(f"{words.SIGNED.kk} / {words.SIGNED.ru}", (_SIGN_X + _SIGN_END) / 2, under_line),
        ],
        [Rule(_SIGN_X, _SIGN_END, _SIGN_Y)],
        boxes=[_SEAL_BOX] if s.seal_sha256 else [],
    )


def _check(s: Snapshot) -> list[Text]:
    kk, ru = words.CHECK
    return [(kk, _SMALL, "kk"), (ru, _SMALL, "ru"), (s.verify_url, _URL, ""), (s.code, _CODE, "")]


def _issued(s: Snapshot) -> list[Text]:
    kk, ru = words.ISSUED
    return [(kk, _SMALL, "kk"), (ru, _SMALL, "ru"), (words.day_text(s.issued_on), _CODE, "")]


def _office(s: Snapshot) -> list[Text]:
    return [(s.signatory_title_kk, _OFFICE, "kk"), (s.signatory_title_ru, _OFFICE, "ru")]


def _on_line(name: str) -> list[Run]:
    """The signatory's name to the right of the line, its last row level with it."""
    runs = _column([(name, _SIGNATORY, "")], _NAME_X, layout.RIGHT - _NAME_X, _NAME_ROOM)
    return [run._replace(y=run.y - runs[-1].y + _SIGN_Y) for run in runs]


def _column(texts: list[Text], left: float, width: float, room: float) -> list[Run]:
    """Texts under each other from `TOP`, as large as `room` allows; texts of one style have one size."""
    for scale in layout.SCALES:
        blocks = _flush_blocks(texts, left, width, scale)
        if sum(block.height + _GAP for block in blocks) <= room + _GAP:
            return layout.stack(blocks, TOP + _GAP, _GAP)[0]
    raise ValueError(layout.TOO_LONG)


def _flush_blocks(texts: list[Text], left: float, width: float, scale: float) -> list[Block]:
    blocks = []
    fitted = {}
    for text, style, lang in texts:
        if style not in fitted:
            alike = tuple(other for other, own, _ in texts if own == style)
            size, wrapped = layout.fit(alike, style, width, scale)
            fitted[style] = size, dict(zip(alike, wrapped, strict=True))
        size, lines = fitted[style][0], fitted[style][1][text]
        blocks.append(Block(1, len(lines) * size * layout.LEADING, layout.flush(lines, left, style, size, lang)))
    return blocks


def _caption(text: str, centre: float, top: float) -> list[Run]:
    return [run._replace(y=run.y + top) for run in layout.centred([text], centre, _SMALL, _SMALL.size)]
