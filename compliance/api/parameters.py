"""What may stand behind the question mark of an address, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cle.core.pagination import KeysetPagination
from cle.core.problems import InvalidParametersError


class IsoDateField(serializers.DateField):
    """YYYY-MM-DD in exactly ten characters; the looser forms of ISO 8601 are mostly slips of the pen."""

    def to_internal_value(self, value: Any) -> dt.date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class KeyField(serializers.IntegerField):
    """The key of a row, in the range that the database has keys in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **options)


class Parameters(serializers.Serializer[Any]):
    """An address without parameters; a subclass names its own."""


class PageParameters(Parameters):
    """Which page of a list, and how much of it; the rows are chosen by the other parameters (``filters``)."""

    cursor = serializers.CharField(required=False, max_length=200)
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=KeysetPagination.page_size,
        help_text=f"Rows of a page: {KeysetPagination.page_size} at most, and where nothing is said.",
    )  # fmt: skip


def filters(asked: dict[str, Any]) -> dict[str, Any]:
    """The parameters that choose among the rows of a list."""
    return {name: value for name, value in asked.items() if name not in ("cursor", "limit")}


class TranscriptParameters(PageParameters):
    """Both ends of the span of days are included."""

    earned_from = IsoDateField(required=False)
    earned_to = IsoDateField(required=False)
    category = serializers.SlugField(required=False, max_length=40)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("earned_from"), attrs.get("earned_to")
        if first and last and last < first:
            raise serializers.ValidationError({"earned_to": _("Must not be before earned_from.")})
        return attrs


def read_parameters(kind: type[Parameters], query: QueryDict) -> dict[str, Any]:
    """The parameters that were given, as values. Raises InvalidParametersError naming every one that is wrong."""
    ready = _ready(kind)
    if query.keys() <= ready.fields.keys() and all(len(values) == 1 for _name, values in query.lists()):
        try:
            return dict(ready.run_validation(query.dict()))
        except serializers.ValidationError:  # told below in the reader's language: a field keeps what it has once said
            pass
    return _read_one_by_one(kind, query)


@cache
def _ready(kind: type[Parameters]) -> Parameters:
    """Made once: copying all fields takes longer than reading the parameters."""
    return kind()


def _read_one_by_one(kind: type[Parameters], query: QueryDict) -> dict[str, Any]:
    parameters = kind(data=query.dict())
    faults: dict[str, Any] = {} if parameters.is_valid() else {**parameters.errors}
    for name, values in query.lists():
        if name not in parameters.fields:
            faults[name] = [_("There is no such parameter here.")]
        elif len(values) > 1:
            faults[name] = [_("Given more than once.")]
    if faults:
        raise InvalidParametersError(faults)
    return dict(parameters.validated_data)
