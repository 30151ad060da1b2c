"""How often one may ask: the answers say what is left, and whoever asks too often waits while others do not."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.test_me import problem
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
LIMIT = 3


@pytest.fixture
def me(client: Client, settings) -> Client:
    settings.ENV = settings.ENV.model_copy(update={"api_requests_a_minute": LIMIT})
    client.force_login(make_advocate(make_bar(), user=make_user()).user)
    return client


def test_each_answer_says_how_many_requests_are_left(me: Client) -> None:
    left = [me.get("/api/v1/me")["RateLimit-Remaining"] for _ in range(LIMIT)]
    assert left == ["2", "1", "0"]


def test_one_too_many_is_told_when_to_go_on(me: Client) -> None:
    for _ in range(LIMIT):
        assert me.get("/api/v1/me").status_code == 200
    refused = me.get("/api/v1/me")
    problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert (refused["RateLimit-Limit"], refused["RateLimit-Remaining"]) == (str(LIMIT), "0")


def test_somebody_else_is_not_refused_for_it(me: Client) -> None:
    for _ in range(LIMIT + 1):
        me.get("/api/v1/me")
    me.force_login(make_advocate(make_bar(), user=make_user()).user)
    assert me.get("/api/v1/me").status_code == 200


def test_a_refused_request_does_nothing(me: Client) -> None:
    for _ in range(LIMIT):
        me.get("/api/v1/me")
    problem(me.post("/api/v1/me/what-if", {}, content_type="application/json"), 429)
