"""Who of the advocates taught at a session: written down by the office, certified once the attendance is confirmed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Advocate
from advocates.models.people import AdvocateQuerySet
from cle.core.clock import now
from compliance.views.office.deeds import Deed
from compliance.views.office.session_forms import NameSearch, TeachingForm
from compliance.views.office.sessions import FOUND, ONE, SessionPage, found_by
from compliance.views.scoping import UNFIT
from courses.models import Teaching
from courses.services.teaching import add_teaching, take_back_teaching


class TeachingPage(SessionPage):
    """Who taught, and by a search, whom to write down."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    filters = NameSearch
    tab = "teaching"
    template = "office/teaching.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self.shown()

    def shown(self, status: int = 200, form: TeachingForm | None = None) -> HttpResponse:
        search, asked = self.asked()
        rows = Teaching.objects.for_bar(self.bar).on_record().filter(session=self.session)
        return self.page(
            status, search=search, asked=asked, rows=list(rows.select_related("advocate__bar", "added_by")),
            found=found_by(asked.get("q", ""), self.eligible()), most=FOUND, form=form,
            length=int((self.session.ends_at - self.session.starts_at).total_seconds()) // 60,
        )  # fmt: skip

    def eligible(self) -> AdvocateQuerySet:
        return Advocate.objects.under(self.bar).filter(erased_at=None)

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        form = TeachingForm(request.POST, people=self.eligible())
        if not form.is_valid():
            return self.shown(UNFIT, form)
        given = form.cleaned_data
        made = add_teaching(self.session, given["advocate"], given["minutes"], by=self.user, now=now())
        said = _("%(name)s is on record as having taught.") % {"name": made.advocate}
        return self.done(said, "office:teaching", bar, session)


class TakeBackTeaching(Deed, SessionPage):
    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    leads_to = "teaching"

    def leading_keys(self) -> tuple[str, ...]:
        return ("bar", "session")

    def post(self, request: HttpRequest, bar: str, session: int, teaching: int) -> HttpResponse:
        rows = Teaching.objects.for_bar(self.bar).filter(session=self.session).select_related("advocate")
        found: Teaching = get_object_or_404(rows, pk=teaching)
        take_back_teaching(found, by=self.user, now=now())
        said = _("That %(name)s taught is taken back. A certificate that was issued for it must be revoked by you.")
        return self.done(said % {"name": found.advocate}, self.back())


urlpatterns = [
    path(f"{ONE}/teaching/", TeachingPage.as_view(), name="teaching"),
    path(f"{ONE}/teaching/<int:teaching>/take-back/", TakeBackTeaching.as_view(), name="teaching-take-back"),
]
