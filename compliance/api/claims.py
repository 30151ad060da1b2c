"""Credit that the logged-in advocate asks for, and the files that prove it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.claim_shapes import (
    ClaimBody,
    ClaimParameters,
    ClaimSerializer,
    EvidenceBody,
    EvidenceSerializer,
    OneClaimSerializer,
    WithdrawBody,
)
from compliance.api.files import WhateverIsAccepted, described, file_answer
from compliance.api.scoping import OwnListView, OwnScopedView
from compliance.queries.claims import complete, listed
from courses.evidence import Kind
from courses.models import Claim, Evidence
from courses.services import claims as services
from courses.services.evidence import add_evidence, content_of, remove_evidence

FILE_TYPES = [kind.content_type for kind in Kind]


class NewestFirst(KeysetPagination):
    ordering = ("-pk",)


class OwnClaims(OwnListView):
    """Your claims, the newest first."""

    parameters = ClaimParameters
    serializer_class = ClaimSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Claim]:
        asked = {name: value for name, value in self.asked.items() if name == "state"}
        return listed(Claim.objects.of(self.user).filter(**asked))

    @extend_schema(request=ClaimBody, responses={201: OneClaimSerializer})
    def post(self, request: Request) -> Response:
        """A new draft, which nobody at the bar sees until you submit it."""
        claim = services.draft_claim(self.advocate, by=self.user, now=now(), **self.body(ClaimBody))
        return self.answer(claim, 201, {"Location": reverse("api:own-claim", args=[claim.pk])})

    def answer(self, claim: Claim, status: int, headers: dict[str, str]) -> Response:
        whole = complete(Claim.objects.of(self.user)).get(pk=claim.pk)
        return Response(OneClaimSerializer(whole).data, status, headers=headers)


class OwnScopedClaim(OwnScopedView):
    """One claim of the logged-in advocate; of others there is none."""

    serializer_class = OneClaimSerializer

    def found(self, claim: int) -> Claim:
        return get_object_or_404(Claim.objects.of(self.user), pk=claim)

    def shown(self, claim: int) -> Response:
        return Response(OneClaimSerializer(get_object_or_404(complete(Claim.objects.of(self.user)), pk=claim)).data)


class OneOwnClaim(OwnScopedClaim):
    def get(self, request: Request, claim: int) -> Response:
        """A claim with its files and every step that was taken."""
        return self.shown(claim)

    @extend_schema(request=ClaimBody(partial=True))
    def patch(self, request: Request, claim: int) -> Response:
        """Say it differently, while it is a draft or was returned to you; what you leave out stays as it is."""
        services.change_claim(self.found(claim), now=now(), **self.body(ClaimBody, partial=True))
        return self.shown(claim)


class SubmitClaim(OwnScopedClaim):
    """Put a draft, or a claim that was returned, before the bar. It needs a file or a description."""

    @extend_schema(request=None)
    def post(self, request: Request, claim: int) -> Response:
        services.submit_claim(self.found(claim), by=self.user, now=now())
        return self.shown(claim)


class WithdrawClaim(OwnScopedClaim):
    """Give a claim up before it is decided, for good."""

    @extend_schema(request=WithdrawBody)
    def post(self, request: Request, claim: int) -> Response:
        found, given = self.found(claim), self.body(WithdrawBody)
        services.withdraw_claim(found, by=self.user, now=now(), **given)
        return self.shown(claim)


class OwnEvidence(OwnScopedClaim):
    """Add a file to a draft, or to a claim that was returned; it is told apart by its content, not by its name."""

    parser_classes = [MultiPartParser]

    @extend_schema(request=EvidenceBody, responses={201: EvidenceSerializer})
    def post(self, request: Request, claim: int) -> Response:
        found, given = self.found(claim), self.body(EvidenceBody)
        file = given["file"]
        evidence = add_evidence(found, file.name, file.read(), by=self.user, now=now())
        where = reverse("api:own-evidence", args=[found.pk, evidence.pk])
        return Response(EvidenceSerializer(evidence).data, 201, headers={"Location": where})


class OneOwnEvidence(OwnScopedView):
    content_negotiation_class = WhateverIsAccepted
    serializer_class = EvidenceSerializer

    def found(self, claim: int, evidence: int) -> Evidence:
        rows = Evidence.objects.of(self.user).there().select_related("claim")
        return get_object_or_404(rows, pk=evidence, claim=claim)

    @extend_schema(responses=described(*FILE_TYPES))
    def get(self, request: Request, claim: int, evidence: int) -> HttpResponse:
        """The file as it is kept, to be saved."""
        return handed_out(self.found(claim, evidence))

    @extend_schema(request=None, responses={200: EvidenceSerializer})
    def delete(self, request: Request, claim: int, evidence: int) -> Response:
        """Take the file away again, while the claim is in your hands. What the bar never saw is erased."""
        return Response(EvidenceSerializer(remove_evidence(self.found(claim, evidence), now=now())).data)


def handed_out(evidence: Evidence) -> HttpResponse:
    """404 where the store has lost the file."""
    content = content_of(evidence)
    if content is None:
        raise Http404
    return file_answer(content, Kind(evidence.kind).content_type, evidence.name)


urls = [
    path("me/claims", OwnClaims.as_view(), name="own-claims"),
    path("me/claims/<int:claim>", OneOwnClaim.as_view(), name="own-claim"),
    path("me/claims/<int:claim>/submit", SubmitClaim.as_view(), name="own-claim-submit"),
    path("me/claims/<int:claim>/withdraw", WithdrawClaim.as_view(), name="own-claim-withdraw"),
    path("me/claims/<int:claim>/evidence", OwnEvidence.as_view(), name="own-claim-evidence"),
    path("me/claims/<int:claim>/evidence/<int:evidence>", OneOwnEvidence.as_view(), name="own-evidence"),
]
