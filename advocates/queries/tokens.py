"""Whose token this is."""

from __future__ import annotations

import datetime as dt
import hashlib

from advocates.models import Token


def digest_of(secret: str) -> str:
    """What is kept of a secret. The secret is 256 random bits, so that there is nothing to guess and to slow down."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_token(secret: str, now: dt.datetime) -> Token | None:
    """The token of this secret, with its user and bar; None when unknown, expired or revoked."""
    return Token.objects.live(now).filter(digest=digest_of(secret)).select_related("user", "bar").first()
