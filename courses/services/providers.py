"""The organisation account of a provider, with which its own programs post courses and rosters."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from advocates.access import PROVIDER
from advocates.acting import beyond_the_wall
from advocates.models import Token, User
from advocates.services.tokens import issue_token
from courses.models import Provider


@transaction.atomic
def make_provider_token(
    provider: Provider, name: str, expires_at: dt.datetime, *, by: User, now: dt.datetime
) -> tuple[Token, str]:
    """A token of the provider's account, and its secret. Raises DomainError without an end within a year."""
    account = open_account(provider)
    return issue_token(account, provider.bar, name, [PROVIDER], expires_at, by=by, now=now)


def open_account(provider: Provider) -> User:
    """The provider's account, opened where there is none: nobody logs in with it, it is for tokens."""
    held = Provider.objects.select_for_update(of=("self",)).select_related("account", "bar").get(pk=provider.pk)
    if held.account is None:
        address = f"provider-{held.pk}@accounts.invalid"
        with beyond_the_wall("a user is made before the row that makes them one of the bar's"):
            held.account = User.objects.create_user(address, None, name=str(held)[:200])
        held.save(update_fields=["account"])
    return held.account
