"""Who acts, as PostgreSQL is told: of each statement, and of nobody else's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from celery import shared_task
from django.contrib.auth import get_user_model, login, logout
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.authentication import BaseAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView

from advocates.acting import acting, acting_for, actor, beyond_the_wall, finding_out
from advocates.models import Bar, User
from cle.celery import app
from tests.compliance.test_sweep import statements
from tests.factories import make_bar, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SETTINGS = ("user", "address", "request", "source")
NONE = {"user": "", "address": "", "request": "", "source": ""}
ROOT = Path(__file__).resolve().parents[2]


def told() -> dict[str, str]:
    """What the session has been told, by a cursor of Django's."""
    with connection.cursor() as cursor:
        return _read(cursor)


def left() -> dict[str, str]:
    """What an idle connection has been left with: read past the backend, which would tell it anew."""
    assert connection.connection is not None
    return _read(connection.connection.cursor())


def _read(cursor: Any) -> dict[str, str]:
    columns = ", ".join(f"coalesce(current_setting('cle.{name}', true), '')" for name in SETTINGS)
    cursor.execute(f"SELECT {columns}")
    return dict(zip(SETTINGS, cursor.fetchone(), strict=True))


def _undone() -> dict[str, str]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    except DatabaseError:
        pass
    return told()


def show(request: HttpRequest) -> HttpResponse:
    return JsonResponse(told())


def fail(request: HttpRequest) -> HttpResponse:
    told()
    raise RuntimeError("the view fails")


