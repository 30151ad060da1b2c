"""Whose rows an address serves. A view narrows what it finds here further, and never widens it."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.db.models import F
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from advocates.access import OWN, PROVIDER, Action, roles_for, scope_of
from advocates.login import second_factor
from advocates.models import Advocate, Bar, FilePart, Role, RoleKind, Token, User
from advocates.models.bars import BarQuerySetBase
from advocates.models.people import AdvocateQuerySet
from advocates.services.reads import record_read
from cle.core.prepared import Prepared
from compliance.api.parameters import PageParameters, Parameters, read_parameters
from compliance.queries import desk
from courses.models import Provider


def reached(request: Request, action: Action) -> BarQuerySetBase:
    """The bars within reach for an action, before roles are asked: all, or what the caller's token is for."""
    token = request.auth
    if not isinstance(token, Token):
        return Bar.objects.all()
    return Bar.objects.below(token.bar) if scope_of(action) in token.scopes else Bar.objects.none()


def open_bars(request: Request, action: Action) -> BarQuerySetBase:
    """The bars where whoever asks may do this: by their roles, and with a token within what it is for as well."""
    return reached(request, action).open_to(request.user, roles_for(action))


def ask_scope(request: Request, scope: str) -> None:
    """Raises PermissionDenied "scope-needed" for a token without this scope; people need none."""
    if isinstance(request.auth, Token) and scope not in request.auth.scopes:
        raise PermissionDenied(_("This token is not for that: it lacks a scope."), code="scope-needed")


def ask_second_factor(request: Request) -> None:
    """Raises PermissionDenied "second-factor-needed" for staff whose session has seen none, where they need one."""
    if not isinstance(request.auth, Token) and second_factor.is_missing(request._request):
        said = _("Your role needs a second factor: set one up on the page “Security”, or log in with it.")
        raise PermissionDenied(said, code="second-factor-needed")


class PrivateView(GenericAPIView[Any]):
    """Answers about people: 401 for strangers, 400 for odd parameters, and nothing is kept on the way.

    ``scope`` is what a token needs here; with none, the address is for people who have logged in and no token.
    """

    parameters: ClassVar[type[Parameters]] = Parameters
    scope: ClassVar[str | None] = None
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.let_in(request)
        self.narrow(request)
        asked_for = self.parameters if request.method in SAFE_METHODS else Parameters
        self.asked = read_parameters(asked_for, request.query_params)

    def let_in(self, request: Request) -> None:
        """Whether the way in, a log-in or a token, is good enough for this address. Raises PermissionDenied."""
        if self.scope is not None:
            ask_scope(request, self.scope)
        elif isinstance(request.auth, Token):
            raise PermissionDenied(_("That is for people who have logged in, not for tokens."), code="log-in-needed")

    @classmethod
    def scope_for(cls, method: str) -> str | None:
        """What a token needs for a call of this method; None: the address is not for tokens."""
        return cls.scope

    def narrow(self, request: Request) -> None:
        """Find out whose rows these are. Raises NotFound for everybody whom they do not concern."""
        raise NotFound

    @property
    def user(self) -> User:
        """Whoever has logged in; nobody else gets past ``initial``."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def body(self, kind: type[BaseSerializer[Any]] | None = None, *, partial: bool = False) -> dict[str, Any]:
        """What was sent, checked by a serializer, or the one of the view. Raises ValidationError naming each fault."""
        kind = kind or self.get_serializer_class()
        given = kind(data=self.request.data, partial=partial, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(finished, private=True, no_store=True)
        return finished


class PersonScopedView(PrivateView):
    """Serves whoever has logged in with what is theirs: rows ``of`` the user, and nothing else."""

    def narrow(self, request: Request) -> None:
        """Nothing to look up: the user is who it is about."""


class OwnScopedView(PrivateView):
    """Serves the logged-in advocate; 404 for users who are no advocates."""

    scope = OWN
    advocate: Advocate

    def narrow(self, request: Request) -> None:
        advocate = self.own(self.user)
        if advocate is None:
            raise NotFound(_("Your account is not linked to an advocate."), code="not-an-advocate")
        self.advocate = advocate

    def own(self, user: User) -> Advocate | None:
        """The advocate's row, with the bar, and what else a view needs with it."""
        return desk.advocate_of(user)


class OwnListView(ListModelMixin, OwnScopedView):
    parameters = PageParameters

    def get(self, request: Request) -> Response:
        return self.list(request)


