"""Names that nobody could be told from: decided one by one, from the report or from the list over all sessions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Advocate, ImportState
from cle.core.clock import now
from compliance.views.office.attendance import FILE, ReportDeed, ReportPage
from compliance.views.office.attendance_forms import DecisionForm
from compliance.views.office.attendance_lines import shown
from compliance.views.office.session_forms import NameSearch
from compliance.views.office.sessions import FOUND, found_by
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.models import AttendanceLine
from courses.queries.attendance import review_list
from courses.queries.roster import of_the_tree
from courses.services.attendance_choices import decide, reopen, set_aside
from courses.services.attendance_returning import returning_by


class Review(BarScopedPage):
    """Open names of all sessions of the bar, the latest sessions first."""

    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    area = "sessions"
    template = "office/review.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        page = self.sheet(review_list(self.bar))
        by_session: dict[Any, list[AttendanceLine]] = {}
        for line in page:
            by_session.setdefault(line.session, []).append(line)
        groups = [{"session": session, "lines": shown(lines, session)} for session, lines in by_session.items()]
        return self.page(rows=page, groups=groups, then="review")


class LinePage(ReportPage):
    """One line: what the file says, whom it may mean, and a search for anybody else."""

    filters = NameSearch
    template = "office/report_line.html"

    @cached_property
    def line(self) -> AttendanceLine:
        rows = AttendanceLine.objects.for_bar(self.bar).filter(file=self.file).select_related("advocate")
        found: AttendanceLine = get_object_or_404(rows, pk=self.kwargs["attendanceline"])
        return found

    def people(self) -> Any:
        return of_the_tree(self.bar).filter(erased_at=None)

    def get(
        self, request: HttpRequest, bar: str, session: int, attendancefile: int, attendanceline: int
    ) -> HttpResponse:
        return self.shown(DecisionForm(people=self.people(), initial={"remember": True}))

    def shown(self, form: DecisionForm, status: int = 200) -> HttpResponse:
        search, asked = self.asked()
        (one,) = shown([self.line], self.session)
        then = self.request.GET.get("then", "") or self.request.POST.get("then", "")
        found: list[Any] = list(found_by(asked.get("q", ""), self.people()))
        back = returning_by(self.session, [(self.line, who.pk) for who in found] if one.is_open else [])
        for who in found:
            who.returning = back.get((self.line.pk, who.pk))
        return self.page(
            status, form=form, one=one, search=search, asked=asked, then="review" if then == "review" else "report",
            found=found, most=FOUND,
        )  # fmt: skip

    def post(
        self, request: HttpRequest, bar: str, session: int, attendancefile: int, attendanceline: int
    ) -> HttpResponse:
        form = DecisionForm(request.POST, people=self.people())
        if not form.is_valid():
            return self.shown(form, UNFIT)
        said = self._decided(**{name: form.cleaned_data[name] for name in ("advocate", "reason", "remember")})
        if form.cleaned_data["then"] == "review":
            return self.done(said, "office:review", bar)
        return self.done(said, "office:report", bar, session, attendancefile)

    def _decided(self, advocate: Advocate | None, reason: str, remember: bool) -> Any:
        names = {"label": self.line.label, "name": advocate}
        if advocate is None:
            set_aside(self.line, reason=reason, by=self.user, now=now())
            return _("“%(label)s” is set aside: nobody is credited.") % names
        decide(self.line, advocate, by=self.user, now=now(), remember=remember)
        if self.file.state == ImportState.PREVIEWED:
            return _("“%(label)s” is going to be credited to %(name)s, once the report is applied.") % names
        return _("“%(label)s” is %(name)s.") % names


class ReopenLine(ReportDeed):
    """Take back what was chosen in a preview."""

    def post(
        self, request: HttpRequest, bar: str, session: int, attendancefile: int, attendanceline: int
    ) -> HttpResponse:
        rows = AttendanceLine.objects.for_bar(self.bar).filter(file=self.file)
        line: AttendanceLine = get_object_or_404(rows, pk=attendanceline)
        reopen(line)
        return self.done(_("“%(label)s” is open again.") % {"label": line.label}, self.back())


LINE = f"{FILE}/lines/<int:attendanceline>"
urlpatterns = [
    path("<str:bar>/names/", Review.as_view(), name="review"),
    path(f"{LINE}/", LinePage.as_view(), name="report-line"),
    path(f"{LINE}/reopen/", ReopenLine.as_view(), name="report-line-reopen"),
]
