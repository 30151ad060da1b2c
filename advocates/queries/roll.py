"""What planning a roll import reads: the bar's own people and units, and who belongs to another bar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, Func, IntegerField, JSONField, OuterRef, QuerySet

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Membership, RollFile, Unit
from advocates.roll.known import KnownAdvocate

Elsewhere = set[tuple[str, str]]
"""(name key, licence key without zeros at its start)."""

_COLUMNS = (
    "pk", "full_name", "family_name", "given_name", "patronymic", "licence_number", "licence_date", "joined_on",
    "practice_form", "unit__name", "email", "phone", "language", "national_id", "is_member",
)  # fmt: skip
_UNIT, _NATIONAL_ID = _COLUMNS.index("unit__name"), _COLUMNS.index("national_id")
_REPEATED = [_COLUMNS.index(name) for name in ("family_name", "given_name", "patronymic", "licence_date", "joined_on",
                                               "practice_form", "unit__name", "language")]  # fmt: skip
_AT_ONCE = 10_000

_ELSEWHERE = """
    WITH bearer AS (
        SELECT bar_id, name_key, coalesce(nullif(ltrim(licence_key, '0'), ''), licence_key) AS licence
          FROM advocates_advocate WHERE ltrim(licence_key, '0') = ANY(%(without_zeros)s) AND licence_key <> ''
    )
    SELECT DISTINCT name_key, licence FROM bearer WHERE licence = ANY(%(licences)s) AND bar_id <> %(bar)s
"""
_RECORDS = """
    WITH record AS (
        SELECT ROW(a.id, a.full_name, a.family_name, a.given_name, a.patronymic, a.licence_number, a.licence_date,
               a.joined_on, a.practice_form, a.unit_id, a.email, a.phone, a.language, a.national_id,
               EXISTS (SELECT FROM advocates_membership m
                        WHERE m.advocate_id = a.id AND m.bar_id + 0 = a.bar_id AND upper_inf(m.period))) AS said
          FROM advocates_advocate a
         WHERE a.bar_id = %(bar)s AND a.erased_at IS NULL
         UNION ALL
        SELECT ROW(u.id, u.name) FROM advocates_unit u WHERE u.bar_id = %(bar)s
    )
    SELECT count(*), sum(hash_record_extended(said, 1)), sum(hash_record_extended(said, 2)) FROM record
"""


def known_advocates(bar_id: int, pk: int | None = None) -> list[KnownAdvocate]:
    """The advocates of the bar, past members too; or only the one with that key. One statement."""
    open_ones = Membership.objects.filter(advocate=OuterRef("pk"), period__upper_inf=True)
    # Not by the index of bars: until the tables are analysed anew, all of the bar would be looked up for each person.
    current = open_ones.annotate(of=F("bar_id") + 0).filter(of=bar_id)
    people = Advocate.objects.for_bar(bar_id).filter(erased_at=None).annotate(is_member=Exists(current)).order_by("pk")
    rows = people.values_list(*_COLUMNS)
    kept: dict[Any, Any] = {}
    return [_known(row, kept) for row in (rows.iterator(_AT_ONCE) if pk is None else rows.filter(pk=pk))]


@beyond_the_wall("that a name and licence are on another bar's roll, and nothing else about it")
def members_elsewhere(bar_id: int, licences: Collection[str]) -> Elsewhere:
    """Those on the rolls of other bars who have such a licence, past members too: their credit and their history come
    along with a move, and a new record would begin without them.

    For telling that somebody is on another roll; nothing else about them may leave this query.
    """
    without_zeros = [licence.lstrip("0") for licence in licences]
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, {"bar": bar_id, "licences": list(licences), "without_zeros": without_zeros})
        return {(name, licence) for name, licence in cursor.fetchall()}


def records_behind(bar_id: int) -> str:
    """Follows from all that is known of the bar's advocates and units: another when anything of it has changed."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, {"bar": bar_id})
        return " ".join(map(str, cursor.fetchone() or ()))


def unit_names(bar_id: int) -> list[str]:
    return list(Unit.objects.for_bar(bar_id).order_by("pk").values_list("name", flat=True))


def with_first_missing(files: QuerySet[RollFile]) -> QuerySet[RollFile]:
    """Of the advocates whom a file does not name, how many there are and the first 300: they may be all of the bar."""
    whole, first = "jsonb_array_length(%(expressions)s)", "jsonb_path_query_array(%(expressions)s, '$[0 to 299]')"
    return files.defer("missing").annotate(
        missing_count=Func("missing", template=whole, output_field=IntegerField()),
        missing_first=Func("missing", template=first, output_field=JSONField()),
    )


def _known(row: Sequence[Any], kept: dict[Any, Any]) -> KnownAdvocate:
    """``kept``: names, days and words, each once, whoever has it: of a large bar they would take most of the memory."""
    values = list(row)
    values[_UNIT] = values[_UNIT] or ""
    values[_NATIONAL_ID] = values[_NATIONAL_ID].reveal()
    for place in _REPEATED:
        values[place] = kept.setdefault(values[place], values[place])
    return KnownAdvocate(*values)
