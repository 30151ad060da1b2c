"""The credit ledger of a bar: every entry, and corrections by entries of their own."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body, CategoryField, FormatField, SameBarField
from compliance.api.course_parameters import CalendarDayField
from compliance.api.once import OPTIONAL_KEY, once_where_asked
from compliance.api.parameters import KeyField, TranscriptParameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.api.serializers import EntrySerializer
from courses.models import Entry
from courses.queries.ledger import SOURCES, ledger_of, source_of
from courses.services.ledger import adjust, reverse_entry

MOST_MINUTES = 100_000


class LedgerParameters(TranscriptParameters):
    advocate = KeyField(required=False)
    source = serializers.ChoiceField(required=False, choices=list(SOURCES))  # type: ignore[assignment]


class LedgerEntrySerializer(EntrySerializer):
    """An entry of somebody's. `source` is attendance, claim, adjustment, or reversal, which `reverses` an entry."""

    name = serializers.CharField(source="advocate.full_name")
    source = serializers.SerializerMethodField()  # type: ignore[assignment]

    class Meta(EntrySerializer.Meta):
        fields = ["id", "advocate", "name", *EntrySerializer.Meta.fields, "source", "reverses", "reason", "posted_at"]

    def get_source(self, entry: Entry) -> str:
        return source_of(entry)


class LedgerAdjustmentBody(Body):
    """`minutes` below zero take credit away. `document` names the paper on which the decision stands."""

    advocate = SameBarField(queryset=Advocate.objects.all())
    category = CategoryField()
    format = FormatField()
    minutes = serializers.IntegerField(min_value=-MOST_MINUTES, max_value=MOST_MINUTES)
    earned_on = CalendarDayField()
    reason = serializers.CharField(max_length=500)
    document = serializers.CharField(max_length=300)

    def validate_minutes(self, minutes: int) -> int:
        if minutes == 0:
            raise serializers.ValidationError(_("An adjustment of 0 minutes changes nothing."))
        return minutes


class LedgerReversalBody(Body):
    reason = serializers.CharField(max_length=500)


class LatestEarnedFirst(KeysetPagination):
    ordering = ("-earned_on", "-pk")


class Ledger(BarScopedList):
    """The entries of the bar's advocates, the latest first, corrections included: the minutes add up to what is held.

    Entries follow an advocate who moves to another bar.
    """

    purpose = Action.READ_LEDGER
    parameters = LedgerParameters
    serializer_class = LedgerEntrySerializer
    pagination_class = LatestEarnedFirst

    def get_queryset(self) -> QuerySet[Entry]:
        columns = {"earned_from": "earned_on__gte", "earned_to": "earned_on__lte", "category": "category__code",
                   "advocate": "advocate"}  # fmt: skip
        asked = {columns[name]: value for name, value in self.asked.items() if name in columns}
        return ledger_of(self.bar).filter(SOURCES.get(self.asked.get("source", ""), Q()), **asked)


class ReverseEntry(BarScopedView):
    """Take an entry back, with a reason: by an entry that mirrors it. Nobody corrects their own ledger."""

    purpose, changing = Action.READ_LEDGER, Action.CORRECT_LEDGER

    @extend_schema(request=LedgerReversalBody, responses={201: LedgerEntrySerializer})
    def post(self, request: Request, bar: str, entry: int) -> Response:
        found: Any = get_object_or_404(ledger_of(self.bar), pk=entry)
        reversal = reverse_entry(found, reason=self.body(LedgerReversalBody)["reason"], by=self.user)
        return posted(self, reversal)


class Adjustments(BarScopedView):
    """Grant credit to somebody of the bar, or take it away, with a reason and a document; nobody for themselves."""

    purpose, changing = Action.READ_LEDGER, Action.CORRECT_LEDGER

    @extend_schema(parameters=[OPTIONAL_KEY], request=LedgerAdjustmentBody, responses={201: LedgerEntrySerializer})
    @once_where_asked
    def post(self, request: Request, bar: str) -> Response:
        given = self.body(LedgerAdjustmentBody)
        what = (given["advocate"], given["category"], given["format"], given["minutes"], given["earned_on"])
        entry = adjust(*what, reason=given["reason"], document=given["document"], by=self.user)
        return posted(self, entry)


def posted(view: BarScopedView, entry: Entry) -> Response:
    """The answer about a new entry."""
    return Response(LedgerEntrySerializer(ledger_of(view.bar).get(pk=entry.pk)).data, status=201)


urls = [
    path("bars/<str:bar>/ledger", Ledger.as_view(), name="ledger"),
    path("bars/<str:bar>/ledger/<int:entry>/reverse", ReverseEntry.as_view(), name="ledger-reverse"),
    path("bars/<str:bar>/adjustments", Adjustments.as_view(), name="adjustments"),
]
