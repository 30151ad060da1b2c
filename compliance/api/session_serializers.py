"""How the API says when a course is held, and what may be sent about it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from compliance.api.bodies import AdvocateField, Body, InstantField, SameBarField
from courses.models import Course, Registration, Session


class SessionSerializer(serializers.ModelSerializer[Session]):
    """Times are instants with their offset. `registered`, `waiting` and `present` are numbers of people."""

    course_name = serializers.CharField(source="course.__str__")
    course_number = serializers.CharField(source="course.number")
    registered = serializers.IntegerField()
    waiting = serializers.IntegerField()
    present = serializers.IntegerField()

    class Meta:
        model = Session
        fields = [
            "id", "course", "course_name", "course_number", "state", "starts_at", "ends_at", "place", "link",
            "language", "capacity", "speakers", "registered", "waiting", "present", "confirmed_at", "cancelled_at",
            "cancel_reason",
        ]  # fmt: skip


class SessionDetailsBody(Body):
    """When and where; the number of places is null where there is no limit."""

    starts_at = InstantField()
    ends_at = InstantField()
    place = serializers.CharField(max_length=300, allow_blank=True, required=False)
    link = serializers.URLField(max_length=200, allow_blank=True, required=False)
    language = serializers.ChoiceField(choices=Session._meta.get_field("language").choices or [], required=False)
    capacity = serializers.IntegerField(min_value=1, max_value=1_000_000, allow_null=True, required=False)
    speakers = serializers.CharField(max_length=500, allow_blank=True, required=False)


class SessionBody(SessionDetailsBody):
    course = SameBarField(queryset=Course.objects.all())


class CancelSessionBody(Body):
    reason = serializers.CharField(max_length=300)


class ConfirmedSessionSerializer(serializers.Serializer[Any]):
    """`posted` is the number of entries that are new in the ledger."""

    posted = serializers.IntegerField()
    session = SessionSerializer()


class SessionRegistrationSerializer(serializers.ModelSerializer[Registration]):
    name = serializers.CharField(source="advocate.full_name")
    licence_number = serializers.CharField(source="advocate.licence_number")

    class Meta:
        model = Registration
        fields = ["id", "advocate", "name", "licence_number", "state", "asked_at", "changed_at"]


class PlaceBody(Body):
    """Whose place it is to be: an advocate of the bar, or of a bar below it."""

    advocate = AdvocateField()


class GivenUpPlaceSerializer(serializers.Serializer[Any]):
    """The place that was given up, and who has it now, if anybody waited."""

    registration = SessionRegistrationSerializer()
    moved_up = SessionRegistrationSerializer(allow_null=True)
