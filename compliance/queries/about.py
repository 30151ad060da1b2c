"""Everything that is recorded about one advocate: read off the models, so that a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from advocates.models import Advocate, User

APPS: Final = ("advocates", "courses", "compliance")

THROUGH: Final[Mapping[str, str]] = {
    "compliance.CaseStep": "case__advocate",
    "compliance.Revocation": "certificate__advocate",
}
"""Models about an advocate that say so through another: how to get there."""

OF_USER: Final = ("advocates.Role", "advocates.Token")
"""Models about whoever logs in."""

OMITTED: Final[Mapping[str, frozenset[str]]] = {
    "advocates.Advocate": frozenset({"name_key", "licence_key"}),  # the same again, for comparing
    "advocates.User": frozenset({"password", "is_superuser", "is_staff"}),
    "advocates.Token": frozenset({"digest"}),
    "advocates.Change": frozenset({"address", "login", "request", "transaction"}),  # of whoever made the change
    "advocates.FileRead": frozenset({"address", "request"}),  # of whoever looked
    "courses.AttendanceLine": frozenset({"suggestions"}),  # names other people
    "advocates.RollLine": frozenset({"suggestions"}),
    "compliance.CalendarFeed": frozenset({"secret_sha256"}),
}
"""Columns that are left out, by model."""


class Part(NamedTuple):
    """Rows of one model about one advocate, and the columns of it that are theirs to see."""

    name: str
    rows: QuerySet[Any]
    columns: list[Any]


def parts_about(advocate: Advocate) -> Iterator[Part]:
    """The account first, then every model in the order of the code."""
    users = User.objects.filter(advocate=advocate.pk)
    yield _part(User, users)
    for model in _models():
        if (about := path_to_person(model)) is not None:
            yield _part(model, model._default_manager.filter(Q(**{about: advocate.pk})))
        elif model._meta.label in OF_USER:
            yield _part(model, model._default_manager.filter(Q(user__in=users)))


def path_to_person(model: type[Model]) -> str | None:
    """The look-up that leads from a row to the advocate whom it is about; None where it is about nobody."""
    if model is Advocate:
        return "pk"
    if (label := model._meta.label) in THROUGH:
        return THROUGH[label]
    names = [field.name for field in model._meta.concrete_fields if field.related_model is Advocate]
    return names[0] if names else None


def _models() -> Iterator[type[Model]]:
    for app in APPS:
        yield from apps.get_app_config(app).get_models()


def _part(model: type[Model], rows: QuerySet[Any]) -> Part:
    omitted = OMITTED.get(model._meta.label, frozenset())
    columns = [field for field in model._meta.concrete_fields if field.name not in omitted and not _is_raw(field)]
    joined = [field.name for field in columns if field.related_model is User or _is_bar(field)]
    return Part(model._meta.label_lower.replace(".", "_"), rows.select_related(*joined).order_by("pk"), columns)


def _is_bar(field: Any) -> bool:
    return field.name == "bar" and field.related_model is not None


def _is_raw(field: Any) -> bool:
    """The content of a file: evidence is handed out as files, and a whole roll is about everybody."""
    return str(field.get_internal_type()) == "BinaryField"
