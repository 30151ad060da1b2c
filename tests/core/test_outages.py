"""What the program needs is away for a while: no error for what can wait, and nobody waits for ever."""

from __future__ import annotations

import datetime as dt
import errno
import json
import logging
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from celery import Celery
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from django.utils.translation import override

from cle.core.clock import local_date, local_midnight
from cle.core.errors import NotInOrder
from cle.core.problems import problem_response
from cle.core.queue import enqueue
from cle.core.secret_files import write_secret
from cle.core.whole_files import WholeFiles
from cle.failures import server_error
from cle.postgres.turns import in_turns
from cle.schedule import SCHEDULE
from compliance.notices.quiet import after_quiet
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


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond that many bytes: writing more fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_nothing_is_left_of_a_file_for_which_there_is_no_room(tmp_path: Path) -> None:
    files = WholeFiles(tmp_path)
    with room_for(100), pytest.raises(OSError, match="large"):
        files.save("paper.pdf", ContentFile(b"x" * 5000))
    with room_for(100), pytest.raises(OSError, match="large"):
        write_secret(tmp_path / "key", b"x" * 5000)
    assert list(tmp_path.iterdir()) == []
    files.save("paper.pdf", ContentFile(b"x" * 5000))
    assert (tmp_path / "paper.pdf").stat().st_size == 5000


def full_database() -> OperationalError:
    error = OperationalError("could not extend file")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file")
    return error


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), full_database()])
def test_whoever_asks_is_told_that_there_is_no_room(error: Exception) -> None:
    answer = problem_response(error, {})
    assert answer is not None
    assert (answer.status_code, answer.data["status"]) == (507, 507)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "Permission denied"), OperationalError("gone")])
def test_other_errors_are_ours(error: Exception) -> None:
    assert problem_response(error, {}) is None


@pytest.mark.parametrize(("error", "status"), [(full_database(), 507), (OperationalError("gone"), 500)])
def test_a_page_says_that_there_is_no_room(rf: RequestFactory, error: Exception, status: int) -> None:
    with override("en"):
        try:
            raise error
        except OperationalError:
            answer = server_error(rf.get("/office/"))
    assert answer.status_code == status
    assert ("no room left" in answer.content.decode()) == (status == 507)


def test_what_is_to_be_mended_first_is_said_to_programs(rf: RequestFactory) -> None:
    try:
        raise NotInOrder("The key is not in order.")
    except NotInOrder:
        answer = server_error(rf.get("/api/v1/me/"))
    said = json.loads(answer.content)
    assert (answer.status_code, said["status"], said["detail"]) == (503, 503, "The key is not in order.")


@pytest.mark.parametrize("name", ["cases", "notices-plan"])
def test_what_a_lost_message_of_the_night_leaves_undone_is_done_an_hour_later(name: str) -> None:
    night = SCHEDULE[name]["schedule"]
    (minute,) = night.minute
    due = [hour for hour in range(24) if hour in night.hour]
    first = dt.datetime(2026, 1, 1, due[0], minute, tzinfo=dt.UTC)
    since, until_next, _now = night.remaining_delta(first)
    assert since + until_next == first + dt.timedelta(hours=1)


CHANGES = [
    ("America/New_York", dt.date(2025, 11, 2)), ("Europe/Kyiv", dt.date(2026, 3, 29)),
    ("America/Havana", dt.date(2025, 11, 2)), ("Africa/Cairo", dt.date(2026, 4, 24)),
    ("America/Santiago", dt.date(2025, 9, 7)), ("Australia/Lord_Howe", dt.date(2025, 10, 5)),
]  # fmt: skip
"""Zones, and a day on which their clocks are put forward or back; in three of them at midnight."""


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_days_on_which_the_clock_changes_follow_on_each_other(zone: str, day: dt.date) -> None:
    """None overlaps another or leaves a gap, and quiet hours over the change end at their time, never before."""
    for today in (day - dt.timedelta(days=1), day, day + dt.timedelta(days=1)):
        first = local_midnight(today, zone).astimezone(dt.UTC)
        assert local_date(first, zone) == today
        assert local_date(first - dt.timedelta(microseconds=1), zone) == today - dt.timedelta(days=1)
    begun = local_midnight(day, zone).astimezone(dt.UTC) - dt.timedelta(hours=1)
    for minutes in range(0, 360, 10):
        moment = begun + dt.timedelta(minutes=minutes)
        awake = after_quiet(moment, dt.time(22), dt.time(2, 30), zone)
        assert awake >= moment
        assert not dt.time(22) <= awake.astimezone(ZoneInfo(zone)).time()
        assert awake.astimezone(ZoneInfo(zone)).time() >= dt.time(2, 30)
        assert awake - moment <= dt.timedelta(hours=6)


@pytest.mark.django_db
def test_a_table_is_changed_when_nobody_has_it_in_hands() -> None:
    """Who changes it lets go of what it has, instead of waiting for it with locks in its hands."""
    tries: list[bool] = []

    def change() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            tries.append(True)
            cursor.execute("ALTER TABLE advocates_bar ADD COLUMN tried integer")

    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as reader:
        reader.execute("LOCK TABLE advocates_bar IN ACCESS SHARE MODE")
        in_turns(change, connection, pause=reader.rollback)
    assert len(tries) == 2
