"""CSV, TSV and their relatives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused, Problem
from cle.core.tables.clean import Cleaner, is_clean, refuse_beyond
from cle.core.tables.delimited import Record, find_delimiter, records, without_quoted
from cle.core.tables.encoding import decode
from cle.core.tables.model import Limits, Table
from cle.core.tables.mojibake import repair
from cle.core.tables.wording import filled

_CERTAIN = frozenset({"utf-8", "utf-8-sig", "utf-16", "utf-32"})
_MARKS_AS_TEXT = ("\ufeff", "п»ї", "ÿþ", "þÿ", "ï»¿")
_SEPARATOR_LINE = re.compile(r'"?sep=([^"\n])"?[ \t]*(?:\n|$)', re.IGNORECASE)
_GUESSED = _("The file does not say its encoding; %(encoding)s was taken. Check the names in the preview.")
_QUOTES = _("Quotation marks in this row are not doubled as they should be; check its cells.")
_MOST_NOTES = 20


def read_text(content: bytes, *, encoding: str = "", limits: Limits) -> Table:
    """The table in a delimited text; raises ``FileRefused``."""
    text, name = decode(content, encoding)
    text, notes = _plain(text)
    if not encoding and name not in _CERTAIN and not text.isascii():
        notes.append(Problem("encoding-guessed", filled(_GUESSED, encoding=name)))
    text, delimiter, declared = _delimiter(text)
    _refuse_wide(text, delimiter, limits)
    found, repaired = records(_unwrapped(text, delimiter), delimiter, most=limits.rows + 2)
    notes += [Problem("quotes-repaired", _QUOTES, row) for row in repaired[:_MOST_NOTES]]
    cleaner = Cleaner(limits, clean=is_clean(text, limits))
    rows = cleaner.rows(_let_go(found[1:] if declared else found))
    if not rows:
        raise FileRefused("empty-file", _("The file is empty."))
    return Table("csv", rows, encoding=name, delimiter=delimiter, notes=(*notes, *cleaner.notes))


def _let_go(found: list[Record]) -> Iterator[Record]:
    """One after another, none of which is kept: of large files each would be in memory twice."""
    found.reverse()
    while found:
        yield found.pop()


def _plain(text: str) -> tuple[str, list[Problem]]:
    """The text with LF line ends, no byte order mark in any disguise, and no double encoding."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark in _MARKS_AS_TEXT:
        text = text.removeprefix(mark)
    text, notes = repair(text)
    return text.removeprefix("\ufeff"), notes


def _delimiter(text: str) -> tuple[str, str, bool]:
    """The text, its delimiter, and whether a ``sep=`` line declared it; that line is then left blank."""
    if declared := _SEPARATOR_LINE.match(text):
        return "\n" + text[declared.end() :], declared[1], True
    return text, find_delimiter(text[:200_000].split("\n")), False


def _refuse_wide(text: str, delimiter: str, limits: Limits) -> None:
    """Before parsing: a line of millions of delimiters would be millions of cells."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(delimiter) >= limits.columns:
            width = without_quoted(line).rstrip(delimiter).count(delimiter) + 1
            refuse_beyond(limits, rows=0, columns=width, cells=0, at=number)


def _unwrapped(text: str, delimiter: str) -> str:
    """``="…"``, which keeps leading zeros from Excel, as plain quoted cells."""
    return re.sub(f'(^|{re.escape(delimiter)})="', r'\1"', text, flags=re.MULTILINE) if '="' in text else text
