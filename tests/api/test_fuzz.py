"""Odd requests from every kind of caller, made up from the description and sent to a running server: whatever comes,
the answer is one that the description names, in the shape that it gives, and never an error of ours.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as installed
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.transport.requests import ManagedCookiesSession

import compliance
from advocates.models import Advocate, Bar, RoleKind, User
from courses.models import Provider
from tests.factories import make_bar, make_national, make_user
from tests.house.keys import value_of
from tests.house.rows import Rows, make_rows

pytestmark = pytest.mark.django_db(transaction=True)
PUBLISHED = Path(compliance.__file__).parent / "docs" / "openapi.json"
CALLERS = ["nobody", "advocate", "provider", "staff without a role", "national officer", *RoleKind]
READ = {"nobody": "", "advocate": "/me", "provider": "/provider", RoleKind.BAR_ADMIN: "/bars/"}
"""Whoever is served most, and where: there they send what the description does not allow as well, others only what it
does; elsewhere they are turned away before what they send is looked at."""

_NAMES = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance"]  # fmt: skip
checks.load_all_checks()
CHECKS = checks.CHECKS.get_by_names(_NAMES)


@pytest.fixture
def rows() -> Rows:
    """A row of everything, of a bar below the national one."""
    return make_rows(make_bar("R-1", make_national()))


def caller(rows: Rows, name: str) -> User | None:
    if name == "nobody":
        return None
    if name == "advocate":
        person: Advocate = rows[Advocate]
        person.user = make_user()
        person.save(update_fields=["user"])
        return person.user
    if name == "provider":
        rows[Provider].account = make_user()
        rows[Provider].save(update_fields=["account"])
        return rows[Provider].account
    if name == "staff without a role":
        return make_user()
    if name == "national officer":
        return make_user(bar=rows[Bar].parent)
    return make_user(bar=rows[Bar], role=RoleKind(name))


def credentials(user: User | None) -> tuple[dict[str, str], dict[str, str]]:
    """Cookies and headers of a browser in which the user has logged in."""
    token = "".join(secrets.choice(string.ascii_letters) for _ in range(32))
    client, cookies = Client(), {installed.CSRF_COOKIE_NAME: token}
    if user is not None:
        client.force_login(user)
        cookies[installed.SESSION_COOKIE_NAME] = client.cookies[installed.SESSION_COOKIE_NAME].value
    return cookies, {"X-CSRFToken": token}


@pytest.fixture
def line(lasting: None) -> Iterator[ManagedCookiesSession]:
    """One connection for all requests; no cookie is kept from one to the next."""
    with ManagedCookiesSession() as session:
        session.headers.clear()
        yield session


def operations() -> Iterator[Any]:
    for found in schemathesis.openapi.from_path(str(PUBLISHED)).get_all_operations():
        yield found.ok()


@pytest.mark.parametrize("name", CALLERS)
def test_every_answer_is_one_of_those_described(
    live_server: Any, settings: Any, rows: Rows, line: ManagedCookiesSession, name: str
) -> None:
    settings.ENV = settings.ENV.model_copy(
        update={"api_requests_a_minute": 10**5, "api_strangers_requests_a_minute": 10**5}
    )
    cookies, headers = credentials(caller(rows, name))
    wrong = []
    for operation in operations():
        path = {key.name: value_of(key.name, _as_routed(operation.path), rows) for key in operation.path_parameters}
        for mode in modes(operation, name):
            strategy = operation.as_strategy(mode, path_parameters=path or None)
            wrong += ask(strategy, line, base_url=live_server.url, cookies=cookies, headers=headers)
    assert wrong == []


def modes(operation: Any, name: str) -> list[GenerationMode]:
    """What is sent is looked at where somebody of that kind is served, or where no log-in is asked for."""
    open_to_all = "security" not in operation.definition.raw
    everything = open_to_all if name == "nobody" else name in READ and READ[name] in operation.path
    return [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if everything else [GenerationMode.POSITIVE]


def _as_routed(path: str) -> str:
    """The address as the URLconf has it; of what kind a key is matters only where it is a number."""
    return path.replace("{", "<int:").replace("}", ">")


def ask(strategy: Any, line: ManagedCookiesSession, **sent: Any) -> list[str]:
    """What is wrong with the answers to a request made up by the strategy."""

    @seed(4)
    @settings(
        max_examples=1, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def send(case: Any) -> None:
        case.validate_response(case.call(session=line, **sent), checks=CHECKS)

    try:
        send()
    except Unsatisfiable:  # nothing can be wrong with an address without parameters
        return []
    except FailureGroup as error:
        return [f"{failure.operation}: {failure.title}: {failure.message}" for failure in error.exceptions]
    return []
