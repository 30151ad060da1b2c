"""What objections and requests for correction have in common, on both sides of the desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import FilePart
from advocates.services.reads import record_read
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body
from compliance.api.parameters import KeyField, PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView, OwnListView, OwnScopedView, PrivateView
from compliance.models.asked import Asked
from compliance.services import asked as services

LONGEST = 5000
FIELDS = ["id", "text", "made_at", "due_on", "outcome", "answer", "answered_by", "answered_at"]
"""Of every kind. `due_on` is the last day for the answer; outcome and answer are empty until there is one."""


class AskedSerializer(serializers.ModelSerializer[Any]):
    answered_by = serializers.CharField(source="answered_by.name", default=None, allow_null=True)


class WithNameSerializer(serializers.Serializer[Any]):
    advocate = serializers.IntegerField(source="advocate_id")
    name = serializers.CharField(source="advocate.full_name")


class AskedBody(Body):
    text = serializers.CharField(max_length=LONGEST)


class DeskParameters(PageParameters):
    answered = serializers.BooleanField(required=False, allow_null=True, default=None)
    advocate = KeyField(required=False)


class DueFirst(KeysetPagination):
    ordering = ("due_on", "pk")


class LastAskedFirst(KeysetPagination):
    ordering = ("-made_at", "-pk")


class AskedView(PrivateView):
    """Rows of ``model``, each with whom it is about and who answered."""

    model: ClassVar[type[Asked]]

    def rows(self) -> Any:
        return self.model._default_manager.select_related("advocate", "answered_by")


class OwnScopedAsked(AskedView, OwnListView):
    """The logged-in advocate's own."""

    pagination_class = LastAskedFirst

    def get_queryset(self) -> Any:
        return self.mine()

    def mine(self) -> Any:
        return self.rows().of(self.user)

    def made(self, row: Asked, where: str) -> Response:
        shown = self.get_serializer_class()(self.mine().get(pk=row.pk))
        return Response(shown.data, 201, headers={"Location": where})


class OneOwnScopedAsked(AskedView, OwnScopedView):
    def shown(self, key: int) -> Response:
        found = get_object_or_404(self.rows().of(self.user), pk=key)
        return Response(self.get_serializer_class()(found).data)


class BarScopedDesk(AskedView, BarScopedList):
    """Those of the bar's people, what is due first at the top."""

    purpose = Action.READ_REQUESTS
    parameters = DeskParameters
    pagination_class = DueFirst

    def get_queryset(self) -> Any:
        rows = self.rows().for_bar(self.bar)
        if (answered := self.asked.get("answered")) is not None:
            rows = rows.filter(answered_at__isnull=not answered)
        return rows.filter(advocate=self.asked["advocate"]) if "advocate" in self.asked else rows


class BarScopedAsked(AskedView, BarScopedView):
    """One of them, and its answer."""

    purpose = Action.READ_REQUESTS
    changing = Action.ANSWER_REQUESTS
    answer_body: ClassVar[type[Body]]

    def found(self, key: int) -> Any:
        return get_object_or_404(self.rows().for_bar(self.bar), pk=key)

    def shown(self, key: int) -> Response:
        found = self.found(key)
        record_read(self.user, FilePart.REQUEST, found.advocate_id)
        return Response(self.get_serializer_class()(found).data)

    def answered(self, request: Request, key: int) -> Response:
        found, given = self.found(key), self.body(self.answer_body)
        services.answer(found, by=self.user, now=now(), **given)
        return self.shown(key)
