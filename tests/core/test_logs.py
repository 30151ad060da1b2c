"""What production logs, and what it answers, when something breaks: enough to find it, nothing about anybody."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from celery import shared_task
from django.db import DataError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from cle.logs import JsonLines, logging_of

NAME, MAIL = "Сәрсенова", "somebody@mail.example.kz"
UUID = "0f0f0f0f-1111-4222-8333-444444444444"


def fail(request: HttpRequest, bar: str = "", secret: str = "") -> HttpResponse:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [MAIL])
    except DataError as error:
        raise ValueError(f"no {NAME}") from error
    return HttpResponse()


handler500 = "cle.failures.server_error"
urlpatterns = [
    path("api/v1/bars/<str:bar>/fail/<str:secret>", fail),
    path("office/<str:bar>/fail/", fail),
    path("", include("cle.urls")),
]


@shared_task
def failing(*, bar_id: int, name: str) -> None:
    logging.getLogger("celery.app.trace").error("Task %(name)s: %(exc)s", {"name": "t", "exc": name}, exc_info=True)


@pytest.fixture
def lines() -> Iterator[Any]:
    """Everything that is logged, as production formats it; called, it gives what has come so far."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


@pytest.fixture
def visitor(db: None) -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
class TestABrokenRequest:
    def test_leaves_one_line_with_the_traceback_and_the_id_that_was_answered(self, visitor: Client, lines: Any) -> None:
        answer = visitor.get(f"/api/v1/bars/KZ-71/fail/s3cret?name={NAME}")
        (line,) = [each for each in lines() if each["level"] == "ERROR"]
        assert line["request"] == answer["X-Request-ID"]
        assert (line["method"], line["bar"], line["status"]) == ("GET", "KZ-71", 500)
        assert line["route"] == "/api/v1/bars/<str:bar>/fail/<str:secret>"
        assert [error["error"] for error in line["errors"]][:2] == [
            "builtins.ValueError",
            "django.db.utils.DataError",
        ]
        assert "raise ValueError" in line["errors"][0]["frames"][-1]
        assert any(error.get("sqlstate") == "22P02" for error in line["errors"])

    def test_says_nothing_about_anybody(self, visitor: Client, lines: Any) -> None:
        visitor.get(f"/api/v1/bars/KZ-71/fail/s3cret?name={NAME}")
        everything = json.dumps(lines(), ensure_ascii=False)
        assert "DataError" in everything
        for word in (NAME, MAIL, "s3cret", "?name"):
            assert word not in everything

    def test_programs_get_a_problem_document_that_names_the_request(self, visitor: Client) -> None:
        answer = visitor.get("/api/v1/bars/KZ-71/fail/s3cret")
        assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
        assert answer.json() == {
            "type": "about:blank", "title": "Internal Server Error", "status": 500,
            "detail": "Something broke on our side.", "instance": f"urn:uuid:{answer['X-Request-ID']}",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("language", "said"),
        [("en", "Something went wrong"), ("ru", "Что-то пошло не так"), ("kk", "Бірдеңе дұрыс болмады")],
    )
    def test_people_get_a_page_with_it(self, visitor: Client, language: str, said: str) -> None:
        answer = visitor.get("/office/KZ-71/fail/", headers={"accept-language": language})
        page = answer.content.decode()
        assert answer.status_code == 500
        assert said in page
        assert answer["X-Request-ID"] in page

    def test_a_proxy_may_name_the_request_and_nobody_else(self, visitor: Client, settings: Any) -> None:
        def named(given: str) -> str:
            return str(visitor.get("/office/KZ-71/fail/", headers={"x-request-id": given})["X-Request-ID"])

        assert named(UUID) != UUID
        settings.ENV = settings.ENV.model_copy(update={"behind_proxy": True})
        assert named(UUID.upper()) == UUID
        for odd in ("1", f"{UUID}x", f"{UUID}\n", "", NAME):
            assert named(odd) not in ("", odd)


def test_a_task_is_named_with_its_bar_and_without_its_arguments(lines: Any) -> None:
    failing.apply(kwargs={"bar_id": 7, "name": NAME}, task_id="T-1")
    (line,) = lines()
    assert (line["task_id"], line["bar"]) == ("T-1", 7)
    assert line["task"].endswith("failing")
    assert NAME not in json.dumps(line, ensure_ascii=False)


def test_own_words_are_told_and_those_of_others_by_their_template(lines: Any) -> None:
    logging.getLogger("compliance.services").warning("%d advocates of bar %s", 3, "KZ-71")
    logging.getLogger("kombu").warning("cannot reach %s, %d times", f"redis://{NAME}", 3)
    assert [line["message"] for line in lines()] == ["3 advocates of bar KZ-71", "cannot reach %s, %d times [3]"]


def test_production_sends_all_of_it_to_stderr_once() -> None:
    config = logging_of(production=True)
    logging.config.DictConfigurator(config)  # type: ignore[no-untyped-call]
    assert config["root"]["handlers"] == ["stderr"]
    assert not config["loggers"]["django"]["handlers"]
    assert logging_of(production=False) == {}
