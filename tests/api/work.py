"""Jobs asked for through the API, done as a worker does them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from cle.core.clock import now
from compliance.services.jobs import run_job


def finished(client: Client, answer: Any) -> dict[str, Any]:
    """The job of a call that was answered with 202, as it reads once a worker has done it."""
    assert answer.status_code == 202, answer.content
    run_job(answer.json()["id"], now=now)
    return dict(client.get(answer["Location"]).json())
