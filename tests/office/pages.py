"""What tests of pages have in common."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cle.core.clock import now
from compliance.services.jobs import run_job


def text_of(answer: Any) -> str:
    """The page without its tags, in one line."""
    body = re.sub(r"(?s)<(head|script).*?</\1>", " ", answer.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def hidden(answer: Any, name: str) -> str:
    """What the page would send back unseen under this name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.content.decode())
    assert found, f"no hidden {name}"
    return found[1]


def worked(client: Client, answer: Any) -> Any:
    """The page of the job to which an answer leads, once a worker has done it."""
    assert answer.status_code == 302, answer.content
    run_job(int(answer.url.rstrip("/").rpartition("/")[2]), now=now)
    return client.get(answer.url)


def statements(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
