"""An open load: requests leave at their time whether or not earlier ones have come back, as people's do."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
    ready = [_written(url, ask) for ask in asks]
    turns, lock, start = iter(enumerate(asks)), threading.Lock(), time.perf_counter() + 0.2

    def caller() -> None:
        line = Line(url)
        while (turn := _next(turns, lock)) is not None:
            number, ask = turn
            due = start + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            status = line.status_of(ready[number])
            answers.append(Answer(ask.kind, time.perf_counter() - due, status))

    threads = [threading.Thread(target=caller) for _ in range(CALLERS)]
    with _no_pauses():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


@contextmanager
def _no_pauses() -> Iterator[None]:
    """A search for garbage among all that this process has loaded takes a tenth of a second, in which no answer is
    read: that is not the server's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _next(turns: Iterator[tuple[int, Ask]], lock: threading.Lock) -> tuple[int, Ask] | None:
    with lock:
        return next(turns, None)


def _written(url: str, ask: Ask) -> bytes:
    lines = [f"GET {ask.path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", "Accept-Encoding: identity"]
    lines += [f"{name}: {value}" for name, value in ask.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


class Line:
    """A connection that is kept until the server closes it, and read to the last byte of each answer.

    ``http.client`` takes twice as long for that (0.36 ms a request), on the cores that the server is to have.
    """

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._where = where.hostname or "", where.port or 80
        self._socket: socket.socket | None = None

    def status_of(self, request: bytes) -> int:
        """Of the whole answer; 0 where there is none."""
        try:
            return self._answered(self._sent(request))
        except (OSError, ValueError, LookupError):
            self._close()
            return 0

    def _sent(self, request: bytes) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self._where, timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        return self._socket

    def _answered(self, sock: socket.socket) -> int:
        head, _end, body = self._read(sock, b"", lambda read: b"\r\n\r\n" in read).partition(b"\r\n\r\n")
        status, *headers = head.lower().split(b"\r\n")
        named = dict(line.split(b": ", 1) for line in headers)
        length = int(named[b"content-length"])
        self._read(sock, body, lambda read: len(read) >= length)
        if named.get(b"connection") == b"close":
            self._close()
        return int(status.split()[1])

    @staticmethod
    def _read(sock: socket.socket, read: bytes, is_whole: Callable[[bytes], bool]) -> bytes:
        while not is_whole(read):
            piece = sock.recv(65_536)
            if not piece:
                raise ValueError("the answer breaks off")
            read += piece
        return read

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def milliseconds(answers: Sequence[Answer]) -> dict[str, float]:
    """The median, the 95th and the 99th percentile."""
    found = sorted(answer.seconds * 1000 for answer in answers)
    return {name: round(found[min(len(found) - 1, int(len(found) * share))], 1)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}  # fmt: skip
