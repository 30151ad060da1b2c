"""Seals: over what is final, by nobody's leave, and whoever alters a sealed change is found out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from advocates.audit import sealing
from advocates.audit.sealing import seal_changes
from advocates.audit.verifying import LATE, verify
from advocates.models import AuditSeal, Bar, Change, Unit
from advocates.tasks import seal_audit_trail
from cle.audited import audited
from cle.core.clock import now
from tests.factories import make_bar

pytestmark = pytest.mark.django_db
TOGETHER = pytest.mark.django_db(transaction=True)
SOON = dt.timedelta(seconds=0.2)


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three changes under a seal."""
    monkeypatch.setattr(sealing, "BATCH", 3)


@pytest.fixture
def changes(batches: None) -> list[int]:
    """Keys of seven changes under three seals; some keys before them were never used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('advocates_change', 'id')) FROM generate_series(1, 9)")
    bar = make_bar()
    Unit.objects.bulk_create([Unit(bar=bar, name=f"Unit {number}") for number in range(6)])
    seal_changes(now=now())
    return list(Change.objects.order_by("pk").values_list("pk", flat=True))


def tampered(sql: str) -> None:
    """As somebody who owns the server would."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("advocates_change", "advocates_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_append_only")
        cursor.execute(sql)
        for table in ("advocates_change", "advocates_auditseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_append_only")


def fault(**options: str) -> str:
    """What is wrong with the seals."""
    return verify([], now=now(), **options).fault


