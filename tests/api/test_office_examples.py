"""The examples that the description gives to staff, sent as they stand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from advocates.models import Bar, RoleKind
from compliance.models import CaseState
from tests.api.test_schema import valid
from tests.compliance.certified import attended
from tests.compliance.rows import make_case, make_standing, ruled_bar
from tests.factories import make_advocate, make_user

pytestmark = pytest.mark.django_db
OURS = tuple(f"/api/v1/bars/{{bar}}/{noun}" for noun in ("cases", "certificates", "notices", "rulebooks"))


@pytest.fixture
def bar() -> Bar:
    return ruled_bar()


def place(bar: Bar, address: str) -> str:
    """The address with the keys of rows made for this call."""
    person = make_advocate(bar)
    make_standing(person)
    case = make_case(person, CaseState.NOTIFIED, due_on=dt.date(2025, 12, 31))
    return address.format(bar=bar.code, case=case.pk, code=attended(person).code)


def test_every_example_for_staff_works(described: dict[str, Any], client: Client, bar: Bar) -> None:
    client.force_login(make_user(bar=bar, role=RoleKind.BAR_ADMIN))
    tried = 0
    for address, operations in described["paths"].items():
        operation = operations.get("post", {})
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if not address.startswith(OURS):
            continue
        for number, example in enumerate(body.get("examples", {}).values()):
            headers = {"Idempotency-Key": f"{address} {number}"}
            answer: Any = client.post(
                place(bar, address), example["value"], content_type="application/json", headers=headers
            )
            assert answer.status_code in (200, 201, 202), (address, answer.content)
            answered = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
            assert valid(described, body["schema"], example["value"])
            assert valid(described, answered, answer.json())
            tried += 1
    assert tried >= 6
