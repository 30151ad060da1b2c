"""Certificates as verifiable credentials, and what a verifier needs: keys, issuers, and lists of what was revoked."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Bar, FilePart
from advocates.services.reads import record_read
from cle.core.clock import now
from compliance.api.certificates import certificate_of
from compliance.api.files import WhateverIsAccepted, file_answer
from compliance.api.public import PublicView
from compliance.api.scoping import BarScopedView, OwnScopedView
from compliance.models import Certificate
from compliance.queries.certificates import stored_code
from compliance.services.credentials import (
    LIST_FRESH,
    MEDIA_TYPE,
    credential_of,
    issuer_profile,
    public_key,
    public_keys,
    status_list,
)

_TOKEN = {(200, MEDIA_TYPE): OpenApiTypes.STR}


def _file(certificate: Certificate) -> HttpResponse:
    name = f"{certificate.serial.replace('/', '-')}.jwt"
    return file_answer(credential_of(certificate).encode(), MEDIA_TYPE, name)


class OwnCredential(OwnScopedView):
    """One of your certificates as an Open Badge 3.0, signed as a JWT: what is on the paper, for you to pass on.

    It can be checked without asking us, save for whether it still stands.
    """

    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses=_TOKEN)
    def get(self, request: Request, code: str) -> HttpResponse:
        rows = Certificate.objects.filter(advocate=self.advocate).select_related("bar")
        return _file(get_object_or_404(rows, code=stored_code(code)))


class CertificateCredential(BarScopedView):
    """A certificate as an Open Badge 3.0, signed as a JWT: what is on the paper."""

    purpose = Action.READ_CERTIFICATES
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(responses=_TOKEN)
    def get(self, request: Request, bar: str, code: str) -> HttpResponse:
        certificate = certificate_of(self, code)
        record_read(self.user, FilePart.CERTIFICATE, certificate.advocate_id)
        return _file(certificate)


class CredentialKey(PublicView):
    """A public key by its thumbprint (RFC 7638): the address that stands as `kid` in what it has signed."""

    @extend_schema(auth=[], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, thumbprint: str) -> Response:
        found = next((key for key in public_keys() if key.thumbprint() == thumbprint), None)
        if found is None:
            raise Http404
        return Response(public_key(found))


class Issuer(PublicView):
    """The profile of a bar as an issuer of credentials, with the keys that sign for it."""

    @extend_schema(auth=[], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, bar: str) -> Response:
        return Response(issuer_profile(get_object_or_404(Bar, code=bar)))


class CredentialStatus(PublicView):
    """Which certificates of a bar no longer stand (W3C Bitstring Status List), signed as a JWT.

    A list for each series of numbers: "2026" of attendance, "2026-P" of a kind with a letter. It has a bit for each
    certificate by its number; nobody learns from it who they are about.
    """

    content_negotiation_class = WhateverIsAccepted

    @extend_schema(auth=[], responses=_TOKEN)
    def get(self, request: Request, bar: str, series: str) -> HttpResponse:
        token = status_list(get_object_or_404(Bar, code=bar), series, now())
        if token is None:
            raise Http404
        headers: dict[str, Any] = {"Cache-Control": f"public, max-age={int(LIST_FRESH.total_seconds())}"}
        return HttpResponse(token, content_type=MEDIA_TYPE, headers=headers)


urls = [
    path("me/certificates/<str:code>.vc", OwnCredential.as_view(), name="certificate-credential"),
    path("bars/<str:bar>/certificates/<str:code>.vc", CertificateCredential.as_view(), name="bar-credential"),
    path("credentials/keys/<str:thumbprint>", CredentialKey.as_view(), name="credential-key"),
    path("credentials/status/<str:bar>/<str:series>", CredentialStatus.as_view(), name="credential-status"),
    path("issuers/<str:bar>", Issuer.as_view(), name="issuer"),
]
