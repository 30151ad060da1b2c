"""What may be sent about a course, and about the steps of its accreditation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from compliance.api.bodies import Body, CategoryField, FormatField, SameBarField
from compliance.api.parameters import IsoDateField
from courses.models import CertifiedAs, Provider
from courses.services.accreditation import Accreditation
from courses.services.courses import Outline, Part

MOST_PARTS = 100


class PartBody(Body):
    """A part of an agenda; without a `position` it has that of its place in the list, from 1."""

    position = serializers.IntegerField(min_value=1, max_value=32_767, required=False)
    title = serializers.CharField(max_length=300)
    category = CategoryField()
    minutes = serializers.IntegerField(min_value=1, max_value=10_000)


class OutlineBody(Body):
    """What a course is said to be. Presence from `full_percent` on earns all, from `partial_percent` on a share.

    `certified_as`: which certificate full presence is given.

    `accredited_until` is the last day that is asked for; null for no end.
    """

    name_kk = serializers.CharField(max_length=300)
    name_ru = serializers.CharField(max_length=300)
    name_en = serializers.CharField(max_length=300, allow_blank=True, default="")
    format = FormatField()
    full_percent = serializers.IntegerField(min_value=1, max_value=100, default=80)
    partial_percent = serializers.IntegerField(min_value=1, max_value=100, default=50)
    certified_as = serializers.ChoiceField(choices=CertifiedAs.choices, default=CertifiedAs.ATTENDANCE)
    accredited_until = IsoDateField(allow_null=True, default=None)
    agenda = PartBody(many=True)

    def validate_agenda(self, agenda: list[dict[str, Any]]) -> tuple[Part, ...]:
        if len(agenda) > MOST_PARTS:
            raise serializers.ValidationError(_("Too many parts in one agenda."))
        parts = [Part(**{"position": place, **part}) for place, part in enumerate(agenda, start=1)]
        if len({part.position for part in parts}) < len(parts):
            raise serializers.ValidationError(_("Two parts have the same position."))
        return tuple(sorted(parts, key=lambda part: part.position))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["partial_percent"] > attrs["full_percent"]:
            raise serializers.ValidationError({"partial_percent": _("Must not be more than full_percent.")})
        provider = {name: attrs.pop(name) for name in ("provider",) if name in attrs}
        return {**provider, "outline": Outline(**attrs)}


class CourseBody(OutlineBody):
    provider = SameBarField(queryset=Provider.objects.all())


class StepReasonBody(Body):
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class ApprovalBody(StepReasonBody):
    """Without `accredited_until` the accreditation ends as was asked for, or not at all."""

    number = serializers.CharField(max_length=50)
    accredited_from = IsoDateField()
    accredited_until = IsoDateField(allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        days = attrs["accredited_from"], attrs["accredited_until"]
        return {"accreditation": Accreditation(attrs["number"], *days), "reason": attrs["reason"]}


class RecordingBody(Body):
    accredited_until = IsoDateField()
