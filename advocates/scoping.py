"""Tenancy lives in the queryset: the easy way to ask for rows is by bar, or by what a user may see."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from advocates.models import Bar, User

Row = TypeVar("Row", bound=models.Model, covariant=True)


class BarQuerySet(models.QuerySet[Row]):
    """Rows that belong to a bar by their own ``bar`` column."""

    def for_bar(self, bar: Bar | int) -> Self:
        """Rows of exactly this bar."""
        return self.filter(bar=bar)

    def under(self, bar: Bar) -> Self:
        """Rows of this bar and of every bar below it."""
        from advocates.models import Bar

        return self.filter(bar__in=Bar.objects.below(bar))

    def open_to(self, user: User | AnonymousUser, kinds: Collection[str] | None = None) -> Self:
        """Rows that a member of staff may see: those of the bars where the user has a role, and of the bars below.

        With ``kinds``, one of these roles.
        """
        from advocates.models import Bar

        return self.filter(bar__in=Bar.objects.open_to(user, kinds))


class PersonQuerySet(BarQuerySet[Row]):
    """Rows about an advocate. They follow the advocate to a new bar: scoped by the advocate's bar of today.

    The row's own ``bar`` column says which bar it was recorded under.
    """

    def for_bar(self, bar: Bar | int) -> Self:
        return self.filter(advocate__bar=bar)

    def under(self, bar: Bar) -> Self:
        from advocates.models import Bar

        return self.filter(advocate__bar__in=Bar.objects.below(bar))

    def open_to(self, user: User | AnonymousUser, kinds: Collection[str] | None = None) -> Self:
        from advocates.models import Bar

        return self.filter(advocate__bar__in=Bar.objects.open_to(user, kinds))

    def of(self, user: Any) -> Self:
        """Rows about the logged-in advocate and nobody else."""
        return self.filter(advocate__user=user)
