"""The API of the logged-in advocate: whose rows, in what shape, and what it refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar
from cle.core.pagination import KeysetPagination
from compliance.services.certificates import revoke_certificate
from courses.services.ledger import reverse_entry
from tests.compliance.certified import ISSUED, attended
from tests.compliance.rows import make_standing, ruled_bar
from tests.factories import give_credit, make_advocate, make_user

pytestmark = pytest.mark.django_db
ME, STANDINGS, TRANSCRIPT, CERTIFICATES = ADDRESSES = (
    "/api/v1/me", "/api/v1/me/standings", "/api/v1/me/transcript", "/api/v1/me/certificates",
)  # fmt: skip


@pytest.fixture
def bar() -> Bar:
    return ruled_bar()


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия", user=make_user(), email="own@mail.example.kz", language="ru")


@pytest.fixture
def stranger(bar: Bar) -> Advocate:
    """With a row of each kind that could leak."""
    other = make_advocate(bar, "Чужая Раиса", user=make_user())
    fill(other, 1)
    return other


@pytest.fixture
def me(client: Client, advocate: Advocate) -> Client:
    """The advocate's browser, set to English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(advocate.user)
    return client


def fill(person: Advocate, rows: int) -> None:
    for number in range(rows):
        year = 2026 - number
        days = {"period_end": dt.date(year, 12, 31), "due_on": dt.date(year, 12, 31)}
        make_standing(person, "short", period_start=dt.date(year, 1, 1), **days)
        attended(person)
        give_credit(person, 111 + number)


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert {"type", "title", "status", "detail"} <= document.keys()
    assert document["status"] == status
    return dict(document)


def test_who_i_am(me: Client, advocate: Advocate) -> None:
    assert me.get(ME, headers={"accept-language": "ru"}).json() == {
        "name": "Сәрсенова Әлия",
        "bar": {"code": advocate.bar.code, "name": advocate.bar.name_ru},
        "licence_number": advocate.licence_number,
        "licence_date": None,
        "language": "ru",
        "email": "own@mail.example.kz",
    }


def test_without_a_language_of_their_own_the_bar_s_is_used(client: Client, bar: Bar) -> None:
    client.force_login(make_advocate(bar, user=make_user()).user)
    assert client.get(ME).json()["language"] == bar.language == "kk"


def test_standings_are_complete_and_the_newest_first(me: Client, advocate: Advocate) -> None:
    fill(advocate, 2)
    first, second = me.get(STANDINGS).json()["results"]
    assert (first["period_start"], second["period_start"]) == ("2026-01-01", "2025-01-01")
    assert first["lines"] == [
        {"code": "total", "name": "All hours", "required_minutes": 720, "counted_minutes": 450, "missing_minutes": 270},
        {"code": "ethics", "name": "Professional ethics", "required_minutes": 90, "counted_minutes": 0,
         "missing_minutes": 90},
    ]  # fmt: skip
    del first["lines"]
    assert first == {
        "period_start": "2026-01-01", "period_end": "2026-12-31", "due_on": "2026-12-31",
        "petition_from": "2027-01-31", "status": "short", "required_minutes": 720, "counted_minutes": 450,
        "missing_minutes": 270, "unit_minutes": 45, "example": True, "computed_at": "2027-01-05T05:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "category", "course"),
    [
        ("kk", "Кәсіптік әдеп", "(kk)"),
        ("ru", "Профессиональная этика", "Курс"),
        ("en", "Professional ethics", "Course"),
    ],
)
def test_names_are_in_the_language_of_the_request(
    me: Client, advocate: Advocate, language: str, category: str, course: str
) -> None:
    make_standing(advocate)
    attended(advocate)
    asked = {"accept-language": language}
    response = me.get(STANDINGS, headers=asked)
    assert response["Content-Language"] == language
    assert response.json()["results"][0]["lines"][1]["name"] == category
    entry = me.get(TRANSCRIPT, headers=asked).json()["results"][0]
    assert course in entry["title"]
    assert entry["category_name"] == ("law" if language == "en" else f"law ({language})")


def test_the_transcript_adds_up(me: Client, advocate: Advocate) -> None:
    reverse_entry(give_credit(advocate, 100, dt.date(2026, 4, 20), "ethics"), reason="Counted twice", by=None)
    attended(advocate)
    correction, corrected, course = me.get(TRANSCRIPT).json()["results"]
    assert correction == {
        "earned_on": "2026-04-20", "title": "Counted twice", "category": "ethics", "category_name": "ethics",
        "format": "in_person", "minutes": -100, "correction": True, "taken_back": False,
    }  # fmt: skip
    assert (corrected["minutes"], corrected["correction"], corrected["taken_back"]) == (100, False, True)
    assert (course["earned_on"], course["minutes"], course["taken_back"]) == ("2025-03-14", 180, False)


