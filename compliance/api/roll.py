"""The roll of a bar: who is on it, in which unit, with what history, and what its administrators record."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.identifiers import licence_key
from advocates.models import Advocate, FilePart, Language, Membership, PracticeForm, Status, StatusSpan, Unit
from advocates.models.people import AdvocateQuerySet
from advocates.ordering import KazakhOrder
from advocates.searching import IsAmongFirst, beginnings, begun_by_many, is_walled
from advocates.services.people import correct_particulars, record_status
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from cle.core.prepared import Prepared
from compliance.api.bodies import Body, SameBarField
from compliance.api.parameters import IsoDateField, KeyField, PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.api.serializers import MemberSerializer, PersonSerializer, StatusSerializer, UnitSerializer
from compliance.api.sparse import SparseParameters, SparseSerializer
from compliance.models import Standing
from compliance.queries.excuses import with_excuses
from compliance.queries.notices import heed_reasons


class RollRowSerializer(SparseSerializer, PersonSerializer):
    unit = serializers.CharField(source="unit_name", default="")


class RollParameters(SparseParameters, PageParameters):
    """Which people, in which order, and what of them."""

    shown = RollRowSerializer
    name = serializers.CharField(
        required=False,
        max_length=100,
        help_text="Beginnings of words of the name, in any order and in any script: `сәрс әлия`, `Sarsenova Aliya`.",
    )
    licence = serializers.CharField(required=False, max_length=50)
    status = serializers.ChoiceField(required=False, choices=Status.values, help_text="The status of today.")
    unit = KeyField(required=False)
    ordering = serializers.ChoiceField(
        required=False,
        choices=["id", "name"],
        help_text="`id`, the default: as entered, an order that no correction of a name disturbs. "
        "`name`: of the Kazakh alphabet.",
    )


_SHOWN = ("id", "full_name", "licence_number", "licence_date", "joined_on", "unit_name", "email", "phone")
"""Of a row: plain values, some twenty columns less to read, and none of what is sealed."""


class RollPages(KeysetPagination):
    ordering = ("id",)

    def ordering_for(self, view: Any) -> tuple[str, ...]:
        return ("name_order", "id") if view.asked.get("ordering") == "name" else self.ordering


def _of_bar(rows: AdvocateQuerySet) -> Any:
    return rows.annotate(unit_name=Coalesce("unit__name", Value("")))


@cache
def _named(size: int) -> Prepared[Any]:
    """The first page, of so many, of those with such a name, and one more: as it is asked for while one types."""

    def rows(bar: Any, query: str, begun: str) -> Any:
        found = _of_bar(Advocate.objects.for_bar(bar)).filter(IsAmongFirst(query, begun, bar, size + 1))
        return found.values_list(*_SHOWN, named=True).order_by(*RollPages.ordering)

    return Prepared(rows, int, str, str)


class Advocates(BarScopedList):
    """The roll of the bar. Names are found by how they sound: to choose somebody from, not to match people by."""

    purpose = Action.READ_ROLL
    for_unit_heads = True
    parameters = RollParameters
    serializer_class = RollRowSerializer
    pagination_class = RollPages

    def get_queryset(self) -> Any:
        if self.asked.keys() - {"limit"} == {"name"} and self.units is None and is_walled():
            name, size = self.asked["name"], RollPages.size_for(self)
            query = beginnings(name)
            return _named(size).rows(self.bar.pk, query, begun_by_many(name)) if query else []
        return self._narrowed(_of_bar(self.people()))

    def _narrowed(self, rows: Any) -> Any:
        if name := self.asked.get("name"):
            rows = rows.named(name)
        if licence := self.asked.get("licence"):
            rows = rows.filter(licence_key=licence_key(licence))
        if unit := self.asked.get("unit"):
            rows = rows.filter(unit=unit)
        if status := self.asked.get("status"):
            rows = rows.in_status(status, local_date(now(), self.bar.time_zone))
        if self.asked.get("ordering") == "name":
            return rows.annotate(name_order=KazakhOrder("full_name")).values_list(*_SHOWN, "name_order", named=True)
        return rows.values_list(*_SHOWN, named=True)


class ParticularsBody(Body):
    """What is kept by hand of somebody; a field that is not sent stays as it is."""

    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=200)
    address = serializers.CharField(required=False, allow_blank=True, max_length=300)
    language = serializers.ChoiceField(required=False, allow_blank=True, choices=Language.choices)
    practice_form = serializers.ChoiceField(required=False, allow_blank=True, choices=PracticeForm.choices)
    unit = SameBarField[Unit](required=False, allow_null=True, queryset=Unit.objects.all())


class OneAdvocate(BarScopedView):
    """Somebody of the bar: particulars, statuses and memberships from the first on, and each period, newest first."""

    purpose = Action.READ_STANDINGS
    changing = Action.KEEP_ROLL
    for_unit_heads = True
    opens = FilePart.PERSON
    serializer_class = ParticularsBody

    @extend_schema(responses=MemberSerializer)
    def get(self, request: Request, bar: str, advocate: int) -> Response:
        return self._shown(advocate)

    @extend_schema(responses=MemberSerializer)
    def patch(self, request: Request, bar: str, advocate: int) -> Response:
        """Correct contacts, language, unit or form of practice. Names and licences come from the roll."""
        correct_particulars(get_object_or_404(self.people(), pk=advocate), self.body())
        return self._shown(advocate)

    def _shown(self, advocate: int) -> Response:
        rows = self.people().select_related("unit")
        whole = rows.prefetch_related(
            Prefetch("statuses", StatusSpan.objects.order_by("period")),
            Prefetch("memberships", Membership.objects.select_related("bar").order_by("period")),
            Prefetch("standings", with_excuses(Standing.objects.order_by("-period_start"))),
        )
        person = get_object_or_404(whole, pk=advocate)
        heed_reasons(person.standings.all())
        return Response(MemberSerializer(person).data)


class StatusBody(Body):
    """A status that was decided, from its first day on; by which article, and the document that says so."""

    status = serializers.ChoiceField(choices=Status.choices)
    since = IsoDateField()
    ground = serializers.CharField(max_length=200, help_text="The article, for example `43(3)(3)`.")
    document = serializers.CharField(max_length=300)


class Statuses(BarScopedView):
    """The statuses of somebody of the bar, from the first on."""

    purpose = Action.READ_STANDINGS
    changing = Action.KEEP_ROLL
    for_unit_heads = True
    opens = FilePart.PERSON
    serializer_class = StatusBody

    @extend_schema(responses=inline_serializer("Statuses", {"results": StatusSerializer(many=True)}))
    def get(self, request: Request, bar: str, advocate: int) -> Response:
        spans = get_object_or_404(self.people(), pk=advocate).statuses.order_by("period")
        return Response({"results": StatusSerializer(spans, many=True).data})

    @extend_schema(responses={201: StatusSerializer})
    def post(self, request: Request, bar: str, advocate: int) -> Response:
        """Record a status that was decided elsewhere. It ends the one before; a later one stands in the way (409,
        "status-later-exists"), and nobody records their own (409, "own-record")."""
        asked = self.body()
        person = get_object_or_404(self.people(), pk=advocate)
        span = record_status(
            person, Status(asked["status"]), asked["since"], ground=asked["ground"], document=asked["document"],
            by=self.user,
        )  # fmt: skip
        return Response(StatusSerializer(span).data, status=201)


class Units(BarScopedList):
    """The consultations and offices of the bar; heads of units see their own."""

    purpose = Action.READ_ROLL
    for_unit_heads = True
    parameters = PageParameters
    serializer_class = UnitSerializer
    pagination_class = RollPages

    def get_queryset(self) -> QuerySet[Unit]:
        rows = Unit.objects.for_bar(self.bar)
        return rows if self.units is None else rows.filter(pk__in=self.units)


urls = [
    path("bars/<str:bar>/units", Units.as_view(), name="units"),
    path("bars/<str:bar>/advocates", Advocates.as_view(), name="advocates"),
    path("bars/<str:bar>/advocates/<int:advocate>", OneAdvocate.as_view(), name="advocate"),
    path("bars/<str:bar>/advocates/<int:advocate>/statuses", Statuses.as_view(), name="advocate-statuses"),
]
