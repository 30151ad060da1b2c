"""The benches are run by hand: that what they make and ask for is still right shows here, on a small scale."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.certificates.render import render
from tests.bench.api import mix, named
from tests.bench.certificates import WORKS, crowd, measured
from tests.bench.growth import SHOWN, drawn
from tests.bench.imports import figures, imported_attendance, imported_roll
from tests.bench.notices import measure, prepare
from tests.bench.population import populate
from tests.bench.posting import posted
from tests.bench.server import advised, of_their_own
from tests.bench.sink import running
from tests.bench.sweep import sweep


def test_the_server_of_the_benches_has_the_memory_that_is_advised(tmp_path: Path) -> None:
    """The next to connect starts it with what was written down."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.bench.server"]
    subprocess.run(command, cwd=settings.BASE_DIR, env={**environment, "CLE_VAR": str(tmp_path)}, check=True)
    written = (tmp_path / "postgres" / "postgresql.auto.conf").read_text(encoding="utf-8")
    assert [f"{name} = '{value}'" in written for name, value in advised().items()] == [True, True]


def test_the_benches_ask_the_server_that_they_are_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///elsewhere")
    monkeypatch.setenv("CLE_VAR", "var")
    of_their_own()
    assert os.environ["CLE_VAR"] == "var"


@pytest.mark.django_db
def test_what_the_benches_ask_for_is_there() -> None:
    bar = populate(200)
    named()
    sweep(bar)
    asks = list(islice(mix(bar), 40))
    answers = [Client(headers=ask.headers).get(ask.path) for ask in asks]
    assert [answer.status_code for answer in answers] == [200] * len(asks)
    found = {ask.kind for ask, answer in zip(asks, answers, strict=True) if answer.json()["results"]}
    assert found == {"transcript", "standing", "search", "catalogue"}


@pytest.mark.django_db
def test_the_bench_of_notices_sends_what_it_plans() -> None:
    with running() as port:
        found = measure(prepare(9), port)
    assert found["notices"] == 3


def test_the_page_as_usually_written_says_what_ours_does() -> None:
    """Our pages are measured against it: it must not be quicker, or slower, for saying something else."""
    (snapshot,) = crowd(1)
    texts = [pypdfium2.PdfDocument(work(snapshot))[0].get_textpage().get_text_range() for work in WORKS.values()]
    assert len({"".join(text.split()) for text in texts}) == 1
    assert render(snapshot) != WORKS["signed"](snapshot)
    rate, size = measured("unsigned", 3)
    assert (rate > 0, size) == (True, sum(len(render(each)) for each in crowd(3)) // 3)


@pytest.mark.django_db
def test_the_bench_of_imports_accounts_for_each_row() -> None:
    bar = populate(100)
    named()
    found = figures(imported_attendance(bar, 200, 100))
    assert found["outcomes"] == {"created": 200, "changed": 0, "unchanged": 0, "ambiguous": 2, "rejected": 4}
    roll = imported_roll(120)
    assert (roll.outcomes["created"], roll.outcomes["rejected"]) == (118, 2)


@pytest.mark.django_db
def test_posting_a_session_asks_as_often_whoever_else_there_is() -> None:
    """And reads no table of people or entries from end to end: each by the keys of those who were there."""
    bar = populate(400)
    sweep(bar)
    with CaptureQueriesContext(connection) as asked:
        found = posted(bar)
    assert found["statements"] <= 12
    posting = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SELECT")]
    reads = [sql for sql in posting if 'FROM "courses_entry"' in sql or 'FROM "courses_attendance"' in sql]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = [_plan(cursor, sql) for sql in reads]
    big = ("courses_entry", "advocates_advocate", "courses_attendance", "courses_account")
    assert reads
    assert not [plan for plan in plans if any(f"Seq Scan on {table}" in plan for table in big)]


def _plan(cursor: Any, sql: str) -> str:
    cursor.execute(f"EXPLAIN {sql}")
    return "\n".join(line for (line,) in cursor.fetchall())


def test_the_picture_of_growth_has_a_line_for_each_figure() -> None:
    found = {size: dict.fromkeys(SHOWN.values(), size / 1_000_000) for size in (10_000, 1_300_000)}
    page = ElementTree.fromstring(drawn(found))
    assert len(page.findall("{http://www.w3.org/2000/svg}polyline")) == len(SHOWN)
