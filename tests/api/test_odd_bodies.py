"""Bodies and addresses that nobody means: each is answered with a problem, none with an error of ours or a page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.test_me import problem
from tests.factories import make_bar, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[" * 100_000, 400),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, 400),
        ('{"a":', 400),
        ('{"a": NaN}', 400),
        ('{"a": 1e400}', 400),
        ('{"a": ' + "9" * 5_000 + "}", 400),
        ('"' + "x" * 5_000_000 + '"', 413),
    ],
    ids=["deep list", "deep object", "half", "no number", "endless", "long number", "long"],
)
def test_it_is_a_problem(client: Client, body: str, status: int) -> None:
    bar = make_bar()
    client.force_login(make_user(bar=bar))
    for address in ("rulebooks/check", "certificates/preview"):
        problem(client.post(f"/api/v1/bars/{bar.code}/{address}", body, content_type="application/json"), status)


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "1"}], ids=["plain", "keyed"])
@pytest.mark.parametrize("body", [r'{"\ud800": 1}', r'{"reason": "\ud800"}'], ids=["name", "value"])
def test_half_a_character_is_a_fault_of_its_field(client: Client, body: str, headers: dict[str, str]) -> None:
    bar = make_bar()
    client.force_login(make_user(bar=bar))
    address = f"/api/v1/bars/{bar.code}/adjustments"
    said = problem(client.post(address, body, content_type="application/json", headers=headers), 400)
    assert said["errors"]


@pytest.mark.parametrize(
    "address",
    ["bars/%00/advocates", "bars/{bar}/certificates/%00", "bars/{bar}/certificates/%00.pdf", "issuers/%00",
     "credentials/status/%00/2026", "verify/%00", "me/certificates/%00.vc", "bars/{bar}/cases/" + "9" * 30],
)  # fmt: skip
def test_an_address_that_no_row_can_have_is_not_found(client: Client, address: str) -> None:
    bar = make_bar()
    client.force_login(make_user(bar=bar))
    problem(client.get("/api/v1/" + address.format(bar=bar.code)), 404)
    assert client.get("/certificates/%00.pdf").status_code == 404
