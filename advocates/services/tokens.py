"""Making and revoking the tokens with which programs act as a user."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocates.access import OWN, SCOPES, roles_for
from advocates.models import Advocate, Bar, Token, User
from advocates.models.tokens import LONGEST
from advocates.queries.tokens import digest_of
from cle.core.errors import DomainError

PREFIX: Final = "cle_"
"""By which programs that look for leaked secrets know ours."""
SHOWN: Final = len(PREFIX) + 6
USE_NOTED_EVERY = dt.timedelta(minutes=1)


def make_token(
    user: User, bar: Bar, name: str, scopes: Collection[str], expires_at: dt.datetime, *, now: dt.datetime
) -> tuple[Token, str]:
    """A token of one's own, and its secret, which is nowhere else and never shown again.

    Raises DomainError for a scope that the user does not have at this bar today, and for a token without an end
    within a year.
    """
    for scope in scopes:
        if not _holds(user, bar, scope):
            raise DomainError(
                "scope-not-held", _("You may not do that at this bar yourself: %(scope)s.") % {"scope": scope}
            )
    return issue_token(user, bar, name, scopes, expires_at, by=user, now=now)


def _holds(user: User, bar: Bar, scope: str) -> bool:
    if scope == OWN:
        return Advocate.objects.of(user).exists()
    action = SCOPES.get(scope)
    return action is not None and Bar.objects.open_to(user, roles_for(action)).filter(pk=bar.pk).exists()


def issue_token(
    user: User, bar: Bar, name: str, scopes: Collection[str], expires_at: dt.datetime, *, by: User, now: dt.datetime
) -> tuple[Token, str]:
    """Write a token down for whoever has made sure that the user may have it."""
    if not now < expires_at <= now + LONGEST:
        raise DomainError("token-needs-an-end", _("A token has an end, within a year from now."))
    secret = PREFIX + secrets.token_hex(32)
    token = Token.objects.create(
        user=user, bar=bar, name=name, digest=digest_of(secret), start=secret[:SHOWN], scopes=sorted(set(scopes)),
        made_by=by, made_at=now, expires_at=expires_at,
    )  # fmt: skip
    return token, secret


def revoke_token(token: Token, *, by: User, now: dt.datetime) -> Token:
    """The token opens nothing from now on. Revoking it again changes nothing."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, revoked_by=by)
    token.refresh_from_db()
    return token


def note_use(token: Token, address: str | None, now: dt.datetime) -> None:
    """When and from where the token was last used; written at most once a minute."""
    if token.last_used_at is not None and token.last_used_at > now - USE_NOTED_EVERY:
        return  # most calls: nothing to ask the database
    seen = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    Token.objects.filter(seen, pk=token.pk).update(last_used_at=now, last_used_from=address)
