"""Objections to how somebody stands (Law No. 94-V, Art. 19-1): answered within three working days."""

from __future__ import annotations

import datetime as dt

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
from compliance.models import Objection
from compliance.models.asked import ObjectionOutcome
from compliance.queries.asked import periods_to_object_to
from compliance.services.asked import object_to


class ObjectionSerializer(AskedSerializer):
    """`case` is the case about the period, where there was one when the objection was made."""

    class Meta:
        model = Objection
        fields = ["period_start", "case", *FIELDS]


class DeskObjectionSerializer(WithNameSerializer, ObjectionSerializer):
    class Meta(ObjectionSerializer.Meta):
        fields = ["advocate", "name", *ObjectionSerializer.Meta.fields]


class ObjectionBody(AskedBody):
    """Against how you stand in a period, by its first day."""

    period_start = IsoDateField()

    def validate_period_start(self, start: dt.date) -> dt.date:
        if start not in periods_to_object_to(self.context["view"].advocate):
            raise serializers.ValidationError(_("You have no such period."))
        return start


class ObjectionAnswerBody(Body):
    outcome = serializers.ChoiceField(choices=ObjectionOutcome.choices)
    text = serializers.CharField(max_length=LONGEST)


class OwnObjections(OwnScopedAsked):
    """Your objections and what the bar has answered, the newest first."""

    model = Objection
    serializer_class = ObjectionSerializer

    @extend_schema(request=ObjectionBody, responses={201: ObjectionSerializer})
    def post(self, request: Request) -> Response:
        """Object to how you stand in a period, and to the case about it. The bar answers within three working days."""
        given = self.body(ObjectionBody)
        row = object_to(self.advocate, given["period_start"], given["text"], by=self.user, now=now())
        return self.made(row, reverse("api:own-objection", args=[row.pk]))


class OneOwnObjection(OneOwnScopedAsked):
    """One of your objections, with its answer."""

    model = Objection
    serializer_class = ObjectionSerializer

    def get(self, request: Request, objection: int) -> Response:
        return self.shown(objection)


class Objections(BarScopedDesk):
    """Objections of the bar's advocates, what is due first at the top."""

    model = Objection
    serializer_class = DeskObjectionSerializer


class OneObjection(BarScopedAsked):
    """An objection, with its answer."""

    model = Objection
    serializer_class = DeskObjectionSerializer

    def get(self, request: Request, bar: str, objection: int) -> Response:
        return self.shown(objection)


class AnswerObjection(BarScopedAsked):
    """Answer an objection of somebody else, once. It changes no case: take the step there that follows from it."""

    model = Objection
    serializer_class = DeskObjectionSerializer
    answer_body = ObjectionAnswerBody

    @extend_schema(request=ObjectionAnswerBody)
    def post(self, request: Request, bar: str, objection: int) -> Response:
        return self.answered(request, objection)


urls = [
    path("me/objections", OwnObjections.as_view(), name="own-objections"),
    path("me/objections/<int:objection>", OneOwnObjection.as_view(), name="own-objection"),
    path("bars/<str:bar>/objections", Objections.as_view(), name="objections"),
    path("bars/<str:bar>/objections/<int:objection>", OneObjection.as_view(), name="objection"),
    path("bars/<str:bar>/objections/<int:objection>/answer", AnswerObjection.as_view(), name="objection-answer"),
]
