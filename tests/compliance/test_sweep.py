"""The sweep: what it writes, whom it looks at again, and what two of them at once do."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from psycopg.pq import Trace

from advocates.models import Advocate, Bar, Status
from advocates.services.people import record_status, transfer
from compliance.models import Assessed, Standing, SweepRange, SweepRun
from compliance.queries.rules import rules_of
from compliance.queries.sweeps import Slice, people_behind
from compliance.services.assessing import assessed
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.standings import write_results
from compliance.services.sweeps import LEASE, RangeCounts, resume_sweeps, start_sweep, sweep, sweep_range
from courses.models import MOST_MINUTES, Account, DeliveryFormat
from courses.services.ledger import reverse_entry
from tests.compliance.rows import addition_document, rulebook_document, ruled_bar, total
from tests.factories import UTC, give_credit, make_advocate, make_bar, make_national

NOW = dt.datetime(2026, 6, 1, 3, tzinfo=UTC)
DAY = dt.timedelta(days=1)
JUNE, RISK, OCTOBER = dt.date(2026, 6, 1), dt.date(2026, 9, 30), dt.date(2026, 10, 5)
DUE, NEW_YEAR, PETITION = dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 1, 31)
MAY = dt.date(2026, 5, 20)
RECORDED = DeliveryFormat.RECORDED
THREE_YEARS = {"months": 36, "anchor": {"rule": "fixed", "first_start": "2025-01-01"}, "clause": "example"}
FACTS = (
    "advocate", "bar", "rulebook", "period_start", "period_end", "due_on", "petition_from", "status", "required",
    "counted", "missing", "headings", "figures",
)  # fmt: skip


def swept(bar: Bar, today: dt.date, **options: Any) -> SweepRun:
    """A whole run over the bar, range after range, looked at when it is over."""
    run = start_sweep(bar, today, now=NOW, **options)
    for range_id in SweepRange.objects.filter(run=run).order_by("pk").values_list("pk", flat=True):
        sweep_range(range_id, now=NOW)
    run.refresh_from_db()
    return run


def looked_at(bar: Bar, today: dt.date) -> set[str]:
    """Who is assessed by a sweep on that day, by name: their marks are moved to a day on which no sweep ran."""
    mark = dt.date(2000, 1, 1)
    Assessed.objects.update(as_of=mark)
    run = swept(bar, today)
    names = set(Assessed.objects.exclude(as_of=mark).values_list("advocate__full_name", flat=True))
    assert len(names) == run.assessed
    return names


def table(**which: Any) -> list[tuple[Any, ...]]:
    return list(Standing.objects.filter(**which).order_by("advocate", "period_start").values_list(*FACTS))


def rules_from(day: dt.date, **changes: Any) -> dict[str, Any]:
    return rulebook_document(effective_from=day.isoformat(), **changes)


def periods() -> list[tuple[dt.date, dt.date, str]]:
    rows = Standing.objects.order_by("period_start", "advocate")
    return list(rows.values_list("period_start", "period_end", "rulebook__version"))


@pytest.fixture
def national(db) -> Bar:
    """A national bar whose rules begin with 2026: 720 minutes, 90 of them of ethics, at most 360 recorded."""
    bar = make_national()
    adopt_rulebook(bar, rules_from(dt.date(2026, 1, 1)), by=None)
    return bar


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("T-75", parent=national)


@pytest.fixture
def crowd(bar: Bar) -> list[Advocate]:
    """Five advocates: A has met the requirement, B half of it, the others nothing."""
    people = [make_advocate(bar, f"{letter} Озёрная") for letter in "ABCDE"]
    give_credit(people[0], 630, MAY)
    give_credit(people[0], 90, MAY, "ethics")
    give_credit(people[1], 360, MAY)
    return people


@pytest.mark.parametrize(
    ("credits", "today", "status", "counted", "missing", "ethics"),
    [
        ([], JUNE, "on_track", 0, 720, 0),
        ([], RISK - DAY, "on_track", 0, 720, 0),
        ([], RISK, "at_risk", 0, 720, 0),
        ([], DUE, "at_risk", 0, 720, 0),
        ([], NEW_YEAR, "short", 0, 720, 0),
        ([(720, "law")], JUNE, "on_track", 720, 90, 0),
        ([(630, "law"), (90, "ethics")], JUNE, "compliant", 720, 0, 90),
        ([(630, "law"), (89, "ethics")], NEW_YEAR, "short", 719, 1, 89),
        ([(700, "law"), (200, "ethics")], JUNE, "compliant", 900, 0, 200),
        ([(500, "law", RECORDED)], OCTOBER, "at_risk", 360, 360, 0),
        ([(500, "law", RECORDED), (100, "ethics", RECORDED)], JUNE, "on_track", 360, 360, 100),
        ([(500, "law", RECORDED), (360, "ethics")], JUNE, "compliant", 720, 0, 360),
    ],
)
def test_writes_how_somebody_stands(bar, credits, today, status, counted, missing, ethics):
    person = make_advocate(bar)
    for minutes, category, *delivery in credits:
        give_credit(person, minutes, MAY, category, *delivery)
    swept(bar, today)
    row = Standing.objects.get(advocate=person, period_start=dt.date(2026, 1, 1))
    assert (row.status, row.required, row.counted, row.missing) == (status, 720, counted, missing)
    assert (row.bar, row.period_end, row.due_on, row.petition_from) == (bar, DUE, DUE, PETITION)
    assert (row.ledger_version, row.computed_at, row.rulebook.bar) == (len(credits), NOW, bar.parent)
    assert row.lines == [
        {"code": "total", "clause": "duty", "required": 720, "counted": counted, "missing": max(0, 720 - counted)},
        {"code": "ethics", "clause": "example", "required": 90, "counted": ethics, "missing": max(0, 90 - ethics)},
    ]


@pytest.mark.parametrize(
    ("day", "minutes", "counted", "wakes"),
    [
        (dt.date(1, 1, 1), 60, 0, False), (dt.date(1600, 1, 1), -60, 0, False),
        (MAY, MOST_MINUTES, MOST_MINUTES, False),
        (MAY, -MOST_MINUTES, 0, False), (dt.date(2400, 1, 1), 60, 0, True), (dt.date.max, -60, 0, True),
    ],
)  # fmt: skip
def test_credit_of_any_day_and_size_is_read_as_it_is(bar, day, minutes, counted, wakes):
    person = make_advocate(bar)
    give_credit(person, minutes, day)
    swept(bar, JUNE)
    assert Standing.objects.get().counted == counted
    assert (Assessed.objects.get().changes_on == JUNE + DAY, Assessed.objects.get().ledger_version) == (wakes, 1)


def test_covers_the_bar_and_the_bars_below_it(national, bar):
    beside, elsewhere = make_bar(parent=national), make_bar()
    people = [make_advocate(each) for each in (national, bar, beside)]
    make_advocate(elsewhere)
    run = swept(national, JUNE)
    assert {row.advocate for row in Standing.objects.all()} == set(people)
    assert (run.advocates, run.assessed, run.written, run.finished_at) == (3, 3, 3, NOW)
    assert swept(bar, JUNE, rebuild=True).advocates == 1


def test_two_periods_late_hours_fill_the_missed_one_first(bar):
    person = make_advocate(bar)
    give_credit(person, 630, MAY)
    give_credit(person, 90, MAY, "ethics")
    give_credit(person, 45, dt.date(2027, 2, 1))
    late = make_advocate(bar)
    give_credit(late, 600, MAY)
    give_credit(late, 150, dt.date(2027, 4, 30), "ethics")
    swept(bar, dt.date(2027, 6, 1))
    figures = Standing.objects.order_by("advocate", "period_start").values_list("status", "counted", "missing")
    assert list(figures) == [
        ("compliant", 720, 0), ("on_track", 45, 675), ("compliant", 720, 0), ("on_track", 30, 690),
    ]  # fmt: skip


def test_history_before_the_rules_is_cut_off_and_a_first_year_is_prorated(bar):
    old, new = make_advocate(bar, joined_on=dt.date(1998, 7, 1)), make_advocate(bar, joined_on=dt.date(2026, 7, 2))
    swept(bar, JUNE)
    assert list(Standing.objects.order_by("advocate").values_list("advocate", "required")) == [
        (old.pk, 720), (new.pk, 361),  # 183 days of 365, up to the next minute
    ]  # fmt: skip


def test_who_is_no_longer_an_advocate_owes_nothing(bar):
    person = make_advocate(bar)
    record_status(person, Status.TERMINATED, MAY)
    swept(bar, NEW_YEAR)
    assert [row[7:11] for row in table(period_start=dt.date(2026, 1, 1))] == [("exempt", 0, 0, 0)]


class TestAgain:
    def test_nothing_has_changed_nothing_is_done(self, national, crowd):
        swept(national, JUNE)
        before = list(Standing.objects.order_by("pk").values())
        run = swept(national, JUNE + DAY)
        assert (run.advocates, run.assessed, run.written) == (5, 0, 0)
        assert list(Standing.objects.order_by("pk").values()) == before

    def test_rebuilding_gives_the_same_rows(self, national, crowd):
        swept(national, JUNE)
        before = table()
        run = swept(national, JUNE, rebuild=True)
        assert (run.assessed, run.written) == (5, 0)
        Standing.objects.all().delete()
        assert swept(national, JUNE, rebuild=True).written == 5
        assert table() == before

    def test_new_credit(self, national, crowd):
        swept(national, JUNE)
        give_credit(crowd[2], 100, MAY)
        assert looked_at(national, JUNE) == {"C Озёрная"}
        row = Standing.objects.get(advocate=crowd[2])
        assert (row.counted, row.ledger_version) == (100, 1)

    def test_credit_taken_back(self, national, crowd):
        swept(national, JUNE)
        reverse_entry(crowd[1].entries.get(), reason="another person", by=None)
        assert looked_at(national, JUNE) == {"B Озёрная"}
        row = Standing.objects.get(advocate=crowd[1])
        assert (row.counted, row.missing, row.ledger_version) == (0, 720, 2)

    def test_a_status(self, national, crowd):
        swept(national, JUNE)
        record_status(crowd[3], Status.SUSPENDED_OWN, dt.date(2026, 7, 1))
        assert looked_at(national, JUNE) == {"D Озёрная"}
        assert Standing.objects.get(advocate=crowd[3]).required == 358  # 181 days of 365

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (RISK - DAY, set()),
            (RISK, {"B Озёрная", "C Озёрная", "D Озёрная", "E Озёрная"}),
            (NEW_YEAR, {"A Озёрная", "B Озёрная", "C Озёрная", "D Озёрная", "E Озёрная"}),
        ],
    )
    def test_time_alone(self, national, crowd, day, expected):
        swept(national, JUNE)
        assert looked_at(national, day) == expected
        assert looked_at(national, day) == set()

    def test_the_day_from_which_a_petition_is_possible(self, national, crowd):
        swept(national, NEW_YEAR)
        assert looked_at(national, PETITION - DAY) == set()
        assert looked_at(national, PETITION) == {"B Озёрная", "C Озёрная", "D Озёрная", "E Озёрная"}

    def test_a_new_rulebook_governs_the_periods_that_start_later(self, national, crowd):
        swept(national, JUNE)
        newer = adopt_rulebook(national, rules_from(NEW_YEAR, version="2027.1", **total(20)), by=None)
        assert len(looked_at(national, JUNE)) == 5
        assert swept(national, JUNE).assessed == 0
        swept(national, NEW_YEAR)
        required = Standing.objects.filter(advocate=crowd[0]).order_by("period_start")
        assert list(required.values_list("required", "rulebook__version")) == [(720, "2025.1"), (900, newer.version)]

    def test_credit_of_a_later_day_counts_when_that_day_comes(self, bar, crowd):
        give_credit(crowd[4], 200, JUNE + 2 * DAY)
        swept(bar, JUNE)
        assert Standing.objects.get(advocate=crowd[4]).counted == 0
        assert looked_at(bar, JUNE + DAY) == {"E Озёрная"}
        assert Standing.objects.get(advocate=crowd[4]).counted == 0
        assert looked_at(bar, JUNE + 2 * DAY) == {"E Озёрная"}
        assert Standing.objects.get(advocate=crowd[4]).counted == 200
        assert looked_at(bar, JUNE + 3 * DAY) == set()


class TestBars:
    def test_a_regional_addition_raises_the_requirement_there_and_nowhere_else(self, national, bar):
        other = make_bar(parent=national)
        here, there = make_advocate(bar), make_advocate(other)
        swept(national, JUNE)
        addition = addition_document("t-75", dt.date(2026, 1, 1), **{"raise": {"total": 20}})
        adopted = adopt_rulebook(bar, addition, by=None)
        assert looked_at(national, JUNE) == {here.full_name}
        assert Standing.objects.get(advocate=here).required == 900
        assert Standing.objects.get(advocate=here).rulebook == adopted
        assert Standing.objects.get(advocate=there).required == 720

    def test_who_moves_to_another_bar_is_held_to_its_rules_and_keeps_the_credit(self, national, bar, crowd):
        other = make_bar("T-76", parent=national)
        addition = addition_document("t-76", dt.date(2026, 1, 1), **{"raise": {"total": 20}})
        adopt_rulebook(other, addition, by=None)
        swept(national, JUNE)
        transfer(crowd[0], other, JUNE)
        assert looked_at(national, JUNE) == {"A Озёрная"}
        row = Standing.objects.get(advocate=crowd[0])
        assert (row.bar, row.required, row.counted, row.missing) == (other, 900, 720, 180)
        assert swept(bar, JUNE, rebuild=True).advocates == 4

    def test_without_anybody(self, national, bar):
        run = swept(national, JUNE)
        assert (run.advocates, run.assessed, run.written, run.finished_at) == (0, 0, 0, NOW)
        assert sweep(bar, 1, 100, JUNE, now=NOW) == RangeCounts(0, 0, 0)

    @pytest.mark.parametrize("adopted", [False, True])
    def test_without_rules_in_force(self, db, adopted):
        bar = make_bar()
        person = make_advocate(bar)
        if adopted:
            adopt_rulebook(bar, rules_from(NEW_YEAR), by=None)
        run = swept(bar, DUE)
        assert (run.ranges.count(), run.finished_at, Standing.objects.count()) == (0, NOW, 0)
        assert sweep(bar, person.pk, person.pk, DUE, now=NOW) == RangeCounts(1, 0, 0)
        assert swept(bar, NEW_YEAR).written == adopted

    def test_newer_rules_begin_when_a_long_period_is_over(self, db):
        bar = make_bar()
        adopt_rulebook(bar, rules_from(dt.date(2025, 1, 1), version="long", period=THREE_YEARS), by=None)
        adopt_rulebook(bar, rules_from(dt.date(2026, 1, 1), version="short"), by=None)
        make_advocate(bar)
        swept(bar, dt.date(2026, 1, 1))
        assert periods() == [(dt.date(2025, 1, 1), dt.date(2027, 12, 31), "long")]
        swept(bar, dt.date(2028, 1, 1))
        assert periods()[1:] == [(dt.date(2028, 1, 1), dt.date(2028, 12, 31), "short")]

    def test_periods_that_new_rules_did_away_with_do_not_linger(self, db):
        """The long period was begun under the old rules; rules for periods that end later cut it short."""
        bar = make_bar()
        adopt_rulebook(bar, rules_from(dt.date(2025, 1, 1), version="short"), by=None)
        person, other = make_advocate(bar), make_advocate(bar)
        give_credit(person, 500, MAY, delivery=RECORDED)  # only the exact rules can tell
        swept(bar, dt.date(2027, 2, 1))
        assert len(periods()) == 2 * 3
        longer = rules_from(dt.date(2025, 1, 2), version="long", period=THREE_YEARS, governs="periods_ending")
        adopt_rulebook(bar, longer, by=None)
        swept(bar, dt.date(2027, 2, 1))
        assert periods() == 2 * [(dt.date(2025, 1, 1), dt.date(2027, 12, 31), "long")]
        assert set(Standing.objects.values_list("advocate", flat=True)) == {person.pk, other.pk}


class TestRanges:
    def test_a_run_cut_into_ranges_gives_what_one_range_gives(self, national, crowd):
        swept(national, JUNE)
        before = table()
        Standing.objects.all().delete()
        Assessed.objects.all().delete()
        run = swept(national, JUNE, batch=2)
        assert list(run.ranges.order_by("pk").values_list("advocates", "assessed")) == [(2, 2), (2, 2), (1, 1)]
        assert (run.advocates, run.assessed, run.written) == (5, 5, 5)
        assert table() == before

    def test_a_range_is_taken_once(self, national, crowd):
        part = start_sweep(national, JUNE, now=NOW).ranges.get()
        assert sweep_range(part.pk, now=NOW) == RangeCounts(5, 5, 5)
        assert sweep_range(part.pk, now=NOW) is None

    def test_ranges_of_dead_workers_are_given_back_when_their_lease_is_over(self, national, crowd):
        run = start_sweep(national, JUNE, now=NOW, batch=2)
        dead, *waiting = run.ranges.order_by("pk").values_list("pk", flat=True)
        assert SweepRange.objects.claim(dead, NOW)
        assert resume_sweeps(now=NOW + LEASE) == waiting
        assert resume_sweeps(now=NOW + LEASE + dt.timedelta(seconds=1)) == [dead, *waiting]
        for range_id in [dead, *waiting]:
            sweep_range(range_id, now=NOW + LEASE)
        run.refresh_from_db()
        assert (run.finished_at, run.advocates, run.written) == (NOW + LEASE, 5, 5)
        assert resume_sweeps(now=NOW + 2 * LEASE) == []

    def test_a_run_whose_last_worker_died_before_closing_it_is_closed(self, national, crowd):
        run = swept(national, JUNE)
        SweepRun.objects.update(finished_at=None, advocates=0)
        assert resume_sweeps(now=NOW + DAY) == []
        run.refresh_from_db()
        assert (run.finished_at, run.advocates, run.assessed) == (NOW + DAY, 5, 5)

    def test_what_was_computed_from_an_older_ledger_overwrites_nothing(self, bar, crowd):
        """As if another worker had read the ledger later and written first: nine entries, where we see one."""
        swept(bar, JUNE)
        Standing.objects.filter(advocate=crowd[1]).update(ledger_version=9, counted=719)
        Assessed.objects.filter(advocate=crowd[1]).update(ledger_version=9)
        assert swept(bar, JUNE, rebuild=True).written == 0
        assert Standing.objects.get(advocate=crowd[1]).counted == 719
        assert Assessed.objects.get(advocate=crowd[1]).ledger_version == 9
        assert swept(bar, JUNE).assessed == 1  # and stays behind until the newer entries can be seen


@contextmanager
def statements(*, telling: bool = False) -> Iterator[list[str]]:
    """Every statement sent to the server, whoever sends it: read off the wire, since a sweep goes past the ORM.

    Only with ``telling`` also those by which a request tells who acts, and has it forgotten: two, whatever it does.
    """
    connection.ensure_connection()
    assert connection.connection is not None
    wire, sent = connection.connection.pgconn, list[str]()
    with tempfile.TemporaryFile("w+") as file:
        wire.trace(file.fileno())
        wire.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield sent
        finally:
            wire.untrace()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        lines = Path(f"/proc/self/fd/{file.fileno()}").read_text(errors="replace").splitlines()
    asked = [line for line in lines if line.startswith("F\t") and line.split("\t")[2] in ("Query", "Execute")]
    sent.extend(line for line in asked if telling or "set_config('cle.user'" not in line)


def test_nor_is_a_result_overwritten_that_came_out_as_one_before_it(db: None) -> None:
    """A standing keeps the version that first gave its figures; that somebody has looked at a newer one counts too."""
    bar = ruled_bar()
    person = make_advocate(bar)
    give_credit(person, 90, MAY)
    swept(bar, JUNE)
    before = table()
    extra = give_credit(person, 60, MAY)
    rules = rules_of(bar)
    part = Slice(bar.pk, person.pk, person.pk, JUNE, rules.version, rebuild=False)
    behind = assessed(part, rules, people_behind(part))
    reverse_entry(extra, reason="not held", by=None)
    swept(bar, JUNE)
    assert table() == before
    assert write_results(bar, rules, JUNE, behind, now=NOW) == 0
    assert table() == before
    assert Assessed.objects.get().ledger_version == 3


def test_the_number_of_statements_does_not_grow_with_the_people(bar):
    def work(people: int) -> int:
        for number in range(people):
            person = make_advocate(bar)
            give_credit(person, 100 + number, MAY)
            give_credit(person, 500, MAY, delivery=RECORDED)  # some are decided by the exact rules
            if number % 2:
                record_status(person, Status.SUSPENDED_OWN, MAY + number * DAY)
        first, last = Advocate.objects.order_by("-pk")[people - 1].pk, Advocate.objects.latest("pk").pk
        with statements() as sent:
            assert sweep(bar, first, last, JUNE, now=NOW) == RangeCounts(people, people, people)
        return len(sent)

    work(1)  # rulebooks are read and parsed once per process
    assert 10 < work(3) == work(30)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_end_and_agree():
    bar = make_bar()
    adopt_rulebook(bar, rules_from(dt.date(2026, 1, 1)), by=None)
    for number in range(40):
        person = make_advocate(bar)
        give_credit(person, 20 + 20 * number, MAY)
        give_credit(person, 400, MAY, delivery=RECORDED)
    runs = [start_sweep(bar, JUNE, now=NOW, rebuild=True, batch=8) for _ in range(4)]
    orders = [list(run.ranges.order_by("pk").values_list("pk", flat=True)) for run in runs]

    def work(ranges: list[int]) -> int:
        try:
            return sum(counts.written for part in ranges if (counts := sweep_range(part, now=NOW)))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(work, [order[:: (-1) ** index] for index, order in enumerate(orders)], timeout=60))
    assert sum(written) == 40
    assert SweepRun.objects.filter(finished_at=None).count() == 0
    together = table()
    Standing.objects.all().delete()
    swept(bar, JUNE, rebuild=True)
    assert table() == together


@pytest.mark.django_db(transaction=True)
def test_credit_posted_while_sweeps_run_is_never_left_out():
    bar = make_bar()
    adopt_rulebook(bar, rules_from(dt.date(2026, 1, 1)), by=None)
    people = [make_advocate(bar) for _ in range(6)]

    def post(person: Advocate) -> None:
        try:
            for _ in range(8):
                give_credit(person, 5, MAY)
        finally:
            connection.close()

    def look(_: int) -> None:
        try:
            for _ in range(6):
                swept(bar, JUNE, batch=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(post, person) for person in people] + [pool.submit(look, n) for n in range(2)]
        for job in jobs:
            job.result(timeout=60)
    swept(bar, JUNE)
    assert set(Account.objects.values_list("version", flat=True)) == {8}
    assert set(Standing.objects.values_list("counted", "ledger_version")) == {(40, 8)}


@pytest.mark.django_db(transaction=True)
def test_of_two_first_sweeps_the_later_one_finds_the_rows_of_the_other():
    """It saw nobody's standings when it began to write, and has to wait for those of the other."""
    bar = ruled_bar()
    people = [make_advocate(bar) for _ in range(3)]
    first, last = people[0].pk, people[-1].pk
    written, waited_for = Event(), Event()

    def earlier() -> RangeCounts:
        try:
            with transaction.atomic():
                counts = sweep(bar, first, last, JUNE, now=NOW)
                written.set()
                assert waited_for.wait(20)
            return counts
        finally:
            connection.close()

    def later() -> RangeCounts:
        try:
            return sweep(bar, first, last, JUNE, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        one = pool.submit(earlier)
        assert written.wait(20)
        other = pool.submit(later)
        assert until_somebody_waits()
        waited_for.set()
        assert (one.result(), other.result()) == (RangeCounts(3, 3, 6), RangeCounts(3, 3, 0))
    assert Standing.objects.count() == 6


def until_somebody_waits() -> bool:
    with connection.cursor() as cursor:
        for _ in range(400):
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')")
            if cursor.fetchone() == (True,):
                return True
            time.sleep(0.02)
    return False
