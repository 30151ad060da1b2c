"""The roll of the bar from a file: uploaded, previewed, applied; open lines decided; and what was never applied."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import CharField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocates.access import Action
from advocates.models import Advocate, ImportState, RollFile, RollLine
from advocates.models.imports import RollLineQuerySet
from advocates.models.people import AdvocateQuerySet
from advocates.queries.roll import with_first_missing
from advocates.services.roll import apply_roll, decide_line, discard_roll, preview_roll, receive_roll
from advocates.services.roll_choices import choose_line, leave_line_open
from cle.core.clock import now
from cle.core.errors import FileRefused
from compliance.services.roll_jobs import is_applied_later, is_read_later
from compliance.views.office.attendance_lines import tile
from compliance.views.office.deeds import Count, Deed
from compliance.views.office.jobs import begin
from compliance.views.office.roll_lines import OUTCOMES, shown
from compliance.views.office.session_forms import NameSearch
from compliance.views.office.sessions import FOUND, found_by
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.models import AttendanceFile
from courses.services.attendance_choices import check_count

MOST_WAITING = 200
_NOT_APPLIED = (ImportState.RECEIVED, ImportState.PREVIEWED)
_WRITTEN = ("created", "changed")


class RollForm(forms.Form):
    file = forms.FileField(
        label=_("Drop the list of the bar here, or choose it"), max_length=255, allow_empty_file=True,
        help_text=_("One row for each advocate, with headings: .xlsx, .xls, .ods, .csv or .txt."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
    )  # fmt: skip
    sheet = forms.CharField(label=_("Sheet of the workbook"), max_length=100, required=False)
    encoding = forms.CharField(label=_("Encoding of the text"), max_length=40, required=False)


class RollFilters(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Lines"),
        required=False,
        choices=[("", _("All")), *((key.value, text) for key, text in OUTCOMES.items())],
    )


class WhoForm(forms.Form):
    """Whom a line names: one of the bar, or (``new``) somebody who is not on record yet."""

    advocate = forms.ModelChoiceField(Advocate.objects.none(), required=False)
    new = forms.BooleanField(required=False)

    def __init__(self, *args: Any, people: QuerySet[Advocate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advocate"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("advocate")) == bool(given.get("new")) and not self.errors:
            raise forms.ValidationError(_("Choose one advocate, or say that it is a new person."))
        return given


class RollPage(BarScopedPage):
    purpose, changing = Action.READ_ROLL, Action.KEEP_ROLL
    area = "sessions"

    def files(self) -> QuerySet[RollFile]:
        return RollFile.objects.for_bar(self.bar).select_related("uploaded_by").defer("content")


class RollImports(RollPage):
    """Where the roll is dropped, and what was uploaded before."""

    template = "office/roll_imports.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self.shown(RollForm())

    def shown(self, form: RollForm, status: int = 200) -> HttpResponse:
        rows = self.files().defer("content", "notes", "missing").order_by("-pk")
        return self.page(status, form=form, rows=self.sheet(rows, 20))

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        form = RollForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        given = dict(form.cleaned_data)
        upload = given.pop("file")
        content, named = upload.read(), {"by": self.user, "today": self.today, **given}
        if is_read_later(content):
            received = receive_roll(self.bar, content, upload.name, **named)
            return begin(self, "roll-preview", file=received.pk)
        try:
            made = preview_roll(self.bar, content, upload.name, **named)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
            return self.shown(form, UNFIT)
        return redirect("office:roll-import", bar, made.pk)


class RollFilePage(RollPage):
    @cached_property
    def file(self) -> RollFile:
        return get_object_or_404(with_first_missing(self.files()), pk=self.kwargs["rollfile"])

    def lines(self) -> RollLineQuerySet:
        rows = RollLine.objects.for_bar(self.bar).filter(file=self.file)
        return rows.select_related("advocate", "chosen").order_by("pk")


class OneRollImport(RollFilePage):
    """What importing would do or has done: line by line, and whom the file does not name."""

    filters = RollFilters
    template = "office/roll_import.html"

    def get(self, request: HttpRequest, bar: str, rollfile: int) -> HttpResponse:
        _form, asked = self.asked()
        page = self.sheet(self.lines().filter(**asked))
        counts = self.file.counts
        tiles = [
            tile(key, counts[key.value], text)
            for key, text in OUTCOMES.items()
        ]  # fmt: skip
        return self.page(
            file=self.file, rows=page, lines=shown(list(page)), asked=asked, tiles=tiles,
            settled=self.lines().settled().count() if self.file.state == ImportState.PREVIEWED else 0,
            notes=[note for note in self.file.notes if note["code"] != "read-as"], people=_written(self.file),
        )  # fmt: skip


def _written(file: RollFile) -> int:
    return sum(getattr(file, name) for name in _WRITTEN)


class RollDeed(Deed, RollFilePage):
    leads_to = "roll-import"

    def leading_keys(self) -> tuple[str, ...]:
        return ("bar", "rollfile")


class ApplyRoll(RollDeed):
    def post(self, request: HttpRequest, bar: str, rollfile: int) -> HttpResponse:
        form = Count(request.POST)
        check_count(_written(self.file), form.cleaned_data["count"] if form.is_valid() else -1)
        if is_applied_later(self.file):
            return begin(self, "roll-apply", file=self.file.pk)
        applied = apply_roll(self.file, by=self.user, now=now())
        said = ngettext(
            "The roll is applied: %(n)s person is new or changed.",
            "The roll is applied: %(n)s people are new or changed.",
            _written(applied),
        )
        return self.done(said % {"n": _written(applied)}, self.back())


class DiscardRoll(RollDeed):
    def post(self, request: HttpRequest, bar: str, rollfile: int) -> HttpResponse:
        discard_roll(self.file)
        return self.done(_("The roll is put aside. Nothing of it counts."), "office:roll-imports", bar)


class RollLinePage(RollFilePage):
    """One open line: what the file says beside those whom it may mean; and a search for anybody else.

    Before the roll is applied it is chosen, and decided along with the rest; afterwards it is decided at once.
    """

    filters = NameSearch
    template = "office/roll_line.html"

    @cached_property
    def line(self) -> RollLine:
        return get_object_or_404(self.lines(), pk=self.kwargs["rollline"])

    def everybody(self) -> AdvocateQuerySet:
        return Advocate.objects.for_bar(self.bar).filter(erased_at=None)

    def get(self, request: HttpRequest, bar: str, rollfile: int, rollline: int) -> HttpResponse:
        return self.shown(WhoForm(people=self.everybody()))

    def shown(self, form: WhoForm, status: int = 200) -> HttpResponse:
        search, asked = self.asked()
        (one,) = shown([self.line])
        found = found_by(asked.get("q", ""), self.everybody())
        return self.page(
            status, form=form, one=one, file=self.file, search=search, asked=asked, found=found, most=FOUND
        )

    def post(self, request: HttpRequest, bar: str, rollfile: int, rollline: int) -> HttpResponse:
        if "leave" in request.POST:
            leave_line_open(self.line)
            return self.done(_("The line stays open."), "office:roll-import", bar, rollfile)
        form = WhoForm(request.POST, people=self.everybody())
        if not form.is_valid():
            return self.shown(form, UNFIT)
        if self.file.state == ImportState.PREVIEWED:
            chosen = choose_line(self.line, advocate=form.cleaned_data["advocate"])
            said = _("“%(label)s” will be decided so when the roll is applied.") % {"label": chosen.label}
            return self.done(said, "office:roll-import", bar, rollfile)
        decided = decide_line(self.line, advocate=form.cleaned_data["advocate"], by=self.user, now=now())
        said = _("“%(label)s” is decided.") % {"label": decided.label}
        return self.done(said, "office:roll-import", bar, rollfile)


class Imports(BarScopedPage):
    """Uploads that were never applied nor put aside: rolls and attendance reports, the oldest first."""

    purpose = Action.READ_ATTENDANCE
    area = "sessions"
    template = "office/imports.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self.page(rows=waiting_imports(self.bar))


def waiting_imports(bar: Any) -> list[Any]:
    """Two statements; the oldest ``MOST_WAITING`` of each kind."""
    reports = AttendanceFile.objects.for_bar(bar).select_related("uploaded_by", "provider", "session__course")
    rolls = RollFile.objects.for_bar(bar).select_related("uploaded_by")
    found = [
        row
        for kind, rows in (("roll", rolls), ("attendance", reports))
        for row in rows.filter(state__in=_NOT_APPLIED)
        .annotate(kind=Value(kind, CharField()))
        .defer("content", "notes")
        .order_by("uploaded_at")[:MOST_WAITING]
    ]
    return sorted(found, key=lambda row: row.uploaded_at)


FILE = "<str:bar>/roll-imports/<int:rollfile>"
urlpatterns = [
    path("<str:bar>/imports/", Imports.as_view(), name="imports"),
    path("<str:bar>/roll-imports/", RollImports.as_view(), name="roll-imports"),
    path(f"{FILE}/", OneRollImport.as_view(), name="roll-import"),
    path(f"{FILE}/apply/", ApplyRoll.as_view(), name="roll-apply"),
    path(f"{FILE}/discard/", DiscardRoll.as_view(), name="roll-discard"),
    path(f"{FILE}/lines/<int:rollline>/", RollLinePage.as_view(), name="roll-line"),
]
