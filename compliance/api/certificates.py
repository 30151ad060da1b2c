"""Certificates of a bar: listed, printed, issued in batches, replaced and revoked."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import FilePart
from advocates.services.reads import record_read
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body, SameBarField
from compliance.api.certificate_rows import StaffCertificateSerializer, WholeCertificateSerializer
from compliance.api.files import WhateverIsAccepted, file_answer
from compliance.api.jobs import JobSerializer, accepted, seen_by
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import IsoDateField, KeyField, PageParameters, filters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.models import Certificate, CertificateKind
from compliance.queries.certificates import stored_code
from compliance.services.certificates import (
    file_name,
    issue_transcript,
    replace_certificate,
    revoke_certificate,
    signed_certificate,
)
from compliance.services.certificates.archives import KIND, archive_of, people_in
from compliance.services.certificates.batches import Batch, check_as_shown, draft_batch
from courses.models import Session


class CertificateParameters(PageParameters):
    """`year` is the one in the serial number."""

    kind = serializers.ChoiceField(required=False, choices=CertificateKind.choices)
    year = serializers.IntegerField(required=False, min_value=1900, max_value=9999)
    advocate = KeyField(required=False)
    valid = serializers.BooleanField(required=False)


class NewestIssued(KeysetPagination):
    ordering = ("-issued_at", "-pk")


class Certificates(BarScopedList):
    """Certificates of the bar's advocates, and those that the bar issued to others; the newest first."""

    purpose = Action.READ_CERTIFICATES
    parameters = CertificateParameters
    serializer_class = StaffCertificateSerializer
    pagination_class = NewestIssued

    def get_queryset(self) -> QuerySet[Certificate]:
        asked = {name: value for name, value in filters(self.asked).items() if name != "valid"}
        rows = Certificate.objects.concerning(self.bar).select_related("revocation").filter(**asked)
        return rows.standing(self.asked["valid"]) if "valid" in self.asked else rows


def certificate_of(view: BarScopedView, code: str) -> Certificate:
    """By its code, with the dashes of the paper or without."""
    rows = Certificate.objects.concerning(view.bar).select_related(
        "bar", "advocate", "issued_by", "revocation__by", "revocation__replaced_by"
    )
    return get_object_or_404(rows, code=stored_code(code))


class OneCertificate(BarScopedView):
    """A certificate with all that is printed on it and, if it no longer stands, why."""

    purpose = Action.READ_CERTIFICATES
    serializer_class = WholeCertificateSerializer

    def get(self, request: Request, bar: str, code: str) -> Response:
        certificate = certificate_of(self, code)
        record_read(self.user, FilePart.CERTIFICATE, certificate.advocate_id)
        return Response(WholeCertificateSerializer(certificate).data)


class CertificatePdf(BarScopedView):
    """The paper, the same bytes each time."""

    purpose = Action.READ_CERTIFICATES
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, bar: str, code: str) -> HttpResponse:
        certificate = certificate_of(self, code)
        record_read(self.user, FilePart.CERTIFICATE, certificate.advocate_id)
        name = file_name(certificate.serial)
        return file_answer(signed_certificate(certificate), "application/pdf", name)


class IssuedTranscript(BarScopedView):
    """Issue a transcript: all that the advocate's ledger says today, under a number that anybody can check.

    Asked for twice on a day on which nothing has changed, it is one paper. Nobody issues their own.
    """

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    opens = FilePart.CERTIFICATE
    serializer_class = WholeCertificateSerializer

    @extend_schema(parameters=[KEY_PARAMETER], request=None, responses={201: WholeCertificateSerializer})
    @once
    def post(self, request: Request, bar: str, advocate: int) -> Response:
        person = get_object_or_404(self.people(), pk=advocate)
        made = issue_transcript(person, by=self.user, now=now())
        return Response(WholeCertificateSerializer(certificate_of(self, made.code)).data, status=201)


class BatchBody(Body):
    """Either a session of the bar, or the first day of a closed period of its advocates."""

    session: serializers.Field[Any, Any, Any, Any] = SameBarField(queryset=Session.objects.all(), required=False)
    period_start = IsoDateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("session" in attrs) == ("period_start" in attrs):
            raise serializers.ValidationError(_("Name a session or the first day of a period, and not both."))
        return attrs


CLOSED_YEAR = OpenApiExample("A closed period", value={"period_start": "2025-01-01"}, request_only=True)


class ConfirmedBatchBody(BatchBody):
    """With the count and the digest of the preview."""

    digest = serializers.CharField(max_length=64)
    count = serializers.IntegerField(min_value=0)


class DraftSerializer(serializers.Serializer[Any]):
    """`names` are the first ten. Send `digest` and `count` back to issue just these."""

    count = serializers.IntegerField()
    digest = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField())


def _batch(view: BarScopedView, given: dict[str, Any]) -> Batch:
    session = given.get("session")
    return Batch(view.bar, session and session.pk, given.get("period_start"), by=view.user)


