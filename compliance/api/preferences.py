"""How the logged-in advocate wants to be written to."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.models import Language
from cle.core.clock import local_date, now
from compliance.api.bodies import Body
from compliance.api.scoping import OwnScopedView
from compliance.models import Preferences
from compliance.notices.quiet import fault_of
from compliance.queries.preferences import FURTHEST, kept_wishes
from compliance.queries.rules import reminder_days
from compliance.services.preferences import set_preferences

_TIME: dict[str, Any] = {"input_formats": ["%H:%M"], "format": "%H:%M", "allow_null": True}


class PreferencesSerializer(serializers.Serializer[Any]):
    """`reminder_days` null: those of the rulebook, `usual_reminder_days`. `unsubscribed_on`: since when nothing
    optional is mailed; send `optional_mail` true to have it back. Times are local ones of `time_zone`.
    """

    language = serializers.ChoiceField(choices=Language.choices)
    reminder_days = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    usual_reminder_days = serializers.ListField(child=serializers.IntegerField())
    quiet_from = serializers.TimeField(**_TIME)
    quiet_until = serializers.TimeField(**_TIME)
    time_zone = serializers.CharField()
    unsubscribed_on = serializers.DateField(allow_null=True)


class PreferencesBody(Body):
    """What is left out stays as it is. Quiet hours have a beginning and an end, and last 20 hours at the most."""

    language = serializers.ChoiceField(choices=Language.choices, required=False)
    reminder_days = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=FURTHEST), max_length=10, allow_null=True, required=False
    )
    optional_mail = serializers.BooleanField(required=False)
    quiet_from = serializers.TimeField(**_TIME, required=False)
    quiet_until = serializers.TimeField(**_TIME, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kept: Preferences = self.context["view"].kept()
        first, last = (attrs.get(name, getattr(kept, name)) for name in ("quiet_from", "quiet_until"))
        if fault := fault_of(first, last):
            raise serializers.ValidationError({"quiet_until": [str(fault)]})
        return attrs


class OwnPreferences(OwnScopedView):
    serializer_class = PreferencesSerializer

    def kept(self) -> Preferences:
        return kept_wishes(self.advocate)

    def get(self, request: Request) -> Response:
        """In which language the bar writes to you, when it reminds you, and when it leaves you in peace."""
        kept, bar = self.kept(), self.advocate.bar
        shown = {
            "language": self.advocate.language or bar.language,
            "usual_reminder_days": reminder_days(bar, local_date(now(), bar.time_zone)),
            "time_zone": bar.time_zone,
            **{name: getattr(kept, name) for name in ("reminder_days", "quiet_from", "quiet_until", "unsubscribed_on")},
        }
        return Response(PreferencesSerializer(shown).data)

    @extend_schema(request=PreferencesBody)
    def patch(self, request: Request) -> Response:
        """Say how you want to be reminded. The notice that hours are overdue is required by law: it heeds no wish."""
        wishes = self.body(PreferencesBody)
        if "optional_mail" in wishes:
            today = local_date(now(), self.advocate.bar.time_zone)
            since = self.kept().unsubscribed_on or today
            wishes["unsubscribed_on"] = None if wishes.pop("optional_mail") else since
        set_preferences(self.advocate, **wishes)
        return self.get(request)


urls = [path("me/preferences", OwnPreferences.as_view(), name="preferences")]
