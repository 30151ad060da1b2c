"""What may be sent to the API: fields that are named, and keys that are looked up in the view's own bar alone."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from advocates.models import Advocate, Bar
from compliance.queries.rules import ancestry
from courses.models import Category, DeliveryFormat

Row = TypeVar("Row", bound=Model)


class Body(serializers.Serializer[Any]):
    """An object of the fields that a subclass names; any other field is an error, not a slip to ignore."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict) and (odd := [str(name) for name in data if name not in self.fields]):
            raise serializers.ValidationError({name: [_("There is no such field here.")] for name in odd})
        return dict(super().to_internal_value(data))


class CategoryField(serializers.SlugField):
    """The code of a category that the view's bar, or one above it, keeps."""

    default_error_messages = {"unknown": _("There is no such category.")}

    def to_internal_value(self, data: Any) -> Any:
        code = super().to_internal_value(data)
        context: Any = self.context
        if "categories" not in context:  # read once for all parts of a body
            rows = Category.objects.filter(bar__in=ancestry(context["view"].bar))
            context["categories"] = {row.code: row for row in rows}
        return context["categories"][code] if code in context["categories"] else self.fail("unknown")


class FormatField(serializers.ChoiceField):
    """How a course is taken, by its code."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[delivery.code for delivery in DeliveryFormat], **more)

    def to_internal_value(self, data: Any) -> Any:
        return DeliveryFormat[str(super().to_internal_value(data)).upper()]


class AdvocateField(serializers.PrimaryKeyRelatedField[Advocate]):
    """The key of an advocate of the view's bar or of a bar below it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Advocate.objects.all(), **more)

    def get_queryset(self) -> Any:
        return Advocate.objects.under(self.context["view"].bar)


class InstantField(serializers.DateTimeField):
    """A moment with its offset from UTC: without one nobody knows when it is."""

    default_error_messages = {
        "no-offset": _("Give the offset from UTC too, as in 2026-03-14T10:00:00+05:00."),
        "far": _("Give a moment from 1900 to 2199."),
    }

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        if value.tzinfo is None:
            self.fail("no-offset")
        if not 1900 <= value.year <= 2199:
            self.fail("far")
        return value


class SameBarField(serializers.PrimaryKeyRelatedField[Row]):
    """A key in a body, looked up among the rows of the view's own bar and nowhere else."""

    def get_queryset(self) -> Any:
        bar: Bar = self.context["view"].bar
        rows: Any = super().get_queryset()
        return rows.for_bar(bar)
