"""Writing what a roll says into the records of people; set-based, for one line or a whole roll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from advocates.identifiers import licence_key
from advocates.models import Advocate, Unit, User
from advocates.roll.changes import Changes, Values
from advocates.roll.known import name_key
from advocates.roll.wording import practice_form
from advocates.searching import search_key
from advocates.services.people import open_histories, touch
from cle.core.copying import copy_rows, keys_for

BATCH = 2_000
_UPDATED = 500  # an UPDATE of n rows compares each row with up to n cases: larger batches are slower
_DATES = ("licence_date", "joined_on")
_KINDS = {"consultation": Unit.Kind.CONSULTATION, "office": Unit.Kind.OFFICE}
_LINK = """
    UPDATE advocates_rollline line SET advocate_id = made.advocate_id
      FROM unnest(%s::bigint[], %s::bigint[]) AS made(line_id, advocate_id)
     WHERE line.id = made.line_id
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


def enrol(bar_id: int, people: Sequence[Values], units: Units, *, document: str, by: User | None) -> list[Advocate]:
    """Create advocates with an open membership and the status "active"; in the order given."""
    advocates = [Advocate(pk=key, bar_id=bar_id) for key in keys_for(Advocate, len(people))]
    for advocate, values in zip(advocates, people, strict=True):
        _assign(advocate, values, units)
    copy_rows(advocates)
    open_histories(advocates, document=document, by=by)
    return advocates


def amend(bar_id: int, changes: Mapping[int, Changes], units: Units, *, now: dt.datetime) -> None:
    """Write changes (advocate → field → [old, new]); a changed date of joining leaves the membership as it is."""
    if not changes:
        return
    people = list(Advocate.objects.for_bar(bar_id).filter(pk__in=list(changes)).order_by("pk").select_for_update())
    for advocate in people:
        _assign(advocate, {field: new for field, (_old, new) in changes[advocate.pk].items()}, units)
        advocate.updated_at = now
    fields = {field for change in changes.values() for field in change}
    Advocate.objects.bulk_update(
        people, [*sorted(fields), "name_key", "search_key", "licence_key", "updated_at"], batch_size=_UPDATED
    )
    rejoined = [advocate.pk for advocate in people if "joined_on" in changes[advocate.pk]]
    if rejoined:
        touch(rejoined)


def link(line_ids: Iterable[int], advocates: Sequence[Advocate]) -> None:
    """Note on each line the advocate that came of it."""
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [list(line_ids), [advocate.pk for advocate in advocates]])


def _assign(advocate: Advocate, values: Values, units: Units) -> None:
    for field, text in values.items():
        if field == "unit":
            advocate.unit = units[text]
        else:
            setattr(advocate, field, dt.date.fromisoformat(text) if field in _DATES else text)
    advocate.name_key, advocate.search_key = name_key(advocate), search_key(advocate.full_name)
    advocate.licence_key = licence_key(advocate.licence_number)
