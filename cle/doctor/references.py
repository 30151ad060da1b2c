"""References that the database does not check as they are written, since a sweep or an import writes a million at a
time: what they name is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.db.models import DO_NOTHING, ForeignKey
from django.utils.translation import gettext_lazy as _

from cle.doctor.check import Check, Finding, Look, ask, found

Reference: TypeAlias = "ForeignKey[Any, Any]"

_NAMES_NOTHING: Final = """
    SELECT '{table}.{column} of ' || each."{key}" FROM "{table}" each
     WHERE each."{column}" IS NOT NULL
       AND NOT EXISTS (SELECT FROM "{named}" there WHERE there."{named_key}" = each."{column}")
"""


def unchecked() -> Iterator[Reference]:
    """Of our models, but for the trail, which may name what has gone."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and not _checked(field):
                yield field


def _checked(field: Reference) -> bool:
    return field.db_constraint or field.remote_field.on_delete == DO_NOTHING  # type: ignore[attr-defined]


def _look(look: Look) -> list[Finding]:
    return found(*(_dangling(field) for field in unchecked()))


def _dangling(field: Reference) -> Finding | None:
    own, named = field.model._meta, field.target_field.model._meta
    sql = _NAMES_NOTHING.format(
        table=own.db_table, key=own.pk.column, column=field.column, named=named.db_table,
        named_key=field.target_field.column,
    )  # fmt: skip
    return ask(_("rows that name what is not there"), sql, {})


REFERENCES: Final = Check(
    "references",
    _("What rows name is there"),
    _(
        "Somebody has written past the program: restore a back-up elsewhere, and put back from it the rows that are "
        "named and gone. Standings need only be computed anew."
    ),
    _look,
)
