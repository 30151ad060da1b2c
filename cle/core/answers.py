"""Serializers for answers alone: how each field is read is worked out once per class, not for each row anew.

They give what ``Serializer.to_representation`` gives, several times as fast. Fields are made once for all requests,
so that only ``get_…`` methods know the context. ``AnswerSerializer`` is named before ``ModelSerializer`` among bases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from rest_framework import serializers
from rest_framework.fields import Field, SkipField

Reader = Callable[[serializers.BaseSerializer[Any], Any], Any]
_CALLED: Final = (FunctionType, MethodType, BuiltinFunctionType)
_PLAIN: Final[dict[type[Field[Any, Any, Any, Any]], type]] = {
    serializers.CharField: str,
    serializers.EmailField: str,
    serializers.IntegerField: int,
    serializers.BooleanField: bool,
}
"""What these kinds of field give as it is; a subclass may do otherwise."""


class AnswerSerializer(serializers.Serializer[Any]):
    # No docstring: the description of the API would repeat it for each subclass without one.

    def shows(self, name: str) -> bool:
        """Whether this answer has that field; a subclass may leave some out."""
        return True

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, read in self._read_by:
            try:
                shown[name] = read(self, instance)
            except SkipField:
                continue
        return shown

    @property
    def _read_by(self) -> tuple[tuple[str, Reader], ...]:
        found = self.__dict__.get("_shown_by")
        if found is None:
            found = tuple((name, read) for name, read in _readers(type(self)) if self.shows(name))
            self.__dict__["_shown_by"] = found
        return found


def rows_as(kind: type[AnswerSerializer], rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Each row as the serializer gives it, which is made once for all requests: for those that ask no context."""
    ready = _ready(kind)
    return [ready.to_representation(row) for row in rows]


@cache
def _ready(kind: type[AnswerSerializer]) -> AnswerSerializer:
    return kind()


@cache
def _readers(kind: type[AnswerSerializer]) -> tuple[tuple[str, Reader], ...]:
    fields = kind().fields.items()
    return tuple((name, _reader(field)) for name, field in fields if not field.write_only)


def _reader(field: Field[Any, Any, Any, Any]) -> Reader:
    if isinstance(field, serializers.SerializerMethodField):
        name = str(field.method_name)
        return lambda serializer, row: getattr(serializer, name)(row)
    if field.source_attrs == ["__str__"]:
        return lambda _serializer, row: str(row)
    if type(field).get_attribute is not Field.get_attribute or field.source == "*":
        return lambda _serializer, row: _said(field, field.get_attribute(row))
    return _by_path(field)


def _by_path(field: Field[Any, Any, Any, Any]) -> Reader:
    """A field that follows the names of its source. What is not simply there is left to the field itself to judge."""
    *way, last = field.source_attrs
    plain = _PLAIN.get(type(field))
    path = attrgetter(".".join(way if last == "__str__" else field.source_attrs))

    def read(_serializer: Any, row: Any) -> Any:
        try:
            value = path(row)
        except (AttributeError, KeyError, ObjectDoesNotExist):
            return _said(field, field.get_attribute(row))
        if type(value) is plain:
            return value
        if last == "__str__":
            return str(value) if value is not None else _said(field, field.get_attribute(row))
        return _said(field, field.get_attribute(row) if type(value) in _CALLED else value)

    return read


def _said(field: Field[Any, Any, Any, Any], value: Any) -> Any:
    return None if value is None else field.to_representation(value)
