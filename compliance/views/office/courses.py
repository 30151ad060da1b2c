"""The courses of the bar: written down from an agenda, submitted, decided on, repeated."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from cle.core.clock import local_midnight, now
from compliance.views.office.course_forms import (
    AgendaRows,
    CourseFilters,
    CourseForm,
    DecisionForm,
    OptionalReason,
    RecordingForm,
    Totals,
    agenda_rows,
)
from compliance.views.office.deeds import Deed, Reason
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.accreditation import OPEN, PENDING
from courses.models import Course, CourseState, Segment, Session, SessionState
from courses.queries.catalogue import Wanted
from courses.queries.courses import submitted_by, with_agenda
from courses.queries.sessions import with_numbers
from courses.services.accreditation import approve_course, end_accreditation, take_step
from courses.services.agenda import slots_of
from courses.services.courses import LIVE, change_course, clone_course, draft_course, recording_of
from courses.services.provider_list import add_provider

RECENT = 5


class Courses(BarScopedPage):
    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES
    filters = CourseFilters
    area = "courses"
    template = "office/courses.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked(bar=self.bar)
        rows = with_agenda(_wanted(Course.objects.for_bar(self.bar), asked)).order_by("-pk")
        waiting = Course.objects.for_bar(self.bar).filter(state__in=[CourseState.SUBMITTED, CourseState.IN_REVIEW])
        return self.page(form=form, asked=asked, rows=self.sheet(rows), waiting=waiting.count())


def _wanted(rows: Any, asked: dict[str, Any]) -> Any:
    if category := asked.get("category"):
        rows = rows.filter(Exists(Segment.objects.filter(course=OuterRef("pk"), category=category)))
    if text := asked.get("text"):
        rows = rows.filter(Wanted(text=text).of_course() | Q(number__icontains=text))
    return rows.filter(**{name: asked[name] for name in ("state", "provider") if name in asked})


class CoursePage(BarScopedPage):
    """One course of the bar."""

    purpose: ClassVar[Action] = Action.READ_COURSES
    area = "courses"

    @cached_property
    def course(self) -> Course:
        rows: QuerySet[Course] = with_agenda(Course.objects.for_bar(self.bar))
        return get_object_or_404(rows, pk=self.kwargs["course"])

    def too_late(self) -> HttpResponse:
        """Where a page leads whose step the course does not take as it is now."""
        messages.info(self.request, _("The course is not at that step."))
        return redirect("office:course", self.bar.code, self.course.pk)


class OneCourse(CoursePage):
    changing = Action.KEEP_COURSES
    template = "office/course.html"

    def get(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        found = self.course
        slots = slots_of(found.segments.all())
        sessions = with_numbers(Session.objects.for_bar(self.bar).filter(course=found)).order_by("-starts_at")
        return self.page(
            course=found, slots=slots, totals=Totals(slots), sessions=sessions[: RECENT + 1], recent=RECENT,
            steps=found.steps.select_related("by"), moment=now(), **self._possible(found),
        )  # fmt: skip

    def _possible(self, course: Course) -> dict[str, Any]:
        """Which steps are shown: those that the state allows and the role, and not a decision on one's own course."""
        keeps, decides = self.office.may(Action.KEEP_COURSES), self.office.may(Action.ACCREDIT)
        pending = course.state in (CourseState.SUBMITTED, CourseState.IN_REVIEW)
        own = decides and (pending or course.state == CourseState.APPROVED) and submitted_by(course, self.user)
        return {
            "is_own": own and pending,
            "can_edit": keeps and course.state in OPEN,
            "can_withdraw": keeps and course.state in PENDING,
            "can_copy": keeps,
            "can_record": keeps and course.state == CourseState.APPROVED and course.format in LIVE,
            "can_plan": keeps and course.state == CourseState.APPROVED,
            "can_take_up": decides and not own and course.state == CourseState.SUBMITTED,
            "can_decide": decides and not own and course.state == CourseState.IN_REVIEW,
            "can_end": decides and not own and course.state == CourseState.APPROVED,
        }


class CourseEditor(CoursePage):
    """The form of a course with its agenda. Only "save" writes; the other buttons show the form again."""

    purpose = changing = Action.KEEP_COURSES
    template = "office/course_edit.html"

    def shown(self, form: CourseForm, agenda: AgendaRows, status: int = 200, **more: Any) -> HttpResponse:
        return self.page(status, form=form, agenda=agenda, **more)

    def answer(self, data: QueryDict, course: Course | None) -> HttpResponse:
        do = data.get("do", "save")
        form = CourseForm(data, bar=self.bar)
        agenda = agenda_rows(self.bar, data, more=1 if do == "add" else 0)
        if do != "save":
            again = CourseForm(initial=data.dict(), bar=self.bar)
            return self.shown(again, agenda, course=course)
        if not (form.is_valid() and agenda.is_sound()):
            return self.shown(form, agenda, UNFIT, course=course)
        saved = self._save(form, agenda, course)
        return self.done(_("The course is written down as a draft."), "office:course", self.bar.code, saved.pk)

    @transaction.atomic
    def _save(self, form: CourseForm, agenda: AgendaRows, course: Course | None) -> Course:
        new, outline = form.new_provider(), form.outline(agenda.parts())
        provider = add_provider(self.bar, new) if new else form.cleaned_data["provider"]
        if course is None:
            return draft_course(provider, outline, by=self.user, now=now())
        return change_course(course, provider, outline)


