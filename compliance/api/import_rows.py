"""How the API says what was uploaded, and what came of each line. National identifiers are left out of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from advocates.models import RollFile, RollLine

HIDDEN = frozenset({"national_id"})
"""Fields whose old and new values no answer says; that they change it does say."""


class NoteSerializer(serializers.Serializer[Any]):
    """Something wrong, or worth a look: `row` as the spreadsheet numbers it, `column` by its heading or letter."""

    code = serializers.CharField()
    message = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """`old` and `new` are null where they are a national identifier."""

    field = serializers.CharField()
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)


class SuggestionSerializer(serializers.Serializer[Any]):
    """Somebody whom the line may mean; `confidence` in percent."""

    advocate = serializers.IntegerField()
    confidence = serializers.IntegerField()
    reason = serializers.CharField()


class CountsSerializer(serializers.Serializer[Any]):
    """How many rows of the file came to what; together they are all its rows."""

    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    ambiguous = serializers.IntegerField()
    rejected = serializers.IntegerField()


class MissingSerializer(serializers.Serializer[Any]):
    """A member whom the file does not name. Nobody is removed for that."""

    advocate = serializers.IntegerField()
    name = serializers.CharField()


class RollFileSerializer(serializers.ModelSerializer[RollFile]):
    """An uploaded roll; counts are 0 until it has been read (`received`)."""

    counts = CountsSerializer()
    uploaded_by = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = RollFile
        fields = ["id", "file_name", "sha256", "state", "rows", "counts", "uploaded_by", "uploaded_at", "applied_at"]


class WholeRollFileSerializer(RollFileSerializer):
    notes = serializers.SerializerMethodField()
    missing = MissingSerializer(many=True)

    class Meta(RollFileSerializer.Meta):
        fields = [*RollFileSerializer.Meta.fields, "notes", "missing"]

    @extend_schema_field(NoteSerializer(many=True))
    def get_notes(self, file: RollFile) -> Any:
        return NoteSerializer([note for note in file.notes if note["code"] != "read-as"], many=True).data


class RollLineSerializer(serializers.ModelSerializer[RollLine]):
    """One person of the file; `advocate` is whom the line was taken for, null while that is open."""

    advocate = serializers.IntegerField(source="advocate_id", allow_null=True)
    changes = serializers.SerializerMethodField()
    problems = NoteSerializer(many=True)
    suggestions = SuggestionSerializer(many=True)

    class Meta:
        model = RollLine
        fields = ["id", "rows", "outcome", "label", "advocate", "changes", "problems", "suggestions"]

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, line: RollLine) -> Any:
        said = [(field, *((None, None) if field in HIDDEN else pair)) for field, pair in line.changes.items()]
        return [dict(zip(("field", "old", "new"), change, strict=True)) for change in said]
