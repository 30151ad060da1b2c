"""Sweeps: who has met the requirements, computed anew; followed while they run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from cle.core.clock import now
from compliance.models import SweepRun
from compliance.queries.progress import people_to_sweep, state_of, sweeps_over
from compliance.services.sweeps import start_sweep
from compliance.tasks import hand_out
from compliance.views.scoping import UNFIT, BarScopedPage


class SweepForm(forms.Form):
    rebuild = forms.BooleanField(
        label=_("Compute everybody anew"), required=False,
        help_text=_("If not ticked, only those of whom something has changed: the result is the same, and sooner."),
    )  # fmt: skip


class SweepScopedPage(BarScopedPage):
    """Runs over the bar, those of the bars above included, with the figures of this bar and the bars below it."""

    purpose = Action.READ_STANDINGS
    changing = Action.RUN_SWEEPS
    area = "short"

    def runs(self) -> QuerySet[SweepRun]:
        return sweeps_over(self.bar).select_related("started_by").order_by("-started_at", "-pk")

    def shown(self, run: Any) -> dict[str, Any]:
        """Who started a run of a bar above is not told here."""
        return {"run": run, "state": state_of(run), "by": run.started_by if run.bar_id == self.bar.pk else None}


class SweepsPage(SweepScopedPage):
    template = "office/sweeps.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self._page(SweepForm())

    def post(self, request: HttpRequest, bar: str) -> HttpResponse:
        form = SweepForm(request.POST)
        if not form.is_valid():
            return self._page(form, UNFIT)
        with transaction.atomic():
            run = start_sweep(self.bar, self.today, now=now(), rebuild=form.cleaned_data["rebuild"], by=self.user)
            hand_out(run)
        return redirect("office:sweep", self.bar.code, run.pk)

    def _page(self, form: SweepForm, status: int = 200) -> HttpResponse:
        sheet = self.sheet(self.runs(), 20)
        people = people_to_sweep(self.bar, self.today) if self.may_change else 0
        return self.page(status, form=form, rows=sheet, sweeps=[self.shown(run) for run in sheet], count=people)


class SweepPage(SweepScopedPage):
    template = "office/sweep.html"

    def get(self, request: HttpRequest, bar: str, sweeprun: int) -> HttpResponse:
        return self.page(**self.shown(get_object_or_404(self.runs(), pk=sweeprun)))


urlpatterns = [
    path("<str:bar>/sweeps/", SweepsPage.as_view(), name="sweeps"),
    path("<str:bar>/sweeps/<int:sweeprun>/", SweepPage.as_view(), name="sweep"),
]
