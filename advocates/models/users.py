"""Who logs in, and what they are to which bar."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar, Language, Unit
from advocates.scoping import BarQuerySet
from cle.core.prepared import Prepared


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get(self, *args: Any, **kwargs: Any) -> User:
        """As ever; by the key alone, as each request asks for whoever has logged in, with SQL that is made once."""
        if args or kwargs.keys() != {"pk"} or self._db is not None:
            return super().get(*args, **kwargs)
        found = _BY_KEY.first(User._meta.pk.to_python(kwargs["pk"]))
        if found is None:
            raise User.DoesNotExist("User matching query does not exist.")
        return found


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in, by e-mail.

    PII: e-mail, name.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.KAZAKH)
    is_staff = models.BooleanField(_("may open the bar office"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email


_BY_KEY = Prepared(lambda key: User._default_manager.filter(pk=key))


class RoleKind(models.TextChoices):
    UNIT_HEAD = "unit_head", _("unit head")
    COURSE_MANAGER = "course_manager", _("course manager")
    REVIEWER = "reviewer", _("reviewer")
    COMPLIANCE_OFFICER = "compliance_officer", _("compliance officer")
    BAR_ADMIN = "bar_admin", _("bar administrator")
    AUDITOR = "auditor", _("auditor")


class Role(models.Model):
    """What a user may do for a bar, and for every bar below it; ended, never deleted.

    ``unit`` is for heads of units alone: they see that unit's people and, without one, nobody.
    PII: links a user to a bar.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="roles")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="roles")
    kind = models.CharField(_("role"), max_length=30, choices=RoleKind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="heads")
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = BarQuerySet["Role"].as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "bar", "kind"], condition=models.Q(ended_at=None), name="role_once_while_it_lasts"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=RoleKind.UNIT_HEAD) | models.Q(unit=None), name="role_of_a_unit_head_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"
