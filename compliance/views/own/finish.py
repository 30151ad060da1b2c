"""The cheapest way to finish: what is missing, and the coming sessions that fit, in one list."""

from __future__ import annotations

from math import ceil, floor

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language

from cle.core.clock import now
from compliance.notices.sources import line_name
from compliance.queries.desk import Figure
from compliance.rules import FactsError, Rulebook
from compliance.rules.assess import PeriodAssessment
from compliance.services.finishing import finish_of
from compliance.views.own.listed import Listed, listed
from compliance.views.scoping import OwnScopedPage


def figures_of(period: PeriodAssessment, rules: Rulebook) -> list[Figure]:
    """The total and each requirement, in the whole minutes of a standing: what counts cut, what is asked rounded up."""
    language = get_language() or "kk"
    return [
        Figure(
            line.code,
            line_name(rules, line.code, language),
            ceil(line.required),
            floor(line.counted),
            ceil(line.missing),
        )
        for line in period.lines
    ]


class FinishPage(OwnScopedPage):
    area = "credits"
    template = "own/finish.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            finish = finish_of(self.advocate, now(), self.today)
        except FactsError:
            finish = None
        if finish is None:
            return self.page(finish=None)
        return self.page(
            finish=finish,
            figures=figures_of(finish.period, finish.rules),
            planned=[Listed(session) for session in finish.planned],
            shown=listed(self.advocate, finish.sessions),
            unit=finish.rules.unit.minutes,
        )


urlpatterns = [path("finish/", FinishPage.as_view(), name="finish")]
