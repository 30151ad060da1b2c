"""Reasons for being late in a period: somebody else than who named one decides about it. Never an exemption."""

from __future__ import annotations

import datetime as dt

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.clock import now
from compliance.api.asked import (
    FIELDS,
    LONGEST,
    AskedBody,
    AskedSerializer,
    BarScopedAsked,
    BarScopedDesk,
    OneOwnScopedAsked,
    OwnScopedAsked,
    WithNameSerializer,
)
from compliance.api.bodies import Body
from compliance.api.parameters import IsoDateField
from compliance.models import Excuse, ExcuseOutcome
from compliance.queries.asked import periods_to_object_to
from compliance.services.asked import name_excuse, take_back


class ExcuseSerializer(AskedSerializer):
    """`reason` is a code of the rules in force when it was named, or "other"; `since` and `until` are the days covered.

    A row with the outcome "reversed" takes back the decision on the row that it `reverses`.
    """

    class Meta:
        model = Excuse
        fields = ["period_start", "case", "reason", "since", "until", "document", "reverses", *FIELDS]


class DeskExcuseSerializer(WithNameSerializer, ExcuseSerializer):
    class Meta(ExcuseSerializer.Meta):
        fields = ["advocate", "name", *ExcuseSerializer.Meta.fields]


class ExcuseBody(AskedBody):
    """A code of the rules, or "other"; the days that it covers; what proves it; and what happened."""

    reason = serializers.CharField(max_length=64)
    since = IsoDateField()
    until = IsoDateField()
    document = serializers.CharField(max_length=300)


class OwnExcuseBody(ExcuseBody):
    period_start = IsoDateField()

    def validate_period_start(self, start: dt.date) -> dt.date:
        if start not in periods_to_object_to(self.context["view"].advocate):
            raise serializers.ValidationError(_("You have no such period."))
        return start


class ExcuseAnswerBody(Body):
    outcome = serializers.ChoiceField(choices=[ExcuseOutcome.ACCEPTED.value, ExcuseOutcome.REFUSED.value])
    text = serializers.CharField(max_length=LONGEST)


class OwnExcuses(OwnScopedAsked):
    """Your reasons for being late and what the bar has decided, the newest first."""

    model = Excuse
    serializer_class = ExcuseSerializer

    @extend_schema(request=OwnExcuseBody, responses={201: ExcuseSerializer})
    def post(self, request: Request) -> Response:
        """Name a reason for being late in a period. A person decides about it; it is no exemption from the hours."""
        row = name_excuse(self.advocate, **self.body(OwnExcuseBody), by=self.user, now=now())
        return self.made(row, reverse("api:own-excuse", args=[row.pk]))


class OneOwnExcuse(OneOwnScopedAsked):
    """One of your reasons, with the decision."""

    model = Excuse
    serializer_class = ExcuseSerializer

    def get(self, request: Request, excuse: int) -> Response:
        return self.shown(excuse)


class Excuses(BarScopedDesk):
    """Reasons that the bar's advocates named, what is due first at the top."""

    model = Excuse
    serializer_class = DeskExcuseSerializer


class OneExcuse(BarScopedAsked):
    """A reason for being late, with the decision."""

    model = Excuse
    serializer_class = DeskExcuseSerializer

    def get(self, request: Request, bar: str, excuse: int) -> Response:
        return self.shown(excuse)


class AnswerExcuse(BarScopedAsked):
    """Decide about a reason that somebody else named, once. Accepted, its days put a petition off; no case moves."""

    model = Excuse
    serializer_class = DeskExcuseSerializer
    answer_body = ExcuseAnswerBody

    @extend_schema(request=ExcuseAnswerBody)
    def post(self, request: Request, bar: str, excuse: int) -> Response:
        return self.answered(request, excuse)


class TakeBackExcuse(BarScopedAsked):
    """Take a decision back, once, by a row of its own; the decision stays on record."""

    model = Excuse
    serializer_class = DeskExcuseSerializer

    @extend_schema(request=AskedBody, responses={201: DeskExcuseSerializer})
    def post(self, request: Request, bar: str, excuse: int) -> Response:
        made = take_back(self.found(excuse), **self.body(AskedBody), by=self.user, now=now())
        return Response(DeskExcuseSerializer(get_object_or_404(self.rows(), pk=made.pk)).data, 201)


urls = [
    path("me/excuses", OwnExcuses.as_view(), name="own-excuses"),
    path("me/excuses/<int:excuse>", OneOwnExcuse.as_view(), name="own-excuse"),
    path("bars/<str:bar>/excuses", Excuses.as_view(), name="excuses"),
    path("bars/<str:bar>/excuses/<int:excuse>", OneExcuse.as_view(), name="excuse"),
    path("bars/<str:bar>/excuses/<int:excuse>/answer", AnswerExcuse.as_view(), name="excuse-answer"),
    path("bars/<str:bar>/excuses/<int:excuse>/reversal", TakeBackExcuse.as_view(), name="excuse-reversal"),
]
