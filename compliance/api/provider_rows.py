"""How the API says to a provider what is its own, and no more than that."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from compliance.api.attendance_rows import AttendanceNoteSerializer
from compliance.api.course_serializers import CourseSerializer, SegmentSerializer
from compliance.api.serializers import BarSerializer
from courses.models import (
    AccreditationStep,
    AttendanceFile,
    AttendanceLine,
    Course,
    CourseState,
    NilReturn,
    Provider,
    Session,
)
from courses.queries.rosters import DUE, NIL, NONE, ROSTER
from courses.services.rosters import Found, faults, found


class ProviderProfileSerializer(serializers.ModelSerializer[Provider]):
    """`trusted`: what matches in a roster is applied at once; otherwise the bar's staff apply it."""

    name = serializers.CharField(source="__str__")
    bar = BarSerializer()

    class Meta:
        model = Provider
        fields = ["id", "name", "bar", "trusted"]


class OwnStepSerializer(serializers.ModelSerializer[AccreditationStep]):
    """A step of the accreditation, without who took it."""

    from_state = serializers.CharField()
    to_state = serializers.ChoiceField(choices=CourseState.choices)

    class Meta:
        model = AccreditationStep
        fields = ["from_state", "to_state", "at", "reason"]


class OwnCourseSerializer(CourseSerializer):
    agenda = SegmentSerializer(source="segments", many=True)
    steps = OwnStepSerializer(many=True)

    class Meta(CourseSerializer.Meta):
        model = Course
        fields = [
            *CourseSerializer.Meta.fields, "name_kk", "name_ru", "name_en", "full_percent", "partial_percent",
            "certified_as",
            "agenda", "steps",
        ]  # fmt: skip


class OwnSessionSerializer(serializers.ModelSerializer[Session]):
    """`report`: a roster or a nil return is there, a report is due, or there is none to make (yet)."""

    course_name = serializers.CharField(source="course.__str__")
    course_number = serializers.CharField(source="course.number")
    report = serializers.ChoiceField(choices=[ROSTER, NIL, DUE, NONE])

    class Meta:
        model = Session
        fields = [
            "id", "course", "course_name", "course_number", "state", "starts_at", "ends_at", "place", "link",
            "language", "capacity", "speakers", "report", "cancel_reason",
        ]  # fmt: skip


class RosterSerializer(serializers.ModelSerializer[AttendanceFile]):
    """A roster as it was posted; `state` is previewed until the bar has applied it, or put it aside (discarded)."""

    class Meta:
        model = AttendanceFile
        fields = ["id", "session", "file_name", "state", "rows", "replaces", "uploaded_at"]


class RosterRowsSerializer(serializers.ModelSerializer[AttendanceLine]):
    """`rows` of the roster that are one entry, by their numbers in it; what is wrong with a row that says too little.

    `matched`: the bar knows whom they name. `not_matched`: nobody, or the row cannot be used. `review`: the bar looks.
    """

    result = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    class Meta:
        model = AttendanceLine
        fields = ["rows", "result", "problems"]

    @extend_schema_field(serializers.ChoiceField(choices=[each.value for each in Found]))
    def get_result(self, line: AttendanceLine) -> str:
        return found(line).value

    @extend_schema_field(AttendanceNoteSerializer(many=True))
    def get_problems(self, line: AttendanceLine) -> Any:
        return AttendanceNoteSerializer(faults(line), many=True).data


class NilReturnSerializer(serializers.ModelSerializer[NilReturn]):
    """Nobody attended the `session`; or there was none from the `first` day to the `last`."""

    class Meta:
        model = NilReturn
        fields = ["id", "session", "first", "last", "made_at", "withdrawn_at"]


class PostingSerializer(serializers.Serializer[Any]):
    """What stands in the ledger for one session."""

    session = serializers.IntegerField()
    course_number = serializers.CharField()
    earned_on = serializers.DateField()
    people = serializers.IntegerField()
    minutes = serializers.IntegerField()


class PostingsSerializer(serializers.Serializer[Any]):
    """`minutes` is the sum over all people and sessions: what a fee per posted hour is reckoned from."""

    earned_from = serializers.DateField()
    earned_to = serializers.DateField()
    minutes = serializers.IntegerField()
    sessions = PostingSerializer(many=True)
