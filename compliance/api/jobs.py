"""Long work of a bar: asked for with 202, then looked up until it is done."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from cle.core.queue import enqueue
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView, open_bars
from compliance.models import Job
from compliance.services.jobs import start_job
from compliance.tasks import run_job


class JobSerializer(serializers.ModelSerializer[Job]):
    """`done` of `total` parts, both 0 until the whole is known; `problem` is {code, message} of one that failed."""

    class Meta:
        model = Job
        fields = ["id", "kind", "state", "done", "total", "result", "problem", "asked_at", "finished_at"]


def accepted(view: BarScopedView, kind: str, parameters: dict[str, Any]) -> Response:
    """The answer 202 to a call whose work is now a job: where to look, and how it stands. In one transaction."""
    job = start_job(view.bar, kind, parameters, by=view.user, now=now())
    enqueue(run_job, job_id=job.pk)
    where = reverse("api:job", args=[view.bar.code, job.pk])
    return Response(JobSerializer(job).data, status=202, headers={"Location": where})


def seen_by(view: BarScopedView) -> QuerySet[Job]:
    """Jobs that one has asked for, and all of them for those who watch over the bar."""
    watched = open_bars(view.request, Action.READ_AUDIT)
    return Job.objects.for_bar(view.bar).filter(Q(asked_by=view.user) | Q(bar__in=watched))


class NewestFirst(KeysetPagination):
    ordering = ("-pk",)


class Jobs(BarScopedList):
    """The jobs that you have asked for at this bar, the newest first; administrators and auditors see everybody's."""

    purpose = Action.READ_STATISTICS
    parameters = PageParameters
    serializer_class = JobSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Job]:
        return seen_by(self)


class OneJob(BarScopedView):
    """How far a job is and, once it is done, what came of it."""

    purpose = Action.READ_STATISTICS
    serializer_class = JobSerializer

    def get(self, request: Request, bar: str, job: int) -> Response:
        return Response(JobSerializer(get_object_or_404(seen_by(self), pk=job)).data)


urls = [
    path("bars/<str:bar>/jobs", Jobs.as_view(), name="jobs"),
    path("bars/<str:bar>/jobs/<int:job>", OneJob.as_view(), name="job"),
]
