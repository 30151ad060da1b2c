"""What if: planned courses and a change of status tried on one's own record. Asked with GET: nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocates.models import Status
from cle.core.clock import now
from compliance.queries.desk import Figure
from compliance.rules import Credit, FactsError
from compliance.rules.account import Account
from compliance.rules.assess import PeriodAssessment
from compliance.rules.suppose import Supposition, Turn
from compliance.services.finishing import credits_of
from compliance.services.supposing import compared
from compliance.views.own.courses import FORMATS, categories_for, day_field
from compliance.views.own.finish import figures_of
from compliance.views.scoping import UNFIT, OwnScopedPage
from compliance.views.tones import TONES
from courses.models import Category, Session
from courses.queries.catalogue import Wanted
from courses.queries.places import catalogue_of, held_places

ROWS, SESSIONS = 3, 30
"""Planned courses that can be typed in at once, and sessions to pick from, the soonest."""

LEAVING = "left"
"""Stands among the statuses, though it is the membership that ends, and not the licence."""

_SUSPENDED = (Status.SUSPENDED_OWN, Status.SUSPENDED_CLE, Status.SUSPENDED_OTHER)
_ENDED = (Status.EXCLUDED_LICENSED, Status.TERMINATED, Status.DEPRIVED)


def _labelled(statuses: Sequence[Status]) -> list[tuple[str, Any]]:
    return [(status.value, status.label) for status in statuses]


SUPPOSED: list[Any] = [
    ("", _("as it is")),
    *_labelled([Status.ACTIVE]),
    (_("For a time: the licence rests, the membership stays"), _labelled(_SUSPENDED)),
    (
        _("For good: the membership or the licence ends"),
        [(LEAVING, _("I leave the bar, for another one or altogether")), *_labelled(_ENDED)],
    ),
]
"""What may happen to somebody who is an advocate now. What is for a time and what is for good stands under headings:
in Kazakh the two differ by an ending."""


class PlannedForm(forms.Form):
    """A course that is in no catalogue: all of its fields, or none."""

    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, to_field_name="code", empty_label="—"
    )
    format = forms.ChoiceField(label=_("Format"), required=False, choices=[("", "—"), *FORMATS])
    on = day_field(_("Date"))
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if any(given.values()) and not self.errors:
            for name in self.fields:
                if not given.get(name):
                    self.add_error(name, _("This is needed as well."))
        return given

    @property
    def is_used(self) -> bool:
        """Something was filled in, sound or not."""
        return self.is_bound and any(self[name].value() for name in self.fields)

    def credit(self) -> Credit | None:
        given = self.cleaned_data
        if not given.get("category"):
            return None
        return Credit(given["on"], given["category"].code, given["format"], given["minutes"])


class SupposedForm(forms.Form):
    """Coming sessions to tick, and another status from a day on."""

    sessions = forms.MultipleChoiceField(label=_("Coming courses"), required=False, widget=forms.CheckboxSelectMultiple)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=SUPPOSED)
    since = day_field(_("From"))

    def supposed(self, credits: Sequence[Credit]) -> Supposition:
        status, since = self.cleaned_data["status"], self.cleaned_data["since"]
        if status == LEAVING:
            return Supposition(tuple(credits), left_on=since)
        return Supposition(tuple(credits), (Turn(status, since),) if status else ())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("status")) != bool(given.get("since")) and not self.errors:
            self.add_error("since" if given.get("status") else "status", _("This is needed as well."))
        return given


class Change(NamedTuple):
    """One requirement as it is, if it is there now, and as it would be."""

    now: Figure | None
    then: Figure


class Compared(NamedTuple):
    """A period as it would be, beside the same as it is."""

    period: PeriodAssessment
    now: Any
    then: Any
    changes: list[Change]
    unit: int


class WhatIf(OwnScopedPage):
    area = "credits"
    template = "own/what_if.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        held = [str(session.pk) for session in held_places(self.advocate, now())]
        sessions = {str(each.pk): each for each in self._sessions(held)}
        asked = bool(request.GET)
        form, rows = self._forms(sessions, held, request.GET if asked else None)
        if not asked:
            return self.page(form=form, rows=rows)
        if not all(each.is_valid() for each in (form, *rows)):
            return self.page(UNFIT, form=form, rows=rows)
        chosen = [sessions[key] for key in form.cleaned_data["sessions"]]
        result, problem = self._compared(form, rows, chosen)
        leaving = form.cleaned_data["status"] == LEAVING
        return self.page(form=form, rows=rows, asked=True, result=result, problem=problem, leaving=leaving)

    def _sessions(self, held: list[str]) -> list[Session]:
        """The soonest that may be taken, those in which there is a place for the advocate among them."""
        rows = catalogue_of(self.advocate, now(), Wanted()).order_by("starts_at", "pk")
        return [*rows[:SESSIONS], *rows.filter(pk__in=[*held, *self._named()])]

    def _named(self) -> list[str]:
        """Keys in the address, which may lie beyond the soonest."""
        return [key for key in self.request.GET.getlist("sessions") if key.isdecimal() and len(key) < 18]

    def _forms(
        self, sessions: dict[str, Session], held: list[str], data: Any
    ) -> tuple[SupposedForm, list[PlannedForm]]:
        form = SupposedForm(data, initial={"sessions": held})
        box = form.fields["sessions"]
        assert isinstance(box, forms.MultipleChoiceField)
        box.choices = [(key, self._label(session)) for key, session in sessions.items()]
        rows = [PlannedForm(data, prefix=f"course{number}") for number in range(1, ROWS + 1)]
        for row in rows:
            category = row.fields["category"]
            assert isinstance(category, forms.ModelChoiceField)
            category.queryset = categories_for(self.advocate.bar)
        return form, rows

    def _label(self, session: Session) -> str:
        return f"{date_format(session.starts_at, 'SHORT_DATE_FORMAT')} · {session.course}"

    def _compared(
        self, form: SupposedForm, rows: Sequence[PlannedForm], chosen: Sequence[Session]
    ) -> tuple[list[Compared], bool]:
        """The periods that matter, and whether the rules could not be applied to that."""
        credits = [credit for session in chosen for credit in credits_of(session)]
        credits += [credit for row in rows if (credit := row.credit())]
        try:
            both = compared(self.advocate, self.today, form.supposed(credits))
        except FactsError:
            return [], True
        return (_beside(*both), False) if both else ([], True)


def _beside(now: Account, then: Account) -> list[Compared]:
    """The newest period, and whichever is short now; the newest first."""
    before = {each.period.start: (each, rules) for each, rules in zip(now.result.periods, now.rules, strict=False)}
    found = []
    for place, (period, rules) in enumerate(zip(then.result.periods, then.rules, strict=False), start=1):
        was, old_rules = before.get(period.period.start, (None, rules))
        if place == len(then.result.periods) or (was is not None and was.status == "short"):
            known = {figure.code: figure for figure in figures_of(was, old_rules)} if was else {}
            changes = [Change(known.get(figure.code), figure) for figure in figures_of(period, rules)]
            tones = TONES[was.status] if was else None, TONES[period.status]
            found.append(Compared(period, *tones, changes, rules.unit.minutes))
    return found[::-1]


urlpatterns = [path("what-if/", WhatIf.as_view(), name="what-if")]
