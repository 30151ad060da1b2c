"""Giving and ending roles. A role is a row with an end, never deleted: who could do what, and when, stays known."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from advocates.access import Action, roles_for
from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar, Role, RoleKind, Unit, User
from cle.core.errors import DomainError


def sync_office(user: User) -> None:
    """The bar office is open to superusers and to whoever holds a role, and to nobody else."""
    with beyond_the_wall("whether a user works or practises at another bar too"):
        held = Role.objects.filter(user=user, ended_at=None).exists()
    User.objects.filter(pk=user.pk).update(is_staff=user.is_superuser or held)


def known_to(admin: User) -> QuerySet[User]:
    """The accounts that an administrator may know of: staff and advocates of the administrator's bars."""
    if admin.is_superuser:
        return User.objects.all()
    bars = Bar.objects.open_to(admin, roles_for(Action.GIVE_ACCESS))
    staff = Role.objects.filter(user=OuterRef("pk"), bar__in=bars)
    advocate = Advocate.objects.filter(user=OuterRef("pk"), bar__in=bars)
    return User.objects.filter(Exists(staff) | Exists(advocate))


@transaction.atomic
def give_role(bar: Bar, email: str, kind: RoleKind, unit: Unit | None = None, *, name: str = "", by: User) -> Role:
    """Give a role at the bar to the account of this address; an account is opened where there is none.

    A new account has no password: its holder sets one by the link of "forgotten password". Given twice, the role is
    there once. Raises DomainError where ``by`` may not give roles, for oneself, for a unit that does not fit, and
    for accounts of people whom ``by`` cannot know of.
    """
    _may_give(by, bar)
    unit_fits(bar, kind, unit)
    user = _account(email, name, by)
    if user.pk == by.pk:
        raise DomainError("own-role", _("Nobody gives a role to themselves."))
    role = _once(user, bar, kind, unit)
    if role.unit_id != (unit.pk if unit else None):
        raise DomainError("role-held", _("This person heads another unit already: end that role first."))
    sync_office(user)
    return role


def _may_give(by: User, bar: Bar) -> None:
    if not Bar.objects.open_to(by, roles_for(Action.GIVE_ACCESS)).filter(pk=bar.pk).exists():
        raise DomainError("role-not-yours-to-give", _("You may not give or end roles at this bar."))


def unit_fits(bar: Bar, kind: RoleKind, unit: Unit | None) -> None:
    """Raises DomainError unless the head of a unit has one of this bar, and nobody else has any."""
    if (kind == RoleKind.UNIT_HEAD) != (unit is not None):
        raise DomainError("unit-needed", _("The head of a unit has a unit, and nobody else does."))
    if unit is not None and unit.bar_id != bar.pk:
        raise DomainError("unit-of-another-bar", _("This unit belongs to another bar."))


@beyond_the_wall("a user is made before the row that makes them one of the bar's")
def _account(email: str, name: str, by: User) -> User:
    if (new := _opened(email.lower(), name)) is not None:
        return new
    found = known_to(by).filter(email=email.lower()).first()
    if found is None:
        raise DomainError("account-elsewhere", _("This address is in use elsewhere: ask the bar above yours."))
    return found


def _opened(email: str, name: str) -> User | None:
    """A new account for an address that has none; None for one that has, or that gets one at this moment."""
    if User.objects.filter(email=email).exists():
        return None
    try:
        with transaction.atomic():
            return User.objects.create_user(email, None, name=name)
    except IntegrityError:
        return None


def _once(user: User, bar: Bar, kind: RoleKind, unit: Unit | None) -> Role:
    try:
        with transaction.atomic():
            return Role.objects.create(user=user, bar=bar, kind=kind, unit=unit)
    except IntegrityError:
        return Role.objects.get(user=user, bar=bar, kind=kind, ended_at=None)


@transaction.atomic
def end_role(role: Role, *, by: User, now: dt.datetime) -> Role:
    """End a role; ended again, it keeps the time of the first. Raises DomainError where ``by`` may not."""
    _may_give(by, role.bar)
    Role.objects.filter(pk=role.pk, ended_at=None).update(ended_at=now)
    role.refresh_from_db()
    sync_office(role.user)
    return role
