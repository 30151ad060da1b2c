"""What may be asked of the lists of courses."""

from __future__ import annotations

from rest_framework import serializers

from compliance.api.parameters import IsoDateField, KeyField, PageParameters
from courses.models import CourseState, DeliveryFormat


class CourseParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=CourseState.values)
    provider = KeyField(required=False)
    format = serializers.ChoiceField(required=False, choices=[delivery.code for delivery in DeliveryFormat])
    accredited_on = IsoDateField(required=False)

    def validate_format(self, code: str) -> DeliveryFormat:
        return DeliveryFormat[code.upper()]
