"""Presence by code: the code that is on the screen, who has checked in by it, and checking in oneself."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import path, reverse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from advocates.models import Advocate
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body
from compliance.api.parameters import PageParameters
from compliance.api.registrations import OpenSessionSerializer
from compliance.api.scoping import OwnListView
from compliance.api.sessions import ONE, SessionView
from compliance.services.presence import (
    NOT_SHOWN,
    TOO_MANY,
    WINDOW,
    WRONG_CODES,
    has_guessed_too_often,
    named,
    shown_to,
)
from courses.attendance.codes import bare, screen_code, seconds_left
from courses.models import PresenceMark
from courses.queries.presence import AFTER, BEFORE, count_at, is_open, stays_of
from courses.services.presence import mark_presence

_MARKS = "marks_here"


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "while it lasts",
            {
                "is_open": True, "opens_at": "2026-11-26T04:30:00Z", "closes_at": "2026-11-26T08:30:00Z",
                "code": "48210937", "link": "https://cle.example.kz/here/48210937", "seconds_left": 31,
                "came": 42, "inside": 40,
            },
        )
    ]
)  # fmt: skip
class PresenceCodeSerializer(serializers.Serializer[Any]):
    """`code` and `link` are null while nobody can check in. A code counts for `seconds_left`, and one step longer."""

    is_open = serializers.BooleanField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    code = serializers.CharField(allow_null=True)
    link = serializers.URLField(allow_null=True, help_text="what the QR code on the screen says")
    seconds_left = serializers.IntegerField()
    came = serializers.IntegerField(help_text="people who have checked in")
    inside = serializers.IntegerField(help_text="of these, those who have not left")


class StaySerializer(serializers.Serializer[Any]):
    """`left_at` is null for who has not checked out. By the poster, whose code stays the same, less is proved."""

    came_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)
    by = serializers.ChoiceField(choices=PresenceMark.How.choices, help_text="by which code they checked in")


class PresentSerializer(serializers.ModelSerializer[Advocate]):
    """Somebody who has checked in by a code; nothing is credited by that."""

    advocate = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="full_name")
    is_there = serializers.SerializerMethodField()
    stays = serializers.SerializerMethodField()

    class Meta:
        model = Advocate
        fields = ["advocate", "name", "licence_number", "is_there", "stays"]

    def get_is_there(self, person: Advocate) -> bool:
        return len(getattr(person, _MARKS)) % 2 == 1

    @extend_schema_field(StaySerializer(many=True))
    def get_stays(self, person: Advocate) -> list[dict[str, Any]]:
        stays = stays_of(getattr(person, _MARKS))
        rows = [{"came_at": came.at, "left_at": left.at if left else None, "by": came.how} for came, left in stays]
        return list(StaySerializer(rows, many=True).data)


class OwnMarkSerializer(serializers.ModelSerializer[PresenceMark]):
    """Provisional until the bar has confirmed the attendance of the session (`state` of the session: confirmed)."""

    session = OpenSessionSerializer()
    by = serializers.ChoiceField(source="how", choices=PresenceMark.How.choices, help_text="by which code")

    class Meta:
        model = PresenceMark
        fields = ["id", "session", "kind", "by", "at"]


class PresenceBody(Body):
    """The digits on the screen or on the poster; spaces do not matter."""

    code = serializers.CharField(max_length=20)
    kind = serializers.ChoiceField(choices=PresenceMark.Kind.choices)


class InOrderOfRoll(KeysetPagination):
    ordering = ("pk",)


class LatestFirst(KeysetPagination):
    ordering = ("-at", "-pk")


class PresenceCode(SessionView):
    """The code of this moment, as the screen in the room shows it; for those alone who keep the attendance."""

    purpose = Action.KEEP_ATTENDANCE
    serializer_class = PresenceCodeSerializer

    def get(self, request: Request, bar: str, session: int) -> Response:
        found, moment = self.session(), now()
        came, inside = count_at(found)
        code = screen_code(found.pk, moment) if is_open(found, moment) else None
        link = settings.PUBLIC_URL + reverse("here-code", args=[code]) if code else None
        shown = {
            "is_open": code is not None, "opens_at": found.starts_at - BEFORE, "closes_at": found.ends_at + AFTER,
            "code": code, "link": link, "seconds_left": seconds_left(moment), "came": came, "inside": inside,
        }  # fmt: skip
        return Response(PresenceCodeSerializer(shown).data)


class SessionPresence(ListModelMixin, SessionView):
    """Who has checked in to the session by its codes, guests of other bars too, and when they came and left."""

    purpose = Action.READ_ATTENDANCE
    parameters = PageParameters
    serializer_class = PresentSerializer
    pagination_class = InOrderOfRoll

    def get(self, request: Request, bar: str, session: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[Advocate]:
        marks = PresenceMark.objects.for_bar(self.bar).filter(session=self.session()).order_by("number")
        people = Advocate.objects.filter(pk__in=marks.values("advocate"))
        return people.prefetch_related(Prefetch("marks", marks, to_attr=_MARKS))


class OwnScopedPresence(OwnListView):
    """Your check-ins and check-outs, the latest first."""

    parameters = PageParameters
    serializer_class = OwnMarkSerializer
    pagination_class = LatestFirst

    def get_queryset(self) -> QuerySet[PresenceMark]:
        rows = PresenceMark.objects.filter(advocate=self.advocate)
        return rows.select_related("session__course", "session__bar")

    @extend_schema(request=PresenceBody, responses={201: OwnMarkSerializer})
    def post(self, request: Request) -> Response:
        """Check in, or out, with the code that is shown in the room. Twice is once; wrong codes are counted.

        Whoever may open the codes at that bar cannot check in by them (409, "sees-the-codes").
        """
        given, moment = self.body(PresenceBody), now()
        shown = shown_to(named(self.advocate), WRONG_CODES, bare(given["code"]), moment)
        if shown is None:
            self._refuse()
        mark = mark_presence(shown.session, self.advocate, given["kind"], shown.how, now=moment)
        return Response(OwnMarkSerializer(self.get_queryset().get(pk=mark.pk)).data, status=201)

    def _refuse(self) -> NoReturn:
        if has_guessed_too_often(self.advocate):
            raise Throttled(WINDOW, str(TOO_MANY))
        raise serializers.ValidationError({"code": [NOT_SHOWN]})


urls = [
    path(f"{ONE}/presence", SessionPresence.as_view(), name="presence"),
    path(f"{ONE}/presence/code", PresenceCode.as_view(), name="presence-code"),
    path("me/presence", OwnScopedPresence.as_view(), name="own-presence"),
]
