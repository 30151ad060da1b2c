"""What planning a roll import reads: the bar's own people and units, and who belongs to another bar."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from django.db import connection
from django.db.models import Exists, OuterRef

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Membership, Unit
from advocates.roll.known import KnownAdvocate
from cle.core.sealed_fields import Sealed

_COLUMNS = (
    "pk", "full_name", "family_name", "given_name", "patronymic", "licence_number", "licence_date", "joined_on",
    "practice_form", "unit__name", "email", "phone", "language", "national_id", "is_member",
)  # fmt: skip

_ELSEWHERE = """
    WITH other AS (
        SELECT a.name_key, coalesce(nullif(ltrim(a.licence_key, '0'), ''), a.licence_key) AS licence
          FROM advocates_advocate a
         WHERE a.licence_key <> '' AND EXISTS (
               SELECT FROM advocates_membership m
                WHERE m.advocate_id = a.id AND m.bar_id <> %s AND upper_inf(m.period))
    )
    SELECT DISTINCT name_key, licence FROM other WHERE licence = ANY(%s)
"""


def known_advocates(bar_id: int, pk: int | None = None) -> list[KnownAdvocate]:
    """The advocates of the bar, past members too; or only the one with that key. One statement."""
    current = Membership.objects.filter(advocate=OuterRef("pk"), bar=bar_id, period__upper_inf=True)
    people = Advocate.objects.for_bar(bar_id).filter(erased_at=None).annotate(is_member=Exists(current)).order_by("pk")
    if pk is not None:
        people = people.filter(pk=pk)
    return [_known(*row) for row in people.values_list(*_COLUMNS)]


@beyond_the_wall("that a name and licence are on another bar's roll, and nothing else about it")
def members_elsewhere(bar_id: int, licences: Collection[str]) -> set[tuple[str, str]]:
    """(name key, licence key without zeros at its start) of those members of other bars who have such a licence.

    For telling that somebody is on another roll; nothing else about them may leave this query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [bar_id, list(licences)])
        return {(name, licence) for name, licence in cursor.fetchall()}


def unit_names(bar_id: int) -> list[str]:
    return list(Unit.objects.for_bar(bar_id).order_by("pk").values_list("name", flat=True))


def _known(*row: object) -> KnownAdvocate:
    fields = dict(zip(_COLUMNS, row, strict=True))
    unit, national_id = fields.pop("unit__name"), cast(Sealed, fields["national_id"]).reveal()
    return KnownAdvocate(**{**fields, "unit": unit or "", "national_id": national_id})  # type: ignore[arg-type]
