"""The public check of a certificate, for programs: what the page /verify/<code> says, and nothing more."""

from __future__ import annotations

from typing import Any, Final

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.public import PublicView
from compliance.api.serializers import language
from compliance.certificates.serials import normalise_code
from compliance.queries.certificates import find_by_code
from compliance.services.certificates import ERASED, Check, Finding, check_of, examine
from compliance.services.certificates.bringing import LARGEST

STATES: Final = ("valid", "revoked", "replaced")
UNKNOWN: Final = _("There is no certificate with this code. Compare it with the paper, letter by letter.")


class TextsField(serializers.DictField):
    """Texts by language: {"kk": …, "ru": …}."""

    child = serializers.CharField()

    def to_representation(self, value: Any) -> dict[str, str]:
        return dict(value)


class CheckSerializer(serializers.Serializer[Check]):
    """`course` and `bar` by language: the reader's, or both of the paper's, which has no English; `course` is empty
    on a certificate that a requirement was met, and the days are those of the period then.

    `unit_minutes` is the length of the hour that is printed; `example` says that it was issued under example rules.
    """

    code = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=STATES)
    ended_on = serializers.DateField(allow_null=True)
    replaced_by = serializers.SerializerMethodField()
    name = serializers.CharField()
    course = TextsField(source="subject")
    bar = TextsField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    minutes = serializers.IntegerField()
    unit_minutes = serializers.IntegerField()
    issued_on = serializers.DateField()
    example = serializers.BooleanField()

    def get_code(self, check: Check) -> str:
        return str(self.context["code"])

    def get_replaced_by(self, check: Check) -> str | None:
        return check.newer or None


class Verification(PublicView):
    """Does a certificate stand, and what does it say? The code is read as people type it: case and dashes are the same.

    What is printed on the paper and nothing more about the person. 404 when there is no such certificate,
    or ("certificate-erased") when what it said is not kept any more.
    """

    requests_a_minute = 60
    serializer_class = CheckSerializer

    @extend_schema(auth=[])
    def get(self, request: Request, code: str) -> Response:
        certificate = find_by_code(code)
        if certificate is None:
            raise NotFound(UNKNOWN, code="no-such-certificate")
        if certificate.erased_at is not None:
            raise NotFound(ERASED, code="certificate-erased")
        said = CheckSerializer(check_of(certificate, language()), context={"code": normalise_code(code)})
        return Response(said.data)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished["Cache-Control"], finished["X-Robots-Tag"] = "no-store", "noindex"
        return finished


class BroughtBody(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, help_text=f"A PDF of {LARGEST // 1_000_000} MB at most.")

    def validate_file(self, value: Any) -> Any:
        if value.size > LARGEST:
            raise serializers.ValidationError(_("The file is too large."))
        return value


class BroughtSerializer(serializers.Serializer[Any]):
    """`finding`: "genuine", byte for byte a certificate that was issued here (`certificate` says whether it stands);
    "signed", another paper that was signed here and has not changed since; "altered", not the file that was issued
    under the code it names; "unknown".

    `certificate` is null but for genuine ones whose words are still kept.
    """

    finding = serializers.ChoiceField(choices=[finding.value for finding in Finding])
    certificate = CheckSerializer(allow_null=True)


class FileVerification(PublicView):
    """Is this file what was issued, and does that still stand? It is read in memory, and nothing of it is kept."""

    requests_a_minute = 20
    serializer_class = BroughtBody
    parser_classes = (MultiPartParser,)

    @extend_schema(auth=[], request={"multipart/form-data": BroughtBody}, responses=BroughtSerializer)
    def post(self, request: Request) -> Response:
        body = BroughtBody(data=request.data)
        body.is_valid(raise_exception=True)
        finding, certificate = examine(body.validated_data["file"].read())
        said = None
        if finding is Finding.GENUINE and certificate is not None and certificate.erased_at is None:
            code = normalise_code(certificate.code)
            said = CheckSerializer(check_of(certificate, language()), context={"code": code}).data
        return Response({"finding": finding, "certificate": said}, headers={"Cache-Control": "no-store"})


urls = [
    path("verify", FileVerification.as_view(), name="verify-file"),
    path("verify/<str:code>", Verification.as_view(), name="verify"),
]
