"""The public keys at the address where verifiers look for them (RFC 8615)."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from compliance.services.credentials import key_set


@require_safe
@cache_control(public=True, max_age=300)
def jwks(request: HttpRequest) -> JsonResponse:
    """Every key that has ever signed a credential here, the newest first."""
    return JsonResponse(key_set(), content_type="application/jwk-set+json")
