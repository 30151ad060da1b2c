"""What the office writes down about a session, and who is to come to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from advocates.models import Advocate, Bar
from courses.models import Course, Session
from courses.queries.sessions import CANCELLED, COMING, PAST, TO_CONFIRM

DETAILS = ("starts_at", "ends_at", "place", "link", "language", "capacity", "speakers")
WHEN = [(COMING, _("Coming")), (TO_CONFIRM, _("To confirm")), (PAST, _("Held")), (CANCELLED, _("Cancelled"))]


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class SessionFilters(forms.Form):
    when = forms.ChoiceField(label=_("Which"), required=False, choices=WHEN, initial=COMING)
    text = forms.CharField(label=_("Course or place"), required=False, max_length=100)
    course = forms.ModelChoiceField(Course.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bar: Bar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = Course.objects.for_bar(bar)  # type: ignore[attr-defined]


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Times are those of the bar. The service checks that they make sense and that the course is accredited then."""

    starts_at = forms.DateTimeField(label=_("Starts"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("Ends"), widget=MomentInput())
    link = forms.URLField(
        label=_("Link"), required=False, max_length=200, assume_scheme="https",
        help_text=_("Only those who have a place see it."),
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=1_000_000,
        help_text=_("Empty: no limit. Whoever comes later is put on the waiting list."),
    )  # fmt: skip

    class Meta:
        model = Session
        fields = DETAILS

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        starts, ends = given.get("starts_at"), given.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("A session ends after it starts."))
        return given

    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in DETAILS}

    def _post_clean(self) -> None:
        """The service writes, and the database checks: the form's own row is only read from."""


class NameSearch(forms.Form):
    q = forms.CharField(label=_("Name or licence number"), required=False, max_length=100)


class TeachingForm(forms.Form):
    advocate = forms.ModelChoiceField(Advocate.objects.none())
    minutes = forms.IntegerField(label=_("minutes taught"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, people: QuerySet[Advocate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advocate"].queryset = people  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Somebody of the bar or of a bar below it."""

    advocate = forms.ModelChoiceField(Advocate.objects.none())

    def __init__(self, *args: Any, people: QuerySet[Advocate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advocate"].queryset = people  # type: ignore[attr-defined]
