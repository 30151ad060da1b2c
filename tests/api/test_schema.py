"""The description of the API: complete, true of real answers, and changed only on purpose."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import drf_spectacular.validation
import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from jsonschema_rs import validator_for

from advocates.models import Advocate
from tests.compliance.certified import attended
from tests.compliance.rows import make_standing, ruled_bar
from tests.factories import give_credit, make_advocate, make_user

PUBLISHED = Path(__file__).resolve().parents[2] / "compliance" / "docs" / "openapi.json"
SPECIFICATION = Path(drf_spectacular.validation.__file__).with_name("openapi_3_1_schema.json")


@pytest.fixture
def advocate(db) -> Advocate:
    """With a row of each kind that the API shows."""
    person = make_advocate(ruled_bar(), "Сәрсенова Әлия", user=make_user(), licence_date=dt.date(2015, 3, 2))
    make_standing(person, "short")
    give_credit(person, 90, category="ethics")
    attended(person)
    return person


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    client.force_login(advocate.user)
    return client


def valid(described: dict[str, Any], schema: dict[str, Any], answer: Any) -> bool:
    whole = {**schema, "components": described["components"]}
    return not [error.message for error in Draft202012Validator(whole).iter_errors(answer)]


def test_it_is_the_one_that_was_published(described: dict[str, Any]) -> None:
    """A difference is a change of the API. Meant: ``manage.py spectacular --format openapi-json --file
    compliance/docs/openapi.json``, and a line in the changelog."""
    assert described == json.loads(PUBLISHED.read_text(encoding="utf-8"))


def test_it_is_an_openapi_description(described: dict[str, Any]) -> None:
    """By the specification's own schema, which the generator would check for seconds; this validator takes a moment."""
    rules = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    assert [error.message for error in validator_for(rules).iter_errors(described)] == []


def test_whoever_turns_pages_says_how_long_they_are(described: dict[str, Any]) -> None:
    asked = [{one["name"] for one in call.get("parameters", [])}
             for calls in described["paths"].values() for call in calls.values()]  # fmt: skip
    assert {"limit" in names for names in asked if "cursor" in names} == {True}


def test_every_address_for_the_logged_in_is_described(described: dict[str, Any]) -> None:
    from compliance.api.urls import urlpatterns

    patterns = [str(each.pattern) for each in urlpatterns if each.name not in ("nothing", "schema", "docs")]
    served = {"/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", pattern) for pattern in patterns}
    assert set(described["paths"]) == served
    assert described["openapi"].startswith("3.1")


def test_every_operation_says_what_it_does_and_how_it_fails(described: dict[str, Any]) -> None:
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["description"]
            assert {"400", "401", "404", "429"} <= set(operation["responses"])
            assert any(status.startswith("2") for status in operation["responses"])
            failure = operation["responses"]["400"]["content"]["application/problem+json"]["schema"]
            assert failure == {"$ref": "#/components/schemas/Problem"}


@pytest.mark.parametrize("address", ["me", "me/standings", "me/transcript", "me/certificates", "me/explanation"])
def test_real_answers_are_as_described(described: dict[str, Any], me: Client, address: str) -> None:
    answers_as_described(described, me, f"/api/v1/{address}")


@pytest.mark.parametrize(
    "address", ["", "/{bar}/advocates", "/{bar}/advocates/{advocate}", "/{bar}/advocates/{advocate}/explanation",
                "/{bar}/standings"],
)  # fmt: skip
def test_real_answers_to_staff_are_as_described(
    described: dict[str, Any], client: Client, advocate: Advocate, address: str
) -> None:
    client.force_login(make_user(bar=advocate.bar))
    answers_as_described(described, client, f"/api/v1/bars{address}", bar=advocate.bar.code, advocate=advocate.pk)


def answers_as_described(described: dict[str, Any], client: Client, address: str, **where: Any) -> None:
    answer = client.get(address.format(**where))
    content = described["paths"][address]["get"]["responses"]["200"]["content"]
    assert answer.status_code == 200
    assert valid(described, content["application/json"]["schema"], answer.json())


def test_the_validation_finds_a_wrong_answer(described: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    assert not valid(described, schema, {"type": "about:blank", "title": 1})


@pytest.mark.parametrize("address", ["me?wrong=1", "me/transcript?earned_from=1"])
def test_real_problems_are_as_described(described: dict[str, Any], me: Client, address: str) -> None:
    answer = me.get(f"/api/v1/{address}")
    assert answer.status_code == 400
    assert valid(described, {"$ref": "#/components/schemas/Problem"}, answer.json())


def test_every_example_works(described: dict[str, Any], me: Client) -> None:
    tried = 0
    for address, operations in described["paths"].items():
        if "{" in address:
            continue  # for staff: test_office_examples
        body = operations.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in body.get("examples", {}).values():
            answer = me.post(address, example["value"], content_type="application/json")
            assert answer.status_code == 200, answer.content
            assert valid(described, body["schema"], example["value"])
            tried += 1
    assert tried >= 2


def test_it_is_served_to_anybody_and_its_page_loads_from_nobody_else(client: Client, db) -> None:
    assert client.get("/api/v1/schema").json()["openapi"].startswith("3.1")
    answer = client.get("/api/v1/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith("/") for address in addresses)
    assert "default-src" in answer["Content-Security-Policy"]
    assert "unsafe-eval" not in answer["Content-Security-Policy"]
