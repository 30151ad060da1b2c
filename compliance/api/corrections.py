"""Requests to put a file right (Law No. 94-V, Art. 24, 25(2)(8)): answered within one working day."""

from __future__ import annotations

from django.urls import path, reverse
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
from compliance.models import Correction
from compliance.models.asked import CorrectionOutcome, Particular
from compliance.services.asked import ask_correction


class CorrectionSerializer(AskedSerializer):
    class Meta:
        model = Correction
        fields = ["particular", "proof", *FIELDS]


class DeskCorrectionSerializer(WithNameSerializer, CorrectionSerializer):
    class Meta(CorrectionSerializer.Meta):
        fields = ["advocate", "name", *CorrectionSerializer.Meta.fields]


class CorrectionBody(AskedBody):
    """`text` says what is wrong and how it should read; `proof` what shows it, never a copy of an identity document."""

    particular = serializers.ChoiceField(choices=Particular.choices)
    proof = serializers.CharField(max_length=LONGEST)


class CorrectionAnswerBody(Body):
    outcome = serializers.ChoiceField(choices=CorrectionOutcome.choices)
    text = serializers.CharField(max_length=LONGEST)


class OwnCorrections(OwnScopedAsked):
    """What you have asked to be put right and what the bar has answered, the newest first."""

    model = Correction
    serializer_class = CorrectionSerializer

    @extend_schema(request=CorrectionBody, responses={201: CorrectionSerializer})
    def post(self, request: Request) -> Response:
        """Ask that something recorded about you be put right. The bar answers within one working day."""
        row = ask_correction(self.advocate, by=self.user, now=now(), **self.body(CorrectionBody))
        return self.made(row, reverse("api:own-correction", args=[row.pk]))


class OneOwnCorrection(OneOwnScopedAsked):
    """One of the requests that you have made, with its answer."""

    model = Correction
    serializer_class = CorrectionSerializer

    def get(self, request: Request, correction: int) -> Response:
        return self.shown(correction)


class Corrections(BarScopedDesk):
    """What the bar's advocates have asked to be put right, what is due first at the top."""

    model = Correction
    serializer_class = DeskCorrectionSerializer


class OneCorrection(BarScopedAsked):
    """A request to put a file right, with its answer."""

    model = Correction
    serializer_class = DeskCorrectionSerializer

    def get(self, request: Request, bar: str, correction: int) -> Response:
        return self.shown(correction)


class AnswerCorrection(BarScopedAsked):
    """Answer a request of somebody else, once: after it has been put right, or with the reason why not."""

    model = Correction
    serializer_class = DeskCorrectionSerializer
    answer_body = CorrectionAnswerBody

    @extend_schema(request=CorrectionAnswerBody)
    def post(self, request: Request, bar: str, correction: int) -> Response:
        return self.answered(request, correction)


urls = [
    path("me/corrections", OwnCorrections.as_view(), name="own-corrections"),
    path("me/corrections/<int:correction>", OneOwnCorrection.as_view(), name="own-correction"),
    path("bars/<str:bar>/corrections", Corrections.as_view(), name="corrections"),
    path("bars/<str:bar>/corrections/<int:correction>", OneCorrection.as_view(), name="correction"),
    path("bars/<str:bar>/corrections/<int:correction>/answer", AnswerCorrection.as_view(), name="correction-answer"),
]
