"""Sessions that the logged-in advocate may go to, and the places they have asked for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.acting import beyond_the_wall
from advocates.models import Advocate
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.api.bodies import Body
from compliance.api.parameters import KeyField, PageParameters
from compliance.api.scoping import OwnListView, OwnScopedView
from courses.models import Registration, Session
from courses.queries.places import registrations_of, sessions_open_to, yet_to_come
from courses.services.registrations import give_up
from courses.services.sessions import register


class OpenSessionSerializer(serializers.ModelSerializer[Session]):
    """`time_zone` is that of the bar that holds it. The link to an online session is told to those registered."""

    course = serializers.CharField(source="course.__str__")
    number = serializers.CharField(source="course.number")
    format = serializers.CharField(source="course.format_code")
    bar = serializers.CharField(source="bar.code")
    time_zone = serializers.CharField(source="bar.time_zone")

    class Meta:
        model = Session
        fields = [
            "id", "course", "number", "format", "bar", "starts_at", "ends_at", "time_zone", "place", "language",
            "speakers", "capacity", "state",
        ]  # fmt: skip


class UpcomingSessionSerializer(OpenSessionSerializer):
    """`free_places` is null where there is no limit; at 0 one is put on the waiting list."""

    free_places = serializers.SerializerMethodField()

    class Meta(OpenSessionSerializer.Meta):
        fields = [*OpenSessionSerializer.Meta.fields, "free_places"]

    def get_free_places(self, session: Any) -> int | None:
        return None if session.capacity is None else max(0, session.capacity - session.taken)


class RegistrationSerializer(serializers.ModelSerializer[Registration]):
    """`place_in_line` is 1 for the first of a waiting list, and null for everybody who is not in one."""

    session = OpenSessionSerializer()
    link = serializers.SerializerMethodField()
    place_in_line = serializers.SerializerMethodField()

    class Meta:
        model = Registration
        fields = ["id", "session", "state", "place_in_line", "link", "asked_at", "changed_at"]

    def get_link(self, registration: Registration) -> str:
        return registration.session.link if registration.state == Registration.State.REGISTERED else ""

    def get_place_in_line(self, registration: Any) -> int | None:
        return registration.place_in_line if registration.state == Registration.State.WAITING else None


class RegistrationBody(Body):
    """`session`: the key of one of those at `me/sessions`."""

    session = KeyField()

    def validate_session(self, key: int) -> Session:
        session = sessions_open_to(self.context["view"].advocate).filter(pk=key).first()
        if session is None:
            raise serializers.ValidationError(_("There is no such session for you."))
        return session


class RegistrationParameters(PageParameters):
    state = serializers.ChoiceField(required=False, choices=Registration.State.choices)


class NextFirst(KeysetPagination):
    ordering = ("starts_at", "pk")


class LastAskedFirst(KeysetPagination):
    ordering = ("-asked_at", "-pk")


class OwnScopedSessions(OwnListView):
    """Sessions yet to come that you may register for, the next first: of your bar, and of the bars above it.

    Of courses that are accredited on the day of the session.
    """

    serializer_class = UpcomingSessionSerializer
    pagination_class = NextFirst

    def get_queryset(self) -> QuerySet[Session]:
        return yet_to_come(self.advocate, now()).select_related("course", "bar")

    @beyond_the_wall("places taken by others, and the next one in the waiting list")
    def get(self, request: Request) -> Response:
        return self.list(request)


@beyond_the_wall("places taken by others, and the next one in the waiting list")
def found(advocate: Advocate, registration: int) -> Registration:
    return get_object_or_404(registrations_of(advocate), pk=registration)


class Registrations(OwnListView):
    """The places that you have asked for, those given up too; what you asked for last comes first."""

    parameters = RegistrationParameters
    serializer_class = RegistrationSerializer
    pagination_class = LastAskedFirst

    def get_queryset(self) -> QuerySet[Registration]:
        asked = {name: value for name, value in self.asked.items() if name == "state"}
        return registrations_of(self.advocate).filter(**asked)

    @beyond_the_wall("places taken by others, and the next one in the waiting list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(request=RegistrationBody, responses={201: RegistrationSerializer})
    def post(self, request: Request) -> Response:
        """Ask for a place in a session; when it is full, for one in its waiting list. Asking twice is asking once."""
        made = register(self.body(RegistrationBody)["session"], self.advocate, now=now())
        shown = found(self.advocate, made.pk)
        where = reverse("api:own-registration", args=[made.pk])
        return Response(RegistrationSerializer(shown).data, 201, headers={"Location": where})


class OneRegistration(OwnScopedView):
    serializer_class = RegistrationSerializer

    def get(self, request: Request, registration: int) -> Response:
        """One of the places that you have asked for."""
        return Response(RegistrationSerializer(found(self.advocate, registration)).data)

    @extend_schema(request=None, responses={200: RegistrationSerializer})
    def delete(self, request: Request, registration: int) -> Response:
        """Give the place up, before the session begins; the first of the waiting list gets it. The row stays."""
        give_up(found(self.advocate, registration), now=now())
        return Response(RegistrationSerializer(found(self.advocate, registration)).data)


urls = [
    path("me/sessions", OwnScopedSessions.as_view(), name="own-sessions"),
    path("me/registrations", Registrations.as_view(), name="own-registrations"),
    path("me/registrations/<int:registration>", OneRegistration.as_view(), name="own-registration"),
]
