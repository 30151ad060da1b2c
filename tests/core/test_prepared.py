"""Queries whose SQL is made once."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection

from advocates.models import Bar, Unit
from cle.core.prepared import Prepared
from tests.compliance.test_sweep import statements
from tests.factories import make_bar

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
