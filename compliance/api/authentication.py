"""Who is asking: for now, whoever has logged in to the site with the same browser."""

from __future__ import annotations

from drf_spectacular.authentication import SessionScheme
from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Answers strangers with 401, which needs a challenge by name (RFC 9110, 11.6.1); browsers ignore this one."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'


class LoggedIn(SessionScheme):  # type: ignore[no-untyped-call]
    """How the description of the API says it; known by being imported."""

    target_class = "compliance.api.authentication.SessionAuthentication"
