"""Importing a roll: upload and preview, look at the lines, apply or discard, decide what only a person can."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate, Outcome, RollFile, RollLine
from advocates.services.roll import apply_roll, decide_line, discard_roll, preview_roll, receive_roll
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body, SameBarField
from compliance.api.import_rows import RollFileSerializer, RollLineSerializer, WholeRollFileSerializer
from compliance.api.jobs import JobSerializer, NewestFirst, accepted
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.services.roll_jobs import is_applied_later, is_read_later

_LATER = OpenApiResponse(JobSerializer, description="A large file: the job says when it is done. See `Location`.")


class RollFileView(BarScopedView):
    """A roll import of the bar, without the file itself."""

    purpose = Action.READ_ROLL
    changing = Action.KEEP_ROLL

    def files(self) -> QuerySet[RollFile]:
        return RollFile.objects.for_bar(self.bar).select_related("uploaded_by").defer("content")

    def shown(self, pk: int) -> dict[str, Any]:
        return WholeRollFileSerializer(self.files().get(pk=pk)).data


class RollUpload(Body):
    """The file, and how to read it where that is guessed wrong: which sheet, in which encoding."""

    file = serializers.FileField(max_length=255, allow_empty_file=True)
    sheet = serializers.CharField(required=False, allow_blank=True, max_length=100)
    encoding = serializers.CharField(required=False, allow_blank=True, max_length=40)


class RollFiles(BarScopedList, RollFileView):
    """The rolls that were uploaded, the newest first."""

    parameters = PageParameters
    parser_classes = [MultiPartParser]
    serializer_class = RollUpload
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[RollFile]:
        return self.files().defer("content", "notes", "missing")

    @extend_schema(responses=RollFileSerializer(many=True))
    def get(self, request: Request, bar: str) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(RollFileSerializer(page, many=True).data)

    @extend_schema(parameters=[KEY_PARAMETER], responses={201: WholeRollFileSerializer, 202: _LATER})
    @once
    def post(self, request: Request, bar: str) -> Response:
        """Upload a roll (.xlsx, .xls, .ods, .csv, .txt) and see what importing it would do. Nothing else changes.

        Large files are received, and read by a job (202) whose result names the file.
        """
        asked = self.body()
        upload, content = asked["file"], asked["file"].read()
        options = {"sheet": asked.get("sheet", ""), "encoding": asked.get("encoding", "")}
        today = local_date(now(), self.bar.time_zone)
        if is_read_later(content):
            file = receive_roll(self.bar, content, upload.name, by=self.user, today=today, **options)
            return accepted(self, "roll-preview", {"file": file.pk})
        file = preview_roll(self.bar, content, upload.name, by=self.user, today=today, **options)
        where = reverse("api:roll-file", args=[self.bar.code, file.pk])
        return Response(self.shown(file.pk), status=201, headers={"Location": where})


class OneRollFile(RollFileView):
    """What importing the file would do or has done, in counts; what is to be noted; and whom it does not name."""

    serializer_class = WholeRollFileSerializer

    def get(self, request: Request, bar: str, rollfile: int) -> Response:
        return Response(WholeRollFileSerializer(get_object_or_404(self.files(), pk=rollfile)).data)


class LineParameters(PageParameters):
    outcome = serializers.ChoiceField(required=False, choices=Outcome.choices)


class InOrderOfTheFile(KeysetPagination):
    ordering = ("pk",)


class RollLines(BarScopedList):
    """The people of the file, in its order; `outcome=ambiguous` is what somebody has to decide."""

    purpose = Action.READ_ROLL
    parameters = LineParameters
    serializer_class = RollLineSerializer
    pagination_class = InOrderOfTheFile

    def get(self, request: Request, bar: str, rollfile: int) -> Response:  # type: ignore[override]
        return self.list(request)

    def get_queryset(self) -> QuerySet[RollLine]:
        rolls = RollFile.objects.for_bar(self.bar).only("pk")
        lines = RollLine.objects.for_bar(self.bar).filter(file=get_object_or_404(rolls, pk=self.kwargs["rollfile"]))
        return lines.filter(outcome=self.asked["outcome"]) if "outcome" in self.asked else lines


class NoBody(Body):
    """Nothing has to be sent."""


class RollApplied(RollFileView):
    """The roll, imported."""

    serializer_class = NoBody

    @extend_schema(parameters=[KEY_PARAMETER], responses={200: WholeRollFileSerializer, 202: _LATER})
    @once
    def post(self, request: Request, bar: str, rollfile: int) -> Response:
        """Do what was previewed, all of it or nothing. Nobody is removed, no status changes, open lines stay open.

        409 "roll-moved-on" where the records have changed since: upload the file again. Large files are done by a
        job (202).
        """
        self.body()
        roll = get_object_or_404(self.files(), pk=rollfile)
        if is_applied_later(roll):
            return accepted(self, "roll-apply", {"file": roll.pk})
        apply_roll(roll, by=self.user, now=now())
        return Response(self.shown(roll.pk))


class RollDiscarded(RollFileView):
    """The preview, put aside."""

    serializer_class = NoBody

    @extend_schema(responses=WholeRollFileSerializer)
    def post(self, request: Request, bar: str, rollfile: int) -> Response:
        """Put a preview aside; it can no longer be applied. Safe to repeat; 409 "roll-applied" once it is applied."""
        self.body()
        roll = discard_roll(get_object_or_404(self.files(), pk=rollfile))
        return Response(self.shown(roll.pk))


class DecisionBody(Body):
    """Whom the line names: an advocate of the bar, or null for a new person."""

    advocate = SameBarField[Advocate](queryset=Advocate.objects.all(), allow_null=True)


class RollLineDecided(BarScopedView):
    """An open line of an applied roll, closed."""

    purpose = Action.READ_ROLL
    changing = Action.KEEP_ROLL
    serializer_class = DecisionBody

    @extend_schema(responses=RollLineSerializer)
    def post(self, request: Request, bar: str, rollfile: int, rollline: int) -> Response:
        """Say whom an open line of an applied roll names; it is written as the line says.

        409: "roll-not-applied", "line-decided", "other-bar" (a new record for a member of another bar),
        "national-id-taken".
        """
        advocate = self.body()["advocate"]
        found = get_object_or_404(RollLine.objects.for_bar(self.bar), pk=rollline, file=rollfile)
        decided = decide_line(found, advocate=advocate, by=self.user, now=now())
        return Response(RollLineSerializer(decided).data)


_FILE = "bars/<str:bar>/roll-files/<int:rollfile>"
urls = [
    path("bars/<str:bar>/roll-files", RollFiles.as_view(), name="roll-files"),
    path(_FILE, OneRollFile.as_view(), name="roll-file"),
    path(f"{_FILE}/lines", RollLines.as_view(), name="roll-lines"),
    path(f"{_FILE}/lines/<int:rollline>/decide", RollLineDecided.as_view(), name="roll-line-decided"),
    path(f"{_FILE}/apply", RollApplied.as_view(), name="roll-applied"),
    path(f"{_FILE}/discard", RollDiscarded.as_view(), name="roll-discarded"),
]