def idle(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing is read")


def undo(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_undone())


def come_and_go(request: HttpRequest) -> HttpResponse:
    before = told()["user"]
    with beyond_the_wall("nobody is logged in yet"):
        user = User.objects.get(email="comes@mail.example.kz")
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    between = told()["user"]
    logout(request)
    return JsonResponse({"seen": [before, between, told()["user"]]})


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(f"{told()['user']} {told()['request']}\n" for _ in range(2))


def ask(request: HttpRequest) -> HttpResponse:
    note.apply_async()
    return JsonResponse(told())


class ByHeader(BaseAuthentication):
    """Stands for a token: looked up in the database, long after the middleware has run."""

    def authenticate(self, request: Any) -> tuple[Any, None] | None:
        with finding_out():
            user = get_user_model().objects.filter(email=request.headers.get("X-User", "")).first()
        return (user, None) if user else None


class Late(APIView):
    authentication_classes = [ByHeader]
    permission_classes: list[Any] = []

    def get(self, request: Any) -> Response:
        return Response(told())


seen: list[dict[str, str]] = []


@shared_task
def note() -> None:
    seen.append(told())


urlpatterns = [
    path("show", show), path("fail", fail), path("idle", idle), path("undo", undo), path("stream", stream),
    path("ask", ask), path("late", Late.as_view()), path("come-and-go", come_and_go),
    path("", include("cle.urls")),
]  # fmt: skip


@pytest.fixture(autouse=True)
def clean() -> None:
    seen.clear()
    told()


def logged_in(**fields: Any) -> tuple[Client, User]:
    client, user = Client(), make_user(**fields)
    client.force_login(user)
    return client, user


def test_a_request_is_its_user_s() -> None:
    client, user = logged_in()
    answer = client.get("/show", REMOTE_ADDR="203.0.113.9")
    assert answer.json() == {
        "user": str(user.pk), "address": "203.0.113.9", "request": answer["X-Request-ID"], "source": "web",
    }  # fmt: skip


def test_the_address_is_that_of_the_visitor_behind_a_proxy(settings) -> None:
    settings.ENV = settings.ENV.model_copy(update={"behind_proxy": True})
    answer = Client().get("/show", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
    assert answer.json()["address"] == "203.0.113.7"


def test_requests_on_one_connection_never_mix() -> None:
    (first, one), (second, two) = logged_in(), logged_in()
    people = [(first, str(one.pk)), (second, str(two.pk)), (Client(), ""), (first, str(one.pk))]
    requests = set()
    for client, expected in people:
        shown = client.get("/show").json()
        assert (shown["user"], left()) == (expected, NONE)
        requests.add(shown["request"])
    assert len(requests) == 4


@pytest.mark.parametrize("address", ["/fail", "/undo"])
def test_a_request_that_fails_leaves_no_name(address: str) -> None:
    client, _user = logged_in()
    client.raise_request_exception = False
    client.get(address)
    assert left() == NONE
    assert Client().get("/show").json()["user"] == ""


def test_what_a_rollback_takes_back_is_told_again() -> None:
    client, user = logged_in()
    assert client.get("/undo").json()["user"] == str(user.pk)


def test_telling_costs_one_statement_and_so_does_forgetting() -> None:
    client, _user = logged_in()
    with statements(telling=True) as sent:
        client.get("/show")
    assert len(sent) == 2 + 2 + 1, "session and user, told and forgotten, and the view's own"


def test_a_request_that_reads_nothing_sends_nothing() -> None:
    client, _user = logged_in()
    with statements(telling=True) as sent:
        client.get("/idle")
    assert sent == []


@pytest.mark.parametrize("known", [True, False])
def test_who_is_known_late_is_known_in_time(known: bool) -> None:
    user = make_user()
    with statements(telling=True) as sent:
        shown = Client().get("/late", headers={"X-User": user.email if known else "nobody"}).json()
    assert shown["user"] == (str(user.pk) if known else "")
    assert len(sent) == 1 + 2 + 1


def test_logging_in_and_out_is_followed() -> None:
    user = make_user("comes@mail.example.kz")
    assert Client().get("/come-and-go").json()["seen"] == ["", str(user.pk), ""]
    assert left() == NONE


def test_what_is_sent_piece_by_piece_is_read_in_the_reader_s_name() -> None:
    client, user = logged_in()
    answer = client.get("/stream")
    pieces = [(piece.decode(), left()) for piece in answer]
    assert pieces == [(f"{user.pk} {answer['X-Request-ID']}\n", NONE)] * 2


def test_a_task_is_its_asker_s_and_joined_to_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.conf, "task_always_eager", True)
    client, user = logged_in()
    shown = client.get("/ask").json()
    assert seen == [{**shown, "source": "task"}]
    assert (shown["user"], shown["source"]) == (str(user.pk), "web")
    note.apply_async()
    assert (seen[1]["user"], seen[1]["source"]) == ("", "task")
    assert left() == NONE


def test_copy_is_told_even_as_the_first_statement_of_all() -> None:
    with acting("command", user=7), transaction.atomic(), connection.cursor() as cursor:
        assert cursor.copy is not None
        assert left()["user"] == "7"


def test_a_part_can_be_somebody_s() -> None:
    with acting("task", address="203.0.113.9", request="r-1"):
        with acting_for(make_user()):
            assert (told()["user"], told()["request"], told()["source"]) == (str(actor().user), "r-1", "task")
        assert told()["user"] == ""


def test_an_aborted_transaction_is_left_alone() -> None:
    with connection.cursor() as cursor, transaction.atomic(), acting("web", user=1):
        with pytest.raises(DatabaseError):
            cursor.execute("SELECT 1 / 0")
        with pytest.raises(DatabaseError, match="aborted"):
            told()
        transaction.set_rollback(True)
    assert told() == NONE


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_forgotten_too() -> None:
    client, user = logged_in()
    assert (client.get("/show").json()["user"], left()) == (str(user.pk), NONE)
    with acting("task", user=3), transaction.atomic():
        make_bar()
    assert (left(), Bar.objects.count()) == (NONE, 1)


def test_a_closed_connection_is_no_obstacle() -> None:
    with acting("web", user=3):
        told()
    with acting("web", user=4):
        assert told()["user"] == "4"


def test_commands_say_so(tmp_path: Path) -> None:
    code = "from advocates.acting import actor; print(actor().source, actor().address)"
    run = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1].startswith("command uid ")
