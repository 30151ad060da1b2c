"""What advocates ask by right: objections and requests to correct a file, what is due first at the top."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar, Final

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar, FilePart
from advocates.services.reads import record_read
from advocates.working_days import unknown_years
from cle.core.attachments import file_answer
from cle.core.clock import local_date, now
from cle.core.errors import Text
from compliance.models import Correction, Excuse, ExcuseOutcome, Objection
from compliance.models.asked import Asked, CorrectionOutcome, ObjectionOutcome
from compliance.queries.excuses import named
from compliance.services.asked import answer, paper_of, take_back
from compliance.views.scoping import UNFIT, BarScopedPage
from courses.evidence import Kind

LONGEST = 5000
KINDS: Final[dict[str, tuple[Text, type[Asked]]]] = {
    "objection": (_("Objections"), Objection),
    "excuse": (_("Reasons for being late"), Excuse),
    "correction": (_("Requests to correct a file"), Correction),
}


def asked_at(bar: Bar, kind: str) -> Any:
    """Of the bar's advocates of today: whoever has moved here since they asked is answered here."""
    rows: Any = KINDS[kind][1]._default_manager
    return rows.for_bar(bar)


class RequestFilters(forms.Form):
    about = forms.ChoiceField(
        label=_("What is asked"), required=False, choices=[(kind, title) for kind, (title, _model) in KINDS.items()]
    )
    answered = forms.ChoiceField(
        label=_("State"), required=False, choices=[("no", _("waiting for an answer")), ("yes", _("answered"))]
    )


class Requests(BarScopedPage):
    """One kind at a time; how many of each wait stands beside its name."""

    purpose = Action.READ_REQUESTS
    changing = Action.ANSWER_REQUESTS
    area = "requests"
    filters = RequestFilters
    template = "office/requests.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        form, asked = self.asked()
        about, answered = asked.get("about", "objection"), asked.get("answered") == "yes"
        rows = asked_at(self.bar, about).filter(answered_at__isnull=not answered)
        rows = rows.select_related("advocate", "answered_by")
        sheet = self.sheet(rows.order_by("-answered_at", "-pk") if answered else rows.order_by("due_on", "pk"))
        for row in sheet:
            row.days_left, row.url = days_left(row, self.today), reverse(f"office:{about}", args=[bar, row.pk])
        return self.page(form=form, rows=sheet, about=about, answered=answered, kinds=self.kinds(about))

    def kinds(self, shown: str) -> list[dict[str, Any]]:
        """Each kind with how many wait, each in one statement."""
        waiting = {
            kind: asked_at(self.bar, kind).aggregate(n=Count("pk", filter=Q(answered_at=None)))["n"] for kind in KINDS
        }
        return [
            {"title": title, "waiting": waiting[kind], "url": f"?about={kind}", "here": kind == shown}
            for kind, (title, _model) in KINDS.items()
        ]


