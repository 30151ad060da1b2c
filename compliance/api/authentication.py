"""Who is asking: for now, whoever has logged in to the site with the same browser."""

from __future__ import annotations

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Answers strangers with 401, which needs a challenge by name (RFC 9110, 11.6.1); browsers ignore this one."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="api"'
