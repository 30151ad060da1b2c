"""Tokens for programs: everybody's own, and those of a bar. The secret is shown once, when a token is made."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import OWN, SCOPES, Action
from advocates.models import Bar, Token
from advocates.services.tokens import make_token, revoke_token
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body, SameBarField
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView, PersonScopedView, ask_second_factor
from courses.models import Provider
from courses.services.providers import make_provider_token


class TokenSerializer(serializers.ModelSerializer[Token]):
    """`start` is how the secret begins. `last_used_at` is exact to a minute; null: never used."""

    bar = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)

    class Meta:
        model = Token
        fields = [
            "id", "name", "bar", "scopes", "start", "made_at", "expires_at", "revoked_at", "last_used_at",
            "last_used_from",
        ]  # fmt: skip


class HeldTokenSerializer(TokenSerializer):
    """A token as administrators see it: with the account that it acts for."""

    user = serializers.CharField(source="user.__str__")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "user"]


class MadeTokenSerializer(TokenSerializer):
    """`secret` goes into `Authorization: Bearer …`; it is kept nowhere and not shown again."""

    secret = serializers.CharField()

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]


class NewToken(Body):
    """`bar` is where the token reaches, and the bars below; needed unless the only scope is `own`."""

    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(child=serializers.ChoiceField([OWN, *SCOPES]), allow_empty=False, max_length=60)
    bar = serializers.CharField(max_length=20, required=False)
    expires_at = serializers.DateTimeField()


class NewProviderToken(Body):
    provider = SameBarField(queryset=Provider.objects.all())
    name = serializers.CharField(max_length=100)
    expires_at = serializers.DateTimeField()


class NewestFirst(KeysetPagination):
    ordering = ("-pk",)


def _shown_once(token: Token, secret: str) -> Response:
    return Response({**TokenSerializer(token).data, "secret": secret}, status=201)


class OwnTokens(ListModelMixin, PersonScopedView):
    """Your tokens, the newest first, those revoked and expired included."""

    parameters = PageParameters
    serializer_class = TokenSerializer
    pagination_class = NewestFirst

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return NewToken if self.request.method == "POST" else TokenSerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.of(self.user).select_related("bar")

    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(request=NewToken, responses={201: MadeTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make a token that acts as you, at a bar and below, within scopes that you have there yourself.

        A scope is the name of an action of the table of roles in lower case, or `own` for what is under `/me`.
        """
        ask_second_factor(request)
        body = self.body()
        code = body.pop("bar", None)
        return _shown_once(*make_token(self.user, self._bar(code, body["scopes"]), **body, now=now()))

    def _bar(self, code: str | None, scopes: list[str]) -> Bar:
        """Where it reaches. A bar that the user has nothing to do with is as unknown as one that is not there."""
        if code is None and scopes == [OWN] and hasattr(self.user, "advocate"):
            return self.user.advocate.bar
        bar = Bar.objects.open_to(self.user).filter(code=code).first()
        if bar is None:
            raise serializers.ValidationError({"bar": [_("Name a bar that you work for.")]})
        return bar


class RevokeOwnToken(PersonScopedView):
    serializer_class = TokenSerializer

    @extend_schema(request=None)
    def post(self, request: Request, token: int) -> Response:
        """Revoke a token of yours: it opens nothing from now on. Again changes nothing."""
        held = get_object_or_404(Token.objects.of(self.user), pk=token)
        return Response(TokenSerializer(revoke_token(held, by=self.user, now=now())).data)


class BarTokens(BarScopedList):
    """The tokens that reach this bar's rows, made here, the newest first."""

    purpose, changing = Action.READ_ACCESS, Action.GIVE_ACCESS
    parameters = PageParameters
    serializer_class = HeldTokenSerializer
    pagination_class = NewestFirst

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return NewProviderToken if self.request.method == "POST" else HeldTokenSerializer

    def get_queryset(self) -> QuerySet[Token]:
        return Token.objects.for_bar(self.bar).select_related("bar", "user")

    @classmethod
    def scope_for(cls, method: str) -> str | None:
        return super().scope_for(method) if method in SAFE_METHODS else None

    @extend_schema(request=NewProviderToken, responses={201: MadeTokenSerializer})
    def post(self, request: Request, bar: str) -> Response:
        """Make a token for a provider of this bar: its own courses, sessions and rosters, nothing else."""
        if isinstance(request.auth, Token):
            raise PermissionDenied(_("That is for people who have logged in, not for tokens."), code="log-in-needed")
        return _shown_once(*make_provider_token(**self.body(), by=self.user, now=now()))


class RevokeBarToken(BarScopedView):
    purpose, changing = Action.READ_ACCESS, Action.GIVE_ACCESS
    serializer_class = HeldTokenSerializer

    @extend_schema(request=None)
    def post(self, request: Request, bar: str, token: int) -> Response:
        """Revoke a token of this bar, whoever holds it. Again changes nothing."""
        held = get_object_or_404(Token.objects.for_bar(self.bar).select_related("bar", "user"), pk=token)
        return Response(HeldTokenSerializer(revoke_token(held, by=self.user, now=now())).data)


urls = [
    path("me/tokens", OwnTokens.as_view(), name="own-tokens"),
    path("me/tokens/<int:token>/revoke", RevokeOwnToken.as_view(), name="own-token-revoke"),
    path("bars/<str:bar>/tokens", BarTokens.as_view(), name="bar-tokens"),
    path("bars/<str:bar>/tokens/<int:token>/revoke", RevokeBarToken.as_view(), name="bar-token-revoke"),
]