def days_left(row: Asked, today: dt.date) -> int:
    """Until the last day for the answer: 0 on that day, negative after it."""
    return (row.due_on - today).days


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Answer"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The advocate reads it as you write it."),
    )  # fmt: skip

    def __init__(self, outcomes: list[tuple[str, Text]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]


class OneRequest(BarScopedPage):
    """What is asked and, once, the answer of somebody else than whom it is about."""

    purpose = Action.READ_REQUESTS
    changing = Action.ANSWER_REQUESTS
    area = "requests"
    template = "office/request.html"
    kind: ClassVar[str]
    outcomes: ClassVar[list[tuple[str, Text]]]

    @cached_property
    def asked_for(self) -> Any:
        rows = asked_at(self.bar, self.kind)
        return get_object_or_404(rows.select_related("advocate", "answered_by"), pk=self.kwargs[self.kind])

    @property
    def is_own(self) -> bool:
        return bool(self.asked_for.advocate.user_id == self.user.pk)

    def get(self, request: HttpRequest, bar: str, **keys: int) -> HttpResponse:
        response = self.shown(AnswerForm(self.outcomes))
        record_read(self.user, FilePart.REQUEST, self.asked_for.advocate_id)
        return response

    def post(self, request: HttpRequest, bar: str, **keys: int) -> HttpResponse:
        form = AnswerForm(self.outcomes, request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        answer(self.asked_for, by=self.user, now=now(), **form.cleaned_data)
        return self.done(_("The answer was recorded; the advocate can read it."), "office:requests", self.bar.code)

    def more(self) -> dict[str, Any]:
        """What the page of one kind shows besides."""
        return {}

    def shown(self, form: forms.Form, status: int = 200) -> HttpResponse:
        row = self.asked_for
        may_answer = self.may_change and row.answered_at is None and not self.is_own
        return self.page(
            status, form=form, row=row, kind=self.kind, is_own=self.is_own, may_answer=may_answer, **self.more(),
            unknown=unknown_years(local_date(row.made_at, self.time_zone), row.due_on, self.bar.jurisdiction),
            outcome=dict(self.outcomes).get(row.outcome, ""), days_left=days_left(row, self.today),
            may_open=self.office.may(Action.READ_STANDINGS), may_keep=self.office.may(Action.KEEP_ROLL),
        )  # fmt: skip


class OneObjection(OneRequest):
    """Against how somebody stands (Law No. 94-V, Art. 19-1): three working days. It changes no case by itself."""

    kind = "objection"
    outcomes = list(ObjectionOutcome.choices)


class TakingBackForm(forms.Form):
    taking_back = forms.BooleanField(initial=True, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Why it no longer holds"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The advocate reads it as you write it."),
    )  # fmt: skip


class OneExcuse(OneRequest):
    """A reason for being late. Who named it does not decide about it; a decision is taken back by a row of its own."""

    kind = "excuse"
    outcomes = [(each.value, each.label) for each in (ExcuseOutcome.ACCEPTED, ExcuseOutcome.REFUSED)]

    @property
    def is_own(self) -> bool:
        return self.user.pk in (self.asked_for.advocate.user_id, self.asked_for.made_by_id)

    def post(self, request: HttpRequest, bar: str, **keys: int) -> HttpResponse:
        if "taking_back" not in request.POST:
            return super().post(request, bar, **keys)
        form = TakingBackForm(request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        take_back(self.asked_for, text=form.cleaned_data["text"], by=self.user, now=now())
        return self.done(_("The answer was recorded; the advocate can read it."), "office:requests", self.bar.code)

    def more(self) -> dict[str, Any]:
        row = self.asked_for
        reversal = Excuse.objects.filter(reverses=row).select_related("answered_by").first()
        decided = row.outcome in (ExcuseOutcome.ACCEPTED, ExcuseOutcome.REFUSED)
        may_take_back = decided and reversal is None and self.may_change and not self.is_own
        return {
            "reason": named([row], get_language() or "kk")[row.pk], "reversal": reversal,
            "taking_back": TakingBackForm() if may_take_back else None,
        }  # fmt: skip


class OneCorrection(OneRequest):
    """That something recorded be put right (Law No. 94-V, Art. 25(2)(8)): one working day."""

    kind = "correction"
    outcomes = list(CorrectionOutcome.choices)


class ExcusePaper(BarScopedPage):
    """The document of a reason, to be saved; that it was opened is written down."""

    purpose = Action.READ_REQUESTS

    def get(self, request: HttpRequest, bar: str, excuse: int) -> HttpResponse:
        found = get_object_or_404(Excuse.objects.for_bar(self.bar), pk=excuse)
        record_read(self.user, FilePart.REQUEST, found.advocate_id)
        content = paper_of(found)
        if content is None:
            raise Http404
        return file_answer(content, Kind(found.paper_kind).content_type, found.paper_name)


urlpatterns = [
    path("<str:bar>/requests/", Requests.as_view(), name="requests"),
    path("<str:bar>/requests/objections/<int:objection>/", OneObjection.as_view(), name="objection"),
    path("<str:bar>/requests/excuses/<int:excuse>/", OneExcuse.as_view(), name="excuse"),
    path("<str:bar>/requests/excuses/<int:excuse>/paper/", ExcusePaper.as_view(), name="excuse-paper"),
    path("<str:bar>/requests/corrections/<int:correction>/", OneCorrection.as_view(), name="correction"),
]
