"""Writing what a roll says into the records of people; set-based, for one line or a whole roll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from advocates.identifiers import licence_key
from advocates.models import Advocate, Unit, User
from advocates.roll.changes import Changes, Values
from advocates.roll.known import name_key, parts_key
from advocates.roll.wording import practice_form
from advocates.searching import search_key
from advocates.services.people import open_histories, touch
from cle.core.copying import NULL, as_bytes, copy_lines, escaped, keys_for

BATCH = 2_000
_DATES = ("licence_date", "joined_on")
_PARTS = ("family_name", "given_name", "patronymic")
_SAID = ("full_name", *_PARTS, "licence_number", "practice_form", "email", "phone", "language")
_COLUMNS = (
    "id", "bar_id", "created_at", "updated_at", *_SAID, *_DATES, "unit_id", "national_id", "name_key", "search_key",
    "licence_key", "address", "version",
)  # fmt: skip
_sealed = Advocate._meta.get_field("national_id").get_prep_value
_KINDS = {"consultation": Unit.Kind.CONSULTATION, "office": Unit.Kind.OFFICE}
_LINK = """
    UPDATE advocates_rollline line SET advocate_id = made.advocate_id
      FROM unnest(%s::bigint[], %s::bigint[]) AS made(line_id, advocate_id)
     WHERE line.id = made.line_id
"""

_SAVE = """
    UPDATE advocates_advocate person SET {written} FROM unnest({arrays}) AS new({named}) WHERE person.id = new.id
"""

Units = Mapping[str, Unit]


def units_named(bar_id: int, names: Iterable[str]) -> dict[str, Unit]:
    """The bar's units by name; those of ``names`` that it lacks are created."""
    units = {unit.name: unit for unit in Unit.objects.for_bar(bar_id)}
    lacking = [name for name in dict.fromkeys(names) if name and name not in units]
    made = Unit.objects.bulk_create(
        [Unit(bar_id=bar_id, name=name, kind=_KINDS.get(practice_form(name), Unit.Kind.OTHER)) for name in lacking],
        batch_size=BATCH,
    )
    return {**units, **{unit.name: unit for unit in made}}


def enrol(bar_id: int, people: Sequence[Values], units: Units, *, document: str, by: User | None) -> list[int]:
    """Create advocates with an open membership and the status "active"; their keys, in the order given."""
    keys, moment = keys_for(Advocate, len(people)), timezone.now().isoformat()
    head = f"\t{bar_id}\t{moment}\t{moment}\t"
    copy_lines(
        Advocate, _COLUMNS, (f"{key}{head}{_newcomer(said, units)}" for key, said in zip(keys, people, strict=True))
    )
    if keys:
        joined = zip(keys, (said.get("joined_on") for said in people), strict=True)
        open_histories(joined, bar_id=bar_id, document=document, by=by)
    return keys


def amend(bar_id: int, changes: Mapping[int, Changes], units: Units, *, now: dt.datetime) -> None:
    """Write changes (advocate → field → [old, new]); a changed date of joining leaves the membership as it is."""
    if not changes:
        return
    fields = sorted({field for change in changes.values() for field in change})
    keys = sorted(changes)
    for start in range(0, len(keys), BATCH):
        _amend(bar_id, keys[start : start + BATCH], changes, fields, units, now)
    rejoined = [key for key in keys if "joined_on" in changes[key]]
    if rejoined:
        touch(rejoined)


def _amend(
    bar_id: int,
    keys: list[int],
    changes: Mapping[int, Changes],
    fields: Sequence[str],
    units: Units,
    now: dt.datetime,
) -> None:
    people = list(Advocate.objects.for_bar(bar_id).filter(pk__in=keys).order_by("pk").select_for_update())
    for advocate in people:
        _assign(advocate, {field: new for field, (_old, new) in changes[advocate.pk].items()}, units)
        advocate.updated_at = now
    _save(people, [*fields, "name_key", "search_key", "licence_key", "updated_at"])


def _save(people: Sequence[Advocate], names: Iterable[str]) -> None:
    """``bulk_update`` compares each row with one case after another: it takes ten times as long."""
    columns: list[Any] = [Advocate._meta.get_field(name) for name in ("id", *names)]
    values = [[one.get_db_prep_save(getattr(person, one.attname), connection) for person in people] for one in columns]
    named = ", ".join(one.column for one in columns)
    said = {
        "written": ", ".join(f"{one.column} = new.{one.column}" for one in columns[1:]),
        "arrays": ", ".join(f"%s::{_type(one)}[]" for one in columns),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAVE.format(named=named, **said), values)


def link(line_ids: Sequence[int], advocate_ids: Sequence[int]) -> None:
    """Note on each line the advocate that came of it."""
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [list(line_ids), list(advocate_ids)])


def _newcomer(said: Values, units: Units) -> str:
    """What a line says, as COPY reads the columns, then what follows from it and what no line says."""
    get, full_name, unit = said.get, said["full_name"], said.get("unit")
    texts = "\t".join([escaped(get(field, "")) for field in _SAID])
    dates = "\t".join([get(field) or NULL for field in _DATES])
    name = parts_key(full_name, *(get(part, "") for part in _PARTS))
    licence, national_id = licence_key(get("licence_number", "")), get("national_id", "")
    sealed = as_bytes(_sealed(national_id) if national_id else b"")
    return (
        f"{texts}\t{dates}\t{units[unit].pk if unit else NULL}\t{sealed}"
        f"\t{escaped(name)}\t{escaped(search_key(full_name))}\t{escaped(licence)}\t\t0\n"
    )


def _assign(advocate: Advocate, values: Values, units: Units) -> None:
    for field, text in values.items():
        if field == "unit":
            advocate.unit = units[text]
        else:
            setattr(advocate, field, dt.date.fromisoformat(text) if field in _DATES else text)
    advocate.name_key, advocate.search_key = name_key(advocate), search_key(advocate.full_name)
    advocate.licence_key = licence_key(advocate.licence_number)


def _type(column: Any) -> str:
    """``serial`` and its like are for making columns: a value is of the type that refers to them."""
    return str(column.rel_db_type(connection) if column.primary_key else column.db_type(connection))
