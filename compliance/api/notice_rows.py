"""A notice as a line of a list, without its words."""

from __future__ import annotations

from rest_framework import serializers

from compliance.models import Notice


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """What is or was to be said to whom: `stage` is "reminder-90", "reminder-30", …, "overdue" about a period,
    "session-cancelled" and "place-gained" about a session, "account-opened" about an account; of `period_start` and
    `session` one is null, or both.
    """

    advocate = serializers.IntegerField(source="advocate_id")
    name = serializers.CharField(source="advocate.full_name")

    class Meta:
        model = Notice
        fields = [
            "id", "advocate", "name", "period_start", "session", "stage", "channel", "language", "state", "due_at",
            "sent_at",
        ]  # fmt: skip
