"""Which column of a roll holds what, as its headings say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from advocates.names import without_brackets
from advocates.roll.aliases import ALIASES, ATTENDANCE
from cle.core.errors import FileRefused
from cle.core.tables.headings import Heading, find_heading, heading_key
from cle.core.tables.model import Row, Table, Value, column_letter
from cle.core.tables.values import cell_text

_NUMBER_BELOW = frozenset(map(heading_key, ("№", "Номер", "Нөмірі", "Number", "No")))
_DATE_BELOW = frozenset(map(heading_key, ("Дата", "Дата выдачи", "Күні", "Берілген күні", "Date", "Issued")))
_LANGUAGES_APART = re.compile(r"[/|\n]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cell holds which field, what to call each column, and the index in ``Table.rows`` of the first person.

    ``heading`` is the index of the row with the headings, -1 when the table has none.
    """

    places: Mapping[str, tuple[int, ...]]
    labels: Mapping[int, str]
    first_row: int
    heading: int = -1

    def cell(self, row: Row, field: str) -> Value:
        """The field's first filled cell, ``""`` when there is none."""
        for place in self.places.get(field, ()):
            if place < len(row.cells) and cell_text(cell := row.cells[place]).strip():
                return cell
        return ""

    def cells(self, row: Row, field: str) -> list[Value]:
        """All filled cells of a field whose heading may stand more than once."""
        found = [row.cells[place] for place in self.places.get(field, ()) if place < len(row.cells)]
        return [cell for cell in found if cell_text(cell).strip()]

    def label(self, field: str) -> str | None:
        """The heading, or else the letter, of a field's column."""
        places = self.places.get(field)
        return self.labels.get(places[0]) or column_letter(places[0]) if places else None


def headed_layout(table: Table) -> Layout | None:
    """The layout told by the headings, or None when no row names a column of names.

    Raises FileRefused("attendance-report") for a meeting's report or a sign-in sheet.
    """
    plain = replace(table, rows=tuple(map(_in_one_language, table.rows[:60])))
    if find_heading(plain, ATTENDANCE, required=("name", "time")):
        raise FileRefused(
            "attendance-report",
            _("This is a list of attendance (times of joining or leaving), not a roll. Import it with its session."),
        )
    found = [find_heading(plain, ALIASES, required=(field,)) for field in ("full_name", "family_name", "given_name")]
    headings = [heading for heading in found if heading]
    return _layout(table, max(headings, key=lambda heading: len(heading.columns))) if headings else None


def ignored_headings(layout: Layout) -> list[str]:
    """Headings of columns that no field is read from."""
    used = {place for places in layout.places.values() for place in places}
    return [label for place, label in sorted(layout.labels.items()) if place not in used]


def _layout(table: Table, heading: Heading) -> Layout:
    places = {field: heading.repeated.get(field, (place,)) for field, place in heading.columns.items()}
    if "full_name" not in places and "family_name" not in places:
        places["full_name"] = places.pop("given_name")  # "Имя" alone is the whole name
    index = heading.row_index
    if _splits_licence(table, index + 1, places):
        index += 1
    cells = table.rows[heading.row_index].cells
    labels = {place: " ".join(cell_text(cell).split()) for place, cell in enumerate(cells) if cell_text(cell).strip()}
    return Layout(places, labels, first_row=index + 1, heading=heading.row_index)


def _splits_licence(table: Table, index: int, places: dict[str, tuple[int, ...]]) -> bool:
    """Whether the row under the headings divides "Лицензия" into number and date; if so, note where they are."""
    if "licence_number" not in places or "licence_date" in places or index >= len(table.rows):
        return False
    place = places["licence_number"][0]
    below = [heading_key(cell) for cell in table.rows[index].cells[place : place + 2]]
    if len(below) < 2 or below[0] not in _NUMBER_BELOW or below[1] not in _DATE_BELOW:
        return False
    places["licence_date"] = (place + 1,)
    return True


def _in_one_language(row: Row) -> Row:
    return replace(row, cells=tuple(map(_known_part, row.cells)))


def _known_part(cell: Value) -> Value:
    """Of a heading such as "ФИО / Аты-жөні" or "Отчество (при наличии)", the part that is in the table of aliases."""
    if not isinstance(cell, str) or len(cell) > 200 or heading_key(cell) in _KNOWN:
        return cell
    parts = [without_brackets(cell), *_LANGUAGES_APART.split(cell)]
    return next((part for part in parts if heading_key(part) in _KNOWN), cell)


_KNOWN = frozenset(heading_key(alias) for aliases in (*ALIASES.values(), *ATTENDANCE.values()) for alias in aliases)
