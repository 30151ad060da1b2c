"""Who has which role at a bar: given and ended here, never deleted."""

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
from advocates.models import Role, RoleKind, Unit
from advocates.services.roles import end_role, give_role
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body, SameBarField
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView


class RoleSerializer(serializers.ModelSerializer[Role]):
    """`unit` is the key of the unit that a unit head heads; `ended_at` null: it lasts."""

    email = serializers.CharField(source="user.email")
    name = serializers.CharField(source="user.name")

    class Meta:
        model = Role
        fields = ["id", "email", "name", "kind", "unit", "given_at", "ended_at"]


class NewRole(Body):
    """`name` is for an account that is not there yet; `unit` for heads of units alone."""

    email = serializers.EmailField()
    name = serializers.CharField(max_length=200, required=False)
    kind = serializers.ChoiceField(RoleKind.values)
    unit = SameBarField(queryset=Unit.objects.all(), required=False, allow_null=True)


class RoleParameters(PageParameters):
    """`lasting=true` leaves out what has ended, `false` shows only that."""

    kind = serializers.ChoiceField(required=False, choices=RoleKind.values)
    lasting = serializers.BooleanField(required=False)


class NewestFirst(KeysetPagination):
    ordering = ("-pk",)


class Roles(BarScopedList):
    """Roles at this very bar, the newest first, those that ended included. A role at a bar above holds here too."""

    purpose, changing = Action.READ_ACCESS, Action.GIVE_ACCESS
    parameters = RoleParameters
    serializer_class = RoleSerializer
    pagination_class = NewestFirst

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return NewRole if self.request.method == "POST" else RoleSerializer

    def get_queryset(self) -> QuerySet[Role]:
        rows = Role.objects.for_bar(self.bar).select_related("user")
        if kind := self.asked.get("kind"):
            rows = rows.filter(kind=kind)
        lasting = self.asked.get("lasting")
        return rows if lasting is None else rows.filter(ended_at__isnull=lasting)

    @extend_schema(request=NewRole, responses={201: RoleSerializer})
    def post(self, request: Request, bar: str) -> Response:
        """Give a role to the account of an e-mail address, which is opened where there is none.

        A new account sets its password by "Forgotten the password?" on the page of the log-in. Again changes nothing.
        """
        body = self.body()
        role = give_role(
            self.bar, body["email"], RoleKind(body["kind"]), body.get("unit"), name=body.get("name", ""), by=self.user
        )
        return Response(RoleSerializer(role).data, status=201)


class EndRole(BarScopedView):
    purpose, changing = Action.READ_ACCESS, Action.GIVE_ACCESS
    serializer_class = RoleSerializer

    @extend_schema(request=None)
    def post(self, request: Request, bar: str, role: int) -> Response:
        """End a role at this bar from now on. Again changes nothing."""
        held = get_object_or_404(Role.objects.for_bar(self.bar).select_related("user", "bar"), pk=role)
        return Response(RoleSerializer(end_role(held, by=self.user, now=now())).data)


urls = [
    path("bars/<str:bar>/roles", Roles.as_view(), name="roles"),
    path("bars/<str:bar>/roles/<int:role>/end", EndRole.as_view(), name="role-end"),
]
