"""Rolls and people made up for the tests of the import. All names are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from advocates.models import Outcome
from advocates.names import split_full_name
from advocates.roll import ParsedRoll, RollLine
from advocates.roll.known import KnownAdvocate
from advocates.roll.plan import PlannedLine, RollPlan, plan_roll

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
ISSUED, OTHER_DAY = dt.date(2012, 5, 14), dt.date(2019, 9, 2)
HEADINGS = (
    "ФИО", "№ лицензии", "Дата выдачи лицензии", "Дата вступления в коллегию", "Юридическая консультация", "Телефон",
    "E-mail", "ИИН", "Язык",
)  # fmt: skip
_CREATED_FIELDS = ("licence_date", "joined_on")


def csv(rows: Iterable[Sequence[str]], title: str = "Список адвокатов на 01.09.2026") -> bytes:
    """A text roll: the title, the headings, one row of cells for each person (short rows are filled up)."""
    lines = [title, ";".join(HEADINGS)]
    lines += [";".join([*row, *[""] * (len(HEADINGS) - len(row))]) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def person(number: int, **cells: str) -> list[str]:
    """The cells of an invented advocate; ``cells`` replaces some, by position: name, licence, issued, joined, …"""
    row = {
        "name": f"Тестов{_letters(number)} Аскар Ерланович",
        "licence": f"{12000000 + number}",
        "issued": "14.05.2012",
        "joined": "01.06.2012",
        "unit": f"Юридическая консультация № {number % 3}",
        "phone": f"+7 701 {number:07d}",
        "email": f"t{number}@mail.example",
        "iin": "",
        "language": "рус",
    }
    return list({**row, **cells}.values())


def line(row: int, full_name: str, licence: str = "", **fields: Any) -> RollLine:
    name = split_full_name(full_name)
    blank = dict.fromkeys(("unit", "region", "practice_form", "email", "phone", "national_id", "language"), "")
    values = {"licence_date": None, "joined_on": None, **blank, **fields}
    parts = {"family_name": name.family, "given_name": name.given, "patronymic": name.patronymic}
    return RollLine(row=row, full_name=full_name, licence_number=licence, **{**parts, **values})


def known(pk: int, full_name: str, licence: str = "", **fields: Any) -> KnownAdvocate:
    name = split_full_name(full_name)
    parts = {"family_name": name.family, "given_name": name.given, "patronymic": name.patronymic}
    return KnownAdvocate(pk=pk, full_name=full_name, licence_number=licence, **{**parts, **fields})


def plan(lines: Sequence[RollLine], people: Sequence[KnownAdvocate] = (), **context: Any) -> RollPlan:
    return plan_roll(ParsedRoll(tuple(lines)), people, **context)


def applied(planned: RollPlan, people: Sequence[KnownAdvocate]) -> list[KnownAdvocate]:
    """The people on record after the plan has been carried out."""
    after = {one.pk: one for one in people}
    new = max(after, default=0)
    for one in planned.lines:
        if one.outcome == Outcome.CREATED:
            new += 1
            after[new] = _written(KnownAdvocate(pk=new, full_name="", family_name=""), one)
        elif one.advocate_id is not None:
            after[one.advocate_id] = _written(after[one.advocate_id], one)
    return list(after.values())


def _written(one: KnownAdvocate, planned: PlannedLine) -> KnownAdvocate:
    new = dict(planned.values) if planned.advocate_id is None else {f: to for f, (_, to) in planned.changes.items()}
    return replace(one, **{f: dt.date.fromisoformat(to) if f in _CREATED_FIELDS else to for f, to in new.items()})


def _letters(number: int) -> str:
    """A number as letters, so that each number is a family name of its own."""
    return "".join("абвгдежзик"[int(digit)] for digit in str(number))
