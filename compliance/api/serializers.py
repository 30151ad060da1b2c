"""How the API says it. Times of credit are whole minutes; names are in the language of the request."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from advocates.models import Advocate, Bar, Membership, StatusSpan, Unit
from cle.core.answers import AnswerSerializer, rows_as
from compliance.models import Certificate, Standing
from compliance.queries.desk import Period
from courses.models import DeliveryFormat, Entry


def language() -> str:
    return get_language() or "kk"


class BarSerializer(AnswerSerializer, serializers.ModelSerializer[Bar]):
    name = serializers.CharField(source="__str__")

    class Meta:
        model = Bar
        fields = ["code", "name"]


class ProfileSerializer(serializers.ModelSerializer[Advocate]):
    """``language`` is the one that the bar writes to the advocate in."""

    name = serializers.CharField(source="full_name")
    bar = BarSerializer()
    language = serializers.SerializerMethodField()

    class Meta:
        model = Advocate
        fields = ["name", "bar", "licence_number", "licence_date", "language", "email"]

    def get_language(self, advocate: Advocate) -> str:
        return advocate.language or advocate.bar.language


class LineSerializer(AnswerSerializer):
    """One line; ``code`` is "total", a requirement, or a part of one ("each-year.1")."""

    code = serializers.CharField()
    name = serializers.CharField()
    required_minutes = serializers.IntegerField(source="required")
    counted_minutes = serializers.IntegerField(source="counted")
    missing_minutes = serializers.IntegerField(source="missing")


class PeriodSerializer(AnswerSerializer):
    """``missing_minutes`` is the least that completes the period, for a minute may be missing in two lines at once.

    ``unit_minutes`` is the length of the hour in which the rulebook counts: 45, 50 or 60. ``petition_from`` is put off
    by the days that accepted reasons for being late cover, where the rules say so.
    """

    period_start = serializers.DateField(source="standing.period_start")
    period_end = serializers.DateField(source="standing.period_end")
    due_on = serializers.DateField(source="standing.due_on")
    petition_from = serializers.DateField(source="standing.petition_possible_from")
    status = serializers.CharField(source="standing.status")
    required_minutes = serializers.IntegerField(source="standing.required")
    counted_minutes = serializers.IntegerField(source="standing.counted")
    missing_minutes = serializers.IntegerField(source="missing")
    unit_minutes = serializers.IntegerField()
    example = serializers.BooleanField(source="rulebook.example")
    lines = serializers.SerializerMethodField()
    computed_at = serializers.DateTimeField(source="standing.computed_at")

    def get_lines(self, period: Period) -> Any:
        return rows_as(LineSerializer, period.figures(language()))


class EntrySerializer(AnswerSerializer, serializers.ModelSerializer[Entry]):
    """An entry of the ledger; a correction takes back minutes, and the entry it corrects says so."""

    category = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    category_name = serializers.CharField(source="category.__str__")
    format = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    correction = serializers.BooleanField(source="is_reversal")
    taken_back = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = [
            "earned_on", "title", "category", "category_name", "format", "minutes", "correction", "taken_back",
        ]  # fmt: skip

    def get_format(self, entry: Entry) -> str:
        return DeliveryFormat(entry.format).code

    def get_title(self, entry: Entry) -> str:
        if entry.attendance:
            return str(entry.attendance.session.course)
        return entry.claim.title if entry.claim else entry.reason

    def get_taken_back(self, entry: Entry) -> bool:
        return hasattr(entry, "reversed_by")


class CertificateSerializer(AnswerSerializer, serializers.ModelSerializer[Certificate]):
    """``valid`` is False once the certificate was revoked or replaced; ``code`` is for the public check."""

    valid = serializers.SerializerMethodField()

    class Meta:
        model = Certificate
        fields = ["serial", "code", "kind", "issued_at", "valid"]

    def get_valid(self, certificate: Certificate) -> bool:
        return not hasattr(certificate, "revocation")


class PersonSerializer(AnswerSerializer, serializers.ModelSerializer[Advocate]):
    """A line of the roll. National identifiers are never part of an answer."""

    name = serializers.CharField(source="full_name")
    unit = serializers.CharField(source="unit.name", default="")

    class Meta:
        model = Advocate
        fields = ["id", "name", "licence_number", "licence_date", "joined_on", "unit", "email", "phone"]


class StatusSerializer(AnswerSerializer, serializers.ModelSerializer[StatusSpan]):
    """`since` the day itself, `until` the day before which it held; null while it lasts."""

    since = serializers.DateField(source="period.lower")
    until = serializers.DateField(source="period.upper", allow_null=True)

    class Meta:
        model = StatusSpan
        fields = ["status", "since", "until", "ground", "document"]


class MembershipSerializer(AnswerSerializer, serializers.ModelSerializer[Membership]):
    """Of which bar somebody was a member; `until` is the day before which it ended, null while it lasts."""

    bar = BarSerializer()
    since = serializers.DateField(source="period.lower")
    until = serializers.DateField(source="period.upper", allow_null=True)

    class Meta:
        model = Membership
        fields = ["bar", "since", "until", "ground", "document"]


class UnitSerializer(AnswerSerializer, serializers.ModelSerializer[Unit]):
    class Meta:
        model = Unit
        fields = ["id", "name", "kind"]


class StandingSerializer(AnswerSerializer, serializers.ModelSerializer[Standing]):
    """How somebody stands in a period; minutes. `missing_minutes` is the least that completes it.

    `petition_from` is put off by the days that accepted reasons for being late cover, where the rules say so.
    """

    advocate = serializers.IntegerField(source="advocate_id")
    name = serializers.CharField(source="advocate.full_name")
    petition_from = serializers.DateField(source="petition_possible_from")
    required_minutes = serializers.IntegerField(source="required")
    counted_minutes = serializers.IntegerField(source="counted")
    missing_minutes = serializers.IntegerField(source="missing")

    class Meta:
        model = Standing
        fields = [
            "advocate", "name", "period_start", "period_end", "due_on", "petition_from", "status",
            "required_minutes", "counted_minutes", "missing_minutes", "computed_at",
        ]  # fmt: skip


class MemberSerializer(PersonSerializer):
    """Somebody with their history; `language` is "" where the bar writes in its own."""

    statuses = StatusSerializer(many=True)
    memberships = MembershipSerializer(many=True)
    standings = StandingSerializer(many=True)

    class Meta(PersonSerializer.Meta):
        fields = [
            *PersonSerializer.Meta.fields, "address", "language", "practice_form", "statuses", "memberships",
            "standings",
        ]  # fmt: skip
