"""The logged-in advocate's certificates, and the papers themselves."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from cle.core.pagination import KeysetPagination
from compliance.api.files import WhateverIsAccepted, described, file_answer
from compliance.api.scoping import OwnListView, OwnScopedView
from compliance.api.serializers import CertificateSerializer
from compliance.models import Certificate
from compliance.queries import desk
from compliance.services.certificates import file_name, signed_certificate


class OwnCertificateSerializer(CertificateSerializer):
    """With the address of the paper."""

    pdf = serializers.SerializerMethodField()

    class Meta(CertificateSerializer.Meta):
        fields = [*CertificateSerializer.Meta.fields, "pdf"]

    def get_pdf(self, certificate: Certificate) -> str:
        return reverse("api:own-certificate-pdf", args=[certificate.code])


class ByTimeOfIssue(KeysetPagination):
    ordering = ("-issued_at", "-pk")


class Certificates(OwnListView):
    """Your certificates, the newest first."""

    serializer_class = OwnCertificateSerializer
    pagination_class = ByTimeOfIssue

    def get_queryset(self) -> QuerySet[Certificate]:
        return desk.certificates_of(self.request.user)


class CertificatePdf(OwnScopedView):
    """One of your certificates as a PDF, the same bytes each time; by its code without dashes."""

    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses=described("application/pdf"))
    def get(self, request: Request, code: str) -> HttpResponse:
        certificate = get_object_or_404(desk.certificates_of(self.user), code=code)
        name = file_name(certificate.serial)
        return file_answer(signed_certificate(certificate), "application/pdf", name)


urls = [
    path("me/certificates", Certificates.as_view(), name="certificates"),
    path("me/certificates/<str:code>.pdf", CertificatePdf.as_view(), name="own-certificate-pdf"),
]
