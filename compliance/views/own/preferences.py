"""How the bar writes to the advocate, and the address of their calendar."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from advocates.models import Language
from cle.core.clock import now
from compliance.models import Preferences
from compliance.notices.quiet import fault_of
from compliance.queries.feeds import feed_of
from compliance.queries.preferences import FURTHEST, kept_wishes
from compliance.queries.rules import reminder_days
from compliance.services.feeds import give_address, take_back
from compliance.services.preferences import set_preferences
from compliance.views.own.fields import time_field
from compliance.views.scoping import UNFIT, OwnScopedPage

MOST_DAYS = 10
USUAL, CHOSEN, NONE = "usual", "chosen", "none"


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("The bar writes to you in"), choices=Language.choices)
    reminders = forms.ChoiceField(
        label=_("Reminders before the due date"),
        choices=[(USUAL, _("as is usual")), (CHOSEN, _("on days that I choose")), (NONE, _("none"))],
        widget=forms.RadioSelect,
    )
    days = forms.CharField(
        label=_("Days before the due date"), required=False, max_length=60, help_text=_("For example: 60, 14, 3")
    )
    quiet_from = time_field(_("No reminders from"))
    quiet_until = time_field(_("until"))

    optional_mail = forms.BooleanField(label=_("Send me reminders and news of my sessions by e-mail"), required=False)

    def clean_days(self) -> list[int]:
        words = self.cleaned_data["days"].replace(",", " ").replace(";", " ").split()
        days = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 4]
        if len(days) != len(words) or len(days) > MOST_DAYS or not all(1 <= day <= FURTHEST for day in days):
            raise forms.ValidationError(_("Up to 10 numbers of days, from 1 to 365."))
        return days

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        if given.get("reminders") == CHOSEN and not given.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say on which days."))
        if not self.errors and (fault := fault_of(given["quiet_from"], given["quiet_until"])):
            self.add_error("quiet_until", str(fault))
        return given

    @property
    def wishes(self) -> dict[str, Any]:
        """As they are kept: no days of one's own are those of the rules, an empty list none at all."""
        given = self.cleaned_data
        chosen = {USUAL: None, CHOSEN: given["days"], NONE: []}[given["reminders"]]
        same = {name: given[name] for name in ("language", "quiet_from", "quiet_until")}
        return {**same, "reminder_days": chosen}


class PreferencesPage(OwnScopedPage):
    area = "preferences"
    template = "own/preferences.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(PreferencesForm(initial=self._kept()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferencesForm(request.POST)
        if not form.is_valid():
            return self.shown(form, UNFIT)
        set_preferences(self.advocate, **form.wishes, unsubscribed_on=self._left_on(form.cleaned_data["optional_mail"]))
        return self.done(_("Saved."), "own:preferences")

    def shown(self, form: PreferencesForm, status: int = 200, **more: Any) -> HttpResponse:
        usual = reminder_days(self.advocate.bar, self.today)
        since = self.wishes.unsubscribed_on
        return self.page(status, form=form, usual=usual, feed=feed_of(self.advocate), since=since, **more)

    @cached_property
    def wishes(self) -> Preferences:
        return kept_wishes(self.advocate)

    def _left_on(self, wanted: bool) -> dt.date | None:
        """The day that was said first stays."""
        return None if wanted else self.wishes.unsubscribed_on or self.today

    def _kept(self) -> dict[str, Any]:
        kept = self.wishes
        days = kept.reminder_days
        return {
            "language": self.advocate.language or self.advocate.bar.language,
            "reminders": USUAL if days is None else CHOSEN if days else NONE,
            "days": ", ".join(map(str, days or ())),
            "quiet_from": kept.quiet_from,
            "quiet_until": kept.quiet_until,
            "optional_mail": kept.unsubscribed_on is None,
        }


class CalendarForm(forms.Form):
    do = forms.ChoiceField(choices=[("make", "make"), ("revoke", "revoke")])


class CalendarAddress(PreferencesPage):
    """An address of one's sessions and due dates, shown once: only its digest is kept."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CalendarForm(request.POST)
        if not form.is_valid() or form.cleaned_data["do"] == "revoke":
            take_back(self.advocate, now=now())
            return self.done(_("The calendar address leads nowhere any more."), "own:preferences")
        secret = give_address(self.advocate, now=now())
        address = settings.PUBLIC_URL + reverse("calendar-feed", args=[secret])
        return self.shown(PreferencesForm(initial=self._kept()), address=address)


urlpatterns = [
    path("preferences/", PreferencesPage.as_view(), name="preferences"),
    path("preferences/calendar-address/", CalendarAddress.as_view(), name="calendar-address"),
]
