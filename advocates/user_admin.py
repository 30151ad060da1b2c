"""The admin site's pages about users and their roles, for superusers and for administrators of a bar.

Whoever may change a user's e-mail or password can become that user. So an administrator changes only users
who are nothing outside the administrator's own bars, and never a superuser.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import IntegrityError
from django.db.models import Exists, Field, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from advocates.access import Action
from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Role, Token, User
from advocates.queries.accounts import held_by
from advocates.scoped_admin import BarFilter, BarScoped, BarScopedAdmin, bars_for, holds, who_may
from advocates.services.roles import sync_office, unit_fits
from advocates.services.tokens import revoke_token
from cle.core.clock import now
from cle.core.errors import DomainError

# The pages of the package know no bars: they would show everybody's accounts to the staff of any.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any] | None:
        """The head of a unit has one of the same bar, and nobody else has any; a role ends once given, and by now."""
        cleaned = super().clean() or {}
        if self.instance.pk is None and cleaned.get("bar") and cleaned.get("kind"):
            self._check_new(**{name: cleaned.get(name) for name in ("bar", "kind", "unit")})
        if (ended := cleaned.get("ended_at")) is not None:
            self._check_end(ended, now())
        return cleaned

    def _check_end(self, ended: dt.datetime, today: dt.datetime) -> None:
        if ended > today:  # a role that has an end opens nothing any more
            self.add_error("ended_at", _("What is recorded cannot lie in the future."))
        elif ended < (self.instance.given_at or today):
            self.add_error("ended_at", _("A role does not end before it was given."))

    def _check_new(self, bar: Any, kind: Any, unit: Any) -> None:
        try:
            unit_fits(bar, kind, unit)
        except DomainError as error:
            self.add_error("unit", str(error))
        user = self.cleaned_data.get("user")  # one who is only being made has no role yet
        if user and user.pk and Role.objects.filter(user=user, bar=bar, kind=kind, ended_at=None).exists():
            self.add_error("kind", _("on record already"))


class OneAtATime(BarScopedAdmin):
    """A form that gives roles has looked at what is on record, not at what is written at the same instant."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            shown: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            if "role_once_while_it_lasts" not in str(error):
                raise
            said = _(
                "Nothing was saved: somebody else has given this role at the same instant. It is on record already."
            )
            self.message_user(request, said, messages.ERROR)
            return redirect(request.get_full_path())
        return shown


