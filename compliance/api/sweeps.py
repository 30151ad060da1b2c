"""Sweeps: who has met the requirements, computed anew for whoever has changed; each is its own job."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from cle.core.clock import local_date, now
from compliance.api.bodies import Body
from compliance.api.jobs import NewestFirst
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.models import SweepRun
from compliance.models.jobs import JobState
from compliance.queries.progress import state_of, sweeps_over
from compliance.services.sweeps import start_sweep
from compliance.tasks import hand_out


class SweepSerializer(serializers.ModelSerializer[SweepRun]):
    """`done` of `total` parts. Figures are of this bar and the bars below it, whoever started the sweep.

    `advocates` were looked at, `assessed` were behind, `written` is how many standings changed.
    """

    state = serializers.SerializerMethodField()
    done = serializers.IntegerField(source="ranges_done")
    running = serializers.IntegerField(source="ranges_running")
    total = serializers.IntegerField(source="ranges_total")
    advocates = serializers.IntegerField(source="people")
    assessed = serializers.IntegerField(source="people_assessed")
    written = serializers.IntegerField(source="rows_written")
    started_by = serializers.SerializerMethodField()

    class Meta:
        model = SweepRun
        fields = [
            "id", "as_of", "rebuild", "state", "done", "running", "total", "advocates", "assessed", "written",
            "started_by", "started_at", "finished_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=JobState.choices))
    def get_state(self, run: Any) -> str:
        return state_of(run)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_started_by(self, run: SweepRun) -> str | None:
        """Null for the nightly sweep, and for those of the bars above."""
        ours = run.started_by is not None and run.bar_id == self.context["view"].bar.pk
        return str(run.started_by) if ours else None


class SweepBody(Body):
    """`rebuild` computes everybody anew, where otherwise only those are who have changed."""

    rebuild = serializers.BooleanField(required=False, default=False)


class SweepView(BarScopedView):
    """How far a sweep is."""

    purpose = Action.READ_STANDINGS
    changing = Action.RUN_SWEEPS
    serializer_class = SweepSerializer

    def get_queryset(self) -> QuerySet[SweepRun]:
        return sweeps_over(self.bar).select_related("started_by")


class Sweeps(BarScopedList, SweepView):
    """The sweeps over the bar, the newest first; those of the bars above too, with the figures of this one."""

    parameters = PageParameters
    pagination_class = NewestFirst

    def get_serializer_class(self) -> Any:
        return SweepBody if self.request.method == "POST" else SweepSerializer

    @extend_schema(parameters=[KEY_PARAMETER], responses={202: SweepSerializer})
    @once
    def post(self, request: Request, bar: str) -> Response:
        """Sweep the bar and the bars below it, as of today. See how far it is at `Location`."""
        moment = now()
        day = local_date(moment, self.bar.time_zone)
        run = start_sweep(self.bar, day, now=moment, rebuild=self.body()["rebuild"], by=self.user)
        hand_out(run)
        where = reverse("api:sweep", args=[self.bar.code, run.pk])
        shown = SweepSerializer(self.get_queryset().get(pk=run.pk), context=self.get_serializer_context())
        return Response(shown.data, status=202, headers={"Location": where})


class OneSweep(SweepView):
    """How far a sweep is, as far as it concerns this bar and the bars below it."""

    def get(self, request: Request, bar: str, sweeprun: int) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=sweeprun)
        return Response(self.get_serializer(found).data)


urls = [
    path("bars/<str:bar>/sweeps", Sweeps.as_view(), name="sweeps"),
    path("bars/<str:bar>/sweeps/<int:sweeprun>", OneSweep.as_view(), name="sweep"),
]
