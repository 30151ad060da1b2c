"""Who of the advocates taught at a session."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import AdvocateField, Body
from compliance.api.parameters import PageParameters
from compliance.api.sessions import ONE, SessionView
from courses.models import Teaching
from courses.services.teaching import add_teaching, take_back_teaching


class TeachingSerializer(serializers.ModelSerializer[Teaching]):
    """`ended_at` is null for what still holds."""

    name = serializers.CharField(source="advocate.full_name")
    licence_number = serializers.CharField(source="advocate.licence_number")

    class Meta:
        model = Teaching
        fields = ["id", "advocate", "name", "licence_number", "minutes", "added_at", "ended_at"]


class TeachingBody(Body):
    """Who taught, for how many minutes."""

    advocate: serializers.Field[Any, Any, Any, Any] = AdvocateField()
    minutes = serializers.IntegerField(min_value=1, max_value=100_000)


class FirstAddedFirst(KeysetPagination):
    ordering = ("added_at", "pk")


class TaughtAtSession(ListModelMixin, SessionView):
    """Who is on record as having taught at the session, and what was taken back."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    parameters = PageParameters
    serializer_class = TeachingSerializer
    pagination_class = FirstAddedFirst

    def get(self, request: Request, bar: str, session: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[Teaching]:
        return Teaching.objects.for_bar(self.bar).filter(session=self.session()).select_related("advocate")

    @extend_schema(request=TeachingBody, responses={201: TeachingSerializer})
    def post(self, request: Request, bar: str, session: int) -> Response:
        """Write down who taught; a certificate of teaching follows once the attendance is confirmed.

        No credit is posted: whether and how teaching counts is for the rules, and is claimed.
        """
        given = self.body(TeachingBody)
        made = add_teaching(self.session(), given["advocate"], given["minutes"], by=self.user, now=now())
        return Response(TeachingSerializer(made).data, status=201)


class TakeBackTaught(SessionView):
    """It was not so. A certificate that was issued for it still stands until a person revokes it."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE

    @extend_schema(request=None, responses=TeachingSerializer)
    def post(self, request: Request, bar: str, session: int, teaching: int) -> Response:
        rows = Teaching.objects.for_bar(self.bar).filter(session=self.session()).select_related("advocate")
        found: Teaching = get_object_or_404(rows, pk=teaching)
        take_back_teaching(found, by=self.user, now=now())
        found.refresh_from_db(fields=["ended_at"])
        return Response(TeachingSerializer(found).data)


urls = [
    path(f"{ONE}/teaching", TaughtAtSession.as_view(), name="teaching"),
    path(f"{ONE}/teaching/<int:teaching>/take-back", TakeBackTaught.as_view(), name="teaching-take-back"),
]
