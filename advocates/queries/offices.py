"""At which bar somebody works, as what, and so what they may do there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from advocates.access import Action, roles_for
from advocates.models import Bar, Role, RoleKind, User


@dataclass(frozen=True, slots=True)
class Office:
    """A bar as somebody works for it: ``kinds`` are the roles that count for the whole bar, held there or above.

    ``units`` are those that the person heads at the bar itself: for what heads of units may do, these alone.
    """

    bar: Bar
    kinds: frozenset[str]
    units: tuple[int, ...]

    def may(self, action: Action | None) -> bool:
        """For the whole bar. Nothing that stands in no table."""
        return action is not None and bool(self.kinds & roles_for(action))

    def may_for_units(self, action: Action | None) -> bool:
        """For the units that the person heads, where not for the whole bar."""
        return action is not None and bool(self.units) and RoleKind.UNIT_HEAD in roles_for(action)

    @property
    def is_over_others(self) -> bool:
        return self.bar.parent_id is None


def office_of(user: User, code: str) -> Office | None:
    """The bar of that code, in two statements; None where the person neither works for it nor for one above it."""
    bar = Bar.objects.open_to(user).filter(code=code).first()
    if bar is None:
        return None
    if user.is_superuser:
        return Office(bar, frozenset(RoleKind) - {RoleKind.UNIT_HEAD}, ())
    roles = Role.objects.filter(user=user, ended_at=None, bar__in=Bar.objects.above(bar)).select_related("unit")
    return Office(bar, *_sorted_out(bar, roles))


def _sorted_out(bar: Bar, roles: Iterable[Role]) -> tuple[frozenset[str], tuple[int, ...]]:
    kinds: set[str] = set()
    units: list[int] = []
    for role in roles:
        if role.kind != RoleKind.UNIT_HEAD:
            kinds.add(role.kind)
        elif role.bar_id == bar.pk and role.unit is not None and role.unit.bar_id == bar.pk:
            units.append(role.unit.pk)
    return frozenset(kinds), tuple(units)


def offices_of(user: Any) -> list[Bar]:
    """The bars that the person works for, those below them included, the highest first."""
    return sorted(Bar.objects.open_to(user), key=lambda bar: (bar.parent_id is not None, bar.code))
