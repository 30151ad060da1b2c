"""What the workbook reader does not tell of a worksheet: how far it reaches, and which cells lost their value."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cle.core.errors import FileRefused, Problem
from cle.core.tables.archive import BROKEN
from cle.core.tables.clean import refuse_beyond
from cle.core.tables.model import Limits, column_letter
from cle.core.tables.wording import filled

_MOST_NOTES = 20
_ROW_DIGITS = "0123456789"
_NO_VALUE = _("The cell has a formula that was never calculated. Open the file in a spreadsheet program and save it.")
_ERROR = _("The cell shows an error (such as #N/A) and was read as empty.")
_HIDDEN_ROWS = _("Hidden rows (%(count)s) were read like the others.")
_HIDDEN_COLUMNS = _("Hidden columns were read like the others.")
_SHOWN = frozenset({"0", "false", ""})


@dataclass(slots=True)
class Found:
    """What a scan saw: the size of the filled area, and notes with rows from 1 and column letters."""

    limits: Limits
    rows: int = 0
    columns: int = 0
    hidden_rows: int = 0
    hidden_columns: bool = False
    notes: list[Problem] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)

    def filled(self, row: int, column: int) -> None:
        """Count a cell (from 0) as filled; raises ``FileRefused`` as soon as the area is too large."""
        if row >= self.rows or column >= self.columns:
            self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
            refuse_beyond(self.limits, rows=self.rows, columns=self.columns, cells=self.rows * self.columns)

    def note(self, code: str, message: Promise, row: int, column: int) -> None:
        self._counts[code] = self._counts.get(code, 0) + 1
        if self._counts[code] <= _MOST_NOTES:
            self.notes.append(Problem(code, message, row + 1, column_letter(column)))

    def no_value(self, row: int, column: int) -> None:
        self.note("formula-without-value", _NO_VALUE, row, column)

    def error(self, row: int, column: int) -> None:
        self.note("error-cell", _ERROR, row, column)

    def all_notes(self) -> list[Problem]:
        notes = list(self.notes)
        if self.hidden_rows:
            notes.append(Problem("hidden-rows", filled(_HIDDEN_ROWS, count=self.hidden_rows)))
        if self.hidden_columns:
            notes.append(Problem("hidden-columns", _HIDDEN_COLUMNS))
        return notes


def scan_worksheet(xml: bytes, limits: Limits) -> Found:
    """Read a worksheet of an .xlsx once, in a stream; raises ``FileRefused`` if it is broken or too large."""
    scan = _Worksheet(Found(limits))
    scan.run(xml)
    return scan.found


class _Worksheet:
    """Expat's handlers. Millions of calls, hence no end handler and text only where a formula needs it."""

    __slots__ = ("column", "formula", "found", "letters", "parser", "prefix", "row", "type", "value")

    def __init__(self, found: Found) -> None:
        self.found = found
        self.letters: dict[str, int] = {}
        self.row = self.column = -1
        self.prefix = self.type = ""
        self.formula = self.value = False
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self.root

    def run(self, xml: bytes) -> None:
        parse(self.parser, xml)
        self.close_cell()

    def root(self, name: str, attributes: dict[str, str]) -> None:
        self.prefix = name[: name.find(":") + 1]
        self.parser.StartElementHandler = self.prefixed if self.prefix else self.start

    def prefixed(self, name: str, attributes: dict[str, str]) -> None:
        self.start(name.removeprefix(self.prefix), attributes)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            if self.formula:
                self.close_cell()
            self.open_cell(attributes)
        elif name in ("v", "is"):
            self.found.filled(self.row, self.column)
            if self.formula:
                self.parser.CharacterDataHandler = self.text
        elif name == "f":
            self.formula = True
        elif name == "row":
            self.next_row(attributes)
        elif name == "col" and attributes.get("hidden", "") not in _SHOWN:
            self.found.hidden_columns = True

    def next_row(self, attributes: dict[str, str]) -> None:
        self.close_cell()
        number = attributes.get("r", "")
        self.row = int(number) - 1 if number.isdecimal() else self.row + 1
        self.column = -1
        if attributes.get("hidden", "") not in _SHOWN:
            self.found.hidden_rows += 1

    def open_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference:
            letters = reference.rstrip(_ROW_DIGITS)
            self.column = self.letters[letters] if letters in self.letters else self.index(letters)
            self.row = int(reference[len(letters) :] or 0) - 1
        else:
            self.column += 1
        self.type = attributes.get("t", "")
        if self.type == "e":
            self.found.error(self.row, self.column)

    def index(self, letters: str) -> int:
        number = 0
        for letter in letters.upper()[:4]:
            number = number * 26 + ord(letter) - ord("A") + 1
        self.letters[letters] = number - 1
        return number - 1

    def text(self, data: str) -> None:
        self.value = True
        self.parser.CharacterDataHandler = None

    def close_cell(self) -> None:
        """A text formula may well give an empty text; any other formula without a value was never calculated."""
        if self.formula and not self.value and self.type != "str":
            self.found.no_value(self.row, self.column)
        self.formula = self.value = False
        self.parser.CharacterDataHandler = None


def parse(parser: expat.XMLParserType, xml: bytes) -> None:
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise FileRefused("broken-file", BROKEN) from error
