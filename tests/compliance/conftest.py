from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.plugins.smtp import Sink


@pytest.fixture
def smtp(settings) -> Iterator[Sink]:
    """A mail server that is up, and Django set up to use it."""
    sink = Sink()
    settings.EMAIL_BACKEND = "cle.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 5
    controller = sink.controller()
    controller.start()
    yield sink
    controller.stop()
