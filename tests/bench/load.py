"""An open load: requests leave at their time whether or not earlier ones have come back, as people's do."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit


class Ask(NamedTuple):
    """One request: what kind it is (for the figures), its address, and the headers of whoever asks."""

    kind: str
    path: str
    headers: dict[str, str]


class Answer(NamedTuple):
    """Seconds from the moment at which the request was due until its answer was read; status 0 for no answer."""

    kind: str
    seconds: float
    status: int


CALLERS = 24
"""Connections kept open at once: enough that none is waited for below a second's queue at 200 requests a second."""


def fire(url: str, asks: Sequence[Ask], per_second: float) -> list[Answer]:
    """Send ``asks`` in their order, ``per_second``; returns an answer for each of them."""
    answers: list[Answer] = []
    turns, lock, start = iter(enumerate(asks)), threading.Lock(), time.perf_counter() + 0.2

    def caller() -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        while (turn := _next(turns, lock)) is not None:
            number, ask = turn
            due = start + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            status = _sent(connection, ask)
            answers.append(Answer(ask.kind, time.perf_counter() - due, status))

    threads = [threading.Thread(target=caller) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _next(turns: Iterator[tuple[int, Ask]], lock: threading.Lock) -> tuple[int, Ask] | None:
    with lock:
        return next(turns, None)


def _sent(connection: http.client.HTTPConnection, ask: Ask) -> int:
    try:
        connection.request("GET", ask.path, headers=ask.headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return response.status


def milliseconds(answers: Sequence[Answer]) -> dict[str, float]:
    """The median, the 95th and the 99th percentile."""
    found = sorted(answer.seconds * 1000 for answer in answers)
    return {name: round(found[min(len(found) - 1, int(len(found) * share))], 1)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}  # fmt: skip
