"""How far the sheets of an .ods reach: it repeats rows and cells by a number, so a small file can be a huge table."""

from __future__ import annotations

from xml.parsers import expat

from cle.core.tables.model import Limits
from cle.core.tables.sheetxml import Found, parse

_FAR = 2_000_000


def scan_ods(xml: bytes, limits: Limits) -> dict[str, Found]:
    """One ``Found`` per sheet name; raises ``FileRefused`` if any sheet is broken or too large.

    All sheets count, since the reader expands them all when it opens the file.
    """
    scan = _Content(limits)
    parse(scan.parser, xml)
    return scan.sheets


class _Content:
    """Expat's handlers for content.xml; names keep the prefixes that every writer of this format uses."""

    __slots__ = ("column", "found", "limits", "parser", "repeat", "row", "row_repeat", "sheets")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: dict[str, Found] = {}
        self.found = Found(limits)
        self.row = self.column = 0
        self.repeat = self.row_repeat = 1
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            self.open_cell(attributes)
        elif name == "table:table-row":
            self.column = 0
            self.row_repeat = _times(attributes.get("table:number-rows-repeated", ""))
            self.found.hidden_rows += attributes.get("table:visibility") in ("collapse", "filter")
        elif name == "text:p":
            self.filled()
        elif name == "table:table":
            self.row = 0
            self.found = self.sheets.setdefault(attributes.get("table:name", ""), Found(self.limits))
        elif name == "table:table-column" and attributes.get("table:visibility") in ("collapse", "filter"):
            self.found.hidden_columns = True

    def end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            self.column += self.repeat
        elif name == "table:table-row":
            self.row += self.row_repeat

    def open_cell(self, attributes: dict[str, str]) -> None:
        self.repeat = _times(attributes.get("table:number-columns-repeated", ""))
        if attributes.get("calcext:value-type") == "error":
            self.found.error(self.row, self.column)
        elif "office:value-type" in attributes:
            self.filled()
        elif "table:formula" in attributes:
            self.found.no_value(self.row, self.column)

    def filled(self) -> None:
        self.found.filled(self.row + self.row_repeat - 1, self.column + self.repeat - 1)


def _times(repeated: str) -> int:
    return min(int(repeated), _FAR) if repeated.isdecimal() else 1
