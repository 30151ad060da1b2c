"""What anybody can read: the fields that the law or the bar makes public, and of a person nothing but their paper.

Law No. 94-V, Art. 7(3), (4): publishing needs consent, except what law obliges to publish. A certificate's public check
says name, course, hours and days, to whoever holds the paper's code; nothing else here names an advocate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advocates.models import Advocate, Bar
from compliance.models import Certificate
from tests.compliance.certified import attended
from tests.factories import make_advocate, make_bar
from tests.house.calls import CALLS
from tests.house.keys import ADDRESS_KEYS
from tests.house.rows import Rows, make_rows

pytestmark = pytest.mark.django_db
SECRETS = {
    "licence_number": "77665544", "email": "karlygash@mail.example.kz", "phone": "+7 777 123 45 67",
    "address": "Тұлпар көшесі, 5", "national_id": "850101300005",
}  # fmt: skip
NAME = "Қарлығаштегі Өтеген"
VERIFIED = {
    "code", "state", "ended_on", "replaced_by", "name", "course", "bar", "starts_on", "ends_on", "minutes",
    "unit_minutes", "issued_on", "example", "kk", "ru",
}  # fmt: skip
"""What the check of a certificate says: what is printed on it."""

PAGES = ("home", "verify-form", "login", "healthz", "live", "ready", "api:schema", "api:docs")
PUBLIC = [call for call in CALLS if call.descends_from("PublicView") and call.reads]


@pytest.fixture
def rows() -> Rows:
    """Everything about somebody whose short period, address and identifier are on record; and a paper of theirs."""
    bar = make_bar("PUB", parent=make_bar("KZ"))
    made = make_rows(bar)
    someone = make_advocate(bar, NAME, **SECRETS)
    made[Advocate], made[Certificate] = someone, attended(someone, bar=bar)
    return made


def _address(call: Any, rows: Rows) -> str:
    words = {"thumbprint": "x", "year": 2026}
    keys = [
        getattr(rows[ADDRESS_KEYS[name][0]], ADDRESS_KEYS[name][1]) if name in ADDRESS_KEYS else words.get(name, 1)
        for name in call.keys
    ]
    return reverse(call.name, args=keys)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)


def test_there_are_public_addresses() -> None:
    assert {"api:verify", "api:statistics", "api:rulebooks"} <= {call.name for call in PUBLIC}


@pytest.mark.parametrize("call", PUBLIC, ids=str)
def test_no_public_answer_tells_of_a_person(rows: Rows, call: Any, client: Client) -> None:
    answer = client.get(_address(call, rows), headers={"accept-language": "ru"})
    assert answer.status_code in (200, 404), answer.content
    text = answer.content.decode()
    for secret in SECRETS.values():
        assert secret not in text
    if call.name == "api:verify":
        assert set(_names(answer.json())) == VERIFIED - ({"kk"} if "kk" not in text else set())
    else:
        assert NAME not in text
        assert "Қарлығаштегі" not in text


@pytest.mark.parametrize("page", PAGES)
def test_no_public_page_tells_of_a_person(rows: Rows, page: str, client: Client) -> None:
    text = client.get(reverse(page)).content.decode()
    for secret in (*SECRETS.values(), NAME, "Қарлығаштегі"):
        assert secret not in text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_check_of_a_paper_tells_what_is_printed(rows: Rows, language: str, client: Client) -> None:
    page = reverse("verify", args=[rows[Certificate].code])
    text = client.get(page, headers={"accept-language": language}).content.decode()
    assert NAME in text
    for secret in SECRETS.values():
        assert secret not in text


def test_nobody_reads_a_list_of_people_without_logging_in(rows: Rows, client: Client) -> None:
    for address in ("advocates", "standings", "cases", "consents", "retention"):
        assert client.get(f"/api/v1/bars/{rows[Bar].code}/{address}").status_code == 401
