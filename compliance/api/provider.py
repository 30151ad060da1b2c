"""A provider's own courses and sessions, for its own programs: the account says whose, no key in an address does."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cle.core.clock import now
from compliance.api.course_bodies import OutlineBody, RecordingBody, StepReasonBody
from compliance.api.course_parameters import CalendarDayField, SessionParameters
from compliance.api.courses import NewestCourseFirst
from compliance.api.parameters import PageParameters, Parameters
from compliance.api.provider_rows import (
    OwnCourseSerializer,
    OwnSessionSerializer,
    PostingsSerializer,
    ProviderProfileSerializer,
)
from compliance.api.scoping import ProviderScopedView
from compliance.api.session_serializers import CancelSessionBody, SessionDetailsBody
from compliance.api.sessions import LatestFirst, asked_of
from courses.models import Course, CourseState, Provider, Session
from courses.queries.courses import with_agenda
from courses.queries.rosters import courses_of, postings_of, sessions_of
from courses.services.accreditation import take_step
from courses.services.courses import change_course, clone_course, draft_course, recording_of
from courses.services.scheduling import cancel_session, change_session, schedule_session

LONGEST = dt.timedelta(days=366)


class ProviderProfile(ProviderScopedView):
    """As which provider you are known to which bar."""

    serializer_class = ProviderProfileSerializer

    def get(self, request: Request) -> Response:
        return Response(ProviderProfileSerializer(self.provider).data)


class OwnCourseView(ProviderScopedView):
    """Courses of the provider."""

    serializer_class = OwnCourseSerializer

    def courses(self) -> QuerySet[Course]:
        return with_agenda(courses_of(self.provider)).prefetch_related("steps")

    def course(self) -> Course:
        found: Course = get_object_or_404(self.courses(), pk=self.kwargs["course"])
        return found

    def shown(self, course: Course, status: int = 200) -> Response:
        return Response(OwnCourseSerializer(self.courses().get(pk=course.pk)).data, status=status)


class OwnCourses(ListModelMixin, OwnCourseView):
    """Your courses, the newest first."""

    parameters = PageParameters
    pagination_class = NewestCourseFirst

    def get(self, request: Request) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[Course]:
        return self.courses()

    @extend_schema(request=OutlineBody, responses={201: OwnCourseSerializer})
    def post(self, request: Request) -> Response:
        """A new draft, agenda and all. It is submitted by a step of its own."""
        outline = self.body(OutlineBody)["outline"]
        return self.shown(draft_course(self.provider, outline, by=self.user, now=now()), status=201)


class OneOwnCourse(OwnCourseView):
    """A course of yours, and how its accreditation went."""

    def get(self, request: Request, course: int) -> Response:
        return self.shown(self.course())

    @extend_schema(request=OutlineBody, responses=OwnCourseSerializer)
    def put(self, request: Request, course: int) -> Response:
        """Say anew what the course is, agenda and all: as long as it is a draft or was returned."""
        found, outline = self.course(), self.body(OutlineBody)["outline"]
        return self.shown(change_course(found, self.provider, outline))


class SubmitOwnCourse(OwnCourseView):
    """Submit a draft, or a course that was returned, for accreditation."""

    to_state = CourseState.SUBMITTED

    @extend_schema(request=StepReasonBody, responses=OwnCourseSerializer)
    def post(self, request: Request, course: int) -> Response:
        found, given = self.course(), self.body(StepReasonBody)
        return self.shown(take_step(found, self.to_state, by=self.user, now=now(), **given))


class WithdrawOwnCourse(SubmitOwnCourse):
    """Take a course back before it is decided on."""

    to_state = CourseState.WITHDRAWN


class CloneOwnCourse(OwnCourseView):
    """A new draft that repeats the course, with the same agenda."""

    @extend_schema(request=None, responses={201: OwnCourseSerializer})
    def post(self, request: Request, course: int) -> Response:
        return self.shown(clone_course(self.course(), by=self.user, now=now()), status=201)


class RecordOwnCourse(OwnCourseView):
    """A new draft of the recording of an accredited live course, with the last day that is asked for."""

    @extend_schema(request=RecordingBody, responses={201: OwnCourseSerializer})
    def post(self, request: Request, course: int) -> Response:
        found, until = self.course(), self.body(RecordingBody)["accredited_until"]
        return self.shown(recording_of(found, until, by=self.user, now=now()), status=201)


class OwnCourseField(serializers.PrimaryKeyRelatedField[Course]):
    """The key of a course of the provider who asks."""

    def get_queryset(self) -> Any:
        return courses_of(self.context["view"].provider)


class OwnSessionBody(SessionDetailsBody):
    course = OwnCourseField(queryset=Course.objects.all())


class OwnSessionView(ProviderScopedView):
    """Sessions of the provider's courses."""

    serializer_class: Any = OwnSessionSerializer

    def session(self) -> Session:
        found: Session = get_object_or_404(sessions_of(self.provider, now()), pk=self.kwargs["session"])
        return found

    def shown(self, session: Session, status: int = 200) -> Response:
        answer = OwnSessionSerializer(sessions_of(self.provider, now()).get(pk=session.pk)).data
        return Response(answer, status=status)


