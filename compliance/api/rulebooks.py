"""Rulebooks that were adopted: those that hold for a bar, for its staff, and those in force, for everybody."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Bar
from cle.core.clock import now
from compliance.api.parameters import Parameters
from compliance.api.public import PublicView
from compliance.api.scoping import BarScopedView
from compliance.api.serializers import BarSerializer, language
from compliance.models import AdoptedRulebook
from compliance.queries.adopted import When, rulebooks_in_force, rulebooks_of
from compliance.rules.language.words import Text


class RulebookSerializer(serializers.ModelSerializer[AdoptedRulebook]):
    """A document as a bar adopted it, for periods from `effective_from` on; `sha256` is over its canonical JSON.

    `extends` is false for a whole rulebook, true for an addition to the rulebook of a bar above.
    """

    bar = BarSerializer()
    title = serializers.SerializerMethodField()
    extends = serializers.SerializerMethodField()

    class Meta:
        model = AdoptedRulebook
        fields = ["id", "bar", "code", "version", "title", "extends", "effective_from", "decision", "sha256"]

    def get_title(self, rulebook: Any) -> str:
        return Text.model_validate(rulebook.title).said(language())

    def get_extends(self, rulebook: Any) -> bool:
        return rulebook.extends is not None


class StaffRulebookSerializer(RulebookSerializer):
    """With when it holds and who adopted it; null for an adoption at the command line."""

    when = serializers.SerializerMethodField()
    adopted_by = serializers.StringRelatedField[Any](allow_null=True)

    class Meta(RulebookSerializer.Meta):
        fields = [*RulebookSerializer.Meta.fields, "when", "adopted_by", "adopted_at"]

    @extend_schema_field(serializers.ChoiceField(choices=When.choices))
    def get_when(self, rulebook: AdoptedRulebook) -> str:
        return str(self.context["when"][rulebook.pk])


class _WithDocument(serializers.ModelSerializer[AdoptedRulebook]):
    document = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_document(self, rulebook: AdoptedRulebook) -> Any:
        return rulebook.document


class WholeRulebookSerializer(_WithDocument, RulebookSerializer):
    class Meta(RulebookSerializer.Meta):
        fields = [*RulebookSerializer.Meta.fields, "document"]


class WholeStaffRulebookSerializer(_WithDocument, StaffRulebookSerializer):
    class Meta(StaffRulebookSerializer.Meta):
        fields = [*StaffRulebookSerializer.Meta.fields, "document"]


class RulebookParameters(Parameters):
    when = serializers.ChoiceField(required=False, choices=When.choices)


class Rulebooks(BarScopedView):
    """All that the bar and the bars above it have adopted, the newest first: what is in force, coming, past, or set
    aside by rules of a bar above. As many as there were decisions, so never more than one page.
    """

    purpose = Action.READ_RULEBOOKS
    parameters = RulebookParameters
    serializer_class = StaffRulebookSerializer

    @extend_schema(
        operation_id="bars_rulebooks_list",
        responses=inline_serializer("Rulebooks", {"results": StaffRulebookSerializer(many=True)}),
    )
    def get(self, request: Request, bar: str) -> Response:
        found = rulebooks_of(self.bar, now())
        asked = [each for each, when in found if self.asked.get("when") in (None, when)]
        return Response({"results": StaffRulebookSerializer(asked, many=True, context=_context(found)).data})


def _context(found: list[tuple[AdoptedRulebook, When]]) -> dict[str, Any]:
    return {"when": {each.pk: when for each, when in found}}


def shown(bar: Bar, pk: int) -> Any:
    """One of the documents of a bar or of the bars above it, as its staff reads it. Raises Http404."""
    found = rulebooks_of(bar, now())
    asked = next((each for each, _when in found if each.pk == pk), None)
    if asked is None:
        raise Http404
    return WholeStaffRulebookSerializer(asked, context=_context(found)).data


class OneRulebook(BarScopedView):
    """One of the documents that hold, held or will hold for the bar, as it was adopted."""

    purpose = Action.READ_RULEBOOKS
    serializer_class = WholeStaffRulebookSerializer

    def get(self, request: Request, bar: str, adoptedrulebook: int) -> Response:
        return Response(shown(self.bar, adoptedrulebook))


class PublicRulebooks(PublicView):
    """The rulebooks and additions in force today, by bar.

    Bars publish their standards (Law No. 176-VI, Art. 50(5)(6)); what is still to come is for their staff.
    """

    serializer_class = RulebookSerializer

    @extend_schema(
        operation_id="rulebooks_list",
        auth=[],
        responses=inline_serializer("RulebooksInForce", {"results": RulebookSerializer(many=True)}),
    )
    def get(self, request: Request) -> Response:
        return Response({"results": RulebookSerializer(rulebooks_in_force(now()), many=True).data})


class PublicRulebook(PublicView):
    """One of the documents in force today."""

    serializer_class = WholeRulebookSerializer

    @extend_schema(auth=[])
    def get(self, request: Request, adoptedrulebook: int) -> Response:
        found = next((each for each in rulebooks_in_force(now()) if each.pk == adoptedrulebook), None)
        if found is None:
            raise Http404
        return Response(WholeRulebookSerializer(found).data)


urls = [
    path("rulebooks", PublicRulebooks.as_view(), name="rulebooks"),
    path("rulebooks/<int:adoptedrulebook>", PublicRulebook.as_view(), name="rulebook"),
    path("bars/<str:bar>/rulebooks", Rulebooks.as_view(), name="bar-rulebooks"),
    path("bars/<str:bar>/rulebooks/<int:adoptedrulebook>", OneRulebook.as_view(), name="bar-rulebook"),
]
