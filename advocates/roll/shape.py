"""The layout of a roll without headings, told by what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Callable

from advocates.roll.columns import Layout
from advocates.roll.people import has_patronymic, looks_like_person
from advocates.roll.rows import is_numbered
from advocates.roll.title import holds_date
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table
from cle.core.tables.values import cell_text

_MOST_COLUMNS = 30
_ENOUGH_ROWS = 300  # the shape of a long list shows in its first rows
_SERIAL = re.compile(r"\d{1,6}[.)]?")
_LICENCE = re.compile(r"№? ?\d{7,8}(?: ?от .{6,14})?")
_NATIONAL_ID = re.compile(r"\d{12}")
_LETTER = re.compile(r"[^\W\d_]")
_CONTACT = re.compile(r"@|\d[\d ()-]{4,}\d")


def bare_layout(table: Table) -> Layout | None:
    """Number, district, full name and contacts, wherever they stand; None when no column holds people.

    Half of the names must have a patronymic and rows must be numbered, or nearly all rows be such names:
    any two capitalised words are not yet a roll.
    """
    rows = [row for row in table.rows if not is_blank(row)][:_ENOUGH_ROWS]
    width = min(_MOST_COLUMNS, max((len(row.cells) for row in rows), default=0))
    name = max(range(width), key=lambda place: sum(has_patronymic(t) for t in _people(rows, place)), default=0)
    people = _people(rows, name)
    if not people or 2 * sum(map(has_patronymic, people)) < len(people):
        return None
    listed = [row for row in rows if looks_like_person(_text(row, name))]
    number = next((place for place in range(name) if _numbers(listed, place)), None)
    if number is None and (len(people) < 3 or len(people) < 0.8 * len(rows)):
        return None
    places = {"full_name": (name,), **_beside(listed, number, name, width)}
    return Layout(places, {}, _first_row(table, Layout(places, {}, 0), name))


def _beside(rows: list[Row], number: int | None, name: int, width: int) -> dict[str, tuple[int, ...]]:
    """The columns around the names that can be told by their content alone; dates are not among them."""
    after = range(name + 1, width)
    found = {
        "number": number,
        "region": None if number is None else _place(rows, range(number + 1, name), _LETTER.search),
        "national_id": _place(rows, after, _NATIONAL_ID.fullmatch),
        "licence_number": _place(rows, after, _LICENCE.fullmatch),
    }
    rest = [place for place in after if place not in found.values()]
    found["contacts"] = next((place for place in rest if _most(rows, place, _CONTACT.search)), None)
    return {field: (place,) for field, place in found.items() if place is not None}


def _first_row(table: Table, layout: Layout, name: int) -> int:
    """The first person's row, or the section title right above it."""
    numbered = "number" in layout.places
    first = next(
        index
        for index, row in enumerate(table.rows)
        if looks_like_person(_text(row, name)) and (is_numbered(row, layout) or not numbered)
    )
    above = [index for index in range(first) if not is_blank(table.rows[index])]
    if len(above) > 1 and _is_single(table.rows[above[-1]]) and not holds_date(table.rows[above[-1]]):
        return above[-1]
    return first


def _people(rows: list[Row], place: int) -> list[str]:
    return [text for text in (_text(row, place) for row in rows) if looks_like_person(text)]


def _numbers(rows: list[Row], place: int) -> bool:
    """Whether at least half of the rows have a number in this column."""
    return 2 * sum(bool(_SERIAL.fullmatch(_text(row, place))) for row in rows) >= len(rows)


def _place(rows: list[Row], places: range, fits: Callable[[str], object]) -> int | None:
    return next((place for place in places if _most(rows, place, fits)), None)


def _most(rows: list[Row], place: int, fits: Callable[[str], object]) -> bool:
    """Whether most filled cells of the column look so; many advocates have no telephone on the list."""
    filled = [text for text in (_text(row, place) for row in rows) if text]
    return 2 * sum(bool(fits(text)) for text in filled) > len(filled)


def _text(row: Row, place: int) -> str:
    return " ".join(cell_text(row.cells[place]).split()) if place < len(row.cells) else ""


def _is_single(row: Row) -> bool:
    return sum(bool(cell_text(cell).strip()) for cell in row.cells) == 1
