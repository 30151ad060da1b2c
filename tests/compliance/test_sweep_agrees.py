"""The sweep against the rules themselves: in columns, by sums and in one pass, or entry by entry, the result is one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocates.models import Advocate, Bar, Membership, StatusSpan
from advocates.services.people import LONG_AGO
from compliance.models import Assessed, Standing
from compliance.queries.rules import Era
from compliance.queries.sweeps import Cohort, Holdings
from compliance.rules import Credit, Facts, PeriodAssessment, Rulebook, assess, boundaries, combine, parse_rulebook
from compliance.rules import facts as known
from compliance.rules.compiled import rules_of
from compliance.services.judging import STATUSES, judge
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import sweep
from courses.models import Adjustment, DeliveryFormat, Entry
from tests.compliance.rows import rulebook_document
from tests.compliance.rules.books import cap, first, joining
from tests.compliance.rules.strategies import CATEGORIES, FORMATS, TODAY, facts, rulebooks
from tests.factories import UTC, make_bar, make_category

NOW = dt.datetime(2027, 3, 1, 3, tzinfo=UTC)
DAY = dt.timedelta(days=1)
_numbers = count(1)


class Kept(NamedTuple):
    """One entry of a ledger; ``reversed`` when it was taken back, ``less`` minutes by an adjustment of the same day."""

    day: dt.date
    category: str
    delivery: DeliveryFormat
    minutes: int
    reversed: bool
    less: int


@dataclass(frozen=True)
class Person:
    """What a bar knows of one advocate: ``moved_on`` is the day of coming from another bar, inside one membership."""

    joined_on: dt.date | None
    moved_on: dt.date | None
    statuses: tuple[tuple[str, dt.date, dt.date | None], ...]
    ledger: tuple[Kept, ...]

    def facts(self, today: dt.date) -> Facts:
        credits = [credit for kept in self.ledger if kept.day <= today for credit in _credits(kept)]
        spans = tuple(known.StatusSpan(*span) for span in self.statuses)
        return Facts(joined_on=self.joined_on, statuses=spans, credits=tuple(credits))


def _credits(kept: Kept) -> list[Credit]:
    amounts = [kept.minutes] + ([-kept.minutes] if kept.reversed else []) + ([-kept.less] if kept.less else [])
    return [Credit(kept.day, kept.category, kept.delivery.code, minutes) for minutes in amounts]


# --- populations -----------------------------------------------------------------------------------------------------

_turns = [dt.date(year, 1, 1) + dt.timedelta(days=offset) for year in (2025, 2026, 2027) for offset in
          (-1, 0, 29, 30, 119, 120, 121, 200)]  # fmt: skip
_days = st.sampled_from(_turns) | st.dates(dt.date(2024, 6, 1), dt.date(2027, 12, 31))
_STATUSES = ("active", "suspended_own", "suspended_cle", "terminated", "trainee", "excluded_licensed")


@st.composite
def _kept(draw: st.DrawFn) -> Kept:
    minutes = draw(st.sampled_from([1, 44, 45, 90, 180, 360, 719, 720]) | st.integers(1, 400))
    reversed_ = draw(st.integers(0, 9)) == 0
    less = draw(st.integers(0, minutes)) if not reversed_ and draw(st.integers(0, 9)) == 0 else 0
    where = draw(st.sampled_from(CATEGORIES)), draw(st.sampled_from(DeliveryFormat))
    return Kept(draw(_days), *where, minutes, reversed_, less)


@st.composite
def _people(draw: st.DrawFn) -> Person:
    joined = draw(st.none() | st.sampled_from([dt.date(2015, 3, 2), dt.date(2023, 7, 1)]) | _days)
    turns = sorted(day for day in draw(st.sets(_days, max_size=3)) if joined is None or day > joined)
    starts = [joined or LONG_AGO, *turns]
    names = [draw(st.sampled_from(_STATUSES)) if index else "active" for index in range(len(starts))]
    spans = tuple(zip(names, starts, [*turns, None], strict=True))
    ledger = tuple(draw(st.lists(_kept(), max_size=6)))
    return Person(joined, turns[0] if turns and draw(st.booleans()) else None, spans, ledger)


def settle(people: list[Person], bar: Bar, other: Bar) -> list[Advocate]:
    """The people as rows: histories, adjustments, entries and reversals."""
    numbers = [next(_numbers) for _ in people]
    advocates = Advocate.objects.bulk_create(
        Advocate(
            bar=bar, full_name=f"Озёрная {n}", family_name="Озёрная", name_key=f"озерная {n}", joined_on=p.joined_on
        )
        for n, p in zip(numbers, people, strict=True)
    )
    memberships, spans, adjustments, reversals = [], [], [], []
    for advocate, person in zip(advocates, people, strict=True):
        joined, moved = person.joined_on or LONG_AGO, person.moved_on
        if moved:
            memberships.append(Membership(advocate=advocate, bar=other, period=DateRange(joined, moved)))
        memberships.append(Membership(advocate=advocate, bar=bar, period=DateRange(moved or joined, None)))
        for status, start, end in person.statuses:
            spans.append(StatusSpan(advocate=advocate, bar=bar, status=status, period=DateRange(start, end)))
        for kept in person.ledger:
            adjustments.append(_adjustment(advocate, kept, kept.minutes))
            reversals += [len(adjustments) - 1] if kept.reversed else []
            adjustments += [_adjustment(advocate, kept, -kept.less)] if kept.less else []
    Membership.objects.bulk_create(memberships)
    StatusSpan.objects.bulk_create(spans)
    Adjustment.objects.bulk_create(adjustments)
    entries = Entry.objects.bulk_create(_entry(row, adjustment=row) for row in adjustments)
    Entry.objects.bulk_create(_entry(entries[index], -1, reverses=entries[index]) for index in reversals)
    return advocates


def _adjustment(advocate: Advocate, kept: Kept, minutes: int) -> Adjustment:
    return Adjustment(
        advocate=advocate, bar_id=advocate.bar_id, category=make_category(advocate.bar, kept.category),
        format=kept.delivery, minutes=minutes, earned_on=kept.day, reason="test",
    )  # fmt: skip


def _entry(row: Adjustment | Entry, sign: int = 1, **source: Any) -> Entry:
    return Entry(
        advocate_id=row.advocate_id, bar_id=row.bar_id, category_id=row.category_id, format=row.format,
        minutes=sign * row.minutes, earned_on=row.earned_on, reason="test", **source,
    )  # fmt: skip


# --- rulebooks -------------------------------------------------------------------------------------------------------


class Ruled(NamedTuple):
    """Documents as adopted by the national bar and by the region, and the eras that they make, put down by hand."""

    national: list[dict[str, Any]]
    regional: list[dict[str, Any]]
    eras: list[tuple[dt.date, dt.date | None, Rulebook]]


def _one(**changes: Any) -> Ruled:
    document = rulebook_document(**changes)
    return Ruled([document], [], [(dt.date.fromisoformat(document["effective_from"]), None, parse_rulebook(document))])


def _minimums(**minutes: int) -> list[dict[str, Any]]:
    names = {category["code"]: category for category in rulebook_document()["categories"]}
    return [{**names[code], "minimum_minutes": minimum} for code, minimum in minutes.items()]


def _cap(maximum: int, *formats: str, prorated: bool = False) -> dict[str, Any]:
    return cap(maximum, *formats, prorated=prorated, clause="example")


def _late(make_up_days: int) -> dict[str, Any]:
    return {**rulebook_document()["late"], "make_up_days": make_up_days}


def _two_versions() -> Ruled:
    old, new = rulebook_document(), rulebook_document(version="2026.1", effective_from="2026-01-01", total_minutes=800,
                                                      format_caps=[_cap(200, "recorded", "self_study")])  # fmt: skip
    turn = dt.date(2026, 1, 1)
    return Ruled([old, new], [], [(dt.date(2025, 1, 1), turn, parse_rulebook(old)), (turn, None, parse_rulebook(new))])


def _region() -> Ruled:
    national = rulebook_document()
    addition = rulebook_document(
        code="t-region", version="1", effective_from="2026-01-01", extends={"code": "kz-example"}, total_minutes=810,
        categories=_minimums(ethics=135, practice=90), format_caps=[_cap(180, "recorded")],
    )  # fmt: skip
    floor, turn = parse_rulebook(national), dt.date(2026, 1, 1)
    both = combine(floor, parse_rulebook(addition))
    return Ruled([national], [addition], [(dt.date(2025, 1, 1), turn, floor), (turn, None, both)])


_OVERLAPPING = [_cap(200, "recorded", "self_study"), _cap(150, "self_study", "live_online", prorated=True)]
_THREE_YEARS = {"years": 3, "start": {"rule": "calendar", "first_year": 2025}, "clause": "example"}
_PERSONAL = {**joining(1), "clause": "example"}
VARIANTS = {
    "the example": _one(),
    "no late hours": _one(late=_late(0)),
    "a long make-up window": _one(late=_late(365), categories=_minimums(ethics=180)),
    "two caps that overlap": _one(format_caps=_OVERLAPPING, total_minutes=400),
    "three minimums": _one(categories=_minimums(ethics=90, law=200, practice=60)),
    "three minimums, two caps": _one(categories=_minimums(practice=60, law=200, ethics=90), format_caps=_OVERLAPPING),
    "three years": _one(period=_THREE_YEARS, total_minutes=1500),
    "personal years": _one(period=_PERSONAL, first_period={**first("exempt"), "clause": "example"}),
    "personal blocks, from July": _one(period={**_PERSONAL, "years": 2}, effective_from="2024-07-01"),
    "a full first period": _one(first_period={**first("full"), "clause": "example"}, at_risk_days=300),
    "two versions in time": _two_versions(),
    "a regional addition": _region(),
}


def expected(ruled: Ruled, facts: Facts, today: dt.date) -> tuple[list[PeriodAssessment], dt.date | None]:
    """By the rules alone, era by era; and the next day on which time may change anything."""
    periods: list[PeriodAssessment] = []
    days = [start for start, _end, _rulebook in ruled.eras if start > today]
    for start, end, rulebook in ruled.eras:
        if start <= today:
            result = assess(rulebook, facts, today)
            periods += [each for each in result.periods if end is None or each.period.start < end]
            days += [result.changes_on] if result.changes_on else []
    return periods, min(days, default=None)


def as_row(result: PeriodAssessment) -> tuple[Any, ...]:
    total = result.lines[0]
    lines = [
        {"code": each.code, "required": each.required, "counted": each.counted, "missing": each.missing,
         "clause": each.clause} for each in result.lines
    ]  # fmt: skip
    return (
        result.period.start, result.period.end, result.due_on, result.petition_from, result.status,
        total.required, total.counted, result.missing, lines,
    )  # fmt: skip


def written(advocate: Advocate) -> list[tuple[Any, ...]]:
    return list(Standing.objects.filter(advocate=advocate).order_by("period_start").values_list(
        "period_start", "period_end", "due_on", "petition_from", "status", "required", "counted", "missing", "lines",
    ))  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("variant", VARIANTS)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(
    people=st.lists(_people(), min_size=8, max_size=20),
    today=st.sampled_from([dt.date(2026, 9, 29), dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 3, 1)]),
    later=st.integers(1, 200),
)
def test_every_standing_is_what_the_rules_say(variant, people, today, later):
    ruled = VARIANTS[variant]
    with transaction.atomic():
        national = make_bar()
        bar, other = make_bar(parent=national), make_bar(parent=national)
        for code in reversed(CATEGORIES):  # not in the order of any rulebook
            make_category(national, code)
        for owner, documents in ((national, ruled.national), (bar, ruled.regional)):
            for document in documents:
                adopt_rulebook(owner, document, by=None)
        advocates = settle(people, bar, other)
        for day in (today, today + later * DAY):
            sweep(bar, advocates[0].pk, advocates[-1].pk, day, now=NOW)
            compare(ruled, people, advocates, day)
        transaction.set_rollback(True)


def compare(ruled: Ruled, people: list[Person], advocates: list[Advocate], day: dt.date) -> None:
    marks = Assessed.objects.in_bulk([advocate.pk for advocate in advocates])
    for person, advocate in zip(people, advocates, strict=True):
        periods, changes_on = expected(ruled, person.facts(day), day)
        assert written(advocate) == [as_row(each) for each in periods]
        future = any(kept.day > day for kept in person.ledger)
        if marks[advocate.pk].as_of == day:  # who was not looked at again keeps the day of last time
            assert marks[advocate.pk].changes_on == (
                min(changes_on or dt.date.max, day + DAY) if future else changes_on
            )
        entries = sum(1 + kept.reversed + bool(kept.less) for kept in person.ledger)
        assert marks[advocate.pk].ledger_version == entries


# --- judging in columns, without a database --------------------------------------------------------------------------


def held_by(rulebook: Rulebook, ledgers: list[tuple[Credit, ...]], today: dt.date) -> Holdings:
    """Ledgers as the sweep reads them: minutes by window and pool."""
    rules, windows = rules_of(rulebook), boundaries(rulebook, rulebook.effective_from, today)
    minutes = np.zeros((len(ledgers), len(windows), rules.pool_count), dtype=np.int64)
    for row, ledger in enumerate(ledgers):
        for credit in ledger:
            if windows[0] <= credit.day <= today:
                window = sum(start <= credit.day for start in windows) - 1
                minutes[row, window, rules.pool(credit.category, credit.format)] += credit.minutes
    entries = np.array([len(ledger) for ledger in ledgers])
    return Holdings(entries, np.zeros(len(ledgers), dtype=bool), minutes, windows, ())


_ledgers = st.lists(
    st.builds(
        Credit,
        st.sampled_from([day for day in _turns if day <= TODAY]) | st.dates(dt.date(2023, 6, 1), TODAY),
        st.sampled_from(CATEGORIES),
        st.sampled_from(FORMATS),
        st.integers(1, 150),
    ),
    max_size=9,
).map(tuple)


@settings(max_examples=300, deadline=None)
@given(rulebooks(), facts(), st.lists(_ledgers, min_size=1, max_size=8))
def test_whoever_is_decided_in_columns_is_decided_as_the_rules_decide(rulebook, shared, ledgers):
    people = [
        Facts(joined_on=shared.joined_on, left_on=shared.left_on, statuses=shared.statuses, credits=ledger)
        for ledger in ledgers
    ]
    cohort = Cohort(shared, np.arange(len(people)))
    verdict = judge(Era(rulebook.effective_from, None, rulebook, 1), cohort, held_by(rulebook, ledgers, TODAY), TODAY)
    assert sorted([*verdict.decided.tolist(), *verdict.open.tolist()]) == list(range(len(people)))
    found: dict[int, list[Any]] = {position: [] for position in verdict.decided.tolist()}
    for judged in verdict.judged:
        rows = zip(judged.members, judged.counted, judged.missing, judged.status, strict=True)
        for member, counted, missing, status in rows:
            found[int(member)].append(
                (judged.shape.period, STATUSES[status], judged.shape.required, tuple(counted), int(missing))
            )
    for position, changes in zip(verdict.decided.tolist(), verdict.changes.tolist(), strict=True):
        result = assess(rulebook, people[position], TODAY)
        assert found[position] == [
            (each.period, each.status, tuple(line.required for line in each.lines),
             tuple(line.counted for line in each.lines), each.missing)
            for each in result.periods
        ]  # fmt: skip
        assert result.changes_on is not None
        assert changes == result.changes_on.toordinal()


def test_nobody_whom_sums_decide_is_left_to_the_exact_rules():
    """Full hours, no cap reached, nothing to make up: the great majority, and the reason why a sweep is quick."""
    rulebook = parse_rulebook(rulebook_document())
    ledger = tuple(
        Credit(dt.date(year, 5, 20), category, "recorded", minutes)
        for year in (2025, 2026)
        for category, minutes in (("law", 270), ("ethics", 90))
    ) + tuple(Credit(dt.date(year, 5, 20), "law", "in_person", 360) for year in (2025, 2026))
    over = (*ledger, Credit(dt.date(2025, 6, 1), "law", "recorded", 1))
    verdict = judge(
        Era(rulebook.effective_from, None, rulebook, 1),
        Cohort(Facts(), np.arange(3)),
        held_by(rulebook, [ledger, over, ()], TODAY),
        TODAY,
    )
    assert (verdict.decided.tolist(), verdict.open.tolist()) == ([0, 2], [1])
