"""What was read a moment ago is told again: however often one asks, the database is asked every ten seconds at most."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """One value by process. Threads that ask while it is being read wait for it; a failure is not remembered."""

    def __init__(self, read: Callable[[], T], seconds: float) -> None:
        self._read, self._seconds = read, seconds
        self._lock = Lock()
        self._kept: tuple[float, T] | None = None

    def get(self) -> T:
        with self._lock:
            if self._kept is None or monotonic() - self._kept[0] >= self._seconds:
                self._kept = (monotonic(), self._read())
            return self._kept[1]

    def forget(self) -> None:
        with self._lock:
            self._kept = None
