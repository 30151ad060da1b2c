"""The courses of a bar: what they are, and the steps of their accreditation."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from advocates.access import Action
from cle.core.clock import local_date, now
from cle.core.pagination import KeysetPagination
from compliance.api.course_bodies import ApprovalBody, CourseBody, RecordingBody, StepReasonBody
from compliance.api.course_parameters import CourseParameters
from compliance.api.course_serializers import CourseSerializer, FullCourseSerializer
from compliance.api.scoping import BarScopedList, BarScopedView
from courses.models import Course, CourseState
from courses.queries.courses import with_agenda
from courses.services.accreditation import approve_course, end_accreditation, take_step
from courses.services.courses import change_course, clone_course, draft_course, recording_of


class NewestCourseFirst(KeysetPagination):
    ordering = ("-pk",)


class Courses(BarScopedList):
    """The courses of the bar, drafts included, the newest first. `accredited_on` asks for those that hold on a day."""

    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES
    parameters = CourseParameters
    serializer_class = CourseSerializer
    pagination_class = NewestCourseFirst

    def get_queryset(self) -> QuerySet[Course]:
        asked = {name: value for name, value in self.asked.items() if name in ("state", "provider", "format")}
        rows = Course.objects.for_bar(self.bar).filter(**asked)
        if day := self.asked.get("accredited_on"):
            rows = rows.accredited_on(day)
        return with_agenda(rows)

    @extend_schema(request=CourseBody, responses={201: FullCourseSerializer})
    def post(self, request: Request, bar: str) -> Response:
        """A new draft, agenda and all. It is submitted and decided on by steps of its own."""
        given = self.body(CourseBody)
        return shown(self, draft_course(given["provider"], given["outline"], by=self.user, now=now()), status=201)


class CourseView(BarScopedView):
    """One course of the bar, at an address of its own."""

    purpose = Action.READ_COURSES
    serializer_class = FullCourseSerializer

    def course(self) -> Course:
        found: Course = get_object_or_404(Course.objects.for_bar(self.bar), pk=self.kwargs["course"])
        return found


class OneCourse(CourseView):
    """A course of the bar: agenda, credit minutes by category, and how its accreditation went."""

    changing = Action.KEEP_COURSES

    def get(self, request: Request, bar: str, course: int) -> Response:
        return shown(self, self.course())

    @extend_schema(request=CourseBody, responses=FullCourseSerializer)
    def put(self, request: Request, bar: str, course: int) -> Response:
        """Say anew what the course is, agenda and all: as long as it is a draft or was returned."""
        found, given = self.course(), self.body(CourseBody)
        return shown(self, change_course(found, given["provider"], given["outline"]))


class CourseStepView(CourseView):
    """A step of the accreditation. The body may give a reason; a refusal and a return must."""

    to_state: ClassVar[CourseState]

    @extend_schema(request=StepReasonBody, responses=FullCourseSerializer)
    def post(self, request: Request, bar: str, course: int) -> Response:
        found, given = self.course(), self.body(StepReasonBody)
        return shown(self, take_step(found, self.to_state, by=self.user, now=now(), **given))


class Submit(CourseStepView):
    """Submit a draft, or a course that was returned, for accreditation."""

    changing, to_state = Action.KEEP_COURSES, CourseState.SUBMITTED


class Withdraw(CourseStepView):
    """Take a course back before it is decided on."""

    changing, to_state = Action.KEEP_COURSES, CourseState.WITHDRAWN


class TakeUp(CourseStepView):
    """Begin to review a submitted course. Nobody decides on a course that they submitted themselves."""

    changing, to_state = Action.ACCREDIT, CourseState.IN_REVIEW


class Return(CourseStepView):
    """Give a course back to be changed and submitted again; with a reason."""

    changing, to_state = Action.ACCREDIT, CourseState.RETURNED


class Refuse(CourseStepView):
    """Refuse the accreditation; with a reason."""

    changing, to_state = Action.ACCREDIT, CourseState.REFUSED


class Approve(CourseView):
    """Accredit a course in review: its number, and the first and the last day."""

    changing = Action.ACCREDIT

    @extend_schema(request=ApprovalBody, responses=FullCourseSerializer)
    def post(self, request: Request, bar: str, course: int) -> Response:
        found, given = self.course(), self.body(ApprovalBody)
        accreditation, reason = given["accreditation"], given["reason"]
        return shown(self, approve_course(found, accreditation, by=self.user, now=now(), reason=reason))


class Revoke(CourseView):
    """Take an accreditation away, from tomorrow on; with a reason. Credit that was earned stays."""

    changing = Action.ACCREDIT

    @extend_schema(request=StepReasonBody, responses=FullCourseSerializer)
    def post(self, request: Request, bar: str, course: int) -> Response:
        found, reason = self.course(), self.body(StepReasonBody)["reason"]
        today = local_date(now(), self.bar.time_zone)
        return shown(self, end_accreditation(found, today, by=self.user, now=now(), reason=reason))


class Clone(CourseView):
    """A new draft that repeats the course, with the same agenda."""

    changing = Action.KEEP_COURSES

    @extend_schema(request=None, responses={201: FullCourseSerializer})
    def post(self, request: Request, bar: str, course: int) -> Response:
        return shown(self, clone_course(self.course(), by=self.user, now=now()), status=201)


class Recording(CourseView):
    """A new draft of the recording of an accredited live course, with the last day that is asked for."""

    changing = Action.KEEP_COURSES

    @extend_schema(request=RecordingBody, responses={201: FullCourseSerializer})
    def post(self, request: Request, bar: str, course: int) -> Response:
        found, until = self.course(), self.body(RecordingBody)["accredited_until"]
        return shown(self, recording_of(found, until, by=self.user, now=now()), status=201)


def shown(view: BarScopedView, course: Course, status: int = 200) -> Response:
    """The answer about one course, read again with all that it shows."""
    rows: Any = with_agenda(Course.objects.for_bar(view.bar)).prefetch_related("steps__by")
    return Response(FullCourseSerializer(rows.get(pk=course.pk)).data, status=status)


ONE = "bars/<str:bar>/courses/<int:course>"
urls = [
    path("bars/<str:bar>/courses", Courses.as_view(), name="courses"),
    path(ONE, OneCourse.as_view(), name="course"),
    path(f"{ONE}/submit", Submit.as_view(), name="course-submit"),
    path(f"{ONE}/withdraw", Withdraw.as_view(), name="course-withdraw"),
    path(f"{ONE}/take-up", TakeUp.as_view(), name="course-take-up"),
    path(f"{ONE}/return", Return.as_view(), name="course-return"),
    path(f"{ONE}/approve", Approve.as_view(), name="course-approve"),
    path(f"{ONE}/refuse", Refuse.as_view(), name="course-refuse"),
    path(f"{ONE}/revoke", Revoke.as_view(), name="course-revoke"),
    path(f"{ONE}/clone", Clone.as_view(), name="course-clone"),
    path(f"{ONE}/recording", Recording.as_view(), name="course-recording"),
]
