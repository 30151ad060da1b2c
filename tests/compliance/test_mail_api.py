"""Sending over a provider's interface: a real HTTP server on the loopback interface takes the requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from advocates.models import Bar
from compliance.models import Notice, NoticeEvent, NoticeState
from compliance.services.notices import release_abandoned, send_notice
from compliance.services.notices.sending import LEASE
from tests.compliance.rows import NOW, ruled_bar, warned


class Provider(ThreadingHTTPServer):
    """``status`` is its answer (0: it hangs up); ``asked`` are method, path, headers and body of each request."""

    daemon_threads = True
    status = 200
    known = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, Any, Any]] = []


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(self.server.status, {"result": {"id": "p-1"}}, json.loads(body))

    def do_GET(self) -> None:
        self._answer(200 if self.server.known else 404, {}, None)

    def _answer(self, status: int, said: Any, body: Any) -> None:
        self.server.asked.append((self.command, self.path, self.headers, body))
        if not status:
            return
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_said: Any) -> None:
        pass


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    server = Provider()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.EMAIL_BACKEND = "cle.mail_api.ApiBackend"
    settings.MAIL_API_URL = f"http://127.0.0.1:{server.server_address[1]}/send"
    settings.MAIL_API_TOKEN, settings.MAIL_API_ID = "token", "result.id"
    settings.MAIL_API_BODY = {
        "sender": {"email": "$from"},
        "to": [{"email": "$to"}],
        "title": "$subject",
        "raw": "$mime",
    }
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(sender_email="bar@mail.example.kz")


def test_the_message_goes_in_the_providers_shape(bar: Bar, provider: Provider) -> None:
    notice = warned(bar, email="a@mail.example.kz", language="en")
    assert send_notice(notice.pk, now=NOW) == NoticeState.SENT
    ((method, path, headers, body),) = provider.asked
    notice.refresh_from_db()
    assert (method, path, headers["Authorization"]) == ("POST", "/send", "Bearer token")
    assert headers["Idempotency-Key"] == notice.message_id
    assert set(body) == {"sender", "to", "title", "raw"}
    assert (body["to"], body["title"]) == ([{"email": "a@mail.example.kz"}], notice.subject)
    accepted = NoticeEvent.objects.get(notice=notice, kind="accepted")
    assert (accepted.code, accepted.provider_id) == ("200", "p-1")


@pytest.mark.parametrize(
    ("status", "state", "error"),
    [(422, NoticeState.TO_PRINT, "Refused 422"), (503, NoticeState.DUE, "OSError"), (429, NoticeState.DUE, "OSError")],
)
def test_what_is_refused_for_good_goes_on_paper(
    bar: Bar, provider: Provider, status: int, state: NoticeState, error: str
) -> None:
    provider.status = status
    notice = warned(bar)
    assert send_notice(notice.pk, now=NOW) == state
    assert Notice.objects.get().error == error


@pytest.mark.parametrize(
    ("looks", "known", "state"),
    [(True, True, NoticeState.SENT), (True, False, NoticeState.DUE), (False, True, NoticeState.UNCERTAIN)],
)
def test_no_answer_is_looked_up_before_it_is_repeated(
    bar: Bar, provider: Provider, settings: Any, looks: bool, known: bool, state: NoticeState
) -> None:
    provider.status, provider.known = 0, known
    settings.MAIL_API_LOOKUP_URL = settings.MAIL_API_URL + "/{message_id}" if looks else ""
    notice = warned(bar)
    assert send_notice(notice.pk, now=NOW) == state
    assert len(provider.asked) == 1 + looks
    if looks:
        assert f"%3C{notice.uuid}%40" in provider.asked[1][1]
    assert release_abandoned(NOW + LEASE * 2) == 0
