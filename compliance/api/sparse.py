"""``fields=``: of a wide row, only what the reader asked for."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

from cle.core.answers import AnswerSerializer
from compliance.api.parameters import Parameters


class SparseSerializer(AnswerSerializer):
    """An answer that can be narrowed: it shows the fields named by the parameter ``fields`` of the view, or all."""

    def shows(self, name: str) -> bool:
        asked = getattr(self.context.get("view"), "asked", {}).get("fields")
        return not asked or name in asked


class FieldNames(serializers.CharField):
    """Names of fields with commas between them; ``known`` are those that there are."""

    def __init__(self, known: list[str]) -> None:
        example = ",".join(known[:2])
        super().__init__(
            required=False, max_length=500, help_text=f"Only these fields of each row, for example `{example}`."
        )
        self.known = known

    def to_internal_value(self, data: Any) -> Any:
        names = str(super().to_internal_value(data)).split(",")
        if odd := [name for name in names if name not in self.known]:
            raise serializers.ValidationError([_("There is no field %(name)s.") % {"name": name} for name in odd])
        return names


class SparseParameters(Parameters):
    """Parameters of a list whose rows are of the serializer ``shown``."""

    shown: ClassVar[type[SparseSerializer]]

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "fields": FieldNames(_names(self.shown))}


@cache
def _names(kind: type[SparseSerializer]) -> list[str]:
    return list(kind().fields)


class NothingRequired(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """How the description of the API says it: any field may be missing, for the reader can leave it out."""

    target_class = SparseSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {name: value for name, value in schema.items() if name != "required"}
