"""When the courses of a bar are held, and who has put their name down."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from cle.core.clock import local_midnight, now
from cle.core.pagination import KeysetPagination
from compliance.api.course_parameters import SessionParameters
from compliance.api.once import KEY_PARAMETER, once
from compliance.api.parameters import PageParameters
from compliance.api.scoping import BarScopedList, BarScopedView
from compliance.api.session_serializers import (
    CancelSessionBody,
    ConfirmedSessionSerializer,
    GivenUpPlaceSerializer,
    PlaceBody,
    SessionBody,
    SessionDetailsBody,
    SessionRegistrationSerializer,
    SessionSerializer,
)
from courses.models import Registration, Session
from courses.queries.sessions import with_numbers
from courses.services.scheduling import cancel_session, change_session, schedule_session
from courses.services.sessions import cancel_registration, confirm_session, register

_DAY = dt.timedelta(days=1)


class LatestFirst(KeysetPagination):
    ordering = ("-starts_at", "-pk")


class Sessions(BarScopedList):
    """The sessions of the bar, the latest first. `starts_from` and `starts_to` are days of the bar, both included."""

    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES
    parameters = SessionParameters
    serializer_class = SessionSerializer
    pagination_class = LatestFirst

    def get_queryset(self) -> QuerySet[Session]:
        rows = Session.objects.for_bar(self.bar)
        return with_numbers(rows.filter(**asked_of(self.asked, self.bar.time_zone)))

    @extend_schema(request=SessionBody, responses={201: SessionSerializer})
    def post(self, request: Request, bar: str) -> Response:
        """Plan a session of a course that is accredited on its day."""
        given = self.body(SessionBody)
        return shown(schedule_session(given.pop("course"), given), status=201)


def asked_of(asked: dict[str, Any], zone: str) -> dict[str, Any]:
    """The parameters of a list of sessions as conditions; days are those of the zone."""
    conditions: dict[str, Any] = {name: asked[name] for name in ("course", "state") if name in asked}
    if first := asked.get("starts_from"):
        conditions["starts_at__gte"] = local_midnight(first, zone)
    if last := asked.get("starts_to"):
        conditions["starts_at__lt"] = local_midnight(last + _DAY, zone)
    return conditions


class SessionView(BarScopedView):
    """One session of the bar, at an address of its own."""

    def session(self) -> Session:
        rows = Session.objects.for_bar(self.bar).select_related("course", "bar")
        found: Session = get_object_or_404(rows, pk=self.kwargs["session"])
        return found


class OneSession(SessionView):
    """A session of the bar."""

    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES
    serializer_class = SessionSerializer

    def get(self, request: Request, bar: str, session: int) -> Response:
        return shown(self.session())

    @extend_schema(request=SessionDetailsBody, responses=SessionSerializer)
    def patch(self, request: Request, bar: str, session: int) -> Response:
        """Write some details anew; the others stay. With more places, those who wait move up."""
        found, details = self.session(), self.body(SessionDetailsBody, partial=True)
        return shown(change_session(found, details, now=now()))


class CancelSession(SessionView):
    """Call a session off, with a reason."""

    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES

    @extend_schema(request=CancelSessionBody, responses=SessionSerializer)
    def post(self, request: Request, bar: str, session: int) -> Response:
        found, reason = self.session(), self.body(CancelSessionBody)["reason"]
        return shown(cancel_session(found, by=self.user, reason=reason, now=now()))


class ConfirmSession(SessionView):
    """Vouch for the attendance of a session that has been held: its credit is posted to the ledger."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE

    @extend_schema(parameters=[KEY_PARAMETER], request=None, responses=ConfirmedSessionSerializer)
    @once
    def post(self, request: Request, bar: str, session: int) -> Response:
        found = self.session()
        posted = confirm_session(found, by=self.user, now=now())
        return Response({"posted": posted, "session": shown(found).data})


class FirstAskedFirst(KeysetPagination):
    ordering = ("asked_at", "pk")


class Registrations(ListModelMixin, SessionView):
    """Who has a place in the session, who waits for one, and who gave theirs up; in the order in which they asked."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    parameters = PageParameters
    serializer_class = SessionRegistrationSerializer
    pagination_class = FirstAskedFirst

    def get(self, request: Request, bar: str, session: int) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[Registration]:
        return Registration.objects.for_bar(self.bar).filter(session=self.session()).select_related("advocate")

    @extend_schema(request=PlaceBody, responses={201: SessionRegistrationSerializer})
    def post(self, request: Request, bar: str, session: int) -> Response:
        """A place for somebody or, when the session is full, a place in the waiting list. Once is enough."""
        found, advocate = self.session(), self.body(PlaceBody)["advocate"]
        return Response(SessionRegistrationSerializer(register(found, advocate, now=now())).data, status=201)


class CancelRegistration(SessionView):
    """Give up somebody's place; the first who waits gets it, unless the session has begun."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE

    @extend_schema(request=None, responses=GivenUpPlaceSerializer)
    def post(self, request: Request, bar: str, session: int, registration: int) -> Response:
        rows = Registration.objects.for_bar(self.bar).filter(session=self.session()).select_related("advocate")
        found: Any = get_object_or_404(rows, pk=registration)
        moved = cancel_registration(found.session, found.advocate, now=now())
        found.refresh_from_db(fields=["state", "changed_at"])
        return Response(GivenUpPlaceSerializer({"registration": found, "moved_up": moved}).data)


def shown(session: Session, status: int = 200) -> Response:
    """The answer about one session, read again with its numbers."""
    return Response(SessionSerializer(with_numbers(Session.objects.all()).get(pk=session.pk)).data, status=status)


ONE = "bars/<str:bar>/sessions/<int:session>"
urls = [
    path("bars/<str:bar>/sessions", Sessions.as_view(), name="sessions"),
    path(ONE, OneSession.as_view(), name="session"),
    path(f"{ONE}/cancel", CancelSession.as_view(), name="session-cancel"),
    path(f"{ONE}/confirm", ConfirmSession.as_view(), name="session-confirm"),
    path(f"{ONE}/registrations", Registrations.as_view(), name="registrations"),
    path(f"{ONE}/registrations/<int:registration>/cancel", CancelRegistration.as_view(), name="registration-cancel"),
]
