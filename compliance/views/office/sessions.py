"""When courses are held: planned, changed, called off; who has a place; and the attendance confirmed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.identifiers import licence_key
from advocates.models import Advocate
from advocates.models.people import AdvocateQuerySet
from cle.core.clock import now
from compliance.queries.confirming import Confirming, confirming
from compliance.queries.session_notices import would_be_told
from compliance.views.office.deeds import Count, Deed, Reason
from compliance.views.office.session_forms import NameSearch, PlaceForm, SessionFilters, SessionForm
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.models import Course, Registration, RegistrationState, Session, SessionState
from courses.queries.attendance import review_list
from courses.queries.catalogue import Wanted
from courses.queries.sessions import COMING, TO_CONFIRM, at_stage, with_numbers, with_open_names
from courses.services.attendance_choices import check_count
from courses.services.scheduling import cancel_session, change_session, schedule_session
from courses.services.sessions import cancel_registration, confirm_session, register

FOUND = 20
"""People shown of those whom a name may mean: more words find fewer."""


class Sessions(BarScopedPage):
    purpose, changing = Action.READ_COURSES, Action.KEEP_COURSES
    filters = SessionFilters
    area = "sessions"
    template = "office/sessions.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked(bar=self.bar)
        rows = Session.objects.for_bar(self.bar)
        waiting = at_stage(rows, TO_CONFIRM, now()).count()
        if "course" in asked:
            rows = rows.filter(course=asked["course"])
        if text := asked.get("text"):
            rows = rows.filter(Wanted(text=text).of_course("course__") | Q(place__icontains=text))
        stage = asked.get("when", COMING)
        listed = with_open_names(with_numbers(at_stage(rows, stage, now())))
        return self.page(
            form=form, stage=stage, asked=asked, rows=self.sheet(listed), waiting=waiting, moment=now(),
            names=self._names(),
        )  # fmt: skip

    def _names(self) -> int:
        return review_list(self.bar).count() if self.office.may(Action.READ_ATTENDANCE) else 0


class SessionPage(BarScopedPage):
    """One session of the bar. ``tab`` is which of its three pages this is."""

    purpose: ClassVar[Action] = Action.READ_COURSES
    area = "sessions"
    tab: ClassVar[str] = "session"

    @cached_property
    def session(self) -> Session:
        rows = with_open_names(with_numbers(Session.objects.for_bar(self.bar)))
        return get_object_or_404(rows, pk=self.kwargs["session"])

    def context(self) -> dict[str, Any]:
        held = self.session.ends_at <= now()
        planned = self.session.state == SessionState.PLANNED
        return {
            **super().context(),
            "session": self.session,
            "tab": self.tab,
            "moment": now(),
            "is_held": held,
            "to_confirm": held and planned,
            "reads_people": self.office.may(Action.READ_ATTENDANCE),
            "keeps_people": self.office.may(Action.KEEP_ATTENDANCE),
        }


class OneSession(SessionPage):
    changing = Action.KEEP_COURSES
    template = "office/session.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self.page(course=self.session.course)


class NewSession(BarScopedPage):
    purpose = changing = Action.KEEP_COURSES
    area = "sessions"
    template = "office/session_edit.html"

    @cached_property
    def course(self) -> Course:
        found: Course = get_object_or_404(Course.objects.for_bar(self.bar), pk=self.kwargs["course"])
        return found

    def get(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        return self.page(form=SessionForm(), course=self.course)

    def post(self, request: HttpRequest, bar: str, course: int) -> HttpResponse:
        form = SessionForm(request.POST)
        if not form.is_valid():
            return self.page(UNFIT, form=form, course=self.course)
        made = schedule_session(self.course, form.details())
        return self.done(_("The session is planned."), "office:session", bar, made.pk)


class EditSession(SessionPage):
    purpose = changing = Action.KEEP_COURSES
    template = "office/session_edit.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self.page(form=SessionForm(instance=self.session), course=self.session.course)

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        form = SessionForm(request.POST)
        if not form.is_valid():
            return self.page(UNFIT, form=form, course=self.session.course)
        change_session(self.session, form.details(), now=now())
        return self.done(_("The session is changed."), "office:session", bar, session)


class CancelSession(SessionPage):
    """Shows first how many people are touched."""

    purpose = changing = Action.KEEP_COURSES
    template = "office/session_cancel.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self.page(form=Reason(), told=would_be_told(self.session, now()))

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        form = Reason(request.POST)
        if not form.is_valid():
            return self.page(UNFIT, form=form, told=would_be_told(self.session, now()))
        cancel_session(self.session, by=self.user, reason=form.cleaned_data["reason"], now=now())
        return self.done(_("The session is called off."), "office:session", bar, session)


class ConfirmSession(SessionPage):
    """Vouching for the attendance, which posts its credit; with the count of those who are shown."""

    purpose = changing = Action.KEEP_ATTENDANCE
    template = "office/session_confirm.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self.shown(confirming(self.session))

    def shown(self, found: Confirming, status: int = 200) -> HttpResponse:
        return self.page(status, found=found)

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        form, found = Count(request.POST), confirming(self.session)
        if not form.is_valid():
            return self.shown(found, UNFIT)
        check_count(found.people, form.cleaned_data["count"])
        posted = confirm_session(self.session, by=self.user, now=now())
        said = ngettext(
            "The attendance is confirmed: %(n)s entry of credit is posted.",
            "The attendance is confirmed: %(n)s entries of credit are posted.",
            posted,
        )
        return self.done(said % {"n": posted}, "office:attendance", bar, session)


class Places(SessionPage):
    """Who has a place and who waits; and, by a search, whom to give one."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    filters = NameSearch
    tab = "places"
    template = "office/places.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self.shown()

    def shown(self, status: int = 200) -> HttpResponse:
        search, asked = self.asked()
        rows = Registration.objects.for_bar(self.bar).filter(session=self.session).select_related("advocate__bar")
        order = {RegistrationState.REGISTERED: 0, RegistrationState.WAITING: 1, RegistrationState.CANCELLED: 2}
        listed = sorted(rows, key=lambda row: order[RegistrationState(row.state)])
        is_open = self.session.state == SessionState.PLANNED and self.session.starts_at > now()
        return self.page(
            status, search=search, asked=asked, is_open=is_open, rows=self.sheet(listed, 100),
            found=found_by(asked.get("q", ""), self.eligible()), most=FOUND,
        )  # fmt: skip

    def eligible(self) -> AdvocateQuerySet:
        return Advocate.objects.under(self.bar).filter(erased_at=None)

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        form = PlaceForm(request.POST, people=self.eligible())
        if not form.is_valid():
            return self.shown(UNFIT)
        made = register(self.session, form.cleaned_data["advocate"], now=now())
        waits = made.state == RegistrationState.WAITING
        said = _("%(name)s is put on the waiting list.") if waits else _("%(name)s has a place.")
        return self.done(said % {"name": made.advocate}, "office:places", bar, session)