def test_certificates_say_whether_they_stand(me: Client, advocate: Advocate, bar: Bar) -> None:
    first, second = attended(advocate), attended(advocate)
    revoke_certificate(first, by=make_user(bar=bar), reason="misspelt", now=ISSUED)
    rows = me.get(CERTIFICATES).json()["results"]
    assert [(row["serial"], row["code"], row["valid"]) for row in rows] == [
        (second.serial, second.code, True),
        (first.serial, first.code, False),
    ]
    assert (rows[0]["kind"], rows[0]["issued_at"]) == ("attendance", "2026-12-31T20:30:00Z")


def test_nobody_else_s_rows_are_ever_shown(client: Client, advocate: Advocate, stranger: Advocate) -> None:
    client.force_login(stranger.user)
    theirs = [client.get(address).json() for address in ADDRESSES]
    assert theirs[0]["name"] == "Чужая Раиса"
    assert all(shown["results"] for shown in theirs[1:])
    client.force_login(advocate.user)
    assert client.get(ME).json()["name"] == "Сәрсенова Әлия"
    assert [client.get(address).json()["results"] for address in ADDRESSES[1:]] == [[], [], []]


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_have_to_log_in(client: Client, stranger: Advocate, address: str) -> None:
    response = client.get(address)
    assert problem(response, 401)["type"] == "about:blank"
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("address", ADDRESSES)
def test_staff_who_are_no_advocates_find_nothing(client: Client, bar: Bar, stranger: Advocate, address: str) -> None:
    client.force_login(make_user(bar=bar))
    assert problem(client.get(address), 404)["type"] == "urn:problem-type:cle:not-an-advocate"


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_was_shut_out_is_a_stranger(me: Client, advocate: Advocate, address: str) -> None:
    advocate.user.is_active = False
    advocate.user.save(update_fields=["is_active"])
    problem(me.get(address), 401)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_can_be_written(advocate: Advocate, address: str) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(advocate.user)
    problem(careful.post(address, {}), 403)  # no token
    trusted = Client()
    trusted.force_login(advocate.user)
    for method in (trusted.post, trusted.put, trusted.patch, trusted.delete):
        assert problem(method(address), 405)["title"] == "Method Not Allowed"


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/me/", "/api/v1/me/standings/1", "/api/v1/advocates"])
def test_there_is_no_other_address(me: Client, stranger: Advocate, address: str) -> None:
    assert problem(me.get(address), 404)["type"] == "about:blank"


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_kept_on_the_way(me: Client, address: str) -> None:
    response = me.get(address)
    assert response["Cache-Control"] == ("private, no-cache" if address == TRANSCRIPT else "private, no-store")
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize(
    ("address", "query", "parameter"),
    [
        (ME, "advocate=1", "advocate"),
        (STANDINGS, "id=1", "id"),
        (STANDINGS, "format=html", "format"),
        (CERTIFICATES, "category=law", "category"),
        (TRANSCRIPT, "earned_form=2025-01-01", "earned_form"),
        (TRANSCRIPT, "earned_from=01.02.2025", "earned_from"),
        (TRANSCRIPT, "earned_from=2025-1-2", "earned_from"),
        (TRANSCRIPT, "earned_from=20250102", "earned_from"),
        (TRANSCRIPT, "earned_from=2025-W01-1", "earned_from"),
        (TRANSCRIPT, "earned_from=٢٠٢٥-٠١-٠٢", "earned_from"),
        (TRANSCRIPT, "earned_to=2025-02-30", "earned_to"),
        (TRANSCRIPT, "earned_to=2025-02-03T00:00", "earned_to"),
        (TRANSCRIPT, "earned_to=", "earned_to"),
        (TRANSCRIPT, "earned_from=2025-02-02&earned_to=2025-02-01", "earned_to"),
        (TRANSCRIPT, "earned_to=2025-02-01&earned_to=2025-02-02", "earned_to"),
        (TRANSCRIPT, "category=%00", "category"),
        (TRANSCRIPT, "category=a b", "category"),
        (TRANSCRIPT, "cursor=1", "cursor"),
        (TRANSCRIPT, "cursor=W10", "cursor"),  # []
        (TRANSCRIPT, "cursor=WyIyMDI1LTAxLTAxIiwieCJd", "cursor"),  # ["2025-01-01","x"]
        (TRANSCRIPT, "cursor=WzEsMl0", "cursor"),  # [1,2]
        (TRANSCRIPT, "cursor=я", "cursor"),
        (TRANSCRIPT, "cursor=" + "W" * 201, "cursor"),
    ],
)
def test_a_wrong_parameter_is_named(me: Client, address: str, query: str, parameter: str) -> None:
    document = problem(me.get(f"{address}?{query}"), 400)
    assert document["type"] == "urn:problem-type:cle:invalid-input"
    assert {fault["parameter"] for fault in document["errors"]} == {parameter}
    assert all(fault["detail"] for fault in document["errors"])


