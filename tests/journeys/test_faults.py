"""The year in which workers are killed, on a small scale; and that its counting notices what it looks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection

from compliance.models import Notice, NoticeState
from tests.faults import checks
from tests.faults.__main__ import lines
from tests.faults.server import Server, own_server
from tests.faults.year import BUSY, Plan, run
from tests.plugins.worker import database_url

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True, reset_sequences=True)]

KILLS = 11
_LEFT_OUT = (
    "2025-10-11", "2025-11-01", "2025-12-10", "2025-12-17", "2025-12-28", "2026-02-10", "2026-05-23", "2026-06-11",
)  # fmt: skip
NIGHTS = tuple(night for night in BUSY if night.isoformat() not in _LEFT_OUT)
"""Of those left out the next ones do the work, or nobody among so few has any."""


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """One that may be killed, with a copy of the test database, which is connected to until the test ends."""
    before = {key: connection.settings_dict.get(key) for key in ("HOST", "PORT", "USER", "NAME", "PGDATA", "OPTIONS")}
    with (
        TemporaryDirectory(prefix="cle-faults-", ignore_cleanup_errors=True) as folder,
        own_server(Path(folder)) as own,
    ):
        own.copy(database_url(), "year")
        here = own.parameters
        place = {"HOST": here["host"], "PORT": here["port"], "USER": here["user"], "NAME": "year", "PGDATA": own.data}
        use({**place, "OPTIONS": {}})  # what is committed is on the disk
        try:
            refuse_emptying()
            yield own
        finally:
            use(before)


def use(place: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict.update(place)


def refuse_emptying() -> None:
    """As everywhere but in the tests: the audit trail says so where it is not refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_no_truncate'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_no_truncate")


def test_a_year_in_which_workers_and_the_database_are_killed(server: Server, tmp_path: Path) -> None:
    found = run(Plan(60, KILLS, 7, tmp_path, bars=2, nights=NIGHTS), server, say=len)
    assert found["held"], "\n".join(lines(found))
    assert found["struck"].keys() >= {"sweep", "plan", "send", "roster", "roll", "closing", "certificates", "archive"}
    assert sum(by_whom.get("database", 0) for by_whom in found["struck"].values()) == 3
    assert {code for code, row in found["stages"].items() if row["should"]} >= {
        "reminder-120", "reminder-90", "reminder-30", "reminder-7", "overdue", "day-31", "petition-drafted",
        "suspended", "excused", "cured",
    }  # fmt: skip
    loss_is_noticed(found["stages"])


def loss_is_noticed(before: dict[str, dict[str, int]]) -> None:
    """One notice is lost, one is sent twice and nobody is told, a number is left out: each is named."""
    received = Counter(Notice.objects.exclude(message_id="").values_list("message_id", flat=True))
    assert broken(received) == set()
    reminders = Notice.objects.filter(state=NoticeState.SENT, stage="reminder-90").order_by("pk")
    doubled, lost = reminders[0], reminders[1]
    damage(
        f"DELETE FROM compliance_notice WHERE id = {lost.pk}",
        "UPDATE compliance_serialcounter SET last = last + 1 WHERE id = (SELECT min(id) FROM compliance_serialcounter)",
    )
    after: dict[str, Any] = checks.stages()
    planned = before["reminder-90"]["planned"] - 1
    assert after == {**before, "reminder-90": {**before["reminder-90"], "planned": planned, "lost": 1}}
    assert broken(received + Counter([doubled.message_id])) == {
        "serial numbers without gaps",
        "each message at the mail server is one of a notice",
        "a message is doubled only under its own Message-ID, and listed for a person",
    }


def broken(received: Counter[str]) -> set[str]:
    return {rule for rule, rows in checks.after_a_kill(received).items() if rows}


def damage(*statements: str) -> None:
    """As only somebody could do it who is above the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("RESET session_replication_role")
