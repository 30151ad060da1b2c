"""The advocate's ledger: as a page with filters, and the same as a PDF for printing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from compliance.certificates.words import Pair
from compliance.models import Standing
from compliance.queries import desk
from compliance.services.signing import signed
from compliance.services.transcripts import statement_of
from compliance.transcripts.paper import draw
from compliance.views.own.courses import categories_for
from compliance.views.own.listed import unit_of
from compliance.views.scoping import OwnScopedPage
from courses.models import Category, Entry

STATES = [("counts", _("stands")), ("taken_back", _("taken back, and corrections"))]


class TranscriptFilters(forms.Form):
    period = forms.ChoiceField(label=_("Period"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, to_field_name="code", empty_label=_("any")
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *STATES])

    def __init__(self, *args: Any, periods: list[Standing], categories: QuerySet[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        period, category = self.fields["period"], self.fields["category"]
        assert isinstance(period, forms.ChoiceField)
        assert isinstance(category, forms.ModelChoiceField)
        spans = [
            (str(each.period_start), f"{each.period_start:%d.%m.%Y} – {each.period_end:%d.%m.%Y}") for each in periods
        ]
        period.choices = [("", _("all")), *spans]
        category.queryset = categories


def _days(period: Standing) -> str:
    return f"{period.period_start:%d.%m.%Y} – {period.period_end:%d.%m.%Y}"


class OwnLedger(OwnScopedPage):
    area = "transcript"
    filters = TranscriptFilters

    def narrowed(self) -> tuple[forms.Form, QuerySet[Entry], tuple[dt.date, dt.date] | None, dict[str, Any]]:
        """The filters, the entries that they leave, and the days of the period that was asked for."""
        periods = list(Standing.objects.of(self.user).order_by("-period_start"))
        form, asked = self.asked(periods=periods, categories=categories_for(self.advocate.bar))
        rows = desk.transcript_of(self.user)
        spans = {str(each.period_start): (each.period_start, each.period_end) for each in periods}
        span = spans.get(asked.get("period", ""))
        if span:
            rows = rows.filter(earned_on__range=span)
        if "category" in asked:
            rows = rows.filter(category=asked["category"])
        if "state" in asked:
            rows = desk.in_state(rows, asked["state"])
        return form, rows, span, asked


class Transcript(OwnLedger):
    template = "own/transcript.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        form, entries, _span, asked = self.narrowed()
        sums = entries.order_by().values("category").annotate(minutes=Sum("minutes"))
        totals = {each["category"]: each["minutes"] for each in sums}
        names = Category.objects.in_bulk(totals)
        return self.page(
            form=form,
            asked=asked,
            rows=self.sheet(entries),
            totals=sorted((str(names[pk]), minutes) for pk, minutes in totals.items()),
            total=sum(totals.values()),
            unit=unit_of(self.advocate.bar, self.today),
        )


class TranscriptPdf(OwnLedger):
    """What the page shows, on paper and signed: in Kazakh and Russian, whatever language the page is in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        _form, entries, span, asked = self.narrowed()
        statement = statement_of(self.advocate, entries, self.today, span=span, narrowed=_said(asked))
        response = HttpResponse(signed(draw(statement), self.advocate.bar), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="transcript-{self.today:%Y-%m-%d}.pdf"'
        return response


def _said(asked: dict[str, Any]) -> list[Pair]:
    """What the ledger was narrowed to, apart from the period."""
    found = []
    if "category" in asked:
        found.append(Pair(*(asked["category"].name_in(language) for language in Pair._fields)))
    if "state" in asked:
        found.append(Pair(*(_in(language, dict(STATES)[asked["state"]]) for language in Pair._fields)))
    return found


def _in(language: str, text: Any) -> str:
    with translation.override(language):
        return str(text)


urlpatterns = [
    path("transcript/", Transcript.as_view(), name="transcript"),
    path("transcript.pdf", TranscriptPdf.as_view(), name="transcript-pdf"),
]
