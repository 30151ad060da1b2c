"""Who was at a session: reports dropped, corrected, applied, taken back; and single attendances put right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import Outcome
from cle.core.clock import now
from cle.core.errors import FileRefused
from compliance.services.imports import apply_report, people_of, undo_report, undoing
from compliance.views.office.attendance_forms import (
    CONFIDENCE,
    OUTCOMES,
    AcceptForm,
    ConfidenceFilter,
    LineFilters,
    ReportForm,
)
from compliance.views.office.attendance_lines import shown, tile
from compliance.views.office.deeds import Count, CountedReason, Deed, Reason
from compliance.views.office.sessions import SessionPage
from compliance.views.scoping import UNFIT
from courses.models import Attendance, AttendanceFile, AttendanceLine, Entry
from courses.queries.attendance import open_lines
from courses.services.attendance import discard_preview, preview_attendance
from courses.services.attendance_choices import CHOSEN, accept
from courses.services.attendance_returning import returning, returning_by
from courses.services.attendance_review import likely_people, take_back

OPEN_FIRST = Case(When(outcome=Outcome.AMBIGUOUS, then=0), When(outcome=Outcome.REJECTED, then=2), default=1)
"""What a person has to decide comes first, and what is not used last."""


class AttendancePage(SessionPage):
    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    tab = "attendance"

    def files(self) -> QuerySet[AttendanceFile]:
        rows = AttendanceFile.objects.for_bar(self.bar).filter(session=self.kwargs["session"])
        return rows.select_related("uploaded_by", "provider").defer("content")


class SessionAttendance(AttendancePage):
    """Who is on record, the reports, and where the next one is dropped."""

    template = "office/attendance.html"

    def get(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        return self.shown(ReportForm())

    def shown(self, form: ReportForm, status: int = 200) -> HttpResponse:
        rows = (
            Attendance.objects.for_bar(self.bar).filter(session=self.session).select_related("advocate", "line__file")
        )
        rows = rows.defer("line__file__content").order_by("advocate__full_name", "pk")
        standing, voided = rows.filter(voided_at=None), rows.exclude(voided_at=None)
        return self.page(
            status, form=form, files=self.files().order_by("-pk"), rows=self.sheet(standing, 100), voided=voided[:50],
        )  # fmt: skip

    def post(self, request: HttpRequest, bar: str, session: int) -> HttpResponse:
        form = ReportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        try:
            made = preview_attendance(self.session, by=self.user, **form.report())
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
            return self.shown(form, UNFIT)
        return redirect("office:report", bar, session, made.pk)


class TakeBack(AttendancePage):
    """One person's attendance put right by a reversal, with a reason."""

    template = "office/attendance_take_back.html"

    @cached_property
    def found(self) -> Attendance:
        rows = Attendance.objects.for_bar(self.bar).filter(session=self.session).select_related("advocate")
        one: Attendance = get_object_or_404(rows, pk=self.kwargs["attendance"])
        return one

    def get(self, request: HttpRequest, bar: str, session: int, attendance: int) -> HttpResponse:
        return self.shown(Reason())

    def shown(self, form: Reason, status: int = 200) -> HttpResponse:
        minutes = Entry.objects.filter(attendance=self.found, reversed_by=None).values_list("minutes", flat=True)
        return self.page(status, form=form, attendance=self.found, minutes=sum(minutes))

    def post(self, request: HttpRequest, bar: str, session: int, attendance: int) -> HttpResponse:
        form = Reason(request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        take_back(self.found, by=self.user, reason=form.cleaned_data["reason"], now=now())
        said = _("The attendance of %(name)s is taken back.") % {"name": self.found.advocate}
        return self.done(said, "office:attendance", bar, session)


class ReportPage(AttendancePage):
    @cached_property
    def file(self) -> AttendanceFile:
        found: AttendanceFile = get_object_or_404(self.files(), pk=self.kwargs["attendancefile"])
        found.session = self.session
        return found

    def context(self) -> dict[str, Any]:
        return {**super().context(), "file": self.file}


class OneReport(ReportPage):
    """What applying the report would do or has done, line by line; each open line with whom it may mean."""

    filters = LineFilters
    template = "office/report.html"

    def get(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        _form, asked = self.asked()
        lines = AttendanceLine.objects.for_bar(self.bar).filter(file=self.file).select_related("advocate")
        page = self.sheet(lines.filter(**asked).order_by(OPEN_FIRST, "pk"))
        return self.page(
            lines=shown(list(page), self.session), rows=page, asked=asked, tiles=self._tiles(),
            notes=[note["message"] for note in self.file.notes if note["code"] != "read-as"],
            people=people_of(self.file), returning=returning(self.file),
            undecided=open_lines(self.file).exclude(CHOSEN).count(),
            likely=len(likely_people(self.file, CONFIDENCE, by=self.user)), confidence=CONFIDENCE,
        )  # fmt: skip

    def _tiles(self) -> list[dict[str, Any]]:
        counts = self.file.counts
        return [
            tile(key, counts[key.value], text)
            for key, text in OUTCOMES.items()
        ]  # fmt: skip


class ReportDeed(Deed, ReportPage):
    purpose, changing = Action.READ_ATTENDANCE, Action.KEEP_ATTENDANCE
    leads_to = "report"

    def leading_keys(self) -> tuple[str, ...]:
        return ("bar", "session", "attendancefile")


class ApplyReport(ReportDeed):
    def post(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        form = Count(request.POST)
        count = form.cleaned_data["count"] if form.is_valid() else -1
        applied = apply_report(self.file, by=self.user, now=now(), count=count)
        written = applied.created + applied.changed
        said = ngettext("Applied: %(n)s row is on record now.", "Applied: %(n)s rows are on record now.", written)
        return self.done(said % {"n": written}, self.back())


class DiscardReport(ReportDeed):
    def post(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        discard_preview(self.file)
        return self.done(_("The report is put aside. Nothing of it counts."), "office:attendance", bar, session)


class UndoReport(ReportPage):
    """What taking the import back would do, and the taking back with a reason and the count that was shown."""

    template = "office/report_undo.html"

    def get(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        return self.shown(Reason())

    def shown(self, form: forms.Form, status: int = 200) -> HttpResponse:
        return self.page(status, form=form, found=undoing(self.file))

    def post(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        form = CountedReason(request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        undo_report(self.file, by=self.user, now=now(), **form.cleaned_data)
        said = _("The import is taken back: its attendance is void and its credit reversed.")
        return self.done(said, "office:report", bar, session, attendancefile)


class AcceptLikely(ReportPage):
    """Whom "accept all" would take, from a confidence on; and taking them, all that were shown or none."""

    filters = ConfidenceFilter
    template = "office/report_accept.html"

    def get(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        form, asked = self.asked()
        least = asked.get("least", CONFIDENCE)
        return self.shown(form, least)

    def shown(self, form: forms.Form, least: int, status: int = 200) -> HttpResponse:
        pairs = likely_people(self.file, least, by=self.user)
        back = returning_by(self.session, [(line, who.pk) for line, who in pairs])
        found = [
            {
                "line": line, "advocate": who, "confidence": line.suggestions[0]["confidence"],
                "returning": back.get((line.pk, who.pk)),
            }
            for line, who in pairs
        ]  # fmt: skip
        return self.page(status, form=form, least=least, pairs=found)

    def post(self, request: HttpRequest, bar: str, session: int, attendancefile: int) -> HttpResponse:
        form = AcceptForm(request.POST)
        if not form.is_valid():
            return self.shown(ConfidenceFilter(), CONFIDENCE, UNFIT)
        accepted = accept(self.file, by=self.user, now=now(), **form.cleaned_data)
        said = ngettext("%(n)s name is decided.", "%(n)s names are decided.", accepted) % {"n": accepted}
        return self.done(said, "office:report", bar, session, attendancefile)


SESSION = "<str:bar>/sessions/<int:session>"
FILE = f"{SESSION}/reports/<int:attendancefile>"
urlpatterns = [
    path(f"{SESSION}/attendance/", SessionAttendance.as_view(), name="attendance"),
    path(f"{SESSION}/attendance/<int:attendance>/take-back/", TakeBack.as_view(), name="attendance-take-back"),
    path(f"{FILE}/", OneReport.as_view(), name="report"),
    path(f"{FILE}/apply/", ApplyReport.as_view(), name="report-apply"),
    path(f"{FILE}/discard/", DiscardReport.as_view(), name="report-discard"),
    path(f"{FILE}/undo/", UndoReport.as_view(), name="report-undo"),
    path(f"{FILE}/accept/", AcceptLikely.as_view(), name="report-accept"),
]
