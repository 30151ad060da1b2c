"""What the program needs is away for a while: no error for what can wait, and nobody waits for ever."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from celery import Celery
from django.conf import settings

from cle.core.queue import enqueue
from tests.plugins.services import free_port


@pytest.mark.django_db
def test_work_asked_for_without_a_queue_is_no_error(
    django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has written work down is told so; the schedule finds it."""
    nowhere = Celery("nowhere", broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=False)
    nowhere.conf.task_publish_retry_policy = settings.CELERY_TASK_PUBLISH_RETRY_POLICY

    @nowhere.task(name="some.work")
    def work(*, key: int) -> None: ...

    with caplog.at_level(logging.WARNING, "cle.core.queue"), django_capture_on_commit_callbacks(execute=True):
        enqueue(work, key=1)
    (said,) = caplog.messages
    assert "some.work" in said
