"""Sealing anew, under the first field key, what an older key still holds."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from cle.core.sealed_fields import Sealed, SealedField
from cle.core.sealing import box

BATCH = 200
"""Rows held at once: uploaded files are among them, of up to some megabytes each."""


def sealed_columns() -> Iterator[tuple[type[Model], SealedField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field


def reseal(model: type[Model], field: SealedField) -> int:
    """Seal the column anew; returns how many values were. Safe to repeat, and to run beside everything else.

    Raises UnsealingError when a value was sealed with a key that is not there any more.
    """
    rows, changed = model._base_manager.order_by("pk").values_list("pk", field.name), 0
    batch = list(rows[:BATCH])
    while batch:
        changed += sum(_reseal_one(model, field, key) for key, value in batch if _is_stale(value))
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])
    return changed


def _is_stale(value: Sealed) -> bool:
    return bool(value) and not box().is_current(value.column[value.skipped :])


@transaction.atomic
def _reseal_one(model: type[Model], field: SealedField, key: int) -> bool:
    rows = model._base_manager.filter(pk=key)
    value: Sealed = rows.select_for_update().values_list(field.name, flat=True).get()
    return _is_stale(value) and rows.update(**{field.name: bytes(value)}) == 1
