"""Which tables are recorded, and what is never copied into the trail: read off the models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Field, ForeignKey, Model

from advocates.models import Advocate, Bar

HIDDEN = re.compile(r"password|passwd|secret|token|digest|national_id|private|otp|recovery")
"""Names of columns whose values stand in the trail as a mark: whether there is one, and that it changed."""


@dataclass(frozen=True)
class Covered:
    """What the trail covers: models of these apps, by label; each exception is named with the reason.

    ``updates_only``: rows whose coming and going follows from others; ``withheld``: columns marked like secrets;
    ``idle``: columns that say nothing of anybody's doing, so that an update of these alone leaves no trace.
    """

    apps: tuple[str, ...]
    exempt: Mapping[str, str]
    updates_only: Mapping[str, str]
    withheld: Mapping[str, tuple[str, ...]]
    idle: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Recorded:
    """What the trigger of one table is told. ``parent`` leads to the advocate of a row that has no column for one."""

    table: str
    key: str
    bar: str
    person: str
    parent: tuple[str, ...]
    hidden: tuple[str, ...]
    hashed: tuple[str, ...]
    ignored: tuple[str, ...]
    updates_only: bool = False

    def arguments(self) -> list[str]:
        lists = (self.parent, self.hidden, self.hashed, self.ignored)
        return [self.key, self.bar, self.person, *("{" + ",".join(names) + "}" for names in lists)]


def recorded(model: type[Model], covered: Covered) -> Recorded:
    """How rows of this model are written down."""
    fields, label = model._meta.concrete_fields, model._meta.label
    withheld, idle = covered.withheld.get(label, ()), covered.idle.get(label, ())
    hidden = tuple(str(field.column) for field in fields if HIDDEN.search(field.name) or field.name in withheld)
    return Recorded(
        table=model._meta.db_table,
        key=str(model._meta.pk.column) if model._meta.pk else "id",
        bar=_column_of(model, Bar),
        person=_column_of(model, Advocate),
        parent=() if _column_of(model, Advocate) else _parent(model),
        hidden=hidden,
        hashed=tuple(str(field.column) for field in fields if _is_bytes(field) and str(field.column) not in hidden),
        ignored=tuple(str(field.column) for field in fields if field.name in idle or getattr(field, "auto_now", False)),
        updates_only=label in covered.updates_only,
    )


def recorded_tables(covered: Covered) -> list[Recorded]:
    """Each table of the trail, those that Django keeps between two models included."""
    configs = [apps.get_app_config(name) for name in covered.apps]
    models = [model for config in configs for model in config.get_models(include_auto_created=True)]
    return [recorded(model, covered) for model in models if model._meta.label not in covered.exempt]


def _column_of(model: type[Model], target: type[Model]) -> str:
    """The column that names the bar or the advocate; of the bar or the advocate itself, its key. '' without one."""
    if model is target:
        return "id"
    field: Any = next((field for field in _keys(model) if field.name == target._meta.model_name), None)
    return str(field.column) if field is not None and field.related_model is target else ""


def _parent(model: type[Model]) -> tuple[str, ...]:
    """(column, table, its key, its column of the advocate) of the row that this one is a part of."""
    for field in _keys(model):
        target: Any = field.related_model
        if not field.null and (person := _column_of(target, Advocate)) and target is not Advocate:
            return str(field.column), target._meta.db_table, str(target._meta.pk.column), person
    return ()


def _keys(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    return (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))


def _is_bytes(field: Field[Any, Any]) -> bool:
    return field.db_type(connection) == "bytea"