class OwnSessions(ListModelMixin, OwnSessionView):
    """Your sessions, the latest first. `report` says of which a roster, or a nil return, is due."""

    parameters = SessionParameters
    pagination_class = LatestFirst

    def get(self, request: Request) -> Response:
        return self.list(request)

    def get_queryset(self) -> QuerySet[Session]:
        return sessions_of(self.provider, now()).filter(**asked_of(self.asked, self.bar.time_zone))

    @extend_schema(request=OwnSessionBody, responses={201: OwnSessionSerializer})
    def post(self, request: Request) -> Response:
        """Plan a session of a course of yours that is accredited on its day."""
        given = self.body(OwnSessionBody)
        return self.shown(schedule_session(given.pop("course"), given), status=201)


class OneOwnSession(OwnSessionView):
    """A session of yours."""

    def get(self, request: Request, session: int) -> Response:
        return self.shown(self.session())

    @extend_schema(request=SessionDetailsBody, responses=OwnSessionSerializer)
    def patch(self, request: Request, session: int) -> Response:
        """Write some details anew; the others stay."""
        found, details = self.session(), self.body(SessionDetailsBody, partial=True)
        return self.shown(change_session(found, details, now=now()))


class CancelOwnSession(OwnSessionView):
    """Call a session off, with a reason."""

    @extend_schema(request=CancelSessionBody, responses=OwnSessionSerializer)
    def post(self, request: Request, session: int) -> Response:
        found, reason = self.session(), self.body(CancelSessionBody)["reason"]
        return self.shown(cancel_session(found, by=self.user, reason=reason, now=now()))


class PostingParameters(Parameters):
    """Both ends are included, and at most 366 days lie between them."""

    earned_from = CalendarDayField()
    earned_to = CalendarDayField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not dt.timedelta() <= attrs["earned_to"] - attrs["earned_from"] <= LONGEST:
            raise serializers.ValidationError({"earned_to": _("Must be at most 366 days after earned_from.")})
        return attrs


class Postings(ProviderScopedView):
    """The credit minutes that were posted for your sessions in a period: sums, and no names."""

    parameters = PostingParameters
    serializer_class = PostingsSerializer

    def get(self, request: Request) -> Response:
        return postings(self.provider, self.asked)


def postings(provider: Provider, asked: dict[str, Any]) -> Response:
    """The sums of a provider for the period that was asked for."""
    sessions = postings_of(provider, asked["earned_from"], asked["earned_to"])
    total = sum(row["minutes"] for row in sessions)
    return Response(PostingsSerializer({**asked, "minutes": total, "sessions": sessions}).data)


COURSE, SESSION = "provider/courses/<int:course>", "provider/sessions/<int:session>"
urls = [
    path("provider", ProviderProfile.as_view(), name="provider-own"),
    path("provider/courses", OwnCourses.as_view(), name="provider-courses"),
    path(COURSE, OneOwnCourse.as_view(), name="provider-course"),
    path(f"{COURSE}/submit", SubmitOwnCourse.as_view(), name="provider-course-submit"),
    path(f"{COURSE}/withdraw", WithdrawOwnCourse.as_view(), name="provider-course-withdraw"),
    path(f"{COURSE}/clone", CloneOwnCourse.as_view(), name="provider-course-clone"),
    path(f"{COURSE}/recording", RecordOwnCourse.as_view(), name="provider-course-recording"),
    path("provider/sessions", OwnSessions.as_view(), name="provider-sessions"),
    path(SESSION, OneOwnSession.as_view(), name="provider-session"),
    path(f"{SESSION}/cancel", CancelOwnSession.as_view(), name="provider-session-cancel"),
    path("provider/postings", Postings.as_view(), name="provider-postings"),
]
