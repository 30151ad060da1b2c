"""Reading a whole roll: its layout, its rows, and lines that stand twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from advocates.identifiers import licence_key
from advocates.names import fold
from advocates.roll.columns import Layout, headed_layout, ignored_headings
from advocates.roll.line import ParsedRoll, RollLine
from advocates.roll.plain import PlainReader
from advocates.roll.reader import RowReader
from advocates.roll.rows import RowKind, kind_of, section_name, skipped
from advocates.roll.section import Section, section_of
from advocates.roll.shape import bare_layout
from advocates.roll.title import date_of_list
from advocates.roll.wording import is_absent
from cle.core.errors import FileRefused, Problem
from cle.core.tables.model import Table

Value = TypeVar("Value", bound=Hashable)


def parse_roll(table: Table, *, jurisdiction: str = "KZ", today: dt.date | None = None) -> ParsedRoll:
    """The people of a bar's roll, with or without headings.

    Dates after ``today`` are errors of their lines; ``jurisdiction`` decides how national identifiers are checked.
    Raises FileRefused: "not-a-roll", "attendance-report", "no-rows".
    """
    layout = headed_layout(table) or bare_layout(table)
    if layout is None:
        raise _not_a_roll()
    title = table.rows[: layout.first_row if layout.heading < 0 else layout.heading]
    notes, as_of = _notes(table, layout), date_of_list(title)
    lines: list[RollLine] = []
    passed: list[Problem] = []
    for found in _read_rows(table, layout, today, jurisdiction):
        lines.append(found) if isinstance(found, RollLine) else passed.append(found)
    del table  # which takes more memory than all that was read
    if not lines:
        raise FileRefused("no-rows", _("The file has headings but no people below them."))
    return ParsedRoll(_with_duplicates(lines, layout), tuple(passed), notes, as_of)


def _read_rows(table: Table, layout: Layout, today: dt.date | None, jurisdiction: str) -> Iterator[RollLine | Problem]:
    """The person of each row that is not blank, or why it is none."""
    headings = table.rows[layout.heading] if layout.heading >= 0 else None
    plain, section = PlainReader.of(layout, headings, today, jurisdiction), Section()
    for row in table.rows[layout.first_row :]:
        if plain and (line := plain.line(row, section)):
            yield line
            continue
        kind = kind_of(row, layout, headings)
        if kind is RowKind.SECTION:
            section = section_of(section_name(row, layout))
        if kind is RowKind.PERSON:
            yield _line(RowReader(row, layout, today, jurisdiction), section)
        elif kind is not RowKind.BLANK:
            yield skipped(row, kind)


def _line(reader: RowReader, section: Section) -> RollLine:
    full_name, name = reader.name()
    number, licensed = reader.licence()
    joined = reader.date("joined_on")
    reader.compare_dates(licensed, joined)
    email, phone = reader.email_and_phone()
    own_unit = reader.text("unit")
    own = section if is_absent(own_unit) else section_of(own_unit)
    return RollLine(
        row=reader.row.number,
        region=reader.text("region"),
        full_name=full_name,
        family_name=name.family,
        given_name=name.given,
        patronymic=name.patronymic,
        licence_number=number,
        licence_date=licensed,
        joined_on=joined,
        practice_form=reader.practice_form() or own.form,
        unit=own.unit,
        email=email,
        phone=phone,
        national_id=reader.national_id(),
        language=reader.language(),
        errors=tuple(reader.errors),
        warnings=tuple(reader.warnings),
    )


def _with_duplicates(lines: list[RollLine], layout: Layout) -> tuple[RollLine, ...]:
    """The lines, with a warning on each of those that seem to be one person."""
    people, ids = _repeated(map(_identity, lines)), _repeated(line.national_id for line in lines if line.national_id)
    if not (people or ids):
        return tuple(lines)
    return tuple(_judged(line, layout, _identity(line) in people, line.national_id in ids) for line in lines)


def _repeated(values: Iterable[Value]) -> set[Value]:
    seen: set[Value] = set()
    return {value for value in values if value in seen or seen.add(value)}  # type: ignore[func-returns-value]


def _judged(line: RollLine, layout: Layout, is_twice: bool, id_is_twice: bool) -> RollLine:
    found = []
    if is_twice and line.full_name:
        message = _("Another row has the same name and licence number.")
        column = layout.label("full_name") or layout.label("family_name")
        found.append(Problem("duplicate-line", message, line.row, column))
    if id_is_twice:
        message = _("Another row has the same national identifier.")
        found.append(Problem("duplicate-national-id", message, line.row, layout.label("national_id")))
    return replace(line, warnings=(*line.warnings, *found)) if found else line


def _identity(line: RollLine) -> tuple[str, str]:
    return fold(line.full_name), licence_key(line.licence_number)


def _notes(table: Table, layout: Layout) -> tuple[Problem, ...]:
    """The reader's own notes, how the columns were found, and which were not read."""
    notes = list(table.notes)
    if layout.heading < 0:
        message = _("The list has no headings: names and contacts were told by their look. Check the first rows.")
        notes.append(Problem("no-headings", message))
    message = _("Nothing is read from this column.")
    notes += [Problem("column-ignored", message, column=label) for label in ignored_headings(layout)]
    return tuple(notes)


def _not_a_roll() -> FileRefused:
    return FileRefused(
        "not-a-roll",
        _(
            "No column with the names of people was found. These headings are understood: "
            "ФИО, or Фамилия with Имя and Отчество; Аты-жөні, or Тегі with Аты and Әкесінің аты; Full "
            "name, or Family name with Given name and Patronymic; beside them № лицензии, Дата выдачи, "
            "Дата вступления в коллегию, Юридическая консультация, Регион, Телефон, E-mail, ИИН."
        ),
    )
