"""The public catalogue: what is coming of what is accredited, found in many ways; no link, no contact, no people."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from advocates.models import Bar
from cle.core.clock import now
from courses.models import Course, DeliveryFormat, Provider, Session
from tests.api.test_me import problem, read_through
from tests.compliance.test_sweep import statements
from tests.factories import UTC, make_bar, make_course, make_national, make_session, make_user

pytestmark = pytest.mark.django_db
SESSIONS, COURSES = "/api/v1/catalogue", "/api/v1/catalogue/courses"
SOON = dt.datetime(2126, 3, 14, 5, tzinfo=UTC)
"""10:00 in Almaty."""


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_national())


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


def course(bar: Bar, name: str, minutes: dict[str, int] | None = None, **fields: Any) -> Course:
    made = make_course(bar, minutes, **fields)
    made.name_kk, made.name_ru, made.name_en = f"{name} (kk)", f"{name} (ru)", name
    made.save(update_fields=["name_kk", "name_ru", "name_en"])
    return made


def coming(bar: Bar, name: str = "Ethics of the profession", starts_at: dt.datetime = SOON, **fields: Any) -> Session:
    return make_session(course(bar, name), starts_at, **fields)


def found(client: Client, address: str = SESSIONS, **query: Any) -> list[str]:
    rows = client.get(address, query).json()["results"]
    return [row["course"]["name"] if address == SESSIONS else row["name"] for row in rows]


def test_a_session_is_shown_with_its_course_and_no_more(client: Client, bar: Bar) -> None:
    secret = "https://meet.example/secret"
    made = coming(bar, link=secret, place="Almaty, Abay 1", speakers="Анна Ким", capacity=40)
    Provider.objects.update(contact="+7 701 555 55 55")
    answer = client.get(SESSIONS)
    (row,) = answer.json()["results"]
    assert row == {
        "id": made.pk, "starts_at": "2126-03-14T05:00:00Z", "ends_at": "2126-03-14T08:00:00Z",
        "place": "Almaty, Abay 1", "language": "ru", "speakers": "Анна Ким", "capacity": 40,
        "course": {
            "id": made.course_id, "number": made.course.number, "name": "Ethics of the profession",
            "bar": {"code": "R-1", "name": "R-1 Bar"}, "provider": "Centre", "format": "in_person",
            "accredited_from": "2024-01-01", "accredited_until": None, "minutes": 180,
            "categories": [{"code": "law", "name": "law", "minutes": 180}],
        },
    }  # fmt: skip
    text = answer.content.decode() + client.get(COURSES).content.decode()
    assert secret not in text
    assert "555 55 55" not in text


def test_names_are_in_the_language_of_the_request(client: Client, bar: Bar) -> None:
    coming(bar)
    (row,) = client.get(SESSIONS, headers={"accept-language": "kk"}).json()["results"]
    assert (row["course"]["name"], row["course"]["provider"]) == ("Ethics of the profession (kk)", "Орталық")


def test_only_what_is_coming_and_accredited_is_on_offer(client: Client, bar: Bar) -> None:
    coming(bar, "Coming")
    coming(bar, "Past", now() - dt.timedelta(hours=1))
    coming(bar, "Called off", state="cancelled", cancelled_at=now(), cancel_reason="x")
    draft = coming(bar, "Draft").course
    Course.objects.filter(pk=draft.pk).update(state="draft", number="", accredited_from=None)
    withdrawn = coming(bar, "Withdrawn").course
    Course.objects.filter(pk=withdrawn.pk).update(state="withdrawn")
    for name, fields in {
        "Expired the day before": {"accredited_until": dt.date(2126, 3, 13)},
        "Expires that day": {"accredited_until": dt.date(2126, 3, 14)},
        "From the day after": {"accredited_from": dt.date(2126, 3, 15)},
        "From that day": {"accredited_from": dt.date(2126, 3, 14)},
    }.items():
        make_session(course(bar, name, **fields), SOON)
    assert sorted(found(client)) == ["Coming", "Expires that day", "From that day"]


def test_courses_on_offer_today(client: Client, bar: Bar) -> None:
    course(bar, "Recorded", format=DeliveryFormat.RECORDED)
    course(bar, "Expired", accredited_until=dt.date(2025, 1, 1))
    course(bar, "Not yet", accredited_from=dt.date(2126, 1, 1))
    gone = course(bar, "Withdrawn")
    Course.objects.filter(pk=gone.pk).update(state="withdrawn")
    assert found(client, COURSES) == ["Recorded"]
    assert found(client, COURSES, format="in_person") == []
    assert found(client, COURSES, text="recor") == ["Recorded"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"category": "ethics"}, ["Ethics"]),
        ({"category": "nothing"}, []),
        ({"format": "live_online"}, ["Procedure"]),
        ({"language": "kk"}, ["Procedure"]),
        ({"place": "алмат"}, ["Ethics"]),
        ({"bar": "R-2"}, ["Procedure"]),
        ({"bar": "R-9"}, []),
        ({"text": "ethi"}, ["Ethics"]),
        ({"text": "ETHICS центр"}, ["Ethics"]),
        ({"text": "%"}, []),
        ({"from": "2126-03-15"}, ["Procedure"]),
        ({"to": "2126-03-14"}, ["Ethics"]),
        ({"from": "2126-03-14", "to": "2126-03-15"}, ["Ethics", "Procedure"]),
    ],
)
def test_it_is_searched(client: Client, bar: Bar, query: dict[str, str], names: list[str]) -> None:
    make_session(course(bar, "Ethics", {"ethics": 90, "law": 90}), SOON, place="г. Алматы")
    other = course(make_bar("R-2", bar.parent), "Procedure", format=DeliveryFormat.LIVE_ONLINE)
    make_session(other, dt.datetime(2126, 3, 14, 19, tzinfo=UTC), language="kk")  # midnight of the 15th in Almaty
    assert found(client, **query) == names


@pytest.mark.parametrize(
    ("query", "named"),
    [({"to": "2126-03-14", "from": "2126-03-15"}, "to"), ({"format": "tv"}, "format"), ({"from": "soon"}, "from"),
     ({"advocate": "1"}, "advocate"), ({"cursor": "x"}, "cursor")],
)  # fmt: skip
def test_an_odd_search_is_refused_and_not_kept(client: Client, bar: Bar, query: dict[str, str], named: str) -> None:
    answer = client.get(SESSIONS, query)
    assert [fault["parameter"] for fault in problem(answer, 400)["errors"]] == [named]
    assert "public" not in answer.get("Cache-Control", "")


def test_pages_follow_the_calendar(client: Client, bar: Bar) -> None:
    for day in (3, 1, 2, 2, 1):
        coming(bar, f"Day {day}", SOON + dt.timedelta(days=day))
    pages = read_through(client, f"{SESSIONS}?limit=2")
    assert [[row["course"]["name"] for row in page] for page in pages] == [
        ["Day 1", "Day 1"], ["Day 2", "Day 2"], ["Day 3"],
    ]  # fmt: skip
    assert len(read_through(client, f"{COURSES}?limit=2")) == 3


@pytest.mark.parametrize("address", [SESSIONS, COURSES])
def test_three_rows_cost_as_much_as_one(client: Client, bar: Bar, address: str) -> None:
    def asked() -> int:
        with statements() as sent:
            assert client.get(address).status_code == 200
        return len(sent)

    coming(bar)
    with_one = asked()
    coming(make_bar(parent=bar.parent))
    coming(bar)
    assert asked() == with_one
    assert with_one <= 3


@pytest.mark.parametrize("address", [SESSIONS, COURSES])
def test_it_may_be_kept_and_is_asked_for_again_by_its_tag(client: Client, bar: Bar, address: str) -> None:
    coming(bar)
    first = client.get(address)
    assert {"public", "max-age=300"} <= set(first["Cache-Control"].split(", "))
    assert "Accept-Language" in first["Vary"]
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    coming(bar)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_who_is_asking_makes_no_difference(client: Client, bar: Bar) -> None:
    coming(bar)
    stranger = client.get(SESSIONS).json()
    client.force_login(make_user(bar=bar))
    assert client.get(SESSIONS).json() == stranger
    problem(client.post(SESSIONS), 405)


def test_a_page_is_read_once_in_a_while_for_all_who_ask(client: Client, bar: Bar, settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"catalogue_seconds": 60})
    caches["answers"].clear()
    shown = course(bar, "Ethics of the profession")
    first = client.get(COURSES)
    shown.name_ru = "Этика адвоката"
    shown.save(update_fields=["name_ru"])
    with statements() as sent:
        again = client.get(COURSES)
    assert not sent
    assert again.json() == first.json()
    assert again["Cache-Control"] == first["Cache-Control"]
    assert again["RateLimit-Remaining"] < first["RateLimit-Remaining"]
    assert client.get(COURSES, headers={"If-None-Match": first["ETag"]}).status_code == 304
    (row,) = client.get(COURSES, headers={"Accept-Language": "ru"}).json()["results"]
    assert row["name"] == "Этика адвоката"
    assert client.get(COURSES, {"text": "unheard of"}).json()["results"] == []
    caches["answers"].clear()