class ProviderScopedView(PrivateView):
    """Serves the organisation account of a provider with what is the provider's own; 404 for everybody else.

    A token must be one of the provider's own bar.
    """

    scope = PROVIDER
    provider: Provider
    bar: Bar

    def narrow(self, request: Request) -> None:
        account = Provider.objects.filter(account=self.user).select_related("bar").first()
        token = request.auth
        if account is None or (isinstance(token, Token) and token.bar_id != account.bar_id):
            raise NotFound(_("Your account is not that of a provider."), code="not-a-provider")
        self.provider, self.bar = account, account.bar


class StaffScopedView(PrivateView):
    """Serves staff over several bars at once; ``narrow`` finds them with ``open_bars``."""

    def let_in(self, request: Request) -> None:
        ask_second_factor(request)
        super().let_in(request)


class BarScopedView(StaffScopedView):
    """Serves rows of the bar named in the address to whoever may do the action there; to others there is no such bar.

    ``purpose`` is asked for reading, ``changing`` for every other method; without it nothing can be changed.
    Whoever may read here and not change is told so (403, "role-needed"), and so is a token without the scope of the
    action (403, "scope-needed"), whichever bar it asked for. Heads of units are let in where
    ``for_unit_heads`` says that the view narrows its rows by ``units`` too: None for the whole bar.
    """

    purpose: ClassVar[Action]
    changing: ClassVar[Action | None] = None
    for_unit_heads: ClassVar[bool] = False
    opens: ClassVar[FilePart | None] = None
    """The part of the file of the advocate in the address that is read here; written down when it is answered."""

    bar: Bar
    units: list[int] | None = None

    def let_in(self, request: Request) -> None:
        """The scope of a token hangs on the action, which ``narrow`` knows."""
        ask_second_factor(request)

    def narrow(self, request: Request) -> None:
        changes = request.method not in SAFE_METHODS and hasattr(self, str(request.method).lower())
        action = self._action(changes)
        if action is not None:
            ask_scope(request, scope_of(action))
        bar = self._bar_for(action)
        if bar is None:
            if changes and self._bar_for(self.purpose):
                raise PermissionDenied(_("Your role at this bar does not allow that."), code="role-needed")
            raise NotFound
        self.bar = bar

    @classmethod
    def scope_for(cls, method: str) -> str | None:
        action = cls._action(method not in SAFE_METHODS)
        return None if action is None else scope_of(action)

    @classmethod
    def _action(cls, changes: bool) -> Action | None:
        return cls.changing if changes else cls.purpose

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.opens is not None and request.method == "GET" and response.status_code in (200, 304):
            record_read(self.user, self.opens, self.kwargs["advocate"])
        return super().finalize_response(request, response, *args, **kwargs)

    def people(self) -> AdvocateQuerySet:
        """The advocates that may be read here."""
        rows = Advocate.objects.for_bar(self.bar)
        return rows if self.units is None else rows.filter(unit__in=self.units)

    def _bar_for(self, action: Action | None) -> Bar | None:
        if action is None:
            return None
        kinds, whole = roles_for(action), self._whole_bar_for(action)
        if whole is not None or not self.for_unit_heads or RoleKind.UNIT_HEAD not in kinds:
            return whole
        bars = reached(self.request, action).filter(code=self.kwargs["bar"])
        heads = Role.objects.filter(user=self.request.user.pk, kind=RoleKind.UNIT_HEAD, ended_at=None)
        held = heads.filter(bar__in=bars, unit__bar=F("bar")).select_related("bar")
        self.units = [role.unit_id for role in held if role.unit_id]
        return held[0].bar if self.units else None

    def _whole_bar_for(self, action: Action) -> Bar | None:
        """The bar, for whoever may do this there for the whole of it. Nearly every call of staff asks that."""
        user, code = self.request.user, self.kwargs["bar"]
        kinds = roles_for(action) - {RoleKind.UNIT_HEAD}
        if isinstance(self.request.auth, Token) or not user.is_active or user.is_superuser:
            return reached(self.request, action).filter(code=code).open_to(user, kinds).first()
        return _held(kinds).first(code, user.pk)


@cache
def _held(kinds: frozenset[RoleKind]) -> Prepared[Bar]:
    """A bar by its code, for the key of a user who has one of these roles there or above."""
    return Prepared(lambda code, user: Bar.objects.filter(code=code).held_by(user, kinds), str, int)


class BarScopedList(ListModelMixin, BarScopedView):
    def get(self, request: Request, bar: str) -> Response:
        return self.list(request)
