"""Bars as a tree, and the units (consultations, offices) that group a bar's advocates."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.scoping import BarQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from advocates.models.users import User

_BELOW = """
    WITH RECURSIVE tree AS (
        SELECT id FROM advocates_bar WHERE id IN ({roots})
        UNION
        SELECT child.id FROM advocates_bar child JOIN tree ON child.parent_id = tree.id
    ) SELECT id FROM tree
"""

_ABOVE = """
    WITH RECURSIVE path AS (
        SELECT id, parent_id FROM advocates_bar WHERE id = %s
        UNION
        SELECT up.id, up.parent_id FROM advocates_bar up JOIN path ON up.id = path.parent_id
    ) SELECT id FROM path
"""


class Language(models.TextChoices):
    KAZAKH = "kk", _("Kazakh")
    RUSSIAN = "ru", _("Russian")
    ENGLISH = "en", _("English")


class BarQuerySetBase(models.QuerySet["Bar"]):
    def below(self, bar: Bar) -> Self:
        """The bar itself and every bar under it, however deep."""
        return self._in_tree("%s", [bar.pk])

    def above(self, bar: Bar) -> Self:
        """The bar itself and every bar over it, up to the national one."""
        return self.filter(pk__in=models.expressions.RawSQL(_ABOVE, [bar.pk]))  # noqa: S611

    def open_to(self, user: User | AnonymousUser, kinds: Collection[str] | None = None) -> Self:
        """The bars that this user works for, and the bars below them; nothing for anybody else.

        With ``kinds``, only those where one of these roles is held. Superusers count as having every role.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self.all()
        return self.held_by(user.pk, kinds)

    def held_by(self, user: int, kinds: Collection[str] | None = None) -> Self:
        """``open_to`` for the key of an active user who is no superuser."""
        roots = "SELECT bar_id FROM advocates_role WHERE user_id = %s AND ended_at IS NULL"
        if kinds is None:
            return self._in_tree(roots, [user])
        return self._in_tree(f"{roots} AND kind = ANY(%s)", [user, [str(kind) for kind in kinds]])

    def _in_tree(self, roots: str, params: list[Any]) -> Self:
        return self.filter(pk__in=models.expressions.RawSQL(_BELOW.format(roots=roots), params))  # noqa: S611


class Bar(models.Model):
    """A bar association: the national one, or a territorial one below it.

    Exactly one bar exists per region, city of republican status or the capital (Law No. 176-VI, Art. 50(3)).
    PII: signatory's name (published on every certificate).
    """

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    code = models.CharField(_("code"), max_length=20, unique=True)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=2, default="KZ")
    name_kk = models.CharField(_("name in Kazakh"), max_length=200)
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Almaty")
    language = models.CharField(_("default language"), max_length=2, choices=Language, default=Language.KAZAKH)
    letterhead_kk = models.TextField(_("letterhead in Kazakh"), blank=True)
    letterhead_ru = models.TextField(_("letterhead in Russian"), blank=True)
    signatory_name = models.CharField(_("signatory"), max_length=200, blank=True)
    signatory_title_kk = models.CharField(_("signatory's title in Kazakh"), max_length=200, blank=True)
    signatory_title_ru = models.CharField(_("signatory's title in Russian"), max_length=200, blank=True)
    sender_email = models.EmailField(_("sender address"), blank=True)
    contact = models.CharField(_("whom to ask"), max_length=300, blank=True)

    objects = BarQuerySetBase.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("bar")
        verbose_name_plural = _("bars")
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="bar_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name_in(get_language() or self.language)

    def name_in(self, language: str) -> str:
        return str(getattr(self, f"name_{language}", "") or self.name_en)


class Unit(models.Model):
    """A legal consultation or an advocates' office under a bar (Law No. 176-VI, Art. 49, 62-64).

    PII: none.
    """

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("legal consultation")
        OFFICE = "office", _("advocates' office")
        OTHER = "other", _("other")

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="units")
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)

    objects = BarQuerySet["Unit"].as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [models.UniqueConstraint(fields=["bar", "name"], name="unit_once_per_bar")]

    def __str__(self) -> str:
        return self.name
