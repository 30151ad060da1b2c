"""Everything that was uploaded to a bar: rolls and attendance reports in one list."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Value
from django.urls import path
from rest_framework import serializers

from advocates.access import Action
from advocates.models import ImportState, RollFile
from cle.core.pagination import KeysetPagination
from compliance.api.import_rows import CountsSerializer
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList
from courses.models import AttendanceFile


class ImportSerializer(serializers.Serializer[Any]):
    """An upload. In an attendance report counts are of rows too, and one person may have several."""

    kind = serializers.ChoiceField(choices=["attendance", "roll"])
    id = serializers.IntegerField()
    session = serializers.IntegerField(source="session_id", default=None, allow_null=True)
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=ImportState.choices)
    rows = serializers.IntegerField()
    counts = CountsSerializer()
    uploaded_by = serializers.StringRelatedField[Any](allow_null=True)
    uploaded_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)


class BothKinds(KeysetPagination):
    """Pages of two tables as if they were one: a page of each is read, and the newest of both make the page."""

    ordering = ("-uploaded_at", "-kind", "-pk")

    def _read_on(self, queryset: Any, size: int) -> list[Any]:
        one = super()._read_on
        rows = [row for table in queryset for row in one(table, size)]
        newest = sorted(rows, key=lambda row: (row.uploaded_at, row.kind, row.pk), reverse=True)
        return newest[: size + 1]


class ImportParameters(PageParameters):
    kind = serializers.ChoiceField(required=False, choices=["attendance", "roll"])


class Imports(BarScopedList):
    """What was uploaded to the bar, the newest first: rolls, and attendance reports of its sessions."""

    purpose = Action.READ_ATTENDANCE
    parameters = ImportParameters
    serializer_class = ImportSerializer
    pagination_class = BothKinds

    def get_queryset(self) -> Any:
        tables: dict[str, Any] = {"roll": RollFile.objects, "attendance": AttendanceFile.objects}
        if kind := self.asked.get("kind"):
            tables = {kind: tables[kind]}
        return tuple(  # no list, which would be taken for the rows themselves
            rows.for_bar(self.bar)
            .annotate(kind=Value(kind, CharField()))
            .select_related("uploaded_by")
            .defer("content", "notes")
            for kind, rows in tables.items()
        )


urls = [path("bars/<str:bar>/imports", Imports.as_view(), name="imports")]