class BatchPreview(BarScopedView):
    """How many certificates a session or a period still waits for, and whose. Nothing is issued."""

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    serializer_class = BatchBody

    @extend_schema(responses=DraftSerializer, examples=[CLOSED_YEAR])
    def post(self, request: Request, bar: str) -> Response:
        today = local_date(now(), self.bar.time_zone)
        return Response(DraftSerializer(draft_batch(_batch(self, self.body()), today)).data)


class CertificateBatch(BarScopedView):
    """Issue the certificates that a preview has shown, each once: 202 with a job that goes on where it was cut off.

    Its result is {"issued", "unprintable", "first", "last"}: counts, and serial numbers. 409 "batch-changed" when
    there are others to be issued by now, "nothing-to-certify" when there are none.
    """

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    serializer_class = ConfirmedBatchBody

    @extend_schema(parameters=[KEY_PARAMETER], responses={202: JobSerializer})
    @once
    def post(self, request: Request, bar: str) -> Response:
        given = self.body()
        batch, today = _batch(self, given), local_date(now(), self.bar.time_zone)
        check_as_shown(batch, today, digest=given["digest"], count=given["count"])
        return accepted(self, "certificates", batch.parameters)


class CertificateArchive(BarScopedView):
    """Put the certificates of a session or a period that still stand into one ZIP file of PDFs: 202 with a job.

    Its result is {"certificates", "bytes", "until"}; the file is at `certificates/archive/<job>` for a day.
    """

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    serializer_class = BatchBody

    @extend_schema(parameters=[KEY_PARAMETER], responses={202: JobSerializer}, examples=[CLOSED_YEAR])
    @once
    def post(self, request: Request, bar: str) -> Response:
        return accepted(self, KIND, _batch(self, self.body()).parameters)


class ArchiveFile(BarScopedView):
    """The ZIP file of a job that you have asked for; 404 before it is made, and once it is gone."""

    purpose = Action.ISSUE_CERTIFICATES
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, bar: str, job: int) -> FileResponse:
        found = get_object_or_404(seen_by(self), pk=job, kind=KIND)
        path = archive_of(found, now())
        if path is None:
            raise Http404
        record_read(self.user, FilePart.CERTIFICATE, *people_in(found, path))
        name = f"{self.bar.code}-{found.asked_at:%Y-%m-%d}.zip"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


MISSPELT = OpenApiExample("A name was misspelt", value={"reason": "The name was misspelt"}, request_only=True)
IN_ERROR = OpenApiExample("Issued in error", value={"reason": "The attendance was somebody else's"}, request_only=True)


class ReasonBody(Body):
    reason = serializers.CharField(max_length=500)


class ReplaceCertificate(BarScopedView):
    """Issue the next revision, which says what the records say today, and get it; the old one no longer stands.

    409 says why not: "own-certificate", "not-of-this-bar", "already-revoked", "nothing-to-certify" or
    "certificate-not-printable".
    """

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    serializer_class = ReasonBody

    @extend_schema(responses={201: WholeCertificateSerializer}, examples=[MISSPELT])
    def post(self, request: Request, bar: str, code: str) -> Response:
        old = certificate_of(self, code)
        new = replace_certificate(old, by=self.user, reason=self.body()["reason"], now=now())
        return Response(WholeCertificateSerializer(certificate_of(self, new.code)).data, status=201)


class RevokeCertificate(BarScopedView):
    """Say that a certificate no longer stands, for a reason, and get it as it is then.

    409 says why not: "own-certificate", "not-of-this-bar" or "already-revoked".
    """

    purpose = Action.READ_CERTIFICATES
    changing = Action.ISSUE_CERTIFICATES
    serializer_class = ReasonBody

    @extend_schema(responses=WholeCertificateSerializer, examples=[IN_ERROR])
    def post(self, request: Request, bar: str, code: str) -> Response:
        certificate = certificate_of(self, code)
        revoke_certificate(certificate, by=self.user, reason=self.body()["reason"], now=now())
        return Response(WholeCertificateSerializer(certificate_of(self, code)).data)


_CERTIFICATES = "bars/<str:bar>/certificates"
urls = [
    path(_CERTIFICATES, Certificates.as_view(), name="bar-certificates"),
    path(
        "bars/<str:bar>/advocates/<int:advocate>/transcript/issue", IssuedTranscript.as_view(), name="transcript-issue"
    ),
    path(f"{_CERTIFICATES}/preview", BatchPreview.as_view(), name="certificates-preview"),
    path(f"{_CERTIFICATES}/batch", CertificateBatch.as_view(), name="certificates-batch"),
    path(f"{_CERTIFICATES}/archive", CertificateArchive.as_view(), name="certificates-archive"),
    path(f"{_CERTIFICATES}/archive/<int:job>", ArchiveFile.as_view(), name="certificates-archive-file"),
    path(f"{_CERTIFICATES}/<str:code>.pdf", CertificatePdf.as_view(), name="bar-certificate-pdf"),
    path(f"{_CERTIFICATES}/<str:code>", OneCertificate.as_view(), name="bar-certificate"),
    path(f"{_CERTIFICATES}/<str:code>/replace", ReplaceCertificate.as_view(), name="certificate-replace"),
    path(f"{_CERTIFICATES}/<str:code>/revoke", RevokeCertificate.as_view(), name="certificate-revoke"),
]
