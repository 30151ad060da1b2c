"""The first page of the office: what needs a person now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from advocates.access import Action
from advocates.queries.offices import offices_of
from compliance.views.scoping import BarScopedPage, PersonScopedPage


class Offices(PersonScopedPage):
    """Leads to the bar that was asked for, else to the highest one that the person works for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        codes = [bar.code for bar in offices_of(self.user)]
        if not codes:
            raise Http404
        asked = request.GET.get("bar", "")
        return redirect("office:today", asked if asked in codes else codes[0])


class Today(BarScopedPage):
    purpose = Action.READ_ROLL
    for_unit_heads = True
    area = "today"
    template = "office/today.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        return self.page()


urlpatterns = [
    path("", Offices.as_view(), name="offices"),
    path("<str:bar>/", Today.as_view(), name="today"),
]
