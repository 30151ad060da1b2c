"""How the API says who was there, and what a report of attendance comes to."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from advocates.models import Advocate
from courses.models import Attendance, AttendanceFile, AttendanceLine
from courses.services.attendance_returning import returning
from courses.services.attendance_wording import REASONS


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    """Somebody's presence as it was judged. What was taken back stays, with `voided_at` and the reason."""

    name = serializers.CharField(source="advocate.full_name")
    licence_number = serializers.CharField(source="advocate.licence_number")
    minutes = serializers.SerializerMethodField()
    file = serializers.IntegerField(source="line.file_id", default=None, allow_null=True)

    class Meta:
        model = Attendance
        fields = [
            "id", "advocate", "name", "licence_number", "minutes", "decision", "credit_percent", "file", "recorded_at",
            "voided_at", "void_reason",
        ]  # fmt: skip

    def get_minutes(self, attendance: Attendance) -> int:
        return attendance.seconds // 60


class AttendanceNoteSerializer(serializers.Serializer[Any]):
    """Something wrong, or worth a look; `row` and `column` are null where it is the whole file's.

    Why somebody was not credited is said in the language of the request, the rest in that of the upload.
    """

    code = serializers.CharField()
    message = serializers.SerializerMethodField()
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)

    def get_message(self, note: dict[str, Any]) -> str:
        return str(REASONS.get(note["code"], note["message"]))


class AttendanceFileSerializer(serializers.ModelSerializer[AttendanceFile]):
    """A report. Each of its `rows` is counted under one of `created` (new), `changed` (adds to what is on record),
    `unchanged`, `ambiguous` (a person decides) and `rejected` (not used). `provider` is who posted it, null for the
    bar's staff; applying one that `replaces` another takes that one back first.
    """

    uploaded_by = serializers.StringRelatedField[Any](allow_null=True)
    notes = serializers.SerializerMethodField()

    class Meta:
        model = AttendanceFile
        fields = [
            "id", "session", "file_name", "source", "time_zone", "state", "people", "rows", "created", "changed",
            "unchanged", "ambiguous", "rejected", "notes", "provider", "replaces", "uploaded_by",
            "uploaded_at", "applied_at",
        ]  # fmt: skip

    @extend_schema_field(AttendanceNoteSerializer(many=True))
    def get_notes(self, file: AttendanceFile) -> Any:
        return AttendanceNoteSerializer([note for note in file.notes if note["code"] != "read-as"], many=True).data


class ReturningSerializer(serializers.Serializer[Any]):
    """Credit of the session that an officer took away, by whom and why, and what would be posted anew."""

    taken_minutes = serializers.IntegerField(source="taken")
    by = serializers.StringRelatedField[Any](allow_null=True)
    reason = serializers.CharField()
    gives_minutes = serializers.IntegerField(source="gives")


class ReturningToSerializer(ReturningSerializer):
    advocate = serializers.IntegerField(source="advocate.pk")
    name = serializers.CharField(source="advocate.full_name")


class WholeAttendanceFileSerializer(AttendanceFileSerializer):
    """With those to whom applying it would give credit anew that an officer has taken away (`returning`)."""

    returning = serializers.SerializerMethodField()

    class Meta(AttendanceFileSerializer.Meta):
        fields = [*AttendanceFileSerializer.Meta.fields, "returning"]

    @extend_schema_field(ReturningToSerializer(many=True))
    def get_returning(self, file: AttendanceFile) -> Any:
        return ReturningToSerializer(returning(file), many=True).data


class AttendanceCandidateSerializer(serializers.Serializer[Any]):
    """Somebody whose line it may be; `confidence` in percent. A likeness alone never credits anybody.

    `returning`: what an officer took away of theirs and the line would give anew; null where there is nothing.
    """

    advocate = serializers.IntegerField()
    name = serializers.CharField()
    licence_number = serializers.CharField()
    confidence = serializers.IntegerField()
    reason = serializers.CharField()
    returning = ReturningSerializer(allow_null=True)


class AttendanceLineSerializer(serializers.ModelSerializer[AttendanceLine]):
    """One person of a report, of one or more of its `rows`; or a row that is not used, with the reason.

    `matched_by` is code, licence, email, alias, name or person; `candidates` are for a person to choose from.
    """

    name = serializers.CharField(source="label")
    minutes = serializers.SerializerMethodField()
    advocate_name = serializers.CharField(source="advocate.full_name", default="")
    problems = AttendanceNoteSerializer(many=True)
    candidates = serializers.SerializerMethodField()

    class Meta:
        model = AttendanceLine
        fields = [
            "id", "rows", "outcome", "name", "email", "licence", "minutes", "no_times", "advocate", "advocate_name",
            "matched_by", "confidence", "problems", "candidates", "resolved_at",
        ]  # fmt: skip

    def get_minutes(self, line: AttendanceLine) -> int:
        return line.seconds // 60

    @extend_schema_field(AttendanceCandidateSerializer(many=True))
    def get_candidates(self, line: AttendanceLine) -> Any:
        people: dict[int, Advocate] = self.context.get("people", {})
        return [
            {
                **one, "name": people[one["advocate"]].full_name,
                "licence_number": people[one["advocate"]].licence_number,
                "returning": self._returning(line.pk, one["advocate"]),
            }
            for one in line.suggestions if one["advocate"] in people
        ]  # fmt: skip

    def _returning(self, line: int, advocate: int) -> Any:
        found = self.context.get("returning", {}).get((line, advocate))
        return ReturningSerializer(found).data if found else None


class AttendanceAcceptedSerializer(serializers.Serializer[Any]):
    """`accepted` lines were given to their likeliest person; `left` are still open."""

    accepted = serializers.IntegerField()
    left = serializers.IntegerField()
