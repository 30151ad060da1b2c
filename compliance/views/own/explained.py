"""How an advocate's standing came about: every figure with its clause, every credit with what it counts for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from compliance.rules import FactsError
from compliance.rules.speech import spoken_of
from compliance.services.explaining import account_of, sections
from compliance.views.scoping import OwnScopedPage


class Explained(OwnScopedPage):
    """The logged-in advocate's own account, in the language of the page."""

    area = "credits"
    template = "own/explained.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        language = get_language() or "kk"
        try:
            counted = account_of(self.advocate, self.today)
        except FactsError:
            counted = None
        return self.page(
            summary=spoken_of(counted, self.today, language) if counted else "",
            sections=sections(counted, language) if counted else [],
        )
