"""Lists that people keep: by name or licence number, with times, minutes, marks, or nothing but the names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Problem
from cle.core.tables.headings import is_blank
from cle.core.tables.model import Row, Table, Value, column_letter
from cle.core.tables.values import cell_text
from courses.attendance.columns import column_key, filled, heading_text, is_headed, match_columns, value_at
from courses.attendance.durations import pair_of, unit_of
from courses.attendance.mark_columns import mark_column
from courses.attendance.model import Report
from courses.attendance.names import answer, without_tag
from courses.attendance.people import assemble
from courses.attendance.rows import Layout, Sighting, plain_sighting, read_row
from courses.attendance.shapes import columns_by_shape
from courses.attendance.stamps import Clock, looks_like_stamp, parse_day, states_utc

SOURCE = "list"
_NUMBER = re.compile(r"\d")
_PERSON = frozenset({"name", "family", "licence"})
SIGNATURE = re.compile(
    r"_{4,}|^\s*(?:председатель|секретарь|директор|подпись|исполнитель|ответственн\w+|төраға\w*|хатшы|м\.\s?п\.|и\s?т\.\s?д\.)"
    r"(?:\s|:|$)",
    re.IGNORECASE,
)


def read_list(table: Table, clock: Clock) -> Report | None:
    """The report if some row is headed with a name, a family name or a licence number.

    Times count before minutes, minutes before marks; a list with none of them says that all were present.
    Raises FileRefused where the session's day is needed to choose a column, or no column can be chosen.
    """
    index = heading_index(table)
    if index is None:
        return None
    heading = table.rows[index]
    rows = [row for row in table.rows[index + 1 :] if not is_blank(row)]
    named = named_columns(heading)
    columns = named if _tells_presence(named) else named | mark_column(heading, rows, clock)
    guessed = {} if _tells_presence(columns) else _guessed_columns(heading, rows, columns)
    layout = _layout(heading, columns | guessed, rows, clock)
    titles = [column_key(cell) for cell in heading.cells]
    found = [_read(row, layout, titles) for row in rows]
    day = parse_day(heading.cells[columns["mark"]], clock.order) if "mark" in columns else None
    zone = "UTC" if _state_utc(rows, layout.columns) else ""
    return assemble(SOURCE, found, notes=_notes(layout, guessed), day=day or clock.day, zone_in_file=zone)


def _state_utc(rows: Sequence[Row], columns: Mapping[str, int]) -> bool:
    """Whether the times of joining name their own zone, so that they are read as UTC."""
    joined = (value_at(row, columns, "join") for row in rows)
    return any(map(states_utc, joined))


def heading_index(table: Table) -> int | None:
    """The first of the rows that name the most columns, one of them a person's."""
    counts = [
        (len(set(columns.values())), -index)
        for index, row in enumerate(table.rows[:60])
        if (columns := match_columns(row)).keys() & _PERSON
    ]
    return -max(counts)[1] if counts else None


def named_columns(heading: Row) -> dict[str, int]:
    columns = dict(match_columns(heading))
    if "topic" not in columns and {"starts", "ends"} <= columns.keys() and "join" not in columns:
        columns |= {"join": columns["starts"], "leave": columns["ends"]}
    if "join" in columns and not _tells_presence(columns):
        columns["mark"] = columns.pop("join")  # a time of arrival alone says only that the person came
    return columns


def _tells_presence(columns: Mapping[str, int]) -> bool:
    return {"join", "leave"} <= columns.keys() or bool(columns.keys() & {"duration", "total", "mark"})


def _guessed_columns(heading: Row, rows: Sequence[Row], columns: Mapping[str, int]) -> dict[str, int]:
    """Two columns of moments, under headings that nobody has listed, are joining and leaving."""
    if columns.keys() & {"registered", "timestamp"}:
        return {}
    shape = columns_by_shape(heading, rows)
    return {name: shape[name] for name in ("join", "leave") if name in shape}


def _layout(heading: Row, columns: Mapping[str, int], rows: Sequence[Row], clock: Clock) -> Layout:
    title = heading_text(heading, columns, "duration")
    lengths = (value_at(row, columns, "duration") for row in rows)
    timed = {"join", "leave"} <= columns.keys() or bool(columns.keys() & {"duration", "total"})
    return Layout(
        columns, clock, without_tag, unit=unit_of(title), pair=pair_of(title, lengths), marks_are_presence=not timed
    )


def _read(row: Row, layout: Layout, titles: Sequence[str]) -> Sighting | Problem:
    if (plain := _plain(row, layout, titles)) is not None:
        return plain
    if is_headed(row, titles):
        return Problem("repeated-heading", _("The headings are repeated here."), row.number)
    if any(SIGNATURE.search(cell_text(row.cells[index])) for index in filled(row)[:3]):
        return Problem("signature-row", _("The row is a signature or a note, not a person."), row.number)
    item = read_row(row, layout)
    if isinstance(item, Problem) or "mark" not in layout.columns:
        return item
    mark = value_at(row, layout.columns, "mark")
    present = True if looks_like_stamp(mark) else answer(mark)
    if present is False or (layout.marks_are_presence and not cell_text(mark).strip()):
        return Problem("did-not-attend", _("Marked as not having attended."), row.number)
    if present is None and layout.marks_are_presence:
        return Problem("mark-unclear", _("The mark is neither a yes nor a no."), row.number)
    return item


def _plain(row: Row, layout: Layout, titles: Sequence[str]) -> Sighting | None:
    """The sighting of a plain row. It is no heading: where its time of joining stands, no heading has a number."""
    if not has_plain_rows(layout, titles):
        return None
    item = plain_sighting(row, layout)
    if item is None or any(map(_could_be_signature, row.cells)):
        return None
    return item


def has_plain_rows(layout: Layout, titles: Sequence[str]) -> bool:
    """Whether the rows below such headings, the keys of which are ``titles``, can be plain."""
    return "mark" not in layout.columns and layout.plain is not None and not _NUMBER.search(titles[layout.plain.join])


def _could_be_signature(cell: Value) -> bool:
    number = not isinstance(cell, str) or (cell[:1].isdigit() and "____" not in cell)
    return not number and bool(SIGNATURE.search(cell_text(cell)))


def _notes(layout: Layout, guessed: Mapping[str, int]) -> tuple[Problem, ...]:
    if guessed:
        message = _("The columns of joining and leaving were told by what they hold; please check them.")
        return (Problem("columns-guessed", message, column=column_letter(guessed["join"])),)
    if not layout.marks_are_presence:
        return ()
    return (Problem("no-times", _("The list has no times: presence counts as the whole session.")),)
