"""Drafts of rules: checked, tried on everybody they would govern, and adopted by a decision of the bar."""

from __future__ import annotations

from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate, FilePart
from advocates.services.reads import record_read
from compliance.api.bodies import Body
from compliance.api.documents import DocumentField, as_errors, pointer
from compliance.api.jobs import JobSerializer, accepted, seen_by
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import IsoDateField
from compliance.api.rulebooks import WholeStaffRulebookSerializer, shown
from compliance.api.scoping import BarScopedView
from compliance.rules import RulebookError
from compliance.services.trying import Tried, adopt_tried, refuse_faulty, try_rulebook

IMPACT: Final = "rulebook-impact"
MOST_PEOPLE: Final = 500


class FaultSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="a JSON pointer (RFC 6901) into the document")
    detail = serializers.CharField()


class ObstacleSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


@extend_schema_field({})
class AnythingField(serializers.JSONField):
    """Any JSON value."""


class MismatchSerializer(serializers.Serializer[Any]):
    """`path` leads to a figure of the result; empty when the example could not be run, and `found` says why."""

    path = serializers.CharField()
    expected = AnythingField()
    found = AnythingField()


class ExampleSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    comes_true = serializers.BooleanField()
    mismatches = MismatchSerializer(many=True)


class TriedSerializer(serializers.Serializer[Any]):
    """`usable` when there are no faults, nothing is in the way, and every example comes true; doubts are for a person.

    `digest` names the document for its adoption; `adopted` says that this bar has adopted it before.
    """

    usable = serializers.BooleanField()
    adopted = serializers.BooleanField()
    digest = serializers.CharField()
    code = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    effective_from = serializers.DateField(allow_null=True)
    faults = FaultSerializer(many=True)
    doubts = FaultSerializer(many=True)
    obstacle = ObstacleSerializer(allow_null=True)
    examples = ExampleSerializer(many=True)


def _said(tried: Tried, document: dict[str, Any]) -> dict[str, Any]:
    rules, obstacle = tried.rules, tried.obstacle
    names = ("code", "version", "effective_from")
    return {
        "usable": tried.usable, "adopted": tried.adopted, "digest": tried.sha256,
        **{name: rules and getattr(rules, name) for name in names},
        "faults": [{"pointer": pointer(document, each), "detail": each.message} for each in tried.faults],
        "doubts": [{"pointer": pointer(document, each), "detail": each.message} for each in tried.doubts],
        "obstacle": obstacle and {"code": obstacle.code, "detail": str(obstacle)},
        "examples": [
            {"name": name, "comes_true": not wrong, "mismatches": wrong}
            for name, wrong in (tried.examples or {}).items()
        ],
    }  # fmt: skip


class DraftView(BarScopedView):
    purpose = Action.READ_RULEBOOKS
    changing = Action.TRY_RULEBOOKS


class CheckRulebook(DraftView):
    """What is wrong with a document, if anything, were this bar to adopt it. The body is the document itself.

    Nothing is written. Its form is that of `compliance/docs/rulebook.schema.json`.
    """

    serializer_class = Body

    @extend_schema(request=OpenApiTypes.OBJECT, responses=TriedSerializer)
    def post(self, request: Request, bar: str) -> Response:
        document = DocumentField().run_validation(request.data)
        return Response(TriedSerializer(_said(try_rulebook(self.bar, document), document)).data)


class ImpactBody(Body):
    """`since`: judge as if the draft had begun on that day. `people`: at most so many of each bar are in the result."""

    document = DocumentField()
    since = IsoDateField(required=False, allow_null=True, default=None)
    people = serializers.IntegerField(required=False, min_value=0, max_value=MOST_PEOPLE, default=10)


class RulebookImpact(DraftView):
    """Judge everybody of the bar and of the bars below under the rules as they are and with the draft: 202 with a job.

    Its result has, for each bar, counts by status before and after, and people whose status would change, by their
    keys; `rulebooks/impact/<job>` is the same with names. Nothing is adopted.
    """

    serializer_class = ImpactBody

    @extend_schema(parameters=[KEY_PARAMETER], responses={202: JobSerializer})
    @once
    def post(self, request: Request, bar: str) -> Response:
        given = self.body()
        _refuse(self, given["document"])
        since = given["since"] and given["since"].isoformat()
        wanted = {"document": given["document"], "since": since, "examples": given["people"]}
        return accepted(self, IMPACT, wanted)


class ImpactWithNames(BarScopedView):
    """The job of an impact that you have asked for, its people with their names."""

    purpose = Action.READ_STANDINGS
    serializer_class = JobSerializer

    def get(self, request: Request, bar: str, job: int) -> Response:
        said = JobSerializer(get_object_or_404(seen_by(self), pk=job, kind=IMPACT)).data
        people = [person for each in said["result"].get("bars", ()) for person in each["people"]]
        known = Advocate.objects.under(self.bar).filter(pk__in={person["advocate"] for person in people})
        names = dict(known.values_list("pk", "full_name"))
        record_read(self.user, FilePart.EXPLANATION, *names)
        for person in people:
            person["name"] = names.get(person["advocate"], "")
        return Response(said)


class AdoptionBody(Body):
    """The document, the digest that its check has given, and number and date of the bar's decision."""

    document = DocumentField()
    digest = serializers.CharField(max_length=64)
    decision = serializers.CharField(max_length=300)


class AdoptRulebook(DraftView):
    """Adopt a document by a decision of the bar: it governs periods from its `effective_from` on, and stays for ever.

    400 names each fault. 409 says why not: "document-changed" when it is not the document of the digest,
    "examples-do-not-hold", "version-taken", "day-taken", "rules-above", "nothing-above", "facts-unknown".
    The same document again is adopted once.
    """

    changing = Action.ADOPT_RULEBOOKS
    serializer_class = AdoptionBody

    @extend_schema(parameters=[KEY_PARAMETER], responses={201: WholeStaffRulebookSerializer})
    @once
    def post(self, request: Request, bar: str) -> Response:
        given = self.body()
        try:
            adopted = adopt_tried(self.bar, **given, by=self.user)
        except RulebookError as error:
            raise _as_invalid(given["document"], error) from error
        return Response(shown(self.bar, adopted.pk), status=201)


def _refuse(view: BarScopedView, document: dict[str, Any]) -> None:
    """Raises ValidationError at each fault of the document, DomainError for what is in its way."""
    try:
        refuse_faulty(try_rulebook(view.bar, document))
    except RulebookError as error:
        raise _as_invalid(document, error) from error


def _as_invalid(document: dict[str, Any], error: RulebookError) -> serializers.ValidationError:
    return serializers.ValidationError({"document": as_errors(document, error.problems)})


_RULEBOOKS = "bars/<str:bar>/rulebooks"
urls = [
    path(f"{_RULEBOOKS}/check", CheckRulebook.as_view(), name="rulebook-check"),
    path(f"{_RULEBOOKS}/impact", RulebookImpact.as_view(), name="rulebook-impact"),
    path(f"{_RULEBOOKS}/impact/<int:job>", ImpactWithNames.as_view(), name="rulebook-impact-names"),
    path(f"{_RULEBOOKS}/adopt", AdoptRulebook.as_view(), name="rulebook-adopt"),
]
