"""What an advocate asks of the bar by right: objections, and that something recorded about them be put right."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate
from cle.core.attachments import file_answer
from cle.core.clock import now
from cle.core.errors import DomainError
from compliance.models import Correction, Excuse, ExcuseOutcome, Objection
from compliance.models.asked import Asked, CorrectionOutcome, ObjectionOutcome, Particular
from compliance.queries.asked import periods_to_object_to
from compliance.queries.excuses import reasons_of
from compliance.services.asked import Paper, ask_correction, name_excuse, object_to, paper_of
from compliance.views.own.fields import day_choices, day_field
from compliance.views.scoping import UNFIT, OwnScopedPage
from courses.evidence import Kind

LONGEST: Final = 5000
_GOOD: Final = (ObjectionOutcome.UPHELD, CorrectionOutcome.CORRECTED, ExcuseOutcome.ACCEPTED)
_OUTCOMES: Final[dict[type[Asked], Any]] = {
    Objection: ObjectionOutcome, Correction: CorrectionOutcome, Excuse: ExcuseOutcome,
}  # fmt: skip


class ObjectionForm(forms.Form):
    period_start = forms.ChoiceField(label=_("Period that begins on"))
    text = forms.CharField(label=_("Why you object"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, advocate: Advocate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = day_choices(periods_to_object_to(advocate), lambda day: date_format(day, "SHORT_DATE_FORMAT"))
        self.fields["period_start"].choices = days  # type: ignore[attr-defined]

    def clean_period_start(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["period_start"])


class CorrectionForm(forms.Form):
    particular = forms.ChoiceField(label=_("What is wrong"), choices=Particular.choices)
    text = forms.CharField(
        label=_("What is wrong, and how it should read"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    proof = forms.CharField(
        label=_("What shows it"),
        help_text=_("Name the paper and its number. Never a copy of an identity document."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Requests(OwnScopedPage):
    """Objections and requests together, what was asked last at the top, each with its answer or the day that is due."""

    area = "requests"
    template = "own/requests.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked: list[Asked] = [*self._of(Objection), *self._of(Correction), *self._of(Excuse)]
        rows = self.sheet(sorted(asked, key=lambda one: one.made_at, reverse=True), 25)
        return self.page(rows=rows, shown=[self._line(one) for one in rows])

    def _of(self, kind: Any) -> Any:
        return kind.objects.of(self.user).select_related("answered_by")

    def _line(self, one: Asked) -> dict[str, Any]:
        said = _OUTCOMES[type(one)](one.outcome).label if one.answered_at else ""
        return {
            "row": one,
            "outcome": said,
            "objecting": isinstance(one, Objection),
            "excusing": isinstance(one, Excuse),
            "good": one.outcome in _GOOD,
            "late": one.answered_at is None and one.due_on < self.today,
        }


class Asking(OwnScopedPage):
    """A form whose service may say that the same was asked before."""

    area = "requests"
    template = "own/request_form.html"

    def form(self, *given: Any, **more: Any) -> forms.Form:
        raise NotImplementedError

    def ask(self, given: dict[str, Any]) -> Asked:
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(form=self.form(initial=request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(UNFIT, form=form)
        try:
            made = self.ask(getattr(form, "said", form.cleaned_data))
        except DomainError as error:
            form.add_error(None, str(error))
            return self.page(UNFIT, form=form)
        day = date_format(made.due_on, "SHORT_DATE_FORMAT")
        return self.done(_("Sent. The bar answers by %(day)s.") % {"day": day}, "own:requests")


class NewObjection(Asking):
    def form(self, *given: Any, **more: Any) -> forms.Form:
        return ObjectionForm(*given, advocate=self.advocate, **more)

    def ask(self, given: dict[str, Any]) -> Asked:
        return object_to(self.advocate, given["period_start"], given["text"], by=self.user, now=now())

    def context(self) -> dict[str, Any]:
        return {**super().context(), "objecting": True}


class NewCorrection(Asking):
    def form(self, *given: Any, **more: Any) -> forms.Form:
        return CorrectionForm(*given, **more)

    def ask(self, given: dict[str, Any]) -> Asked:
        return ask_correction(self.advocate, by=self.user, now=now(), **given)


class ExcuseForm(forms.Form):
    period_start = forms.ChoiceField(label=_("Period that begins on"))
    reason = forms.ChoiceField(label=_("Reason"))
    since = day_field(_("The first day that it covers"))
    until = day_field(_("The last day that it covers"))
    document = forms.CharField(
        label=_("Document that proves it"), max_length=300,
        help_text=_("Its kind, number, day and who issued it. Never a copy of an identity document."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What happened"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("As much as the bar needs to decide; no diagnosis."),
    )  # fmt: skip

    file = forms.FileField(
        label=_("The document as a file"), required=False, help_text=_("One file of 10 MB: PDF, JPEG, PNG, WebP."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )  # fmt: skip

    def __init__(self, *args: Any, advocate: Advocate, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = day_choices(periods_to_object_to(advocate), lambda day: date_format(day, "SHORT_DATE_FORMAT"))
        choices: dict[str, Any] = {"period_start": days, "reason": reasons_of(advocate, today)}
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean_period_start(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["period_start"])

    @property
    def said(self) -> dict[str, Any]:
        """What the service takes."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        file = self.cleaned_data["file"]
        return {**given, "paper": Paper(str(file.name), file.read()) if file else None}


class NewExcuse(Asking):
    """A reason for being late, which somebody of the bar decides about. It is no exemption from the hours."""

    def form(self, *given: Any, **more: Any) -> forms.Form:
        return ExcuseForm(*given, advocate=self.advocate, today=self.today, **more)

    def ask(self, given: dict[str, Any]) -> Asked:
        return name_excuse(self.advocate, **given, by=self.user, now=now())

    def context(self) -> dict[str, Any]:
        return {**super().context(), "excusing": True}


class ExcusePaper(OwnScopedPage):
    """The document of one's own reason, to be saved."""

    def get(self, request: HttpRequest, excuse: int) -> HttpResponse:
        found = get_object_or_404(Excuse.objects.of(self.user), pk=excuse)
        content = paper_of(found)
        if content is None:
            raise Http404
        return file_answer(content, Kind(found.paper_kind).content_type, found.paper_name)


urlpatterns = [
    path("requests/", Requests.as_view(), name="requests"),
    path("requests/objection/", NewObjection.as_view(), name="object"),
    path("requests/excuses/<int:excuse>/paper", ExcusePaper.as_view(), name="excuse-paper"),
    path("requests/excuse/", NewExcuse.as_view(), name="excuse"),
    path("requests/correction/", NewCorrection.as_view(), name="correct"),
]
