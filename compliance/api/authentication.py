"""Who is asking: a program with a token, or whoever has logged in to the site with the same browser."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from advocates.acting import act_as, finding_out
from advocates.models import Token, User
from advocates.queries.tokens import find_token
from advocates.services.tokens import note_use
from cle.core.clock import now
from cle.core.throttle import address_of


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer cle_…`` (RFC 6750). ``request.auth`` is then the token; no cookie and no CSRF check."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        scheme, _space, secret = authentication.get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        with finding_out():
            token = find_token(secret.strip(), now())
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."), code="token-invalid")
        act_as(token.user)
        note_use(token, address_of(request._request), now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        given = "Authorization" in request.headers
        return 'Bearer realm="api"' + (', error="invalid_token"' if given else "")


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; anything but reading needs the CSRF token of a page of ours."""


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API says it; known by being imported."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made at /api/v1/me/tokens or by an administrator of the bar. It grants what its "
            "scopes name, and never more than its user may do at that moment.",
        }


class LoggedIn(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "compliance.api.authentication.SessionAuthentication"
