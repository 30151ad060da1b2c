"""How a course came to be accredited, or not: each step with its day, its person and its reason."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.scoping import BarQuerySet
from courses.models.catalogue import Course, CourseState


class AccreditationStep(models.Model):
    """One step of a course: from which state to which, who took it, and why. Never edited.

    ``from_state`` is empty for the first. PII: none beyond who took the step.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="steps")
    bar = models.ForeignKey(Bar, models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=20, choices=CourseState, blank=True)
    to_state = models.CharField(max_length=20, choices=CourseState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = BarQuerySet["AccreditationStep"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("step of an accreditation")
        verbose_name_plural = _("steps of an accreditation")
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_state__in=[CourseState.RETURNED, CourseState.REFUSED]) | ~Q(reason=""),
                name="accreditation_step_against_has_a_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="accreditation_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
