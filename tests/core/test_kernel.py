"""The kernel: settings, queue, ranges, copying, clock, letters to a folder, the rate limit's neighbours."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, connection, transaction
from pydantic import ValidationError

from advocates.models import Bar, Unit
from cle.core.batching import key_ranges
from cle.core.clock import local_date, local_midnight
from cle.core.copying import Piece, copy_pieces, copy_rows, int_arrays, pg_days, pg_microseconds
from cle.core.env import kept_secret, read_env
from cle.core.queue import enqueue
from cle.database import database
from cle.postgres.lines import OURS
from tests.factories import make_bar


class TestEnv:
    def test_lists_and_secret_files(self, monkeypatch, tmp_path):
        (tmp_path / "key").write_text("from a file\n")
        monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
        monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example")
        env = read_env()
        assert (env.secret_key, env.allowed_hosts) == ("from a file", ("a.example", "b.example"))

    def test_production_needs_a_key(self, monkeypatch):
        monkeypatch.setenv("CLE_ENV", "production")
        monkeypatch.delenv("SECRET_KEY", raising=False)
        with pytest.raises(RuntimeError, match="SECRET_KEY"):
            read_env()

    def test_production_needs_field_keys_of_some_length(self, monkeypatch):
        monkeypatch.setenv("CLE_ENV", "production")
        monkeypatch.setenv("SECRET_KEY", "s" * 50)
        with pytest.raises(RuntimeError, match="FIELD_KEYS"):
            read_env()
        monkeypatch.setenv("FIELD_KEYS", "f" * 64)
        assert read_env().field_keys == ("f" * 64,)
        monkeypatch.setenv("FIELD_KEYS", "f" * 64 + ",too-brief")
        with pytest.raises(ValidationError, match="32 characters") as fault:
            read_env()
        assert "too-brief" not in str(fault.value), "secrets are not repeated in the log"

    def test_faults_are_loud_and_all_named(self, monkeypatch):
        monkeypatch.setenv("SMTP_PORT", "many")
        monkeypatch.setenv("BEHIND_PROXY", "perhaps")
        with pytest.raises(ValidationError) as fault:
            read_env()
        assert {error["loc"][0] for error in fault.value.errors()} == {"smtp_port", "behind_proxy"}

    def test_a_kept_secret_stays(self, tmp_path):
        first = kept_secret(tmp_path / "new")
        assert kept_secret(tmp_path / "new") == first
        assert len(first) == 64
        assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0


def test_database_url_is_read_as_libpq_reads_it(tmp_path):
    found = database("postgresql://cle@db:5433/cle?sslmode=require", "secret", tmp_path)
    assert (found["HOST"], found["PORT"], found["USER"], found["NAME"], found["PASSWORD"]) == (
        "db", "5433", "cle", "cle", "secret",
    )  # fmt: skip
    assert found["OPTIONS"] == {**OURS, "sslmode": "require"}
    own = database("postgresql://cle@db/cle?connect_timeout=3", "", tmp_path)
    assert own["OPTIONS"] == {**OURS, "connect_timeout": "3"}
    assert database("", "", tmp_path)["ENGINE"] == "cle.pgembed"


@pytest.mark.django_db
class TestRanges:
    def test_cover_each_key_once(self):
        keys = sorted(make_bar().pk for _ in range(7))
        ranges = key_ranges(Bar.objects.filter(pk__gte=keys[0]), 3)
        assert ranges == [(keys[0], keys[2]), (keys[3], keys[5]), (keys[6], keys[6])]

    def test_nothing_has_no_ranges(self):
        assert key_ranges(Bar.objects.none(), 3) == []

    def test_size_must_be_positive(self):
        with pytest.raises(ValueError, match="positive"):
            key_ranges(Bar.objects.all(), 0)


@pytest.mark.django_db
class TestCopying:
    def test_columns_of_numbers_days_texts_and_nothing(self):
        day, moment = dt.date(2026, 1, 12), dt.datetime(2026, 1, 12, 3, 4, 5, 678, tzinfo=dt.UTC)
        days, moments = np.full(2, pg_days(day), ">i4"), np.full(2, pg_microseconds(moment), ">i8")
        words: list[Piece] = [
            {"a": np.array([1, -2], ">i8"), "d": days, "t": np.array([b"on", b"of"]), "m": moments},
            {"a": np.array([3], ">i8"), "d": None, "t": np.array([b"other"]), "m": None},
            {"a": np.array([4, 5, 6], ">i8"), "d": days[:1], "t": np.array([b"each"]), "m": None},
        ]  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE copied (a int8, d date, t text, m timestamptz) ON COMMIT DROP")
            assert copy_pieces(cursor, "copied", words) == 6
            cursor.execute("SELECT * FROM copied ORDER BY a")
            assert cursor.fetchall() == [
                (-2, day, "of", moment), (1, day, "on", moment), (3, None, "other", None),
                *((number, day, "each", None) for number in (4, 5, 6)),
            ]  # fmt: skip

    def test_rows_of_numbers_as_arrays(self):
        pieces: list[Piece] = [
            {"a": int_arrays(np.array([[1, -2], [3, 2**31 - 1]]))},
            {"a": int_arrays(np.array([[7]]))},
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE copied (a int4[]) ON COMMIT DROP")
            assert copy_pieces(cursor, "copied", pieces) == 3
            cursor.execute("SELECT a, a[1] FROM copied ORDER BY 2")
            assert cursor.fetchall() == [([1, -2], 1), ([3, 2**31 - 1], 3), ([7], 7)]

    def test_a_row_that_is_taken_is_told_as_elsewhere(self):
        bar = make_bar()
        with pytest.raises(IntegrityError), transaction.atomic():
            copy_rows([Unit(bar=bar, name="one"), Unit(bar=bar, name="one")])

    def test_rows_arrive_as_typed(self):
        bar = make_bar()
        names = ['"quoted" \\ back', "tab\tand\nline", "Ұлытау № 1"]
        copy_rows([Unit(bar=bar, name=name) for name in names])
        copy_rows([])
        assert set(Unit.objects.for_bar(bar).values_list("name", flat=True)) == set(names)


class Noted:
    def __init__(self) -> None:
        self.seen: list[dict[str, object]] = []

    def apply_async(self, *, kwargs: dict[str, object]) -> None:
        self.seen.append(kwargs)


class TestQueue:
    @pytest.mark.django_db(transaction=True)
    def test_nothing_before_commit_nothing_after_rollback(self):
        task = Noted()
        with transaction.atomic():
            enqueue(task, key=1)
            assert task.seen == []
        with transaction.atomic():
            enqueue(task, key=2)
            transaction.set_rollback(True)
        assert task.seen == [{"key": 1}]

    def test_only_json_scalars(self):
        with pytest.raises(TypeError):
            enqueue(Noted(), day=dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (dt.datetime(2025, 12, 31, 18, 59, tzinfo=dt.UTC), "Asia/Almaty", dt.date(2025, 12, 31)),
        (dt.datetime(2025, 12, 31, 19, 0, tzinfo=dt.UTC), "Asia/Almaty", dt.date(2026, 1, 1)),
        (dt.datetime(2024, 2, 28, 18, 30, tzinfo=dt.UTC), "Asia/Almaty", dt.date(2024, 2, 29)),  # still +06:00
    ],
)
def test_a_day_is_the_day_where_the_bar_is(moment, zone, day):
    assert local_date(moment, zone) == day
    assert local_midnight(day, zone) <= moment < local_midnight(day + dt.timedelta(days=1), zone)


def test_letters_to_a_folder_are_filed_once(settings, tmp_path):
    settings.EMAIL_FOLDER = tmp_path / "mail"
    message = EmailMessage("Хабарлама", "Сәлем", "a@bar.example", ["b@mail.example"], headers={"Message-ID": "<x@cle>"})
    backend = get_connection("cle.mail.FolderBackend")
    for _ in range(2):
        assert backend.send_messages([message]) == 1
    (filed,) = (tmp_path / "mail").iterdir()
    assert b"Message-ID: <x@cle>" in filed.read_bytes()
