"""Bytes to text, for tables saved by programs that do not say in which encoding."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused
from cle.core.tables.delimited import find_delimiter, without_quoted
from cle.core.tables.model import column_letter

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# KZ-1048 is Windows-1251 with the Kazakh letters; Russian text is the same in both.
_SINGLE_BYTE = ("kz1048", "cp1251", "koi8-r", "cp866")
_LETTERS = frozenset("АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя№«»–—")
_FLIPPED_CASE = re.compile(r"[а-яәғқңөұүһі][А-ЯӘҒҚҢӨҰҮҺІ]")
_SAMPLE = 100_000  # bytes: thousands of words, which leave no doubt
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r"})
_HIGH_BYTES = frozenset(b"\x00\x04\x20\x21")  # Latin, Cyrillic, punctuation, №


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text and the encoding's name: the one asked for, else the one that the bytes show.

    Order: byte order mark, UTF-16 without one, strict UTF-8, then the single-byte encoding whose letters
    look most like Kazakh or Russian. Raises ``FileRefused`` where bytes do not fit; none is ever replaced.
    """
    if encoding:
        return _as_asked(content, encoding), encoding
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, name), name
    if name := _utf16_without_mark(content):
        return _strictly(content, name), name
    _refuse_binary(content[:_SAMPLE])
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(content, error)
        name = _likeliest(content[max(0, error.start - 1000) :][:_SAMPLE])
    return _strictly(content, name), name


def _as_asked(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError as error:
        raise FileRefused("unknown-encoding", _("This encoding is not known.")) from error
    except UnicodeDecodeError as error:
        raise FileRefused("wrong-encoding", _("The file is not in the encoding that was chosen.")) from error


def _strictly(content: bytes, name: str) -> str:
    width = {"utf-16": 2, "utf-32": 4}.get(name.removesuffix("-le").removesuffix("-be"), 1)
    try:
        return content[: len(content) // width * width].decode(name)
    except UnicodeDecodeError as error:
        _refuse_byte(content, error, name)
        raise


def _utf16_without_mark(content: bytes) -> str:
    """The byte order if every second byte could be the high byte of Latin or Cyrillic text, else ``""``."""
    sample = content[:4096]
    if b"\x00" not in sample or len(sample) < 4:
        return ""
    for name, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        fitting = sum(byte in _HIGH_BYTES for byte in high)
        if fitting >= 0.9 * len(high) and low.count(0) < 0.1 * len(low):
            return name
    return ""


def _refuse_binary(sample: bytes) -> None:
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 20:
        raise FileRefused("not-a-table", _("This is not a table. Save it as .xlsx or .csv and upload that."))


def _refuse_damaged_utf8(content: bytes, error: UnicodeDecodeError) -> None:
    """A few bad bytes among many good multi-byte letters are damage, not another encoding."""
    text = content.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    if good >= 3 * bad:
        _refuse_byte(content, error, "utf-8")


def _refuse_byte(content: bytes, error: UnicodeDecodeError, name: str) -> None:
    before = content[: error.start].decode(name, "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = before.split("\n")
    delimiter = find_delimiter(lines)
    raise FileRefused(
        "bad-byte",
        _("The file is damaged: a character in it cannot be read. Save it again as UTF-8."),
        row=len(lines),
        column=column_letter(without_quoted(lines[-1]).count(delimiter)),
    ) from error


def _likeliest(sample: bytes) -> str:
    best, name = None, _SINGLE_BYTE[-1]
    for candidate in _SINGLE_BYTE:
        score = _score(sample.decode(candidate, "replace"))
        if best is None or score > best:
            best, name = score, candidate
    return name


def _score(text: str) -> int:
    """Good letters less bad ones; KOI8-R read as Windows-1251 gives letters too, but flips their case."""
    letters = sum(1 if char in _LETTERS else -3 for char in text if char > "\x7f")
    return letters - 2 * len(_FLIPPED_CASE.findall(text))
