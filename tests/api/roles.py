"""Browsers of people with a role, and bodies sent by them; shared by the tests of what staff do through the API."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import Client

from advocates.models import Bar, RoleKind
from tests.factories import make_user
from tests.house.rows import digest

_keys = count(1)


def browser(bar: Bar, role: RoleKind) -> Client:
    """Somebody of the bar's staff, set to English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(bar=bar, role=role))
    return client


def send(client: Client, method: str, address: str, **fields: Any) -> Any:
    """A call with a JSON body, but for GET; each with a key of its own."""
    if method == "get":
        return client.get(address)
    key = {"idempotency-key": f"key {next(_keys)}"}
    return getattr(client, method)(address, fields, content_type="application/json", headers=key)


ASIDE = ("advocates_user", "advocates_role", "advocates_idempotentrequest", "advocates_change", "advocates_fileread")
"""The test itself makes users, and reading a file is written down."""


def records() -> dict[str, str]:
    """The fingerprints of all tables but those of logging in, of keys of calls, and of who did or read what."""
    return {table: fingerprint for table, fingerprint in digest().items() if table not in ASIDE}
