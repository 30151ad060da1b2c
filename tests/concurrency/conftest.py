from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.plugins.smtp import Sink
from tests.plugins.worker import Crew, crew_at_work


@dataclass
class SlowSink(Sink):
    """A mail server that has taken a message long before it says so."""

    pause: float = 0.0

    async def handle_DATA(self, *given: Any) -> str:
        answer = await super().handle_DATA(*given)
        await asyncio.sleep(self.pause)
        return answer


@pytest.fixture(scope="module")
def sink() -> Iterator[SlowSink]:
    server = SlowSink()
    controller = server.controller()
    controller.start()
    yield server
    controller.stop()


@pytest.fixture(autouse=True)
def at_rest(transactional_db, crew) -> Iterator[None]:
    """The tables are emptied after each test, and not while a worker still writes to them."""
    yield
    crew.rest()


@pytest.fixture(scope="module")
def crew(django_db_setup, django_db_blocker, tmp_path_factory, sink) -> Iterator[Crew]:
    """Workers on the test database that send their mail to ``sink``."""
    with (
        django_db_blocker.unblock(),
        crew_at_work(tmp_path_factory.mktemp("crew"), SMTP_HOST="127.0.0.1", SMTP_PORT=str(sink.port)) as workers,
    ):
        yield workers
