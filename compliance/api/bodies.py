"""What may be sent to the API: fields that are named, and keys that are looked up in the view's own bar alone."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from advocates.models import Bar

Row = TypeVar("Row", bound=Model)


class Body(serializers.Serializer[Any]):
    """An object of the fields that a subclass names; any other field is an error, not a slip to ignore."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict) and (odd := [str(name) for name in data if name not in self.fields]):
            raise serializers.ValidationError({name: [_("There is no such field here.")] for name in odd})
        return dict(super().to_internal_value(data))


class SameBarField(serializers.PrimaryKeyRelatedField[Row]):
    """A key in a body, looked up among the rows of the view's own bar and nowhere else."""

    def get_queryset(self) -> Any:
        bar: Bar = self.context["view"].bar
        rows: Any = super().get_queryset()
        return rows.for_bar(bar)
