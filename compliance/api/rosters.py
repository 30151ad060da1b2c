"""Rosters that a provider posts and corrects, and its statements that there was nobody to report."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.clock import now
from cle.core.errors import DomainError
from compliance.api.attendance import REPORT, InOrderOfRecord, LatestUploadFirst, reported
from compliance.api.bodies import Body
from compliance.api.course_parameters import CalendarDayField
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import PageParameters
from compliance.api.provider import OwnSessionView
from compliance.api.provider_rows import NilReturnSerializer, RosterRowsSerializer, RosterSerializer
from compliance.api.scoping import ProviderScopedView
from compliance.queries.certificates import rest_on_file
from courses.models import AttendanceFile, AttendanceLine, NilReturn
from courses.queries.rosters import rosters_of
from courses.services.rosters import post_roster, report_no_sessions, report_nobody


class OwnRosters(ListModelMixin, OwnSessionView):
    """The rosters that you posted for a session, the latest first."""

    parameters = PageParameters
    serializer_class = RosterSerializer
    pagination_class = LatestUploadFirst

    def get(self, request: Request, session: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[AttendanceFile]:
        return rosters_of(self.provider).filter(session=self.session())

    @extend_schema(parameters=[KEY_PARAMETER], request=REPORT, responses={201: RosterSerializer})
    @once
    def post(self, request: Request, session: int) -> Response:
        """Post a roster, as a file or as rows. The bar's staff apply it; at once only where the bar trusts you."""
        found = self.session()
        file = post_roster(self.provider, found, reported(self), by=self.user, now=now())
        return Response(RosterSerializer(file).data, status=201)


class RosterView(ProviderScopedView):
    """A roster that the provider has posted."""

    serializer_class: Any = RosterSerializer

    def roster(self) -> AttendanceFile:
        rows = rosters_of(self.provider).select_related("session")
        found: AttendanceFile = get_object_or_404(rows, pk=self.kwargs["attendancefile"])
        return found


class OneRoster(RosterView):
    """A roster of yours, and whether it was applied."""

    def get(self, request: Request, attendancefile: int) -> Response:
        return Response(RosterSerializer(self.roster()).data)


class RosterRows(ListModelMixin, RosterView):
    """Which rows of a roster matched, which did not, and at which the bar has to look; never whom they name."""

    parameters = PageParameters
    serializer_class = RosterRowsSerializer
    pagination_class = InOrderOfRecord

    def get(self, request: Request, attendancefile: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[AttendanceLine]:
        return AttendanceLine.objects.for_bar(self.bar).filter(file=self.roster())


class CorrectRoster(RosterView):
    """Post a roster in the place of one that was wrong: what that one did is reversed when this one is applied.

    Not once certificates, or later reports, rest on it: then ask the bar.
    """

    @extend_schema(parameters=[KEY_PARAMETER], request=REPORT, responses={201: RosterSerializer})
    @once
    def post(self, request: Request, attendancefile: int) -> Response:
        old = self.roster()
        if rest_on_file(old.pk):
            raise DomainError("roster-in-use", _("Something rests on this roster already: ask the bar."))
        report = reported(self)
        file = post_roster(self.provider, old.session, report, by=self.user, now=now(), replaces=old)
        return Response(RosterSerializer(file).data, status=201)


class ReportNobody(OwnSessionView):
    """State that nobody attended a session. A roster that comes after all takes its place."""

    @extend_schema(request=None, responses={201: NilReturnSerializer})
    def post(self, request: Request, session: int) -> Response:
        made = report_nobody(self.provider, self.session(), by=self.user, now=now())
        return Response(NilReturnSerializer(made).data, status=201)


class PeriodBody(Body):
    first = CalendarDayField()
    last = CalendarDayField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["last"] < attrs["first"]:
            raise serializers.ValidationError({"last": _("Must not be before the first day.")})
        return attrs


class NilReturns(ListModelMixin, ProviderScopedView):
    """Your statements that nobody came to a session, or that there was none in a period; the latest first."""

    parameters = PageParameters
    serializer_class = NilReturnSerializer
    pagination_class = LatestUploadFirst

    def get(self, request: Request) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[NilReturn]:
        return NilReturn.objects.for_bar(self.bar).filter(provider=self.provider)

    @extend_schema(request=PeriodBody, responses={201: NilReturnSerializer})
    def post(self, request: Request) -> Response:
        """State that no session was held from a day to a day."""
        made = report_no_sessions(self.provider, **self.body(PeriodBody), by=self.user, now=now())
        return Response(NilReturnSerializer(made).data, status=201)


ROSTER = "provider/rosters/<int:attendancefile>"
urls = [
    path("provider/sessions/<int:session>/rosters", OwnRosters.as_view(), name="provider-rosters"),
    path("provider/sessions/<int:session>/nil-return", ReportNobody.as_view(), name="provider-nil-return"),
    path(ROSTER, OneRoster.as_view(), name="provider-roster"),
    path(f"{ROSTER}/rows", RosterRows.as_view(), name="provider-roster-rows"),
    path(f"{ROSTER}/correct", CorrectRoster.as_view(), name="provider-roster-correct"),
    path("provider/nil-returns", NilReturns.as_view(), name="provider-nil-returns"),
]
