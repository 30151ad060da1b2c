"""Keys with which programs act as a user, for less than what the user may do."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models.bars import Bar
from advocates.scoping import BarQuerySet

LONGEST = dt.timedelta(days=366)
"""How long a token lasts at most."""


class TokenQuerySet(BarQuerySet["Token"]):
    def of(self, user: object) -> Self:
        """The user's own tokens."""
        return self.filter(user=user)

    def live(self, now: dt.datetime) -> Self:
        """Those that still open something."""
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


class Token(models.Model):
    """Lets a program act as ``user`` at ``bar`` and the bars below it, within ``scopes``; revoked, never deleted.

    Of the secret only the SHA-256 ``digest`` is kept, and ``start``, by which its holder recognises it. A scope is
    the name of an action in lower case, "own" or "provider" (``advocates.access``).
    PII: links a user to a bar; the network address from which it was last used.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(_("begins with"), max_length=12)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.CheckConstraint(condition=Q(scopes__len__gte=1), name="token_is_for_something"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST),
                name="token_ends_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_was_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
