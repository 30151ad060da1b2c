"""What the bars add up to: a line for each bar below, and the rows of the quarterly report, as data and as files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Bar
from cle.core.clock import local_date, local_midnight, now
from cle.core.pagination import KeysetPagination
from compliance.api.files import WhateverIsAccepted, file_answer
from compliance.api.parameters import IsoDateField, PageParameters, Parameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.api.serializers import BarSerializer
from compliance.models.standings import StandingStatus
from compliance.queries.quarterly import FIGURES, Quarter, report_of
from compliance.queries.rollup import Line, lines_of
from compliance.reports.headings import HEADINGS, LEFT_OUT
from compliance.reports.quarterly import as_text, as_workbook
from compliance.reports.spreadsheet import CSV, XLSX


class ExactCountsSerializer(serializers.Serializer[Any]):
    """Advocates by how they stand."""

    compliant = serializers.IntegerField()
    on_track = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    short = serializers.IntegerField()
    exempt = serializers.IntegerField()


class RollUpSerializer(serializers.Serializer[Any]):
    """`advocates` are members of today; `standings` are of those who have a licence, and `missing_minutes` is the sum
    of what each of them still lacks; `sessions_held` are confirmed ones of this calendar year; `notices_undelivered`
    failed, or wait to be handed over on paper."""

    bar = BarSerializer()
    advocates = serializers.IntegerField()
    standings = ExactCountsSerializer()
    missing_minutes = serializers.IntegerField()
    open_cases = serializers.IntegerField()
    notices_undelivered = serializers.IntegerField()
    sessions_held = serializers.IntegerField()


class RollUpParameters(PageParameters):
    period_start = IsoDateField(required=False, help_text="The first day of a period; each one's newest if left out.")


class ByCode(KeysetPagination):
    ordering = ("code",)


class RollUp(BarScopedList):
    """A line for each bar below this one, by code: how many advocates, how they stand, and what is open."""

    purpose = Action.READ_REPORTS
    parameters = RollUpParameters
    serializer_class = RollUpSerializer
    pagination_class = ByCode

    def get_queryset(self) -> QuerySet[Bar]:
        return Bar.objects.below(self.bar).exclude(pk=self.bar.pk)

    def get(self, request: Request, bar: str) -> Response:
        bars = self.paginate_queryset(self.get_queryset()) or []
        today = local_date(now(), self.bar.time_zone)
        year = local_midnight(dt.date(today.year, 1, 1), self.bar.time_zone)
        lines = lines_of([each.pk for each in bars], today, year, self.asked.get("period_start"))
        rows = [_shown(each, lines[each.pk]) for each in bars]
        return self.get_paginated_response(RollUpSerializer(rows, many=True).data)


def _shown(bar: Bar, line: Line) -> dict[str, Any]:
    return {
        "bar": bar, "advocates": line.advocates, "missing_minutes": line.missing, "open_cases": line.open_cases,
        "notices_undelivered": line.undelivered, "sessions_held": line.sessions,
        "standings": {status: line.standings.get(status, 0) for status in StandingStatus.values},
    }  # fmt: skip


class QuarterRowSerializer(serializers.Serializer[Any]):
    """A bar's quarter. What happened is counted at the bar where it was recorded."""

    bar = BarSerializer()
    name_kk = serializers.CharField(source="bar.name_kk")
    name_ru = serializers.CharField(source="bar.name_ru")

    def get_fields(self) -> dict[str, Any]:
        numbers = {name: serializers.IntegerField(help_text=str(HEADINGS[name])) for name in FIGURES}
        return {**super().get_fields(), **numbers}


class QuarterSerializer(serializers.Serializer[Any]):
    """`ended` is false while the quarter runs or is to come; `left_out` says what is not in the rows, and why."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()
    ended = serializers.BooleanField()
    left_out = serializers.ListField(child=serializers.CharField())
    rows = QuarterRowSerializer(many=True)


class QuarterParameters(Parameters):
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    quarter = serializers.IntegerField(min_value=1, max_value=4)


class QuarterView(BarScopedView):
    purpose = Action.READ_REPORTS
    parameters = QuarterParameters

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.asked["year"], self.asked["quarter"], self.bar.time_zone)

    def report(self) -> list[tuple[Bar, dict[str, int]]]:
        """Of this bar and of those below it, this one first."""
        return report_of(self.bar, self.quarter)

    def file_name(self, kind: str) -> str:
        return f"{self.bar.code}-{self.quarter.year}-Q{self.quarter.number}.{kind}"


class QuarterlyReport(QuarterView):
    """The rows of the quarterly report: of this bar, and of each bar below it (Law No. 176-VI, Art. 55(2)(5))."""

    serializer_class = QuarterSerializer

    def get(self, request: Request, bar: str) -> Response:
        quarter, today = self.quarter, local_date(now(), self.bar.time_zone)
        report = {
            "first_day": quarter.first, "last_day": quarter.last, "ended": quarter.last < today,
            "left_out": [str(text) for text in LEFT_OUT],
            "rows": [{"bar": each, **figures} for each, figures in self.report()],
        }  # fmt: skip
        return Response(QuarterSerializer(report).data)


class QuarterlyWorkbook(QuarterView):
    """The same rows as a spreadsheet, headed in Kazakh and in Russian."""

    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY})
    def get(self, request: Request, bar: str) -> HttpResponse:
        content = as_workbook(self.report(), self.quarter.year, self.quarter.number)
        return file_answer(content, XLSX, self.file_name("xlsx"))


class QuarterlyText(QuarterView):
    """The same rows as text with semicolons, each heading in Kazakh and in Russian."""

    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request, bar: str) -> HttpResponse:
        return file_answer(as_text(self.report()), CSV, self.file_name("csv"))


urls = [
    path("bars/<str:bar>/roll-up", RollUp.as_view(), name="roll-up"),
    path("bars/<str:bar>/quarterly-report", QuarterlyReport.as_view(), name="quarterly-report"),
    path("bars/<str:bar>/quarterly-report.xlsx", QuarterlyWorkbook.as_view(), name="quarterly-report-xlsx"),
    path("bars/<str:bar>/quarterly-report.csv", QuarterlyText.as_view(), name="quarterly-report-csv"),
]
