"""When and where a course is taught, and who has put their name down."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar, Language
from advocates.scoping import BarQuerySet
from courses.models.catalogue import Course


class SessionState(models.TextChoices):
    PLANNED = "planned", _("planned")
    CONFIRMED = "confirmed", _("attendance confirmed")
    CANCELLED = "cancelled", _("cancelled")


class Session(models.Model):
    """One sitting of a course. Credit is posted once the bar has confirmed the attendance.

    While ``poster_since`` is set, a poster with a code that stays the same lets people check in.

    PII: speakers' names (published in the catalogue).
    """

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="sessions")
    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    link = models.URLField(_("link"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.RUSSIAN)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    speakers = models.CharField(_("speakers"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=SessionState, default=SessionState.PLANNED)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.CharField(_("why cancelled"), max_length=500, blank=True)
    poster_since = models.DateTimeField(_("poster switched on"), null=True, blank=True, editable=False)

    objects = BarQuerySet["Session"].as_manager()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [models.Index(fields=["starts_at", "id"], condition=Q(state="planned"), name="session_planned")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state=SessionState.CONFIRMED) ^ Q(confirmed_at=None), name="session_confirmed_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(state=SessionState.CANCELLED) & ~Q(cancel_reason=""),
                name="session_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} ({self.starts_at:%d.%m.%Y})"


class RegistrationState(models.TextChoices):
    REGISTERED = "registered", _("registered")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", _("cancelled")


class Registration(models.Model):
    """A place, or a place in the waiting list; cancelled, never deleted.

    PII: who means to attend.
    """

    State = RegistrationState

    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, models.PROTECT, related_name="registrations")
    advocate = models.ForeignKey(Advocate, models.PROTECT, related_name="registrations")
    state = models.CharField(_("state"), max_length=20, choices=RegistrationState)
    asked_at = models.DateTimeField(_("asked"))
    moved_up = models.BooleanField(_("moved up from the waiting list"), default=False, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = BarQuerySet["Registration"].as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [models.UniqueConstraint(fields=["session", "advocate"], name="registration_once")]

    def __str__(self) -> str:
        return f"{self.advocate}: {self.get_state_display()}"