def test_all_wrong_parameters_are_named_at_once(me: Client) -> None:
    document = problem(me.get(f"{TRANSCRIPT}?earned_from=x&earned_to=y&bar=1"), 400)
    assert {fault["parameter"] for fault in document["errors"]} == {"earned_from", "earned_to", "bar"}


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        ("", [4, 3, 2, 1]),
        ("earned_from=2025-02-01", [4, 3, 2]),
        ("earned_to=2025-02-28", [2, 1]),
        ("earned_from=2025-02-01&earned_to=2025-02-01", [2]),
        ("category=ethics", [4, 2]),
        ("category=ethics&earned_to=2025-03-31", [2]),
        ("category=unheard-of", []),
    ],
)
def test_the_transcript_is_narrowed(me: Client, advocate: Advocate, query: str, minutes: list[int]) -> None:
    for month, category in enumerate(("law", "ethics", "law", "ethics"), start=1):
        give_credit(advocate, month, dt.date(2025, month, 1), category)
    assert [row["minutes"] for row in me.get(f"{TRANSCRIPT}?{query}").json()["results"]] == minutes


def read_through(client: Client, address: str) -> list[list[dict[str, Any]]]:
    pages = []
    following: str | None = address
    while following:
        page = client.get(following).json()
        pages.append(page["results"])
        following = page["next"] and "{0.path}?{0.query}".format(urlsplit(page["next"]))
    return pages


@pytest.mark.parametrize(("rows", "pages"), [(2, [2]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_pages_hold_each_row_once(
    me: Client, advocate: Advocate, stranger: Advocate, rows: int, pages: list[int]
) -> None:
    for number in range(rows):
        give_credit(advocate, number + 1, dt.date(2025, 5, 20 + number // 5))  # many on one day
    read = read_through(me, f"{TRANSCRIPT}?category=law&limit=3")
    assert [len(page) for page in read] == pages
    assert [row["minutes"] for page in read for row in page] == list(range(rows, 0, -1))


def test_a_hundred_make_a_page(me: Client, advocate: Advocate) -> None:
    for _ in range(101):
        give_credit(advocate, 1)
    assert [len(page) for page in read_through(me, TRANSCRIPT)] == [100, 1]


def test_certificates_of_one_moment_are_told_apart(
    me: Client, advocate: Advocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 1)
    serials = [attended(advocate).serial for _ in range(3)]
    assert [page[0]["serial"] for page in read_through(me, CERTIFICATES)] == serials[::-1]


def test_what_is_added_meanwhile_moves_nothing(me: Client, advocate: Advocate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    for number in range(4):
        give_credit(advocate, number + 1)
    following = me.get(TRANSCRIPT).json()["next"]
    give_credit(advocate, 99)
    assert [row["minutes"] for row in me.get(following).json()["results"]] == [2, 1]


def test_another_s_cursor_shows_only_one_s_own(
    client: Client, advocate: Advocate, stranger: Advocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 1)
    give_credit(advocate, 7, dt.date(2020, 1, 1))
    client.force_login(stranger.user)
    theirs = client.get(TRANSCRIPT).json()["next"]
    client.force_login(advocate.user)
    assert [row["minutes"] for row in client.get(theirs).json()["results"]] == [7]


@pytest.mark.parametrize(("address", "most"), [(ME, 4), (STANDINGS, 6), (TRANSCRIPT, 5), (CERTIFICATES, 4)])
def test_three_rows_cost_as_much_as_one(me: Client, advocate: Advocate, address: str, most: int) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert me.get(address).status_code == 200
        return len(queries)

    fill(advocate, 1)
    statements()  # documents of rules are read once per process
    with_one = statements()
    fill(make_advocate(advocate.bar), 1)
    for standing in advocate.standings.all():
        standing.delete()
    fill(advocate, 3)
    assert statements() == with_one
    assert with_one <= most
