"""Who teaches, as the staff of a bar keep the list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView
from courses.models import Provider
from courses.services.provider_list import add_provider, change_provider

NAMES = ("name_kk", "name_ru", "name_en")


class ProviderSerializer(serializers.ModelSerializer[Provider]):
    """`has_account`: its own programs may post courses and rosters. `trusted`: clear matches are applied at once."""

    name = serializers.CharField(source="__str__")
    has_account = serializers.SerializerMethodField()

    class Meta:
        model = Provider
        fields = ["id", "name", *NAMES, "contact", "trusted", "has_account"]

    def get_has_account(self, provider: Provider) -> bool:
        return provider.account_id is not None


class ProviderBody(Body):
    name_kk = serializers.CharField(max_length=300)
    name_ru = serializers.CharField(max_length=300)
    name_en = serializers.CharField(max_length=300, allow_blank=True, required=False)
    contact = serializers.CharField(max_length=300, allow_blank=True, required=False)
    trusted = serializers.BooleanField(required=False)


class InOrderOfEntry(KeysetPagination):
    ordering = ("pk",)


class Providers(BarScopedList):
    """The providers of the bar, in the order in which they were entered."""

    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES
    parameters = PageParameters
    serializer_class = ProviderSerializer
    pagination_class = InOrderOfEntry

    def get_queryset(self) -> QuerySet[Provider]:
        return Provider.objects.for_bar(self.bar)

    @extend_schema(request=ProviderBody, responses={201: ProviderSerializer})
    def post(self, request: Request, bar: str) -> Response:
        """A new provider of the bar."""
        return Response(ProviderSerializer(add_provider(self.bar, self.body(ProviderBody))).data, status=201)


class OneProvider(BarScopedView):
    """A provider of the bar."""

    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES
    serializer_class = ProviderSerializer

    def get(self, request: Request, bar: str, provider: int) -> Response:
        return Response(ProviderSerializer(self._found(provider)).data)

    @extend_schema(request=ProviderBody, responses=ProviderSerializer)
    def patch(self, request: Request, bar: str, provider: int) -> Response:
        """Write down some particulars anew; those that are not named stay."""
        found, particulars = self._found(provider), self.body(ProviderBody, partial=True)
        return Response(ProviderSerializer(change_provider(found, particulars)).data)

    def _found(self, provider: int) -> Provider:
        found: Any = get_object_or_404(Provider.objects.for_bar(self.bar), pk=provider)
        return found  # type: ignore[no-any-return]


urls = [
    path("bars/<str:bar>/providers", Providers.as_view(), name="providers"),
    path("bars/<str:bar>/providers/<int:provider>", OneProvider.as_view(), name="provider"),
]
