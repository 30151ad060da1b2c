"""Each address of the site is known to be scoped by bar or by person, or stands here with the reason why not."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

OPEN_BY_DESIGN = {
    "healthz": "says only that the process serves",
    "live": "says only that the process answers",
    "ready": "says whether database and queue answer, and for how many seconds the oldest work has waited",
    "metrics": "counts and ages of all bars together, for whoever bears the token in the settings",
    "version": "which release runs: for staff, and for whoever bears that token",
    "set_language": "changes the visitor's own cookie",
    "login": "has to be open to people who are not logged in",
    "logout": "ends the visitor's own session",
    "home": "shows the visitor their own next steps, or the way to log in",
    "api:schema": "describes the API, says nothing of anybody",
    "api:docs": "shows that description",
    "api:catalogue": "accredited courses and their coming sessions, published by law",
    "api:catalogue-courses": "accredited courses, published by law",
    "api:statistics": "counts of whole bars in periods that are over, small ones left out",
    "jwks": "public keys, for whoever checks a credential",
    "api:credential-key": "one of them",
    "api:issuer": "a bar's name, and its public keys",
    "api:credential-status": "which certificates no longer stand, as bits: no word about whose",
    "api:rulebooks": "the rules in force, which bars publish by law",
    "api:rulebook": "one of them",
    "mail-webhook": "a provider tells what became of messages: with a secret, and about numbers nobody can guess",
    "unsubscribe": "stops optional letters of the advocate in whose letter its signed address stood",
    "api:verify": "anybody may check a certificate, by its unguessable code",
    "calendar-feed": "shows the calendar of the advocate to whom its unguessable, revocable address was given",
    "api:verify-file": "anybody may check a certificate, by its file",
    "verify-file": "anybody may check a certificate, by its file",
    "verify-form": "asks for the code of a certificate",
    "certificate-pdf": "narrows by itself: the advocate's own papers, or those of the bars that staff work for",
    "verify": "anybody may check a certificate, by its unguessable code",
}
OPEN_PREFIXES = {
    "admin:": "every page is a BarScopedAdmin's: test_admin_scoping asks each of them",
    "account_": "log-in and the visitor's own password, without a key in the address but that of a letter",
    "mfa_": "second factors of whoever is logged in or about to be: test_passkeys asks for somebody else's",
    "socialaccount_": "says that the log-in of an organisation came to nothing",
    "openid_connect_": "the way to the log-in of an organisation, and back",
}
SCOPED = ("BarScoped", "PersonScoped", "OwnScoped", "StaffScoped", "ProviderScoped")
"""Names of the base classes (or of marks on functions) that narrow rows before a view sees them."""


def _routes(patterns: list[Any], prefix: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """(address, name with its namespace, view) of each pattern."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, address, inner)
        elif isinstance(pattern, URLPattern):
            yield address, f"{space}{pattern.name or ''}", pattern.callback


ROUTES = list(_routes(get_resolver().url_patterns))


def _class_of(view: Any) -> Any:
    return getattr(view, "view_class", None) or getattr(view, "cls", None)


def _lines(view: Any) -> set[str]:
    """Names of the classes that a view descends from; of a function, its own marks."""
    if (cls := _class_of(view)) is not None:
        return {base.__name__ for base in inspect.getmro(cls)}
    return {str(getattr(inspect.unwrap(view), "scoped_by", ""))}


def _listed(name: str) -> bool:
    return name in OPEN_BY_DESIGN or any(name.startswith(prefix) for prefix in OPEN_PREFIXES)


def test_the_admin_site_is_served() -> None:
    assert sum(name.startswith("admin:") for _address, name, _view in ROUTES) > 50


def test_opening_a_file_is_written_down() -> None:
    """Where the address names an advocate of a bar, the view says which part of the file it opens."""
    views = {name: _class_of(view) for address, name, view in ROUTES if "<int:advocate>" in address}
    assert "api:advocate" in views
    assert [name for name, view in views.items() if getattr(view, "opens", None) is None] == []


@pytest.mark.parametrize(
    ("address", "name", "view"),
    [route for route in ROUTES if not route[1].startswith("admin:")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_route_is_scoped_or_listed(address: str, name: str, view: Any) -> None:
    if _listed(name):
        return
    scoped = any(base.startswith(mark) for base in _lines(view) for mark in SCOPED)
    assert scoped, f"/{address} ({name or 'no name'}): no base class narrows its rows, and no reason is given"
