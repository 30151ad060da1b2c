"""The sweep against the rules themselves: in columns, by sums and in one pass, or entry by entry, the result is one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import count
from math import ceil, floor
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
from compliance.queries.rules import BarRules, Era
from compliance.queries.sweeps import Holdings
from compliance.rules import Credit, Facts, PeriodAssessment, Rulebook, assess, combine, parse_addition, parse_rulebook
from compliance.rules import facts as known
from compliance.rules.columns import adds_up, plan_of
from compliance.rules.period import timeline
from compliance.services.assessing import windows_of
from compliance.services.findings import STATUSES
from compliance.services.judging import Verdict, judge, question
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import sweep
from courses.models import Adjustment, Attendance, Category, Course, DeliveryFormat, Entry, Session
from tests.compliance.rows import addition_document, cap, requirement, rulebook_document, total
from tests.factories import UTC, make_bar, make_category, make_course

NOW = dt.datetime(2027, 3, 1, 3, tzinfo=UTC)
TODAY = dt.date(2027, 3, 1)
DAY = dt.timedelta(days=1)
CATEGORIES = ("law", "ethics", "practice")
FORMATS = tuple(delivery.code for delivery in DeliveryFormat)
_numbers = count(1)


class Kept(NamedTuple):
    """One entry of a ledger; ``reversed`` when it was taken back, ``less`` minutes by an adjustment of the same day.

    ``course`` is the number of the course at which it was earned, 0 for none.
    """

    day: dt.date
    category: str
    delivery: DeliveryFormat
    minutes: int
    reversed: bool
    less: int
    course: int


@dataclass(frozen=True)
class Person:
    """What a bar knows of one advocate: ``moved_on`` is the day of coming from another bar, inside one membership."""

    joined_on: dt.date | None
    licensed_on: dt.date | None
    moved_on: dt.date | None
    statuses: tuple[tuple[str, dt.date, dt.date | None], ...]
    ledger: tuple[Kept, ...]

    def facts(self, today: dt.date, *, licensed: bool = True) -> Facts:
        credits = [
            Credit(kept.day, kept.category, kept.delivery.code, kept.minutes - kept.less,
                   course=f"course {kept.course}" if kept.course else "")
            for kept in self.ledger if kept.day <= today and not kept.reversed
        ]  # fmt: skip
        spans = tuple(known.StatusSpan(*span) for span in self.statuses)
        return Facts(
            joined_on=self.joined_on,
            licensed_on=self.licensed_on if licensed else None,
            statuses=spans,
            credits=tuple(credits),
        )


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
    return Kept(draw(_days), *where, minutes, reversed_, less, draw(st.sampled_from([0, 0, 1, 2])))


@st.composite
def _people(draw: st.DrawFn) -> Person:
    long_ago = st.sampled_from([dt.date(2015, 3, 2), dt.date(2023, 7, 1)])
    joined = draw(st.none() | long_ago | _days)
    licensed = draw(st.none() | long_ago | _days)
    turns = sorted(day for day in draw(st.sets(_days, max_size=3)) if joined is None or day > joined)
    starts = [joined or LONG_AGO, *turns]
    names = [draw(st.sampled_from(_STATUSES)) if index else "active" for index in range(len(starts))]
    spans = tuple(zip(names, starts, [*turns, None], strict=True))
    ledger = draw(st.lists(_kept(), max_size=6, unique_by=lambda kept: (kept.day, kept.category, kept.delivery)))
    return Person(joined, licensed, turns[0] if turns and draw(st.booleans()) else None, spans, tuple(ledger))


def settle(people: list[Person], bar: Bar, other: Bar) -> list[Advocate]:
    """The people as rows: histories, attendances and adjustments, entries and reversals."""
    numbers = [next(_numbers) for _ in people]
    advocates = Advocate.objects.bulk_create(
        Advocate(
            bar=bar, full_name=f"Озёрная {n}", family_name="Озёрная", name_key=f"озерная {n}", joined_on=p.joined_on,
            licence_date=p.licensed_on,
        )
        for n, p in zip(numbers, people, strict=True)
    )  # fmt: skip
    memberships, spans = [], []
    for advocate, person in zip(advocates, people, strict=True):
        joined, moved = person.joined_on or LONG_AGO, person.moved_on
        if moved:
            memberships.append(Membership(advocate=advocate, bar=other, period=DateRange(joined, moved)))
        memberships.append(Membership(advocate=advocate, bar=bar, period=DateRange(moved or joined, None)))
        for status, start, end in person.statuses:
            spans.append(StatusSpan(advocate=advocate, bar=bar, status=status, period=DateRange(start, end)))
    Membership.objects.bulk_create(memberships)
    StatusSpan.objects.bulk_create(spans)
    _post(people, advocates, bar)
    return advocates


def _post(people: list[Person], advocates: list[Advocate], bar: Bar) -> None:
    courses = {number: make_course(bar) for number in (1, 2)}
    categories = {code: make_category(bar, code) for code in CATEGORIES}
    adjustments, attendances = [], []
    for advocate, person in zip(advocates, people, strict=True):
        for kept in person.ledger:
            if kept.course:
                attendances.append((kept, _attendance(advocate, courses[kept.course])))
            else:
                adjustments.append((kept, _adjustment(advocate, kept, categories, kept.minutes)))
            if kept.less:
                less = _adjustment(advocate, kept, categories, -kept.less)
                adjustments.append((kept._replace(reversed=False), less))
    Adjustment.objects.bulk_create(row for _kept, row in adjustments)
    Session.objects.bulk_create(row.session for _kept, row in attendances)
    Attendance.objects.bulk_create(row for _kept, row in attendances)
    rows = [(kept, _entry(row, kept, categories, row.minutes, adjustment=row)) for kept, row in adjustments]
    rows += [(kept, _entry(row, kept, categories, kept.minutes, attendance=row)) for kept, row in attendances]
    Entry.objects.bulk_create(row for _kept, row in rows)
    reversals = [_entry(row, kept, categories, -row.minutes, reverses=row) for kept, row in rows if kept.reversed]
    Entry.objects.bulk_create(reversals)


def _attendance(advocate: Advocate, course: Course) -> Attendance:
    session = Session(bar=course.bar, course=course, starts_at=NOW, ends_at=NOW + DAY)
    return Attendance(
        bar=session.bar, session=session, advocate=advocate, seconds=10800, decision="full", credit_percent=100
    )


def _adjustment(advocate: Advocate, kept: Kept, categories: dict[str, Category], minutes: int) -> Adjustment:
    return Adjustment(
        advocate=advocate, bar_id=advocate.bar_id, category=categories[kept.category],
        format=kept.delivery, minutes=minutes, earned_on=kept.day, reason="test",
    )  # fmt: skip


def _entry(
    row: Adjustment | Attendance | Entry, kept: Kept, categories: dict[str, Category], minutes: int, **source: Any
) -> Entry:
    return Entry(
        advocate_id=row.advocate_id, bar_id=row.bar_id, category=categories[kept.category],
        format=kept.delivery, minutes=minutes, earned_on=kept.day, reason="test", **source,
    )  # fmt: skip


# --- rulebooks -------------------------------------------------------------------------------------------------------


class Ruled(NamedTuple):
    """Documents as adopted by the national bar and by the region, and the law that they make, put down by hand."""

    national: list[dict[str, Any]]
    regional: list[dict[str, Any]]
    law: list[Rulebook]


def _one(*versions: dict[str, Any], **changes: Any) -> Ruled:
    documents = [rulebook_document(**version) for version in versions] or [rulebook_document(**changes)]
    return Ruled(documents, [], [parse_rulebook(document) for document in documents])


def _asks(**hours: float) -> list[dict[str, Any]]:
    return [requirement(code, amount) for code, amount in hours.items()]


def _late(make_up_days: int, **changes: Any) -> dict[str, Any]:
    return {**rulebook_document()["late"], "make_up_days": make_up_days, **changes}


def _region() -> Ruled:
    national = rulebook_document()
    addition = addition_document(
        "t-region", dt.date(2026, 1, 1), caps=[cap(4, "recorded", code="less-recorded")],
        requirements=[requirement("practice", 2)], **{"raise": {"total": 18, "ethics": 3}},
    )  # fmt: skip
    floor = parse_rulebook(national)
    return Ruled([national], [addition], [floor, combine(floor, parse_addition(addition))])


def _period(months: int, **anchor: Any) -> dict[str, Any]:
    fixed = {"rule": "fixed", "first_start": "2025-01-01"}
    return {"months": months, "anchor": anchor or fixed, "clause": "example"}


_OVERLAPPING = [
    cap(4.5, "recorded", "self_study"),
    cap(3.5, "self_study", "live_online", prorated=True),
]
_LIVE = {
    "code": "live", "name": "Live", "amount": 3, "counts": {"formats": ["in_person", "live_online"]},
    "alongside": True, "clause": "example",
}  # fmt: skip
_INSIDE = [
    {**requirement("core", 6), "counts": {"categories": ["law", "ethics"]}},
    requirement("ethics", 2, within="core"),
    _LIVE,
]
_LIVE_INSIDE = [{**_LIVE, "code": "live-core", "within": "core", "amount": 5}, requirement("practice", 3)]
_TURN = {"version": "2026.1", "effective_from": "2026-01-01"}
_CARRY = {"maximum": 4, "clause": "example"}
_SENIOR = {"code": "senior", "when": {"years_since_admission": {"at_least": 3}}, "clause": "example"}
_BY_MONTHS = {"by": "months", "clause": "example"}
_DAILY = [cap(3, "in_person", "live_online", per="day")]
IN_COLUMNS = {
    "the example": _one(),
    "no late hours": _one(late=_late(0)),
    "a long make-up window": _one(late=_late(365), requirements=_asks(ethics=4)),
    "late hours until a day": _one(late=_late(0, make_up_until="03-31", make_up_at_most=5)),
    "due after the end": _one(period={**_period(12), "deadline": {"days_after": 40}}),
    "two caps that overlap": _one(caps=_OVERLAPPING, **total(9)),
    "three minimums": _one(requirements=_asks(ethics=2, law=4.5, practice=1.5)),
    "three minimums, two caps": _one(requirements=_asks(practice=1.5, law=4.5, ethics=2), caps=_OVERLAPPING),
    "inside and alongside": _one(requirements=_INSIDE),
    "alongside, inside one of two": _one(requirements=[*_INSIDE, *_LIVE_INSIDE]),
    "the total counts only some": _one(
        **total(8, counts={"formats": ["in_person"], "except": {"categories": ["law"]}})
    ),
    "three years": _one(period=_period(36), **total(33)),
    "fractions of minutes": _one(
        proration={"by": "days", "clause": "example"}, requirements=_asks(ethics=2, law="1/3")
    ),
    "prorated by months": _one(proration=_BY_MONTHS),
    "from the first of January after joining": _one(
        period=_period(12, rule="admission", starts="year_day"), joining={"rule": "exempt", "clause": "example"}
    ),
    "from the day of the licence": _one(admission="licensed", period=_period(12, rule="admission"), late=_late(60)),
    "a first period of its own": _one(
        joining={"rule": "own", "months": 7, "starts": "next_month", "then": "next_block", "clause": "example"},
        period=_period(12),
    ),
    "later, with credit from before": _one(
        joining={"rule": "later", "years_after": 1, "counts_months_before": 3, "clause": "example"}
    ),
    "who has been there long is exempt": _one(exemptions=[_SENIOR]),
    "a full first period": _one(joining={"rule": "full", "clause": "example"}, at_risk_days=300),
    "two versions in time": _one({}, {**_TURN, **total(17), "caps": [cap(4, "recorded", "self_study")]}),
    "longer periods": _one({}, {**_TURN, "period": _period(24), **total(30)}),
    "for periods that end later": _one({}, {**_TURN, "period": _period(24), "governs": "periods_ending", **total(30)}),
    "a regional addition": _region(),
}
ONE_BY_ONE = {
    "carry-over": _one(carry=_CARRY),
    "rounded down to half hours": _one(valuation={"rounding": {"to": "1/2", "direction": "down"}, "clause": "example"}),
    "a most by day": _one(caps=_DAILY),
    "a course counts once": _one(duplicates={"within": "period", "clause": "example"}, requirements=[]),
    "a course counts once for ever": _one(duplicates={"within": "ever", "clause": "example"}, carry=_CARRY),
    "carry-over into rules without": _one({"carry": _CARRY}, {**_TURN, **total(10)}),
    "rules without, then rounding": _one({}, {**_TURN, "valuation": {
        "rounding": {"to_minutes": 10, "direction": "nearest"}, "clause": "example"}}),
    "a window": _one({}, {**_TURN, "requirements": [
        requirement("ethics", 3, window={"rule": "rolling", "months": 24})]}),
    "longer for those who were long there": _one(variants=[
        {"code": "long", "when": _SENIOR["when"], "set": total(20), "clause": "example"}]),
}  # fmt: skip
VARIANTS = {**IN_COLUMNS, **ONE_BY_ONE}


def test_the_rulebooks_are_of_both_kinds():
    assert all(adds_up(version) for ruled in IN_COLUMNS.values() for version in ruled.law)
    assert not any(all(adds_up(version) for version in ruled.law) for ruled in ONE_BY_ONE.values())


def as_row(result: PeriodAssessment) -> tuple[Any, ...]:
    lines = [
        {"code": each.code, "required": ceil(each.required), "counted": floor(each.counted),
         "missing": ceil(each.missing), "clause": each.clause} for each in result.lines
    ]  # fmt: skip
    whole = lines[0]
    return (
        result.period.start, result.period.end, result.due_on, result.petition_from, result.status,
        whole["required"], whole["counted"], ceil(result.missing), lines,
    )  # fmt: skip


def written(advocate: Advocate) -> list[tuple[Any, ...]]:
    standings = Standing.objects.filter(advocate=advocate).order_by("period_start")
    return [
        (each.period_start, each.period_end, each.due_on, each.petition_from, each.status, each.required, each.counted,
         each.missing, each.lines) for each in standings
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("variant", VARIANTS)
@settings(
    max_examples=4,
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


def law_for(person: Person, ruled: Ruled) -> list[Rulebook]:
    """Until the year of the move, that of the other bar, which adds nothing to the national one."""
    year = person.moved_on and person.moved_on.replace(month=1, day=1)
    begun = [version for version in ruled.law if year and version.effective_from <= year]
    if not ruled.regional or year is None or not begun:
        return ruled.law
    before = [parse_rulebook(each) for each in ruled.national]
    return [
        *(version for version in before if version.effective_from < year),
        begun[-1].model_copy(update={"effective_from": year}),
        *ruled.law[len(begun) :],
    ]


def compare(ruled: Ruled, people: list[Person], advocates: list[Advocate], day: dt.date) -> None:
    marks = Assessed.objects.in_bulk([advocate.pk for advocate in advocates])
    licensed = any(version.admission == "licensed" for version in ruled.law)
    for person, advocate in zip(people, advocates, strict=True):
        result = assess(law_for(person, ruled), person.facts(day, licensed=licensed), day)
        assert written(advocate) == [as_row(each) for each in result.periods]
        future = any(kept.day > day for kept in person.ledger)
        if marks[advocate.pk].as_of == day:  # who was not looked at again keeps the day of last time
            assert marks[advocate.pk].changes_on == (
                min(result.changes_on or dt.date.max, day + DAY) if future else result.changes_on
            )
        entries = sum(1 + kept.reversed + bool(kept.less) for kept in person.ledger)
        assert marks[advocate.pk].ledger_version == entries


# --- judging in columns, without a database --------------------------------------------------------------------------


def judged(law: list[Rulebook], shared: Facts, ledgers: list[tuple[Credit, ...]]) -> Verdict:
    """People with the same facts and these ledgers, as the sweep judges them."""
    ends = [version.effective_from for version in law[1:]]
    eras = tuple(
        Era(version.effective_from, end, version, number)
        for number, (version, end) in enumerate(zip(law, [*ends, None], strict=True))
    )
    plan = plan_of(tuple(law), tuple((category, form) for category in CATEGORIES for form in FORMATS))
    assert plan is not None
    asked = question(BarRules(1, eras), plan, timeline(law, shared, TODAY), shared)
    windows = windows_of([asked], TODAY)
    minutes = np.zeros((len(ledgers), len(windows), len(plan.stand_ins)), dtype=np.int64)
    for row, ledger in enumerate(ledgers):
        for credit in ledger:
            if windows and windows[0] <= credit.day <= TODAY:
                window = sum(start <= credit.day for start in windows) - 1
                minutes[row, window, plan.pools[credit.category, credit.format]] += credit.minutes
    none = np.zeros(len(ledgers), dtype=bool)
    held = Holdings(none.astype(np.int64), none, none, minutes, windows)
    return judge(asked, np.arange(len(ledgers)), held, TODAY)


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


@pytest.mark.parametrize("variant", IN_COLUMNS)
@settings(max_examples=25, deadline=None)
@given(person=_people(), ledgers=st.lists(_ledgers, min_size=1, max_size=8))
def test_whoever_is_decided_in_columns_is_decided_as_the_rules_decide(variant, person, ledgers):
    law = IN_COLUMNS[variant].law
    shared = replace(person, ledger=()).facts(TODAY)
    verdict = judged(law, shared, ledgers)
    assert sorted([*verdict.decided.tolist(), *verdict.open.tolist()]) == list(range(len(ledgers)))
    found: dict[int, list[Any]] = {position: [] for position in verdict.decided.tolist()}
    for each in verdict.findings:
        for row, member in enumerate(each.members.tolist()):
            found[member].append((
                each.start[row], STATUSES[each.status[row]], each.missing[row],
                each.required[row].tolist(), each.counted[row].tolist(), each.lacking[row].tolist(),
            ))  # fmt: skip
    for position, changes in zip(verdict.decided.tolist(), verdict.changes.tolist(), strict=True):
        result = assess(law, replace(shared, credits=ledgers[position]), TODAY)
        assert found[position] == [
            (each.period.start.toordinal(), each.status, ceil(each.missing),
             [ceil(line.required) for line in each.lines], [floor(line.counted) for line in each.lines],
             [ceil(line.missing) for line in each.lines])
            for each in result.periods
        ]  # fmt: skip
        assert result.changes_on is not None
        assert changes == result.changes_on.toordinal()


def test_nobody_whom_sums_decide_is_left_to_the_exact_rules():
    """Full hours, no cap reached, nothing to make up: the great majority, and the reason why a sweep is quick."""
    ledger = tuple(
        Credit(dt.date(year, 5, 20), category, "recorded", minutes)
        for year in (2025, 2026)
        for category, minutes in (("law", 270), ("ethics", 90))
    ) + tuple(Credit(dt.date(year, 5, 20), "law", "in_person", 360) for year in (2025, 2026))
    over = (*ledger, Credit(dt.date(2025, 6, 1), "law", "recorded", 1))
    late = (Credit(dt.date(2026, 2, 1), "law", "in_person", 360),)
    verdict = judged([parse_rulebook(rulebook_document())], Facts(), [ledger, over, (), late])
    assert (verdict.decided.tolist(), verdict.open.tolist()) == ([0, 2], [1, 3])
