"""The transcript as a page and as a paper: the whole of one's own ledger, or what was asked for of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar
from courses.services.ledger import reverse_entry
from tests.compliance.rows import make_standing, ruled_bar
from tests.desk.test_transcript_paper import text
from tests.factories import give_credit, make_advocate, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bar() -> Bar:
    return ruled_bar()


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    person = make_advocate(bar, "Сәрсенова Әлия", user=make_user("own@mail.example.kz"))
    make_standing(person)  # of 2026
    give_credit(person, 90, dt.date(2025, 5, 20))
    give_credit(person, 45, dt.date(2026, 5, 20), "ethics")
    reverse_entry(give_credit(person, 180, dt.date(2026, 6, 20)), reason="Counted twice", by=None)
    return person


@pytest.fixture
def own(client: Client, advocate: Advocate) -> Client:
    client.force_login(advocate.user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        ("", [-180, 180, 45, 90]),
        ("?period=2026-01-01", [-180, 180, 45]),
        ("?category=ethics", [45]),
        ("?state=counts", [45, 90]),
        ("?state=taken_back", [-180, 180]),
        ("?period=2026-01-01&state=counts", [45]),
        ("?period=1999-01-01", [-180, 180, 45, 90]),  # shown as wrong, and not used
    ],
)
def test_filters(own: Client, query: str, minutes: list[int]) -> None:
    context = own.get(f"/my/transcript/{query}").context
    assert [entry.minutes for entry in context["rows"]] == minutes
    assert context["total"] == sum(minutes)


def test_corrections_are_shown(own: Client) -> None:
    text_of_page = own.get("/my/transcript/").content.decode()
    assert "Counted twice" in text_of_page
    assert "correction" in text_of_page
    assert "taken back" in text_of_page


def test_an_empty_one_says_what_to_do(client: Client, bar: Bar) -> None:
    client.force_login(make_advocate(bar, user=make_user()).user)
    assert "/my/courses/" in client.get("/my/transcript/").content.decode()


def test_the_paper_says_what_the_page_shows(own: Client) -> None:
    response = own.get("/my/transcript.pdf?period=2026-01-01&category=ethics")
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    said = text(response.content)
    assert "Период: 01.01.2026 – 31.12.2026" in said
    assert "Только: ethics (ru)" in said
    assert "Тек мыналар: ethics (kk)" in said
    assert "20.05.2026" in said
    assert "20.06.2026" not in said


def test_the_whole_paper(own: Client, advocate: Advocate) -> None:
    response = own.get("/my/transcript.pdf")
    said = text(response.content)
    assert advocate.full_name in said
    assert str(advocate.licence_number) in said
    assert "Период: все записи" in said
    assert "исправление" in said
    assert "Итого 3 135" in said.replace("Жиыны ", "")
    assert len(pypdfium2.PdfDocument(response.content)) == 1


@pytest.mark.parametrize("half", ["0001.key.pem", "0001.chain.pem"])
def test_while_the_key_cannot_sign_the_page_says_so(own: Client, settings: Any, tmp_path: Path, half: str) -> None:
    settings.KEYS_FOLDER = tmp_path
    own.raise_request_exception = False
    assert own.get("/my/transcript.pdf").status_code == 200
    file = tmp_path / "documents" / half
    whole = file.read_bytes()
    file.write_bytes(b"something else")
    answer = own.get("/my/transcript.pdf")
    assert answer.status_code == 503
    assert "cannot be signed at the moment" in answer.content.decode()
    assert str(tmp_path) not in answer.content.decode()
    file.write_bytes(whole)
    assert own.get("/my/transcript.pdf").status_code == 200


def test_nothing_of_anybody_else(own: Client, bar: Bar) -> None:
    give_credit(make_advocate(bar), 777, dt.date(2026, 5, 1))
    assert 777 not in [entry.minutes for entry in own.get("/my/transcript/").context["rows"]]
    assert "777" not in text(own.get("/my/transcript.pdf").content)


@pytest.mark.parametrize("path", ["/my/transcript/", "/my/transcript.pdf"])
def test_many_entries_cost_as_much_as_some(own: Client, advocate: Advocate, path: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert own.get(path).status_code == 200
        return len(queries)

    statements()
    with_some = statements()
    for _ in range(9):
        give_credit(advocate, 10, dt.date(2026, 7, 1))
    assert statements() == with_some
    assert with_some <= 11