@admin.register(Role)
class RoleAdmin(OneAtATime):
    """Given, and ended, by an administrator of the bar itself or of one above it."""

    reading = Action.READ_ACCESS
    adding = changing = Action.GIVE_ACCESS
    changeable = ("ended_at",)
    form = RoleForm
    list_display = ("user", "kind", "bar", "unit", "given_at", "ended_at")
    list_filter = (BarFilter, "kind", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "bar", "unit")
    search_fields = ("user__email", "user__name")
    ordering = ("-given_at", "-pk")
    fields = ("user", "bar", "kind", "unit", "given_at", "ended_at")
    readonly_fields = ("given_at",)
    autocomplete_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> list[Any]:
        """An end stays, as in the API: who is to have the role anew is given it anew."""
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, "ended_at"] if obj and obj.ended_at else fixed

    def offered(self, db_field: Field[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        """Nobody gives a role to themselves, as in the API."""
        rows = super().offered(db_field, request)
        return rows.exclude(pk=request.user.pk) if db_field.name == "user" else rows

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        sync_office(obj.user)


class RoleFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Roles that are given together: each form has looked at what is on record, none at the others."""
        super().clean()
        given = set()
        for form in self.extra_forms:
            role = tuple(form.cleaned_data.get(name) for name in ("bar", "kind"))
            if None not in role and role in given:
                form.add_error("kind", _("This role is given twice here."))
            given.add(role)


class RoleInline(BarScoped, TabularInline):  # type: ignore[misc]
    """Roles in the reader's bars. New ones are given here, and ended on their own page."""

    model = Role
    form, formset = RoleForm, RoleFormSet
    reading = Action.READ_ACCESS
    fields = ("bar", "kind", "unit", "given_at", "ended_at")
    readonly_fields = ("given_at", "ended_at")
    extra = 0
    show_change_link = True

    def writers(self) -> frozenset[Any]:
        return who_may(Action.GIVE_ACCESS)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return holds(request, who_may(self.reading))

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        own = obj is not None and obj.pk == request.user.pk
        return not own and holds(request, self.writers())

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        """A user whom an administrator makes has a role from the start: no bar would know them without."""
        least = 0 if obj or request.user.is_superuser else 1
        return super().get_formset(request, obj, **{**kwargs, "min_num": least, "validate_min": bool(least)})


class OneAddressForAll:
    """Two users never share an e-mail address, whichever bars know them; it is kept as log-ins look for it."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def validate_unique(self) -> None:
        with beyond_the_wall("whether an e-mail address is taken, by whomever"):
            super().validate_unique()  # type: ignore[misc]


class ChangedUserForm(OneAddressForAll, UserChangeForm):  # type: ignore[misc]
    pass


class NewUserForm(OneAddressForAll, UserCreationForm):  # type: ignore[misc]
    class Meta:
        model = User
        fields = ("email", "name", "language")


@admin.register(Token)
class TokenAdmin(BarScopedAdmin):
    """The tokens that reach the administrator's bars: made through the API, revoked here or there."""

    reading = Action.READ_ACCESS
    list_display = ("name", "user", "bar", "start", "expires_at", "revoked_at", "last_used_at")
    list_filter = (BarFilter, ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "bar")
    search_fields = ("name", "user__email", "user__name")
    ordering = ("-pk",)
    fields = (
        ("name", "start"), ("user", "bar"), "scopes", ("made_at", "expires_at"), ("last_used_at", "last_used_from"),
        "revoked_at",
    )  # fmt: skip
    actions = ("revoke",)

    @admin.action(description=_("Revoke"))
    def revoke(self, request: HttpRequest, tokens: QuerySet[Token]) -> None:
        for token in tokens.filter(revoked_at=None, bar__in=bars_for(request, who_may(Action.GIVE_ACCESS))):
            revoke_token(token, by=cast(User, request.user), now=now())


def _forget_address_before(user: User) -> None:
    """What opened the account because of the address that it had opens it no more: the address itself, and the log-in
    of an organisation that vouched for it. An organisation that vouches for the new one is linked at the next log-in.
    """
    for ways in (EmailAddress, SocialAccount):
        ways.objects.filter(user=user).delete()


@admin.register(User)
class UserAdmin(OneAtATime, DjangoUserAdmin):  # type: ignore[type-arg]
    reading = Action.READ_ACCESS
    adding = changing = Action.GIVE_ACCESS
    form, add_form, change_password_form = ChangedUserForm, NewUserForm, AdminPasswordChangeForm
    list_display = ("email", "name", "language", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", ("name", "language"), "is_active")}),
        (_("Access"), {"fields": (("is_staff", "is_superuser"), ("last_login", "created_at"))}),
    )
    add_fieldsets = ((None, {"fields": ("email", ("name", "language"), "password1", "password2")}),)
    inlines = (RoleInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Users with a role in the administrator's bars, and the advocates of these bars who log in."""
        if request.user.is_superuser:
            return User.objects.all()
        bars = bars_for(request, who_may(self.reading))
        staff = Role.objects.filter(user=OuterRef("pk"), ended_at=None, bar__in=bars)
        advocate = Advocate.objects.filter(user=OuterRef("pk"), bar__in=bars)
        return User.objects.filter(Exists(staff) | Exists(advocate))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is None or request.user.is_superuser:
            return holds(request, who_may(self.changing))
        mine = holds(request, who_may(self.changing))
        return mine and not obj.is_superuser and not self._is_known_elsewhere(request, obj)

    def _is_known_elsewhere(self, request: HttpRequest, user: User) -> bool:
        bars = list(bars_for(request, who_may(self.changing)))
        tied = (Role.objects.filter(user=user, ended_at=None), *held_by(user))
        with beyond_the_wall("whether a user works or practises at another bar too"):
            return any(rows.exclude(bar__in=bars).exists() for rows in tied)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fixed = ["is_staff", "last_login", "created_at"]
        return fixed if request.user.is_superuser else [*fixed, "is_superuser"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            if "email" in form.changed_data:
                _forget_address_before(obj)
            return
        with beyond_the_wall("a user is made before the row that makes them one of the bar's"):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        sync_office(form.instance)
