"""The credit ledger of one person: of the logged-in advocate, or of somebody of the bar."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate, FilePart, User
from cle.core.answers import AnswerSerializer, rows_as
from cle.core.pagination import KeysetPagination
from cle.core.prepared import Prepared
from compliance.api.parameters import IsoDateField, TranscriptParameters
from compliance.api.revalidated import RevalidatedView
from compliance.api.scoping import BarScopedView, OwnScopedView
from compliance.api.serializers import EntrySerializer, language
from compliance.models import Standing
from compliance.queries import desk
from courses.models import Account, DeliveryFormat, Entry

STATES = [("counts", "counts"), ("taken_back", "taken_back")]
_COLUMNS = {"earned_from": "earned_on__gte", "earned_to": "earned_on__lte", "category": "category__code"}
_OWN = Prepared[Advocate](
    lambda user: Advocate.objects.of(user).select_related("account").only("bar", "account__version")
)
_SAME = OpenApiResponse(description="What `If-None-Match` names is still the answer.")


class PersonTranscriptParameters(TranscriptParameters):
    """Both ends of the span of days are included; `period_start` is the first day of one of the person's periods.

    `state`: "counts" for entries that stand, "taken_back" for those that do not and the corrections that did it.
    """

    period_start = IsoDateField(required=False)
    state = serializers.ChoiceField(required=False, choices=STATES)


class LineSerializer(AnswerSerializer):
    """What ``EntrySerializer`` says, of the plain values of a line."""

    earned_on = serializers.DateField()
    title = serializers.CharField()
    category = serializers.CharField(source="category__code")
    category_name = serializers.CharField()
    format = serializers.SerializerMethodField()
    minutes = serializers.IntegerField()
    correction = serializers.BooleanField()
    taken_back = serializers.BooleanField()

    def get_format(self, line: Any) -> str:
        return DeliveryFormat(line.format).code


class ByDayEarned(KeysetPagination):
    ordering = ("-earned_on", "-pk")


class Ledger(ListModelMixin, RevalidatedView):
    """Entries of ``person``, read with the account. Its version is the number of entries, which are never edited."""

    parameters = PersonTranscriptParameters
    serializer_class = EntrySerializer
    pagination_class = ByDayEarned

    def person(self) -> Advocate:
        raise NotImplementedError

    def depends_on(self) -> list[Any]:
        person = self.person()
        account: Account | None = getattr(person, "account", None)
        return [person.pk, account and account.version, self.span]

    @cached_property
    def span(self) -> tuple[Any, Any] | None:
        """First and last day of the period asked about; None when none is, or the person has none like it."""
        if "period_start" not in self.asked:
            return None
        rows = Standing.objects.filter(advocate=self.person().pk, period_start=self.asked["period_start"])
        return rows.values_list("period_start", "period_end").first()

    def listed(self, request: Request) -> Response:
        """The first page of all is what nearly everybody asks for."""
        if self.asked:
            return self.list(request)
        newest = desk.newest_lines(self.pagination_class.page_size + 1, language())
        page = self.paginate_queryset(newest.rows(self.person().pk))
        return self.get_paginated_response(rows_as(LineSerializer, page or ()))

    def get_queryset(self) -> Any:
        asked = {_COLUMNS[name]: value for name, value in self.asked.items() if name in _COLUMNS}
        rows = desk.entries_of(Entry.objects.filter(advocate=self.person().pk, **asked))
        if "state" in self.asked:
            rows = desk.in_state(rows, self.asked["state"])
        if "period_start" in self.asked:
            return rows.filter(earned_on__range=self.span) if self.span else rows.none()
        return rows


class Transcript(OwnScopedView, Ledger):
    """The ledger, the newest entry first, corrections included: its minutes add up to what was earned."""

    def own(self, user: User) -> Advocate | None:
        return _OWN.first(user.pk)

    def person(self) -> Advocate:
        return self.advocate

    @extend_schema(responses={200: EntrySerializer(many=True), 304: _SAME})
    def get(self, request: Request) -> Response:
        return self.revalidated(request, lambda: self.listed(request))


class AdvocateTranscript(BarScopedView, Ledger):
    """The ledger of somebody of the bar, the newest entry first, corrections included."""

    purpose = Action.READ_LEDGER
    opens = FilePart.LEDGER

    def narrow(self, request: Request) -> None:
        super().narrow(request)
        self.found = get_object_or_404(self.people().select_related("account"), pk=self.kwargs["advocate"])

    def person(self) -> Advocate:
        return self.found

    @extend_schema(responses={200: EntrySerializer(many=True), 304: _SAME})
    def get(self, request: Request, bar: str, advocate: int) -> Response:
        return self.revalidated(request, lambda: self.listed(request))


urls = [
    path("me/transcript", Transcript.as_view(), name="transcript"),
    path(
        "bars/<str:bar>/advocates/<int:advocate>/transcript", AdvocateTranscript.as_view(), name="advocate-transcript"
    ),
]
