"""Finding the heading row of a table, and the columns that matter, however the headings are spelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cle.core.tables.model import Row, Table, Value
from cle.core.tables.values import INVISIBLE, cell_text

_BOM_AS_TEXT = ("\ufeff", "п»ї", "ÿþ", "þÿ", "ï»¿")
_QUOTES = "\"'«»“”„`"
_LATIN = str.maketrans("abcehikmoptxy", "авсеникмортху")
# Bars type Kazakh headings with and without the Kazakh letters, and text saved as cp1251 has lost them.
_KAZAKH = str.maketrans("ёәғқңөұүһі", "еагкноууни")
_TOTALS = ("итого", "всего", "барлығы", "жиыны", "total", "grand total")


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the headings are: the row's index in ``Table.rows`` and each field's cell index, both from 0.

    ``repeated`` holds all places of a field whose heading stands more than once; ``columns`` has the first.
    """

    row_index: int
    columns: Mapping[str, int]
    repeated: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def value(self, row: Row, name: str) -> Value:
        """The field's cell in this row; ``""`` where the column is absent or the row too short."""
        index = self.columns.get(name, len(row.cells))
        return row.cells[index] if index < len(row.cells) else ""


def heading_key(text: Value) -> str:
    """A heading reduced to what headings are compared by: never shown, never stored.

    Case, spacing, quotes, byte order marks, invisible characters, Kazakh or Russian spelling and
    the script of look-alike letters make no difference.
    """
    key = cell_text(text).strip()
    if key.isascii() and key.isdigit():
        return key
    for mark in _BOM_AS_TEXT:
        key = key.removeprefix(mark)
    key = unicodedata.normalize("NFKC", key.replace("№", "№ ")).translate(INVISIBLE).casefold()
    key = key.replace("’", "'").replace("–", "-").replace("—", "-")
    key = re.sub(r"\s+", " ", key).replace(" ,", ",").replace(", ", ",").replace("( ", "(").replace(" )", ")")
    key = key.replace(" (", "(").replace(" -", "-").replace("- ", "-").replace(" /", "/").replace("/ ", "/")
    return key.strip(_QUOTES + " :*.;").translate(_LATIN).translate(_KAZAKH)


def find_heading(
    table: Table,
    aliases: Mapping[str, Collection[str]],
    *,
    required: Collection[str],
    search_rows: int = 60,
) -> Heading | None:
    """The row, among the first ``search_rows``, in which most fields of ``aliases`` are named; the first if equal.

    A row without all the ``required`` fields does not count. Headings over two rows (a group title with
    its columns below) are tried last. One column may serve two fields: whether "имя" is a full or
    a given name is for the caller to say.
    """
    keys = {name: {heading_key(alias) for alias in names} for name, names in aliases.items()}
    rows = [[heading_key(cell) for cell in row.cells] for row in table.rows[:search_rows]]
    single = [_match(index, row, keys) for index, row in enumerate(rows)]
    double = [_match(index, _stacked(upper, lower), keys) for index, (upper, lower) in enumerate(pairwise(rows), 1)]
    for found in (single, double):
        fit = [heading for heading in found if heading.columns and set(required) <= heading.columns.keys()]
        if fit:
            return max(fit, key=lambda heading: len(set(heading.columns.values())))
    return None


def rows_below(table: Table, heading: Heading) -> Iterator[Row]:
    """The rows under the headings, less blank ones, the "1 2 3 …" row and headings repeated on each page."""
    titles = [heading_key(cell) for cell in table.rows[heading.row_index].cells]
    for row in table.rows[heading.row_index + 1 :]:
        if is_blank(row) or is_column_numbers(row):
            continue
        first = next(cell for cell in row.cells if cell != "")
        if heading_key(first) in titles and [heading_key(cell) for cell in row.cells] == titles:
            continue
        yield row


def is_blank(row: Row) -> bool:
    return not any(cell != "" and (not isinstance(cell, str) or cell.strip()) for cell in row.cells)


def is_column_numbers(row: Row) -> bool:
    """Whether this is the "1 2 3 …" row that official forms print under the headings; three numbers at least."""
    number = 0
    for cell in row.cells:
        if text := cell_text(cell).strip(" .()"):
            number += 1
            if text != str(number):
                return False
    return number >= 3


def is_total(row: Row) -> bool:
    """Whether the row's first filled cell announces a total ("Итого", "Барлығы", "Total")."""
    first = next((cell for cell in row.cells if cell != ""), "")
    if not isinstance(first, str) or first.isdigit():
        return False
    return heading_key(first).split(":")[0].rstrip() in _TOTAL_KEYS


def _match(index: int, row: Sequence[str], keys: Mapping[str, Collection[str]]) -> Heading:
    places = {name: tuple(i for i, key in enumerate(row) if key and key in wanted) for name, wanted in keys.items()}
    return Heading(
        row_index=index,
        columns={name: found[0] for name, found in places.items() if found},
        repeated={name: found for name, found in places.items() if len(found) > 1},
    )


def _stacked(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two rows read as one: the lower title where there is one."""
    width = max(len(upper), len(lower))
    padded = [[*row, *[""] * (width - len(row))] for row in (upper, lower)]
    return [below or above for above, below in zip(*padded, strict=True)]


_TOTAL_KEYS = frozenset(heading_key(word) for word in _TOTALS)
