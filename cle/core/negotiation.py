"""Which form an answer takes. Nearly every program takes whatever comes, and nearly every address has one form."""

from __future__ import annotations

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation

_ANYTHING = "*/*"


class OneForm(DefaultContentNegotiation):
    """As ever; the one form there is needs no choosing where any will do."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        if len(renderers) == 1 and not format_suffix and request.META.get("HTTP_ACCEPT", _ANYTHING) == _ANYTHING:
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)
