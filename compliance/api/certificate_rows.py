"""A certificate as the staff of a bar sees it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from compliance.models import Certificate, Revocation


class RevocationSerializer(serializers.ModelSerializer[Revocation]):
    """Why and when a certificate ended; `replaced_by` is the code of the one that stands in its place, or null."""

    by = serializers.StringRelatedField[Any](allow_null=True)
    replaced_by = serializers.CharField(source="replaced_by.code", allow_null=True, default=None)

    class Meta:
        model = Revocation
        fields = ["at", "by", "reason", "replaced_by"]


class StaffCertificateSerializer(serializers.ModelSerializer[Certificate]):
    """`name` is what is printed; `valid` is false once the certificate was revoked or replaced."""

    advocate = serializers.IntegerField(source="advocate_id")
    name = serializers.SerializerMethodField()
    valid = serializers.SerializerMethodField()

    class Meta:
        model = Certificate
        fields = [
            "serial", "code", "kind", "advocate", "name", "period_start", "revision", "issued_at", "valid",
        ]  # fmt: skip

    def get_name(self, certificate: Certificate) -> str:
        return str(certificate.snapshot.get("full_name", ""))

    def get_valid(self, certificate: Certificate) -> bool:
        return not hasattr(certificate, "revocation")


class WholeCertificateSerializer(StaffCertificateSerializer):
    """With all that is printed on it (`says`; minutes, and ISO dates), and how it ended, or null."""

    issued_by = serializers.StringRelatedField[Any](allow_null=True)
    says = serializers.SerializerMethodField()
    ended = serializers.SerializerMethodField()

    class Meta(StaffCertificateSerializer.Meta):
        fields = [*StaffCertificateSerializer.Meta.fields, "issued_by", "says", "ended"]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_says(self, certificate: Certificate) -> Any:
        return certificate.snapshot

    @extend_schema_field(RevocationSerializer(allow_null=True))
    def get_ended(self, certificate: Certificate) -> Any:
        found = getattr(certificate, "revocation", None)
        return found and RevocationSerializer(found).data
