"""How an advocate's standing came about: every figure with its clause, every credit with what it counts for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cle.core.clock import local_date, now
from compliance.queries.desk import advocate_of
from compliance.rules import FactsError
from compliance.rules.speech import spoken_of
from compliance.services.explaining import account_of, sections


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def explained(request: HttpRequest) -> HttpResponse:
    """The logged-in advocate's own account, in the language of the page."""
    advocate = advocate_of(request.user)
    if advocate is None:
        raise Http404
    today, language = local_date(now(), advocate.bar.time_zone), get_language() or "kk"
    try:
        counted = account_of(advocate, today)
    except FactsError:
        counted = None
    return render(
        request,
        "compliance/explained.html",
        {
            "advocate": advocate,
            "summary": spoken_of(counted, today, language) if counted else "",
            "sections": sections(counted, language) if counted else [],
        },
    )
