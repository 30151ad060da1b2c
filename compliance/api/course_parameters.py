"""What may be asked of the lists of courses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from compliance.api.parameters import IsoDateField, KeyField, PageParameters
from courses.models import CourseState, DeliveryFormat, SessionState


class CourseParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=CourseState.values)
    provider = KeyField(required=False)
    format = serializers.ChoiceField(required=False, choices=[delivery.code for delivery in DeliveryFormat])
    accredited_on = IsoDateField(required=False)

    def validate_format(self, code: str) -> DeliveryFormat:
        return DeliveryFormat[code.upper()]


class CalendarDayField(IsoDateField):
    """A day of which the zone of a bar has a beginning and an end."""

    default_error_messages = {"far": _("Give a day from 1900 to 2199.")}

    def to_internal_value(self, value: Any) -> dt.date:
        day = super().to_internal_value(value)
        if not 1900 <= day.year <= 2199:
            self.fail("far")
        return day


class SessionParameters(PageParameters):
    course = KeyField(required=False)
    state = serializers.ChoiceField(required=False, choices=SessionState.values)
    starts_from = CalendarDayField(required=False)
    starts_to = CalendarDayField(required=False)
