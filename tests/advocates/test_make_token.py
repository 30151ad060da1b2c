"""A token made on the server opens what it says to whoever holds it, and nothing that its user may not do."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db


def made(*words: str) -> str:
    out = StringIO()
    call_command("make_token", *words, stdout=out)
    return out.getvalue().strip()


def test_an_advocate_s_token_reads_what_is_their_own(client: Client) -> None:
    user = make_advocate(make_bar("R-1"), "Сәрсенова Әлия", user=make_user("aliia@mail.example.kz")).user
    assert user is not None
    answer = client.get("/api/v1/me", headers={"authorization": f"Bearer {made(user.email, '--scope', 'own')}"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Сәрсенова Әлия")


def test_an_officer_s_token_reads_the_roll_of_the_bar(client: Client) -> None:
    bar = make_bar("R-1")
    secret = made(make_user("officer@mail.example.kz", bar=bar).email, "--scope", "read_roll", "--bar", "R-1")
    assert client.get("/api/v1/bars/R-1/advocates", headers={"authorization": f"Bearer {secret}"}).status_code == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody@mail.example.kz", "--scope", "own"], "no user"),
        (["u@mail.example.kz", "--scope", "own"], "Name the bar"),
        (["u@mail.example.kz", "--scope", "read_audit", "--bar", "R-1"], "may not do that"),
        (["u@mail.example.kz", "--scope", "read_roll", "--bar", "R-9"], "Name the bar"),
        (["u@mail.example.kz", "--scope", "read_roll", "--bar", "R-1", "--days", "500"], "within a year"),
    ],
)
def test_what_is_wrong_is_said(words: list[str], said: str) -> None:
    make_user("u@mail.example.kz", bar=make_bar("R-1"))
    with pytest.raises(CommandError, match=said):
        made(*words)