def found_by(text: str, people: AdvocateQuerySet) -> list[Advocate]:
    """Those whose name or licence number begins as was typed; the first ``FOUND``."""
    if not text.strip():
        return []
    mine = people.filter(pk__in=people.named(text).values("pk"))
    if key := licence_key(text):
        mine = people.filter(Q(pk__in=people.named(text).values("pk")) | Q(licence_key__startswith=key))
    return list(mine.select_related("bar").order_by("full_name", "pk")[:FOUND])


class CancelPlace(Deed, SessionPage):
    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    leads_to = "places"

    def leading_keys(self) -> tuple[str, ...]:
        return ("bar", "session")

    def post(self, request: HttpRequest, bar: str, session: int, registration: int) -> HttpResponse:
        rows = Registration.objects.for_bar(self.bar).filter(session=self.session).select_related("advocate")
        found: Registration = get_object_or_404(rows, pk=registration)
        moved = cancel_registration(self.session, found.advocate, now=now())
        said: Any = _("The place of %(name)s is given up.") % {"name": found.advocate}
        if moved is not None:
            names = {"name": found.advocate, "next": moved.advocate}
            said = _("The place of %(name)s is given up; %(next)s moves up from the waiting list.") % names
        return self.done(said, self.back())


ONE = "<str:bar>/sessions/<int:session>"
urlpatterns = [
    path("<str:bar>/sessions/", Sessions.as_view(), name="sessions"),
    path("<str:bar>/courses/<int:course>/sessions/new/", NewSession.as_view(), name="session-new"),
    path(f"{ONE}/", OneSession.as_view(), name="session"),
    path(f"{ONE}/edit/", EditSession.as_view(), name="session-edit"),
    path(f"{ONE}/cancel/", CancelSession.as_view(), name="session-cancel"),
    path(f"{ONE}/confirm/", ConfirmSession.as_view(), name="session-confirm"),
    path(f"{ONE}/places/", Places.as_view(), name="places"),
    path(f"{ONE}/places/<int:registration>/cancel/", CancelPlace.as_view(), name="place-cancel"),
]
