"""UTF-8 that a program took for Windows-1251 or -1252 and saved as UTF-8 once more: "РђСЃРєР°СЂ"."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem

_REPAIRED = _("The text was encoded twice; it has been put right. Check the names.")
_DOUBTFUL = _("The text looks as if it had been encoded twice. Check it against the original.")


def _characters(codec: str, first: int, last: int) -> str:
    """What the codec makes of the bytes; those it leaves undefined stay control characters, as in Windows."""
    return "".join(bytes([n]).decode(codec, "ignore") or chr(n) for n in range(first, last + 1))


def _back(codec: str) -> dict[int, int]:
    return {ord(char): number for number, char in enumerate(_characters(codec, 0x80, 0xFF), 0x80)}


def _leads(codec: str) -> str:
    return _characters(codec, 0xD0, 0xD3)


def _pattern(codec: str) -> re.Pattern[str]:
    """Three Cyrillic letters on end, each seen as a lead byte (D0 to D3) and a continuation byte."""
    lead, continuation = _leads(codec), _characters(codec, 0x80, 0xBF)
    return re.compile(f"(?:[{lead}][{re.escape(continuation)}]){{3}}")


_CODECS = tuple((_leads(codec), _pattern(codec), _back(codec)) for codec in ("cp1251", "cp1252"))


def repair(text: str) -> tuple[str, list[Problem]]:
    """The text with doubly encoded lines put right, and one note for each kind of find (its first row)."""
    for leads, pattern, back in _CODECS:
        if any(lead in text for lead in leads) and pattern.search(text):
            return _by_line(text, pattern, back)
    return text, []


def _by_line(text: str, pattern: re.Pattern[str], back: dict[int, int]) -> tuple[str, list[Problem]]:
    lines = text.split("\n")
    notes: dict[str, Problem] = {}
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        restored = _undo(line, back)
        if restored is not None:
            lines[index] = restored
            notes.setdefault("double-encoded", Problem("double-encoded", _REPAIRED, index + 1))
        elif pattern.search(line):
            notes.setdefault("maybe-double-encoded", Problem("maybe-double-encoded", _DOUBTFUL, index + 1))
    return "\n".join(lines), list(notes.values())


def _undo(line: str, back: dict[int, int]) -> str | None:
    try:
        return line.translate(back).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
