"""What an administrator or officer puts right in a file: first what would change is shown, then it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Advocate, FilePart, Language, PracticeForm, Status, StatusSpan, Unit
from advocates.services.people import correct_particulars, record_status
from cle.core.errors import DomainError, Text
from compliance.queries.desk import entries_of
from compliance.queries.rules import ancestry
from compliance.services.previews import Outcome, outcome
from compliance.views.office.advocate_file import FilePage
from compliance.views.office.days import day_field
from compliance.views.scoping import UNFIT
from courses.models import Category, DeliveryFormat, Entry
from courses.services.ledger import adjust, reverse_entry

MOST_MINUTES = 100_000
NONE = ("", "–")


class Difference(NamedTuple):
    """What of the file, what it says now, and what it would say."""

    name: Text
    before: Text
    after: Text


class ChangePage(FilePage):
    """Filled in, looked at, confirmed: ``step`` is "confirm" once what would change has been shown, "back" to go back.

    Nothing is written before that.
    """

    template = "office/advocate_change.html"
    title: ClassVar[Text]
    said: ClassVar[Text]
    back_to: ClassVar[str]

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def differences(self, given: Mapping[str, Any]) -> list[Difference]:
        raise NotImplementedError

    def carry_out(self, given: dict[str, Any]) -> object:
        raise NotImplementedError

    def get(self, request: HttpRequest, bar: str, **keys: int) -> HttpResponse:
        return self.shown(self.form())

    def post(self, request: HttpRequest, bar: str, **keys: int) -> HttpResponse:
        form, step = self.form(request.POST), request.POST.get("step", "")
        if not form.is_valid():
            return self.shown(form, UNFIT)
        given = form.cleaned_data
        if step == "confirm" and self.carried_out_as_shown(given):
            return self.leads_on(given)
        if step == "back":
            return self.shown(form)
        try:
            return self.shown(form, differences=self.differences(given), outcome=self.outcome(given))
        except DomainError as error:
            form.add_error(None, str(error))
            return self.shown(form, UNFIT)

    def leads_on(self, given: dict[str, Any]) -> HttpResponse:
        return self.done(self.said, self.back_to, self.bar.code, self.person.pk)

    def basis(self) -> str:
        """What the preview rests on, where the same change could be made twice."""
        return ""

    @transaction.atomic
    def carried_out_as_shown(self, given: dict[str, Any]) -> bool:
        """Not if what it rests on has changed since: the button was pressed twice, or somebody else was first."""
        Advocate.objects.select_for_update().get(pk=self.person.pk)
        if self.request.POST.get("basis", "") != self.basis():
            messages.info(self.request, _("Things have changed since the preview: look at a new one."))
            return False
        self.carry_out(given)
        return True

    def outcome(self, given: dict[str, Any]) -> Outcome:
        return outcome(self.person, self.today, get_language() or "kk", lambda: self.carry_out(given))

    def shown(self, form: forms.Form, status: int = 200, **preview: Any) -> HttpResponse:
        return self.page(
            status, form=form, title=self.title, back_to=self.back_to, basis=self.basis(), **preview
        )  # fmt: skip


class ParticularsForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=200)
    address = forms.CharField(label=_("Address"), required=False, max_length=300)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[NONE, *Language.choices])
    practice_form = forms.ChoiceField(
        label=_("Form of practice"), required=False, choices=[NONE, *PracticeForm.choices]
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label="–")


class Particulars(ChangePage):
    """Contacts, language, unit and form of practice. Names and licences come from the roll."""

    purpose = changing = Action.KEEP_ROLL
    opens = FilePart.PERSON
    title, said, back_to = _("Correct particulars"), _("The particulars were corrected."), "office:advocate"

    def form(self, data: Any = None) -> ParticularsForm:
        names = ParticularsForm.base_fields
        form = ParticularsForm(data, initial={name: getattr(self.person, name) for name in names})
        form.fields["unit"].queryset = Unit.objects.for_bar(self.bar)  # type: ignore[attr-defined]
        return form

    def differences(self, given: Mapping[str, Any]) -> list[Difference]:
        form = self.form()
        found = [(name, getattr(self.person, name), value) for name, value in given.items()]
        return [
            Difference(
                form.fields[name].label or name, _worded(form.fields[name], was), _worded(form.fields[name], new)
            )
            for name, was, new in found
            if was != new
        ]

    def carry_out(self, given: dict[str, Any]) -> object:
        changed = {name: value for name, value in given.items() if value != getattr(self.person, name)}
        return correct_particulars(self.person, changed)


def _worded(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value) if value else "–"


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("Status"), choices=[NONE, *Status.choices])
    since = day_field(_("First day"))
    ground = forms.CharField(label=_("Ground (article)"), max_length=200, help_text=_("For example 43(3)(3)."))
    document = forms.CharField(
        label=_("Document"), max_length=300, help_text=_("The decision: who made it, its number and date.")
    )


class NewStatus(ChangePage):
    """A status that was decided elsewhere: the software never decides one."""

    purpose = changing = Action.KEEP_ROLL
    opens = FilePart.PERSON
    title, said, back_to = _("Record a status that was decided"), _("The status was recorded."), "office:advocate"

    def form(self, data: Any = None) -> StatusForm:
        return StatusForm(data)

    def differences(self, given: Mapping[str, Any]) -> list[Difference]:
        running = StatusSpan.objects.filter(advocate=self.person, period__contains=given["since"]).first()
        before = running.get_status_display() if running else "–"
        return [Difference(_("Status"), before, Status(given["status"]).label)]

    def carry_out(self, given: dict[str, Any]) -> object:
        return record_status(
            self.person, Status(given["status"]), given["since"], ground=given["ground"], document=given["document"],
            by=self.user,
        )  # fmt: skip


class AdjustmentForm(forms.Form):
    what = forms.ChoiceField(
        label=_("What to do"), choices=[("grant", _("grant credit")), ("take", _("take credit away"))],
        widget=forms.RadioSelect, initial="grant",
    )  # fmt: skip
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"))
    format = forms.TypedChoiceField(label=_("Format"), choices=DeliveryFormat.choices, coerce=int)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MOST_MINUTES)
    earned_on = day_field(_("Earned on"))
    reason = forms.CharField(label=_("Reason"), max_length=500)
    document = forms.CharField(
        label=_("Document"), max_length=300, help_text=_("The decision: who made it, its number and date.")
    )


class Adjustment(ChangePage):
    """Credit granted or taken away by a decision."""

    purpose = changing = Action.CORRECT_LEDGER
    opens = FilePart.LEDGER
    tab = "advocate-ledger"
    title, said, back_to = _("Correct the ledger"), _("The correction was posted."), "office:advocate-ledger"

    def form(self, data: Any = None) -> AdjustmentForm:
        form = AdjustmentForm(data)
        form.fields["category"].queryset = Category.objects.filter(bar__in=ancestry(self.bar))  # type: ignore[attr-defined]
        return form

    def basis(self) -> str:
        return str(Entry.objects.filter(advocate=self.person).count())

    def differences(self, given: Mapping[str, Any]) -> list[Difference]:
        return _minutes(self, given["category"], _signed(given))

    def carry_out(self, given: dict[str, Any]) -> object:
        earned: dt.date = given["earned_on"]
        return adjust(
            self.person, given["category"], DeliveryFormat(given["format"]), _signed(given), earned,
            reason=given["reason"], document=given["document"], by=self.user,
        )  # fmt: skip


def _signed(given: Mapping[str, Any]) -> int:
    return int(given["minutes"] if given["what"] == "grant" else -given["minutes"])


def _minutes(page: FilePage, category: Category, more: int) -> list[Difference]:
    """What the ledger holds of the category, in minutes."""
    held = sum(Entry.objects.filter(advocate=page.person, category=category).values_list("minutes", flat=True))
    name = _("%(category)s, minutes in all") % {"category": category}
    return [Difference(name, str(held), str(held + more))]


class ReversalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500)


class Reversal(ChangePage):
    """An entry taken back, by one that mirrors it."""

    purpose = changing = Action.CORRECT_LEDGER
    opens = FilePart.LEDGER
    tab = "advocate-ledger"
    template = "office/advocate_reversal.html"
    title, said, back_to = _("Take an entry back"), _("The entry was taken back."), "office:advocate-ledger"

    @cached_property
    def entry(self) -> Entry:
        rows = entries_of(Entry.objects.filter(advocate=self.person))
        return get_object_or_404(rows, pk=self.kwargs["entry"])

    def form(self, data: Any = None) -> ReversalForm:
        return ReversalForm(data)

    def differences(self, given: Mapping[str, Any]) -> list[Difference]:
        return _minutes(self, self.entry.category, -self.entry.minutes)

    def carry_out(self, given: dict[str, Any]) -> object:
        return reverse_entry(self.entry, reason=given["reason"], by=self.user)

    def shown(self, form: forms.Form, status: int = 200, **preview: Any) -> HttpResponse:
        return super().shown(form, status, entry=self.entry, unit_minutes=self.unit_minutes, **preview)


_ONE = "<str:bar>/advocates/<int:advocate>/"
urlpatterns = [
    path(f"{_ONE}particulars/", Particulars.as_view(), name="advocate-particulars"),
    path(f"{_ONE}status/", NewStatus.as_view(), name="advocate-status"),
    path(f"{_ONE}ledger/correct/", Adjustment.as_view(), name="advocate-adjustment"),
    path(f"{_ONE}ledger/<int:entry>/reverse/", Reversal.as_view(), name="advocate-reversal"),
]
