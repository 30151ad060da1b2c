"""Cells as they are kept: no control characters, no ``="…"`` wrapping, no endless text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused, Problem
from cle.core.tables.model import Limits, Row, Value, column_letter
from cle.core.tables.wording import filled

_MOST_NOTES = 20
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LETTERS_LOST = re.compile(r"[а-яё]\?+[а-яё]|(?<!\S)\?[а-яё]{2}", re.IGNORECASE)
_ODD = re.compile(f'{_CONTROL.pattern}|\r|^="|\\?+[а-яА-ЯёЁ]')
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)

_MESSAGES = {
    "controls-removed": _("Control characters were taken out of the cell."),
    "letters-lost": _("Question marks stand inside words: Kazakh letters were lost when the file was saved."),
    "cell-cut": _("The cell is too long; the rest of it was left out."),
}


@dataclass(slots=True)
class Cleaner:
    """Cleans cells row by row, counts them against the limits and gathers notes, ``_MOST_NOTES`` of each kind."""

    limits: Limits
    notes: list[Problem] = field(default_factory=list)
    clean: bool = False
    """No cell can need anything: the text was looked through as a whole, which takes far less time."""
    _cells: int = 0
    _counts: dict[str, int] = field(default_factory=dict)

    def rows(self, numbered: Iterable[tuple[int, Sequence[Value]]]) -> tuple[Row, ...]:
        """Clean rows, without the blank ones at the end; raises ``FileRefused`` beyond the limits."""
        rows = list(self._each(numbered))
        while rows and all(cell == "" for cell in rows[-1].cells):
            rows.pop()
        return tuple(rows)

    def note(self, code: str, row: int | None = None, column: int | None = None) -> None:
        self._counts[code] = self._counts.get(code, 0) + 1
        if self._counts[code] <= _MOST_NOTES:
            self.notes.append(Problem(code, _MESSAGES[code], row, None if column is None else column_letter(column)))

    def _each(self, numbered: Iterable[tuple[int, Sequence[Value]]]) -> Iterator[Row]:
        limits, longest = self.limits, self.limits.cell_characters
        for count, (number, cells) in enumerate(numbered, 1):
            width = len(cells)
            self._cells += width
            if count > limits.rows or width > limits.columns or self._cells > limits.cells:
                refuse_beyond(limits, rows=count, columns=width, cells=self._cells, at=number)
            if not self.clean and any(
                isinstance(cell, str) and (len(cell) > longest or _ODD.search(cell)) for cell in cells
            ):
                cells = [self._clean(cell, number, index) for index, cell in enumerate(cells)]
            yield Row(number, tuple(cells))

    def _clean(self, cell: Value, row: int, column: int) -> Value:
        if not isinstance(cell, str):
            return cell
        text = cell.replace("\r\n", "\n").replace("\r", "\n")
        if _CONTROL.search(text):
            text = _CONTROL.sub("", text)
            self.note("controls-removed", row, column)
        if wrapped := _AS_TEXT.fullmatch(text):
            text = wrapped[1].replace('""', '"')
        if _LETTERS_LOST.search(text):
            self.note("letters-lost", row, column)
        if len(text) > self.limits.cell_characters:
            text = text[: self.limits.cell_characters]
            self.note("cell-cut", row, column)
        return text


def is_clean(text: str, limits: Limits) -> bool:
    """Whether no cell of a text without quotes can hold anything that a ``Cleaner`` would change or note."""
    if '"' in text or "?" in text or "\r" in text or _CONTROL.search(text):
        return False
    return all(len(line) <= limits.cell_characters for line in text.split("\n"))


def refuse_beyond(limits: Limits, *, rows: int, columns: int, cells: int, at: int | None = None) -> None:
    """Raise ``FileRefused`` if a table of this size is more than the limits allow; ``at`` is the row reached."""
    if rows > limits.rows:
        message = filled(_("The table has more than %(most)s rows. Split it into several files."), most=limits.rows)
        raise FileRefused("too-many-rows", message)
    if columns > limits.columns:
        message = filled(_("The table is wider than %(most)s columns."), most=limits.columns)
        raise FileRefused("too-many-columns", message, row=at)
    if cells > limits.cells:
        message = filled(_("The table has more than %(most)s cells. Split it into several files."), most=limits.cells)
        raise FileRefused("too-many-cells", message, row=at)
