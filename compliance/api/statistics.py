"""Counts of a bar: for its staff by unit, for everybody those of periods that are over. Small ones are left out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action, roles_for, scope_of
from advocates.acting import beyond_the_wall
from advocates.models import Bar, RoleKind
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.parameters import IsoDateField, PageParameters, Parameters
from compliance.api.public import KeptPublicView
from compliance.api.scoping import BarScopedView, ask_scope, reached
from compliance.api.serializers import BarSerializer, language
from compliance.notices.sources import line_name
from compliance.queries.rules import rules_of
from compliance.queries.statistics import (
    STATUSES,
    Counts,
    Figures,
    Key,
    Lacking,
    PeriodOfBar,
    figures_of,
    periods_of_bars,
)

EVERYTHING = 1
"""The smallest count that is shown where nothing is left out."""


def _by_status(counts: Counts) -> dict[str, int | None]:
    return dict(zip(STATUSES, counts, strict=True))


class StandingCountsSerializer(serializers.Serializer[Any]):
    """Advocates by how they stand. null: left out, because the number is small or would tell a small one."""

    compliant = serializers.IntegerField(allow_null=True)
    on_track = serializers.IntegerField(allow_null=True)
    at_risk = serializers.IntegerField(allow_null=True)
    short = serializers.IntegerField(allow_null=True)
    exempt = serializers.IntegerField(allow_null=True)


class PeriodDatesSerializer(serializers.Serializer[Any]):
    """`due_on` is the last deadline of the period."""

    period_start = serializers.DateField(source="start")
    period_end = serializers.DateField(source="end")
    due_on = serializers.DateField()


class LackingSerializer(serializers.Serializer[Any]):
    """A requirement: how many lack something of it, `of` how many to whom it applies."""

    code = serializers.CharField()
    missing = serializers.IntegerField(allow_null=True)
    of = serializers.IntegerField(allow_null=True)


class NamedLackingSerializer(LackingSerializer):
    name = serializers.CharField()


class UnitCountsSerializer(serializers.Serializer[Any]):
    """`unit` is null, and `name` empty, for those in no unit."""

    unit = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    advocates = serializers.IntegerField(allow_null=True)
    standings = StandingCountsSerializer()


class StatisticsSerializer(serializers.Serializer[Any]):
    """Counts of one period. Those from 1 to below `smallest_shown` are null, and others from which they would follow.

    `periods` are those that can be asked for, the newest first; the figures are null and empty while there is none.
    """

    period = PeriodDatesSerializer(allow_null=True)
    smallest_shown = serializers.IntegerField()
    advocates = serializers.IntegerField(allow_null=True)
    standings = StandingCountsSerializer(allow_null=True)
    units = UnitCountsSerializer(many=True)
    requirements = NamedLackingSerializer(many=True)
    periods = PeriodDatesSerializer(many=True)


class StatisticsParameters(Parameters):
    period_start = IsoDateField(required=False, help_text="The first day of a period; the newest when left out.")
    exact = serializers.BooleanField(
        required=False, default=False, help_text="Every number, for those who may read the standings themselves."
    )


class Statistics(BarScopedView):
    """Counts of the bar's own advocates in a period: how they stand, by unit, and who lacks what.

    Small numbers are left out together with those that would tell them. `exact=true` shows all of them to whoever may
    read the standings themselves (403 "role-needed" for others).
    """

    purpose = Action.READ_STATISTICS
    parameters = StatisticsParameters
    serializer_class = StatisticsSerializer

    def get(self, request: Request, bar: str) -> Response:
        smallest = self._smallest()
        periods = periods_of_bars([self.bar.pk])
        period = self._asked_of(periods)
        figures = figures_of([self.bar.pk], smallest, period.start).get((self.bar.pk, period.start)) if period else None
        shown = {
            "period": period, "smallest_shown": smallest, "periods": periods, "advocates": None, "standings": None,
            "units": [], "requirements": [], **(self._figures(figures, period) if figures and period else {}),
        }  # fmt: skip
        return Response(StatisticsSerializer(shown).data)

    def _smallest(self) -> int:
        if not self.asked["exact"]:
            return int(settings.SMALLEST_COUNT)
        ask_scope(self.request, scope_of(Action.READ_STANDINGS))
        kinds = roles_for(Action.READ_STANDINGS) - {RoleKind.UNIT_HEAD}  # who may read those of a unit alone
        may = reached(self.request, Action.READ_STANDINGS).open_to(self.user, kinds)
        if not may.filter(pk=self.bar.pk).exists():
            raise PermissionDenied(_("Your role at this bar does not allow that."), code="role-needed")
        return EVERYTHING

    def _asked_of(self, periods: list[PeriodOfBar]) -> PeriodOfBar | None:
        asked: dt.date | None = self.asked.get("period_start")
        if asked is None:
            return periods[0] if periods else None
        found = next((period for period in periods if period.start == asked), None)
        if found is None:
            raise NotFound(_("There are no figures of such a period."), code="no-such-period")
        return found

    def _figures(self, figures: Figures, period: PeriodOfBar) -> dict[str, Any]:
        era = rules_of(self.bar).at(period.end)

        def named(need: Lacking) -> dict[str, Any]:
            name = line_name(era.rulebook, need.code, language()) if era else need.code
            return {"code": need.code, "name": name, "missing": need.missing, "of": need.of}

        units = [
            {"unit": key, "name": name, "advocates": total, "standings": _by_status(counts)}
            for key, name, total, counts in figures.units
        ]
        return {
            "advocates": figures.total, "standings": _by_status(figures.by_status), "units": units,
            "requirements": [named(need) for need in figures.lacking],
        }  # fmt: skip


class PublishedPeriodSerializer(PeriodDatesSerializer):
    advocates = serializers.IntegerField(allow_null=True, source="figures.total")
    standings = serializers.SerializerMethodField()
    requirements = LackingSerializer(many=True, source="figures.lacking")

    @extend_schema_field(StandingCountsSerializer)
    def get_standings(self, period: Any) -> Any:
        return _by_status(period["figures"].by_status)


class PublishedSerializer(serializers.Serializer[Any]):
    """A bar, and its periods that are over, the newest first."""

    bar = BarSerializer()
    periods = PublishedPeriodSerializer(many=True)


class PublishedParameters(PageParameters):
    bar = serializers.CharField(required=False, max_length=20, help_text="The code of a bar.")
    period_start = IsoDateField(required=False)


class ByCode(KeysetPagination):
    ordering = ("code",)


class PublishedStatistics(ListModelMixin, KeptPublicView):
    """How the advocates of each bar stood in the periods whose deadlines have passed.

    Numbers from 1 to below a threshold are null, and others from which they would follow. May be kept for an hour;
    ask again with `If-None-Match`.
    """

    max_age = 3600
    parameters = PublishedParameters
    serializer_class = PublishedSerializer
    pagination_class = ByCode

    def get_queryset(self) -> QuerySet[Bar]:
        rows = Bar.objects.all()
        return rows.filter(code=self.asked["bar"]) if "bar" in self.asked else rows

    @extend_schema(auth=[], responses=PublishedSerializer(many=True))
    @beyond_the_wall("counts of every bar, published without the small ones")
    def get(self, request: Request) -> Response:
        bars = self.paginate_queryset(self.get_queryset()) or []
        keys = [bar.pk for bar in bars]
        asked, smallest = self.asked.get("period_start"), int(settings.SMALLEST_COUNT)
        periods, figures = periods_of_bars(keys), figures_of(keys, smallest, asked)
        rows = [{"bar": bar, "periods": _published(bar, periods, figures)} for bar in bars]
        return self.get_paginated_response(PublishedSerializer(rows, many=True).data)


def _published(bar: Bar, periods: list[PeriodOfBar], figures: dict[Key, Figures]) -> list[dict[str, Any]]:
    """The periods of the bar that are over on its own calendar, with their figures."""
    today = local_date(now(), bar.time_zone)
    over = [period for period in periods if period.bar_id == bar.pk and period.closed(today)]
    return [
        {"start": period.start, "end": period.end, "due_on": period.due_on, "figures": figures[bar.pk, period.start]}
        for period in over
        if (bar.pk, period.start) in figures
    ]


urls = [
    path("bars/<str:bar>/statistics", Statistics.as_view(), name="bar-statistics"),
    path("statistics", PublishedStatistics.as_view(), name="statistics"),
]
