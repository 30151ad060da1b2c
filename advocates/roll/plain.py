"""People read at once: what ``parse`` makes of rows in which nothing needs looking into, many times sooner.

A row is plain that has a name of several words, a licence number of digits alone, readable dates in their order, and
one usual e-mail address and telephone or none. Whatever is not so plain takes all the rules.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from advocates.identifiers import parse_national_id
from advocates.names import PersonName, split_full_name
from advocates.roll.columns import Layout
from advocates.roll.dates import read_date
from advocates.roll.line import RollLine
from advocates.roll.section import Section, section_of
from advocates.roll.wording import is_absent, language, practice_form
from cle.core.tables.headings import heading_key, is_total
from cle.core.tables.model import Row, Value
from cle.core.tables.values import cell_text

_WORD = r"[^\W\d_]\w*(?:-[^\W\d_]\w*)*"
_NAME = re.compile(rf"{_WORD}(?: {_WORD})*")
_LICENCE = re.compile(r"[0-9]{0,50}")
_SERIAL = re.compile(r"[0-9]{1,6}")
_PHONE = re.compile(r"(?:[+(]?[0-9](?:[ ()-]{0,2}[0-9]){5,20})?")
_EMAIL = re.compile(r"(?:[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,})?")
_LONGEST_NAME, _LONGEST_EMAIL, _LONGEST_ID, _LONGEST_TEXT = 100, 60, 20, 300


class _NotPlainError(Exception):
    """All the rules are needed."""


class _Places(NamedTuple):
    """Where the cells are, -1 for none."""

    number: int
    full_name: int
    family_name: int
    given_name: int
    patronymic: int
    licence_number: int
    licence_date: int
    joined_on: int
    practice_form: int
    unit: int
    region: int
    email: int
    phone: int
    national_id: int
    language: int


@dataclass(frozen=True, slots=True)
class PlainReader:
    """Reads the plain rows of a table that has each of the usual columns once."""

    places: _Places
    width: int
    today: dt.date | None
    jurisdiction: str

    @classmethod
    def of(cls, layout: Layout, headings: Row | None, today: dt.date | None, jurisdiction: str) -> PlainReader | None:
        """None for a table without plain rows: a column stands twice or serves for two, or a heading is a number."""
        once = {field: place for field, (place, *more) in layout.places.items() if not more}
        named = _Places(*(once.get(field, -1) for field in _Places._fields))
        if len(once) < len(layout.places) or sum(place >= 0 for place in {*named}) < len(layout.places):
            return None
        if headings and any(heading_key(cell).isdigit() for cell in headings.cells):
            return None
        return cls(named, max(named) + 1, today, jurisdiction)

    def line(self, row: Row, section: Section) -> RollLine | None:
        """The person of a plain row; None for each row that is anything else."""
        if len(row.cells) < self.width:
            return None
        try:
            return self._line(row, section)
        except _NotPlainError:
            return None

    def _line(self, row: Row, section: Section) -> RollLine:
        cells, at = row.cells, self.places
        full_name, name = _name(cells, at)
        licence = _fitting(_LICENCE, cells, at.licence_number)
        licensed, joined = _day(cells, at.licence_date, self.today), _day(cells, at.joined_on, self.today)
        _check(licensed is None or joined is None or licensed <= joined)
        email, phone = _fitting(_EMAIL, cells, at.email), _fitting(_PHONE, cells, at.phone)
        _check(len(email) <= _LONGEST_EMAIL)
        _check_is_listed(row, at.number, licence, (licensed, joined, email, phone))
        unit = _text(cells, at.unit)
        own = section_of(unit) if unit and not is_absent(unit) else section
        return RollLine(
            row=row.number,
            region=_text(cells, at.region),
            full_name=full_name,
            family_name=name.family,
            given_name=name.given,
            patronymic=name.patronymic,
            licence_number=licence,
            licence_date=licensed,
            joined_on=joined,
            practice_form=_form(_text(cells, at.practice_form)) or own.form,
            unit=own.unit,
            email=email,
            phone=phone,
            national_id=_national_id(cells, at.national_id, self.jurisdiction),
            language=_language(_text(cells, at.language)),
        )


def _name(cells: Sequence[Value], at: _Places) -> tuple[str, PersonName]:
    full_name = _text(cells, at.full_name)
    parts = [_text(cells, place) for place in at[2:5]] if at.family_name >= 0 or at.given_name >= 0 else []
    if any(parts):
        joined = " ".join(filter(None, parts))
        _check(bool(parts[0] and parts[1]) and _NAME.fullmatch(joined) is not None and len(joined) <= _LONGEST_NAME)
        full_name, name = full_name or joined, PersonName(*parts)
    else:
        _check(at.patronymic < 0)
        name = split_full_name(full_name)
    _check(_NAME.fullmatch(full_name) is not None and " " in full_name and len(full_name) <= _LONGEST_NAME)
    _check(name.family != "")
    return full_name, name


def _check_is_listed(row: Row, number: int, licence: str, others: tuple[object, ...]) -> None:
    """The row has more cells than a title, a total or a signature ever has beside a name."""
    serial = cell_text(row.cells[number]).strip() if number >= 0 else ""
    filled = bool(licence) + sum(map(bool, others))
    if serial:
        _check(_SERIAL.fullmatch(serial) is not None and filled >= 1)
    else:
        _check(licence != "" and filled >= 3 and not is_total(row))


def _check(plain: bool) -> None:
    if not plain:
        raise _NotPlainError


def _text(cells: Sequence[Value], place: int) -> str:
    if place < 0:
        return ""
    cell = cells[place]
    if not isinstance(cell, str):
        raise _NotPlainError
    text = cell.strip()
    if len(text) > _LONGEST_TEXT:
        raise _NotPlainError
    return text


def _fitting(pattern: re.Pattern[str], cells: Sequence[Value], place: int) -> str:
    text = _text(cells, place)
    if text and not pattern.fullmatch(text):
        raise _NotPlainError
    return text


def _day(cells: Sequence[Value], place: int, today: dt.date | None) -> dt.date | None:
    if place < 0:
        return None
    found = read_date(cells[place], today)
    if found.error or found.warning:
        raise _NotPlainError
    return found.day


def _national_id(cells: Sequence[Value], place: int, jurisdiction: str) -> str:
    if place < 0 or is_absent(cell_text(cells[place])):
        return ""
    found = parse_national_id(cells[place], jurisdiction)
    _check(found.problem is None and len(found.value) <= _LONGEST_ID)
    return found.value


@lru_cache(maxsize=1 << 10)
def _form(text: str) -> str:
    form = practice_form(text)
    _check(form != "" or is_absent(text))
    return form


@lru_cache(maxsize=1 << 10)
def _language(text: str) -> str:
    code = language(text)
    _check(code != "" or is_absent(text))
    return code
