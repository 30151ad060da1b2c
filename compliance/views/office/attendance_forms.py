"""What is sent about a report of attendance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Outcome
from compliance.views.office.deeds import Count

CONFIDENCE = 85
"""From here on a suggestion is shown as one to be taken in bulk; who decides may name another figure."""

OUTCOMES = {
    Outcome.CREATED: _("new"),
    Outcome.CHANGED: _("adds time"),
    Outcome.UNCHANGED: _("on record already"),
    Outcome.AMBIGUOUS: _("to decide"),
    Outcome.REJECTED: _("not used"),
}
"""What comes of a line, in words for attendance; the signs stand beside them."""


class ReportForm(forms.Form):
    file = forms.FileField(
        label=_("Drop the attendance report here, or choose it"), max_length=255, allow_empty_file=True,
        help_text=_("From Zoom, Teams or Google Meet, or a list of names or licence numbers: .csv, .xlsx, .xls, .ods."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )  # fmt: skip
    time_zone = forms.CharField(
        label=_("Time zone of the times in the file"), max_length=50, required=False,
        help_text=_("Only where it is not that of the bar; for example UTC or Europe/Moscow."),
    )  # fmt: skip
    sheet = forms.CharField(label=_("Sheet of the workbook"), max_length=100, required=False)
    encoding = forms.CharField(label=_("Encoding of the text"), max_length=40, required=False)
    override_reason = forms.CharField(
        label=_("Why a report of another time belongs here"), max_length=300, required=False
    )

    def report(self) -> dict[str, Any]:
        """As ``preview_attendance`` reads it."""
        given = dict(self.cleaned_data)
        upload = given.pop("file")
        return {"content": upload.read(), "file_name": upload.name, **given}


class LineFilters(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Lines"),
        required=False,
        choices=[("", _("All")), *((key.value, text) for key, text in OUTCOMES.items())],
    )


class DecisionForm(forms.Form):
    """Whose the line is; or, without an advocate, why it is nobody's. ``then`` is where to go on."""

    advocate = forms.ModelChoiceField(Advocate.objects.none(), required=False)
    reason = forms.CharField(label=_("Why nobody is credited"), max_length=300, required=False)
    remember = forms.BooleanField(label=_("Remember this name as theirs"), required=False)
    then = forms.ChoiceField(choices=[("report", ""), ("review", "")], required=False)

    def __init__(self, *args: Any, people: QuerySet[Advocate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advocate"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("advocate") and not given.get("reason") and not self.errors:
            self.add_error("reason", _("Choose somebody, or say why nobody is credited."))
        return given


class ConfidenceFilter(forms.Form):
    least = forms.IntegerField(
        label=_("Confidence from, %"), required=False, min_value=50, max_value=100, initial=CONFIDENCE
    )


class AcceptForm(Count):
    least = forms.IntegerField(min_value=50, max_value=100, widget=forms.HiddenInput)
