"""Which rows of a roll are people, and what the others are."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from advocates.names import fold
from advocates.roll.columns import Layout
from advocates.roll.people import looks_like_person, names_an_office
from cle.core.errors import Problem
from cle.core.tables.headings import heading_key, is_blank, is_column_numbers, is_total
from cle.core.tables.model import Row, Value
from cle.core.tables.values import cell_text


class RowKind(StrEnum):
    PERSON = "person"
    BLANK = "blank"
    SECTION = "section"
    TOTAL = "total"
    COLUMN_NUMBERS = "column-numbers"
    HEADINGS = "repeated-headings"
    AND_SO_ON = "and-so-on"
    SIGNATURE = "signature"
    ONLY_NUMBERED = "only-numbered"


_SKIPPED = {
    RowKind.SECTION: _("Not a person: the name of a unit, which applies to the rows below it."),
    RowKind.TOTAL: _("Not a person: a total."),
    RowKind.COLUMN_NUMBERS: _("Not a person: the numbers of the columns."),
    RowKind.HEADINGS: _("Not a person: the headings once more."),
    RowKind.AND_SO_ON: _("Not a person: a mark that the list goes on."),
    RowKind.SIGNATURE: _("Not a person: a signature."),
    RowKind.ONLY_NUMBERED: _("Not a person: only a number, with nothing beside it."),
}
_SERIAL = re.compile(r"№? ?\d{1,6}(?:[.,]0|[.)])?")
_TOTAL = re.compile(r"(?:итого|всего|барлыгы|жиыны|жалпы саны|total)\b")
_AND_SO_ON = re.compile(r"(?:и(?: т ?д| др| так далее| прочие)|жане т ?б|тагы баскалар|etc|and so on)$")
_SIGNATURE = re.compile(
    r"(?:председатель|заместитель|секретарь|исполнитель|исп|подпись|составил|директор|м ?п|заведующий|бухгалтер"
    r"|торага|хатшы|орындаушы|орынд|колы|chair\w*|president|secretary|prepared by|signature|signed)\b"
)


def kind_of(row: Row, layout: Layout, headings: Row | None = None) -> RowKind:
    """What the row is; ``headings`` is the table's row of headings, which some files repeat on each page."""
    if is_blank(row):
        return RowKind.BLANK
    if is_column_numbers(row):
        return RowKind.COLUMN_NUMBERS
    if headings and _repeats(row, headings):
        return RowKind.HEADINGS
    if is_numbered(row, layout):
        return _kind_with_number(row, layout)
    return _kind_without_number(row, layout)


def skipped(row: Row, kind: RowKind) -> Problem:
    return Problem(kind.value, _SKIPPED[kind], row.number)


def is_numbered(row: Row, layout: Layout) -> bool:
    return _SERIAL.fullmatch(cell_text(layout.cell(row, "number")).strip()) is not None


def section_name(row: Row, layout: Layout) -> str:
    """The text of a section row: where the names stand, else in the row's longest cell."""
    name = _name(row, layout)
    return name or max((" ".join(text.split()) for text in map(cell_text, _filled(row))), key=len)


def _kind_with_number(row: Row, layout: Layout) -> RowKind:
    filled = len(_filled(row))
    if filled == 1:
        return RowKind.ONLY_NUMBERED
    name = _name(row, layout)
    return RowKind.SECTION if filled == 2 and names_an_office(name) and not looks_like_person(name) else RowKind.PERSON


def _kind_without_number(row: Row, layout: Layout) -> RowKind:
    filled = _filled(row)
    first = fold(cell_text(filled[0]))
    licensed = layout.cell(row, "licence_number") != ""
    if is_total(row) or (_TOTAL.match(first) and not licensed):
        return RowKind.TOTAL
    if len(filled) == 1 and (not first or _AND_SO_ON.fullmatch(first)):
        return RowKind.AND_SO_ON
    if not licensed and (_SIGNATURE.match(first) or any("___" in cell_text(cell) for cell in filled)):
        return RowKind.SIGNATURE
    return RowKind.SECTION if _is_section(row, layout, filled) else RowKind.PERSON


def _is_section(row: Row, layout: Layout, filled: list[Value]) -> bool:
    name = _name(row, layout)
    if looks_like_person(name):
        return False
    if len(filled) == 1:
        return len(layout.places) > 1 or names_an_office(cell_text(filled[0]))
    in_place_of_number = cell_text(layout.cell(row, "number"))
    if in_place_of_number and not name:
        return True
    return names_an_office(name or in_place_of_number) and len(filled) <= 3


def _name(row: Row, layout: Layout) -> str:
    parts = (cell_text(layout.cell(row, field)) for field in ("full_name", "family_name", "given_name", "patronymic"))
    return " ".join(" ".join(parts).split())


def _filled(row: Row) -> list[Value]:
    return [cell for cell in row.cells if cell_text(cell).strip()]


def _repeats(row: Row, headings: Row) -> bool:
    first, title = _filled(row)[0], _filled(headings)[0]
    return heading_key(first) == _title_key(title) and _keys(row) == _keys(headings)


@lru_cache(maxsize=64, typed=True)
def _title_key(title: Value) -> str:
    return heading_key(title)


def _keys(row: Row) -> list[str]:
    return [key for key in map(heading_key, row.cells) if key]
