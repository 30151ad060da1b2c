"""How the API says what a course is."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cle.core.clock import local_date, now
from courses.models import AccreditationStep, Course, CourseState, Segment

MINUTES_BY_CATEGORY = {"type": "object", "additionalProperties": {"type": "integer"}}


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    category = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)

    class Meta:
        model = Segment
        fields = ["position", "title", "category", "minutes"]


class CourseSerializer(serializers.ModelSerializer[Course]):
    """`accredited` says whether the accreditation holds today; `minutes` are those of the agenda by category."""

    name = serializers.CharField(source="__str__")
    provider_name = serializers.CharField(source="provider.__str__")
    format = serializers.CharField(source="format_code")
    accredited = serializers.SerializerMethodField()
    minutes = serializers.SerializerMethodField()
    total_minutes = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = [
            "id", "state", "number", "name", "provider", "provider_name", "format", "accredited", "accredited_from",
            "accredited_until", "derived_from", "minutes", "total_minutes",
        ]  # fmt: skip

    def get_accredited(self, course: Course) -> bool:
        return course.accredited_on(local_date(now(), course.bar.time_zone))

    @extend_schema_field(MINUTES_BY_CATEGORY)
    def get_minutes(self, course: Course) -> dict[str, int]:
        totals: dict[str, int] = {}
        for segment in course.segments.all():
            totals[segment.category.code] = totals.get(segment.category.code, 0) + segment.minutes
        return totals

    def get_total_minutes(self, course: Course) -> int:
        return sum(segment.minutes for segment in course.segments.all())


class AccreditationStepSerializer(serializers.ModelSerializer[AccreditationStep]):
    """A step of an accreditation; `from_state` is empty for the first."""

    from_state = serializers.CharField()
    to_state = serializers.ChoiceField(choices=CourseState.choices)
    by = serializers.CharField(source="by.__str__")

    class Meta:
        model = AccreditationStep
        fields = ["from_state", "to_state", "by", "at", "reason"]


class FullCourseSerializer(CourseSerializer):
    agenda = SegmentSerializer(source="segments", many=True)
    steps = AccreditationStepSerializer(many=True)

    class Meta(CourseSerializer.Meta):
        fields = [
            *CourseSerializer.Meta.fields, "name_kk", "name_ru", "name_en", "full_percent", "partial_percent",
            "certified_as",
            "agenda", "steps",
        ]  # fmt: skip