class NewCourse(CourseEditor):
    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self.shown(CourseForm(bar=self.bar), agenda_rows(self.bar))

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self.answer(request.POST, None)


class EditCourse(CourseEditor):
    def get(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        if self.course.state not in OPEN:
            return self.too_late()
        form, agenda = CourseForm.of(self.course, self.bar), agenda_rows(self.bar, course=self.course)
        return self.shown(form, agenda, course=self.course)

    def post(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        return self.answer(request.POST, self.course)


class CourseStep(Deed, CoursePage):
    """A step that leads back to the course; ``said`` tells what was done."""

    leads_to = "course"
    to_state: ClassVar[CourseState]
    said: ClassVar[Any]

    def post(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        form = OptionalReason(request.POST)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        take_step(self.course, self.to_state, by=self.user, now=now(), reason=reason)
        return self.done(self.said, self.back())


class SubmitCourse(CourseStep):
    changing, to_state = Action.KEEP_COURSES, CourseState.SUBMITTED
    said = _("Submitted. Somebody else decides on it.")


class WithdrawCourse(CourseStep):
    changing, to_state = Action.KEEP_COURSES, CourseState.WITHDRAWN
    said = _("The course is withdrawn.")


class TakeUpCourse(CourseStep):
    changing, to_state = Action.ACCREDIT, CourseState.IN_REVIEW
    said = _("The review has begun.")


class CopyCourse(Deed, CoursePage):
    changing = Action.KEEP_COURSES
    leads_to = "course"

    def post(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        copy = clone_course(self.course, by=self.user, now=now())
        said = _("This is a new draft with the same agenda. Check it, then submit it.")
        return self.done(said, "office:course", self.bar.code, copy.pk)


class DecideCourse(CoursePage):
    purpose = changing = Action.ACCREDIT
    template = "office/course_decide.html"

    def get(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        if self.course.state != CourseState.IN_REVIEW:
            return self.too_late()
        first = {"first": self.today, "last": self.course.accredited_until}
        return self.shown(DecisionForm(initial=first))

    def shown(self, form: DecisionForm, status: int = 200) -> HttpResponse:
        slots = slots_of(self.course.segments.all())
        own = submitted_by(self.course, self.user)
        return self.page(status, form=form, course=self.course, slots=slots, totals=Totals(slots), is_own=own)

    def post(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        do, reason = form.cleaned_data["do"], form.cleaned_data["reason"]
        if do == "approve":
            approve_course(self.course, form.accreditation(), by=self.user, now=now(), reason=reason)
            return self.done(_("The course is accredited."), "office:course", bar, course)
        to_state = CourseState.RETURNED if do == "return" else CourseState.REFUSED
        take_step(self.course, to_state, by=self.user, now=now(), reason=reason)
        said = _("The course is returned.") if do == "return" else _("The accreditation is refused.")
        return self.done(said, "office:course", bar, course)


class EndAccreditation(CoursePage):
    """From tomorrow on; what was earned stays. Shows which sessions are planned after that."""

    purpose = changing = Action.ACCREDIT
    template = "office/course_end.html"

    def get(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        return self.shown(Reason()) if self.course.state == CourseState.APPROVED else self.too_late()

    def shown(self, form: Reason, status: int = 200) -> HttpResponse:
        tomorrow = local_midnight(self.today + dt.timedelta(days=1), self.time_zone)
        planned = self.course.sessions.filter(state=SessionState.PLANNED, starts_at__gte=tomorrow).count()
        return self.page(status, form=form, course=self.course, planned=planned)

    def post(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        form = Reason(request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        reason = form.cleaned_data["reason"]
        end_accreditation(self.course, self.today, by=self.user, now=now(), reason=reason)
        return self.done(_("The accreditation ends today."), "office:course", bar, course)


class RecordCourse(CoursePage):
    purpose = changing = Action.KEEP_COURSES
    template = "office/course_recording.html"

    def get(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        if self.course.state != CourseState.APPROVED or self.course.format not in LIVE:
            return self.too_late()
        return self.page(form=RecordingForm(today=self.today), course=self.course)

    def post(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        form = RecordingForm(request.POST, today=self.today)
        if not form.is_valid():
            return self.page(UNFIT, form=form, course=self.course)
        made = recording_of(self.course, form.cleaned_data["accredited_until"], by=self.user, now=now())
        said = _("This is a new draft of the recording. Check it, then submit it.")
        return self.done(said, "office:course", bar, made.pk)


ONE = "<str:bar>/courses/<int:course>"
urlpatterns = [
    path("<str:bar>/courses/", Courses.as_view(), name="courses"),
    path("<str:bar>/courses/new/", NewCourse.as_view(), name="course-new"),
    path(f"{ONE}/", OneCourse.as_view(), name="course"),
    path(f"{ONE}/edit/", EditCourse.as_view(), name="course-edit"),
    path(f"{ONE}/submit/", SubmitCourse.as_view(), name="course-submit"),
    path(f"{ONE}/withdraw/", WithdrawCourse.as_view(), name="course-withdraw"),
    path(f"{ONE}/take-up/", TakeUpCourse.as_view(), name="course-take-up"),
    path(f"{ONE}/copy/", CopyCourse.as_view(), name="course-copy"),
    path(f"{ONE}/decide/", DecideCourse.as_view(), name="course-decide"),
    path(f"{ONE}/end/", EndAccreditation.as_view(), name="course-end"),
    path(f"{ONE}/recording/", RecordCourse.as_view(), name="course-recording"),
]
