"""Claims before the bar: the queue, and what a reviewer decides."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import FilePart
from advocates.services.reads import record_read
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.claim_shapes import (
    ApproveBody,
    OneQueuedClaimSerializer,
    QueuedClaimSerializer,
    QueueParameters,
    RefusalBody,
)
from compliance.api.claims import FILE_TYPES, handed_out
from compliance.api.files import WhateverIsAccepted, described
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.queries.claims import complete, listed
from courses.models import Claim, Evidence
from courses.services import claims as services


class OldestSubmission(KeysetPagination):
    ordering = ("submitted_at", "pk")


class Claims(BarScopedList):
    """Claims that were submitted, those that have waited longest first; `state=submitted` is the queue."""

    purpose = Action.READ_CLAIMS
    parameters = QueueParameters
    serializer_class = QueuedClaimSerializer
    pagination_class = OldestSubmission

    def get_queryset(self) -> QuerySet[Claim]:
        columns = {"state": "state", "category": "category__code", "advocate": "advocate"}
        asked = {columns[name]: value for name, value in self.asked.items() if name in columns}
        return listed(Claim.objects.for_bar(self.bar).seen_by_staff().filter(**asked))


class BarScopedClaim(BarScopedView):
    """One submitted claim of somebody of the bar."""

    purpose = Action.READ_CLAIMS
    changing = Action.DECIDE_CLAIMS
    serializer_class = OneQueuedClaimSerializer

    def found(self, claim: int) -> Claim:
        rows = Claim.objects.for_bar(self.bar).seen_by_staff().select_related("advocate")
        return get_object_or_404(rows, pk=claim)

    def shown(self, claim: int) -> Response:
        rows = complete(Claim.objects.for_bar(self.bar).seen_by_staff())
        found = get_object_or_404(rows, pk=claim)
        record_read(self.user, FilePart.CLAIM, found.advocate_id)
        return Response(OneQueuedClaimSerializer(found).data)


class OneClaim(BarScopedClaim):
    """A claim with its files and every step that was taken."""

    def get(self, request: Request, bar: str, claim: int) -> Response:
        return self.shown(claim)


class ClaimEvidence(BarScopedView):
    """A file that proves a claim, to be saved."""

    purpose = Action.READ_CLAIMS
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses=described(*FILE_TYPES))
    def get(self, request: Request, bar: str, claim: int, evidence: int) -> HttpResponse:
        rows = Evidence.objects.for_bar(self.bar).there().filter(claim__submitted_at__isnull=False)
        found = get_object_or_404(rows.select_related("claim"), pk=evidence, claim=claim)
        record_read(self.user, FilePart.CLAIM, found.claim.advocate_id)
        return handed_out(found)


class ApproveClaim(BarScopedClaim):
    """Post the credit of a claim: as claimed or, with a reason, of fewer minutes or in another category. Never of
    one's own."""

    @extend_schema(request=ApproveBody)
    def post(self, request: Request, bar: str, claim: int) -> Response:
        found, given = self.found(claim), self.body(ApproveBody)
        services.approve_claim(found, by=self.user, now=now(), **given)
        return self.shown(claim)


class ReturnClaim(BarScopedClaim):
    """Give a claim back to the advocate, to be said or proved better."""

    @extend_schema(request=RefusalBody)
    def post(self, request: Request, bar: str, claim: int) -> Response:
        found, given = self.found(claim), self.body(RefusalBody)
        services.return_claim(found, by=self.user, now=now(), **given)
        return self.shown(claim)


class RejectClaim(BarScopedClaim):
    """Refuse a claim, for good."""

    @extend_schema(request=RefusalBody)
    def post(self, request: Request, bar: str, claim: int) -> Response:
        found, given = self.found(claim), self.body(RefusalBody)
        services.reject_claim(found, by=self.user, now=now(), **given)
        return self.shown(claim)


_ONE = "bars/<str:bar>/claims/<int:claim>"
urls: list[Any] = [
    path("bars/<str:bar>/claims", Claims.as_view(), name="claims"),
    path(_ONE, OneClaim.as_view(), name="claim"),
    path(f"{_ONE}/evidence/<int:evidence>", ClaimEvidence.as_view(), name="claim-evidence"),
    path(f"{_ONE}/approve", ApproveClaim.as_view(), name="claim-approve"),
    path(f"{_ONE}/return", ReturnClaim.as_view(), name="claim-return"),
    path(f"{_ONE}/reject", RejectClaim.as_view(), name="claim-reject"),
]
