"""Where the logged-in advocate's calendar is to be had."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.clock import now
from compliance.api.scoping import OwnScopedView
from compliance.queries.feeds import feed_of
from compliance.services.feeds import give_address, take_back


class CalendarSerializer(serializers.Serializer[Any]):
    """Whether there is an address, since when, and when a calendar program last asked (to within an hour)."""

    in_use = serializers.BooleanField()
    made_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewCalendarSerializer(CalendarSerializer):
    """With the address itself, this once: only a digest of it is kept."""

    url = serializers.URLField()


class OwnCalendar(OwnScopedView):
    serializer_class = CalendarSerializer

    def get(self, request: Request) -> Response:
        """Whether your calendar can be had without logging in; not where, which you were told once."""
        return Response(CalendarSerializer(self.state()).data)

    @extend_schema(request=None, responses={201: NewCalendarSerializer})
    def post(self, request: Request) -> Response:
        """A new address for your sessions and deadlines; the one before leads nowhere from now on.

        Whoever knows it can read your calendar: give it to your calendar program and to nobody else.
        """
        secret = give_address(self.advocate, now=now())
        url = f"{settings.PUBLIC_URL}{reverse('calendar-feed', args=[secret])}"
        return Response(NewCalendarSerializer({**self.state(), "url": url}).data, 201)

    @extend_schema(responses={200: CalendarSerializer})
    def delete(self, request: Request) -> Response:
        """Take the address back. Twice is once."""
        take_back(self.advocate, now=now())
        return Response(CalendarSerializer(self.state()).data)

    def state(self) -> dict[str, Any]:
        feed = feed_of(self.advocate)
        return {
            "in_use": feed is not None,
            "made_at": feed and feed.made_at,
            "last_used_at": feed and feed.last_used_at,
        }


urls = [path("me/calendar", OwnCalendar.as_view(), name="own-calendar")]