@contextmanager
def as_everywhere_else() -> Iterator[CursorWrapper]:
    """What refuses to empty tables is switched on again, until the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_no_truncate'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_no_truncate")
        yield cursor
        transaction.set_rollback(True)


def test_all_changes_come_under_seals_in_order(changes: list[int]) -> None:
    seals = list(AuditSeal.objects.order_by("pk"))
    assert [seal.count for seal in seals] == [3, 3, 1]
    assert seals[0].first == 1
    assert [seal.last for seal in seals] == [changes[2], changes[5], changes[6]]
    assert [seal.first for seal in seals[1:]] == [seal.last + 1 for seal in seals[:-1]]
    assert fault() == ""
    assert seal_changes(now=now()) == []


def test_later_changes_come_under_later_seals(changes: list[int]) -> None:
    make_bar()
    seal_audit_trail()
    assert AuditSeal.objects.count() == 4
    make_bar()
    assert fault() == ""


TAMPERINGS: dict[str, tuple[Callable[[list[int]], str], str]] = {
    "who": (lambda keys: f"UPDATE advocates_change SET user_id = 1 WHERE id = {keys[4]}", "change {4} was altered"),
    "when": (
        lambda keys: f"UPDATE advocates_change SET at = at + interval '1 microsecond' WHERE id = {keys[1]}",
        "change {1} was altered",
    ),
    "what": (
        lambda keys: f"""UPDATE advocates_change SET after = after || '{{"name": "x"}}' WHERE id = {keys[6]}""",
        "change {6} was altered",
    ),
    "gone": (lambda keys: f"DELETE FROM advocates_change WHERE id = {keys[3]}", "change {3} is missing"),
    "put in": (
        lambda keys: "INSERT INTO advocates_change OVERRIDING SYSTEM VALUE SELECT "
        f"(jsonb_populate_record(c, '{{\"id\": {keys[0] - 1}}}')).* FROM advocates_change c WHERE id = {keys[0]}",
        "change {-1} was put in",
    ),
    "seal gone": (
        lambda keys: f"DELETE FROM advocates_auditseal WHERE last = {keys[5]}",
        "a seal is missing: changes {after 2} to {5}",
    ),
    "first seal gone": (
        lambda keys: f"DELETE FROM advocates_auditseal WHERE last = {keys[2]}", "a seal is missing: changes 1 to {2}",
    ),
    "seal altered": (
        lambda keys: f"UPDATE advocates_auditseal SET sealed_at = now() WHERE last = {keys[5]}",
        "the seal of changes {after 2} to {5} was altered",
    ),
    "digests altered": (
        lambda keys: f"UPDATE advocates_auditseal SET digests = 'x' WHERE last = {keys[5]}",
        "the seal of changes {after 2} to {5} was altered",
    ),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_tampered_with_is_named(changes: list[int], tampering: str) -> None:
    sql, said = TAMPERINGS[tampering]
    named = {f"{{{n}}}": str(key) for n, key in enumerate(changes)}
    named |= {"{-1}": str(changes[0] - 1), "{after 2}": str(changes[2] + 1)}
    tampered(sql(changes))
    for mark, key in named.items():
        said = said.replace(mark, key)
    assert fault().startswith(said)


def test_the_last_seal_and_all_behind_it_rewritten_shows_by_a_sum_kept_elsewhere(changes: list[int]) -> None:
    kept = AuditSeal.objects.latest("last").sha256
    assert fault(anchor=kept) == ""
    tampered(f"DELETE FROM advocates_auditseal WHERE last = {changes[6]}")
    tampered(f"UPDATE advocates_change SET user_id = 7 WHERE id = {changes[6]}")
    seal_changes(now=now())
    assert fault() == ""
    assert fault(anchor=kept) == f"no seal has the sum {kept}"


def test_changes_that_nobody_sealed_for_long_are_an_alarm(changes: list[int]) -> None:
    tampered(f"DELETE FROM advocates_auditseal WHERE last = {changes[6]}")
    assert verify([], now=now()).fault == ""
    assert f"change {changes[6]} of" in verify([], now=now() + LATE).fault


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("ALTER TABLE courses_entry DISABLE TRIGGER audit_insert", "courses_entry is not recorded"),
        ("DROP TRIGGER audit_update ON courses_entry", "courses_entry is not recorded"),
        ("CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
         "the function audit_record was altered"),
    ],
)  # fmt: skip
def test_a_trail_that_is_no_longer_written_is_an_alarm(changes: list[int], sql: str, said: str) -> None:
    with as_everywhere_else() as cursor:
        assert verify(audited(), now=now()).fault == ""
        cursor.execute(sql)
        assert verify(audited(), now=now()).fault.startswith(said)


@TOGETHER
def test_a_change_that_comes_late_is_waited_for(bar: Bar) -> None:
    """Its key is lower than that of a change that can be seen already."""
    ready, end = Event(), Event()
    thread = Thread(target=_write_slowly, args=(bar.pk, ready, end))
    thread.start()
    ready.wait(20)
    Unit.objects.create(bar=bar, name="quick")
    before = AuditSeal.objects.count()
    assert seal_changes(now=now(), patience=SOON) == []
    end.set()
    thread.join(20)
    (seal,) = seal_changes(now=now())
    assert (AuditSeal.objects.count(), seal.count) == (before + 1, 2)
    names = (
        Change.objects.filter(pk__range=(seal.first, seal.last)).order_by("pk").values_list("after__name", flat=True)
    )
    assert list(names) == ["slow", "quick"]
    assert fault() == ""


def _write_slowly(bar: int, ready: Event, end: Event) -> None:
    try:
        with transaction.atomic():
            Unit.objects.create(bar_id=bar, name="slow")
            ready.set()
            end.wait(20)
    finally:
        connection.close()


@pytest.fixture
def bar() -> Bar:
    bar = make_bar()
    seal_changes(now=now())
    return bar


@TOGETHER
def test_who_only_reads_is_not_waited_for(bar: Bar) -> None:
    make_bar()
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM advocates_change")
            assert len(seal_changes(now=now(), patience=SOON)) == 1
    finally:
        reader.close()


@TOGETHER
def test_two_at_once_seal_each_change_once(batches: None) -> None:
    bar = make_bar()
    Unit.objects.bulk_create([Unit(bar=bar, name=f"Unit {number}") for number in range(30)])
    threads = [Thread(target=_seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(AuditSeal.objects.values_list("count", flat=True)) == 31
    assert fault() == ""


def _seal() -> None:
    try:
        seal_changes(now=now())
    finally:
        connection.close()


def test_the_command_says_what_it_looked_at(changes: list[int]) -> None:
    make_bar()
    assert "1 changes sealed" in said("seal")
    make_bar()
    with as_everywhere_else():
        found = said("verify")
    assert f"{len(audited())} tables, 4 seals over 8 changes looked at" in found
    assert AuditSeal.objects.latest("last").sha256 in found
    assert "1 changes since then" in found


def test_the_command_fails_and_names_what_is_wrong(changes: list[int]) -> None:
    tampered(f"DELETE FROM advocates_change WHERE id = {changes[3]}")
    with as_everywhere_else(), pytest.raises(CommandError, match=f"change {changes[3]} is missing"):
        said("verify")


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()
