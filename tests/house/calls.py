"""Every call that the site answers, the admin site's pages apart: the method, the route and what serves it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpRequest
from rest_framework.request import Request

from cle.core.openapi import Schema
from tests.house.test_routes import ROUTES

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
ASKED_ELSEWHERE: Final = ("admin:", "account_", "mfa_", "socialaccount_", "openid_connect_")
"""Names of routes that tests of their own ask: test_admin_scoping the office, tests/login the ways in."""

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "healthz": ("GET",),
        "live": ("GET",),
        "ready": ("GET",),
        "metrics": ("GET",),
        "version": ("GET",),
        "home": ("GET",),
        "verify-form": ("GET",),
        "verify": ("GET",),
        "verify-file": ("GET", "POST"),
        "certificate-pdf": ("GET",),
        "jwks": ("GET",),
        "calendar-feed": ("GET",),
        "mail-webhook": ("POST",),
        "unsubscribe": ("GET", "POST"),
        "set_language": ("POST",),
        "api:nothing": ("GET",),
    }
)
"""Views of which it cannot be read off which methods they answer."""


@dataclass(frozen=True)
class Call:
    method: str
    name: str
    address: str
    keys: tuple[str, ...]
    """Names of the keys that stand in the address, in their order."""
    view: Any

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    @property
    def reads(self) -> bool:
        return self.method in READING

    def descends_from(self, name: str) -> bool:
        return inspect.isclass(self.view) and name in {base.__name__ for base in inspect.getmro(self.view)}

    def body_serializer(self) -> Any:
        """The serializer that checks what is sent, the one that the description of the API shows; None without."""
        if self.reads or not self.descends_from("APIView"):
            return None
        handler = getattr(self.view, self.method.lower())
        schema = getattr(handler, "kwargs", {}).get("schema", Schema)()
        schema.view, schema.method, schema.path = self.view(), self.method, self.address
        schema.view.request, schema.view.kwargs, schema.view.swagger_fake_view = Request(HttpRequest()), {}, True
        found = schema.get_request_serializer()
        return found() if inspect.isclass(found) else found


def _methods(name: str, view: Any) -> tuple[str, ...]:
    if name in FUNCTIONS or not inspect.isclass(view):
        return FUNCTIONS.get(name, ())
    answered = [method.lower() for method in METHODS if method.lower() in view.http_method_names]
    return tuple(method.upper() for method in answered if callable(getattr(view, method, None)))


def _calls() -> Iterator[Call]:
    for address, name, callback in ROUTES:
        if name.startswith(ASKED_ELSEWHERE):
            continue
        view = getattr(callback, "view_class", None) or getattr(callback, "cls", None) or callback
        keys = tuple(part.partition(">")[0].rpartition(":")[2] for part in address.split("<")[1:])
        for method in _methods(name, view) or ("?",):
            yield Call(method, name, address, keys, view)


CALLS: Final = list(_calls())
