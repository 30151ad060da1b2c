"""A connection is asked whether it is alive only where it may not be."""

from __future__ import annotations

from time import monotonic

import psycopg
import pytest
from django.db import connection

from cle.postgres import base
from tests.plugins.worker import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    connection.close()
    _ask()


def _ask() -> int:
    """A request's worth of work; the key of the server's process that did it."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_one_that_has_just_been_used_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    whole = base.DatabaseWrapper.is_usable
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: asked.append(True) or whole(self))
    first = _ask()
    assert asked == []
    monkeypatch.setattr(base, "TRUSTED_SECONDS", 0.0)
    assert _ask() == first
    assert asked == [True]


def test_one_that_the_server_has_ended_is_replaced() -> None:
    first = _ask()
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert _ask() != first


def test_those_of_many_threads_are_not_renewed_together() -> None:
    ends = []
    for _ in range(20):
        connection.close()
        connection.connect()
        ends.append(connection.close_at - monotonic())
    assert 25 < min(ends) < max(ends) <= 60
    assert max(ends) - min(ends) > 5
