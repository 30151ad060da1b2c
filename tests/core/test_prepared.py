"""Queries whose SQL is made once."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.db.models import F

from advocates.acting import acting
from advocates.models import Advocate, Bar, Unit, User
from cle.core.prepared import Prepared, read
from tests.compliance.test_sweep import statements
from tests.factories import make_advocate, make_bar

pytestmark = pytest.mark.django_db


def test_each_value_finds_its_own_rows_with_what_is_joined() -> None:
    prepared = Prepared[Unit](lambda bar: Unit.objects.filter(bar=bar).select_related("bar").order_by("name")[:2])
    one, two = make_bar(), make_bar()
    for bar in (one, two):
        for name in ("c", "b", "a"):
            Unit.objects.create(bar=bar, name=name)
    for bar in (one, two, one):
        with statements() as sent:
            found = [(unit.name, unit.bar) for unit in prepared.rows(bar.pk)]
        assert found == [("a", bar), ("b", bar)]
        assert len(sent) == 1
    assert prepared.rows(0) == prepared.rows(None) == []


def test_rows_are_read_anew_each_time() -> None:
    prepared = Prepared[Bar](lambda code: Bar.objects.filter(code=code), str)
    bar = make_bar("R-1")
    assert prepared.first("R-1") == bar
    Bar.objects.filter(pk=bar.pk).update(name_en="Other")
    found = prepared.first("R-1")
    assert found is not None
    assert found.name_en == "Other"
    assert prepared.first("R-1' OR true --") is None


def test_a_value_that_the_query_does_not_have_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="not among the parameters"):
        Prepared[Bar](lambda key: Bar.objects.filter(code="fixed")).rows(1)


@pytest.mark.django_db(transaction=True)
def test_threads_use_their_own_connections() -> None:
    prepared = Prepared[Bar](lambda key: Bar.objects.filter(pk=key))
    bars = [make_bar() for _ in range(4)]
    found: list[Bar | None] = []

    def look(bar: Bar) -> None:
        found.extend(prepared.first(bar.pk) for _ in range(20))
        connection.close()

    threads = [Thread(target=look, args=(bar,)) for bar in bars]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bar.pk for bar in found if bar) == sorted(bar.pk for bar in bars for _ in range(20))


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_stays_with_the_server_shows_each_person_their_own_rows() -> None:
    """The plan is made once and kept; whose rows are let through is asked anew each time, and the owner sees all."""
    prepared = Prepared[Advocate](lambda least: Advocate.objects.filter(pk__gte=least).order_by("pk"))
    mine, other = make_advocate(make_bar("W-1")), make_advocate(make_bar("W-2"))
    for person in (mine, other):
        person.user = User.objects.create(email=f"{person.pk}@mail.example")
        person.save(update_fields=["user"])
    kept = connection.settings_dict["CONN_MAX_AGE"]
    connection.settings_dict["CONN_MAX_AGE"] = 60
    try:
        for _ in range(7):  # the sixth has a plan for any value
            assert prepared.rows(1) == [mine, other]
            for person in (mine, other):
                with acting("web", user=person.user_id):
                    assert prepared.rows(1) == [person]
            with acting("web"):
                assert prepared.rows(1) == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%advocates_advocate%%'")
            assert cursor.fetchone()[0] > 0
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = kept
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_on_a_kept_line_as_on_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of every size, rows of every kind, errors that leave the line as it was, transactions that end."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    bar = make_bar("K-1")
    units = [Unit.objects.create(bar=bar, name=name) for name in ("a", "b")]
    plain = Prepared[Any](
        lambda key: Unit.objects.filter(bar=key).annotate(of=F("bar__code")).order_by("pk")
        .values_list("name", "of", named=True)
    )  # fmt: skip
    annotated = Prepared[Any](lambda key: Unit.objects.filter(bar=key).annotate(of=F("bar__code")).order_by("pk"))
    assert [(row.name, row.of) for row in plain.rows(bar.pk)] == [("a", "K-1"), ("b", "K-1")]
    assert [(row, row.of) for row in annotated.rows(bar.pk)] == [(unit, "K-1") for unit in units]
    assert [plain.rows(key) for key in (2**20, 2**40, -1)] == [[], [], []]
    for _ in range(2):
        with pytest.raises(DataError):
            read("SELECT 1 / %s::int - 100%%1", [0])
    with transaction.atomic():
        Unit.objects.create(bar=bar, name="c")
        assert len(plain.rows(bar.pk)) == 3
        transaction.set_rollback(True)
    assert len(plain.rows(bar.pk)) == 2
    connection.close()
    assert len(plain.rows(bar.pk)) == 2
    connection.close()
