"""The roll as one looks somebody up in it, while typing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Status, Unit
from compliance.models import StandingStatus
from compliance.queries.roll import sought, standing_as, with_standing
from compliance.views.office import advocate_changes, advocate_file
from compliance.views.scoping import BarScopedPage

ANY = ("", _("any"))


class RollFilters(forms.Form):
    name = forms.CharField(label=_("Name, in Cyrillic or Latin"), required=False, max_length=100)
    licence = forms.CharField(label=_("Licence"), required=False, max_length=50)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("any"))
    status = forms.ChoiceField(label=_("Status today"), required=False, choices=[ANY, *Status.choices])
    standing = forms.ChoiceField(label=_("Standing"), required=False, choices=[ANY, *StandingStatus.choices])
    without_email = forms.BooleanField(label=_("Without e-mail"), required=False)
    doubtful_email = forms.BooleanField(label=_("Letters come back"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit] | None = None, standings: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if units is not None:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not standings:
            del self.fields["standing"]
        self.fields["name"].widget.input_type = "search"


class Advocates(BarScopedPage):
    """The advocates of the bar in the order of the Kazakh alphabet; heads of units find their own people."""

    purpose = Action.READ_ROLL
    for_unit_heads = True
    area = "advocates"
    filters = RollFilters
    template = "office/advocates.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        may_open = self._lets_in(self.office, Action.READ_STANDINGS)
        form, asked = self.asked(units=self.own_units(), standings=may_open)
        people = sought(with_standing(self.people()) if may_open else self.people(), asked, self.today)
        if standing := asked.get("standing"):
            people = standing_as(people, standing)
        return self.page(
            form=form, rows=self.sheet(people), may_open=may_open, is_asked=any(asked.values()),
            may_keep=self.office.may(Action.KEEP_ROLL),
        )  # fmt: skip

    def own_units(self) -> QuerySet[Unit]:
        rows = Unit.objects.for_bar(self.bar)
        return rows if self.units is None else rows.filter(pk__in=self.units)


urlpatterns = [
    path("<str:bar>/advocates/", Advocates.as_view(), name="advocates"),
    *advocate_file.urlpatterns,
    *advocate_changes.urlpatterns,
]
