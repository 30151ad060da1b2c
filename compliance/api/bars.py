"""What the staff of a bar may read: its roll, and who has met the requirements. The bar stands in the address."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action, scope_of
from advocates.models import FilePart
from cle.core.pagination import KeysetPagination
from compliance.api.explanation import explained
from compliance.api.parameters import IsoDateField, PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView, StaffScopedView, open_bars
from compliance.api.serializers import BarSerializer, StandingSerializer
from compliance.api.sparse import SparseParameters, SparseSerializer
from compliance.models import Standing
from compliance.models.standings import StandingStatus
from compliance.queries.excuses import with_excuses
from compliance.queries.notices import heed_reasons


class Bars(StaffScopedView):
    """The bars whose roll you may read: your own, and those below it."""

    scope = scope_of(Action.READ_ROLL)
    serializer_class = BarSerializer

    def narrow(self, request: Request) -> None:
        self.bars = open_bars(request, Action.READ_ROLL)

    @extend_schema(responses=inline_serializer("Bars", {"results": BarSerializer(many=True)}))
    def get(self, request: Request) -> Response:
        return Response({"results": BarSerializer(self.bars.order_by("code"), many=True).data})


class AdvocateExplained(BarScopedView):
    """Why somebody of the bar stands as they do: figures with their clauses, each credit, and the same in words."""

    purpose = Action.READ_STANDINGS
    opens = FilePart.EXPLANATION
    for_unit_heads = True

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, bar: str, advocate: int) -> Response:
        rows = self.people().select_related("bar")
        return explained(get_object_or_404(rows, pk=advocate), None)


class NewestPeriod(KeysetPagination):
    ordering = ("-period_start", "-pk")


class StandingRowSerializer(SparseSerializer, StandingSerializer):
    pass


class StandingParameters(SparseParameters, PageParameters):
    shown = StandingRowSerializer
    status = serializers.ChoiceField(required=False, choices=StandingStatus.values)
    period_start = IsoDateField(required=False)


class Standings(BarScopedList):
    """How the advocates of the bar stand, the newest periods first."""

    purpose = Action.READ_STANDINGS
    for_unit_heads = True
    parameters = StandingParameters
    serializer_class = StandingRowSerializer
    pagination_class = NewestPeriod

    def get_queryset(self) -> QuerySet[Standing]:
        asked: dict[str, Any] = {name: self.asked[name] for name in ("status", "period_start") if name in self.asked}
        rows = with_excuses(Standing.objects.for_bar(self.bar)).select_related("advocate").filter(**asked)
        return rows if self.units is None else rows.filter(advocate__unit__in=self.units)

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        found = super().paginate_queryset(queryset)
        heed_reasons(found or ())
        return found
