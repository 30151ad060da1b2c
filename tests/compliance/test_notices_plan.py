"""Planning: who is written to on which day, once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from advocates.models import Bar, Status
from advocates.services.people import record_status
from compliance.models import Case, CaseState, Notice, NoticeChannel, NoticeState, Standing
from compliance.notices.ladder import Rung, Subject, due_stages
from compliance.queries.cases import told_by
from compliance.queries.forecast import forecast
from compliance.queries.not_due import not_due
from compliance.queries.notices import letters_to_print, rulebooks_behind
from compliance.rules.ladder import reminders
from compliance.services.cases import review_cases
from compliance.services.notices import plan_notices, print_letters, send_due
from compliance.services.rulebooks import adopt_rulebook
from tests.compliance.rows import (
    AFTER,
    DUE,
    NOW,
    PETITION,
    START,
    UTC,
    addition_document,
    make_case,
    make_notice,
    make_standing,
    requirement,
    ruled_bar,
    set_status,
)
from tests.factories import make_advocate, make_bar

DAY = dt.timedelta(days=1)
NIGHT = dt.datetime(2026, 12, 10, 21, 30, tzinfo=UTC)
"""02:30 of 11 December in Almaty: the planner works at night."""
TODAY = dt.date(2026, 12, 11)


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar()


def planned() -> list[str]:
    return list(Notice.objects.order_by("stage").values_list("stage", flat=True))


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (91, None),
        (90, "reminder-90"),
        (31, "reminder-90"),
        (30, "reminder-30"),
        (8, "reminder-30"),
        (7, "reminder-7"),
        (0, "reminder-7"),
        (-1, None),
    ],
)
def test_only_the_nearest_reminder(left: int, stage: str | None) -> None:
    ladder = tuple(Rung(each, dt.date.min) for each in reminders([90, 30, 7]))
    who = Subject("at_risk" if left >= 0 else "short", 270, DUE, PETITION)
    assert [each.code for each in due_stages(ladder, who, DUE - left * DAY, ())] == [stage][: stage is not None]


def test_no_reminder_days_no_reminders() -> None:
    assert due_stages((), Subject("at_risk", 270, DUE, PETITION), DUE, ()) == []


class TestReminders:
    @pytest.mark.parametrize("status", ["on_track", "at_risk"])
    def test_one_per_advocate_and_stage(self, bar: Bar, status: str) -> None:
        make_standing(advocate := make_advocate(bar, language="ru"), status)
        assert plan_notices(bar, TODAY, NIGHT) == 1
        assert plan_notices(bar, TODAY + DAY, NIGHT + DAY) == 0
        notice = Notice.objects.get()
        assert (notice.advocate, notice.period_start, notice.stage) == (advocate, START, "reminder-30")
        assert (notice.bar, notice.channel, notice.state) == (bar, NoticeChannel.EMAIL, NoticeState.DUE)

    def test_each_stage_in_its_turn(self, bar: Bar) -> None:
        make_standing(make_advocate(bar), "at_risk")
        for left in range(100, -1, -1):
            plan_notices(bar, DUE - left * DAY, NIGHT)
        assert planned() == ["reminder-30", "reminder-7", "reminder-90"]

    @pytest.mark.parametrize(("status", "missing"), [("compliant", 0), ("exempt", 0), ("on_track", 0)])
    def test_not_to_who_owes_nothing(self, bar: Bar, status: str, missing: int) -> None:
        make_standing(make_advocate(bar), status, missing=missing)
        assert plan_notices(bar, TODAY, NIGHT) == 0

    def test_not_to_the_dead(self, bar: Bar) -> None:
        make_standing(advocate := make_advocate(bar), "at_risk")
        record_status(advocate, Status.DECEASED, TODAY)
        assert plan_notices(bar, TODAY, NIGHT) == 0

    def test_nothing_without_rules(self, bar: Bar) -> None:
        make_standing(advocate := make_advocate(bar), "at_risk")
        advocate.bar = other = make_bar()
        advocate.save(update_fields=["bar"])
        assert plan_notices(other, TODAY, NIGHT) == 0

    def test_the_bars_own_advocates_only(self, bar: Bar) -> None:
        below = make_bar(parent=bar)
        make_standing(make_advocate(below), "at_risk")
        assert plan_notices(bar, TODAY, NIGHT) == 0
        assert plan_notices(below, TODAY, NIGHT) == 1  # by the reminder days of the bar above


class TestOverdue:
    def test_once_while_the_case_is_open(self, bar: Bar) -> None:
        make_standing(advocate := make_advocate(bar))
        make_case(advocate)
        assert plan_notices(bar, AFTER, NOW) == 1
        assert plan_notices(bar, AFTER + 20 * DAY, NOW + 20 * DAY) == 0
        assert planned() == ["overdue"]

    @pytest.mark.parametrize("state", [state for state in CaseState if state != CaseState.OPEN])
    def test_not_when_told_or_settled(self, bar: Bar, state: CaseState) -> None:
        make_standing(advocate := make_advocate(bar))
        make_case(advocate, state)
        assert plan_notices(bar, AFTER, NOW) == 0

    def test_not_on_the_due_date_itself(self, bar: Bar) -> None:
        make_standing(advocate := make_advocate(bar))
        make_case(advocate)
        assert plan_notices(bar, DUE, NOW) == 0
        assert plan_notices(bar, DUE + DAY, NOW) == 1

    def test_told_anew_when_the_case_opens_again(self, bar: Bar) -> None:
        """The last letter said that the hours were there: one reversal later that is not true any more."""
        standing = make_standing(make_advocate(bar))
        first = self.told_and_made_up(bar, standing)
        set_status(standing, "short")
        assert review_cases(bar, AFTER, NOW + 2 * DAY).reopened == 1
        assert plan_notices(bar, AFTER, NOW + 2 * DAY) == 1
        assert plan_notices(bar, AFTER, NOW + 2 * DAY) == 0
        again = Notice.objects.latest("pk")
        assert [(each.stage, each.round) for each in (first, again)] == [("overdue", 1), ("overdue", 2)]
        send_due(now=NOW + 3 * DAY, limit=10)
        assert Case.objects.get().state == CaseState.NOTIFIED

    def test_what_was_not_sent_before_is_said_once(self, bar: Bar) -> None:
        standing = make_standing(make_advocate(bar, email=""))
        review_cases(bar, AFTER, NOW)
        plan_notices(bar, AFTER, NOW)
        set_status(standing, "compliant")
        review_cases(bar, AFTER, NOW)
        set_status(standing, "short")
        review_cases(bar, AFTER, NOW)
        assert plan_notices(bar, AFTER, NOW) == 1
        assert [letter.round for letter in print_letters(bar, now=NOW)] == [2]
        assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "to_print"]

    def test_a_report_about_the_first_notice_does_not_stand_for_the_second(self, bar: Bar) -> None:
        standing = make_standing(make_advocate(bar))
        first = self.told_and_made_up(bar, standing)
        set_status(standing, "short")
        review_cases(bar, AFTER, NOW + 2 * DAY)
        assert told_by([first.pk]) == []

    def test_whoever_is_left_out_is_explained_by_the_last_round(self, bar: Bar) -> None:
        standing = make_standing(advocate := make_advocate(bar))
        self.told_and_made_up(bar, standing)
        set_status(standing, "short")
        review_cases(bar, AFTER, NOW + 2 * DAY)
        [(reason, _people)] = not_due(bar, AFTER, [advocate.pk])
        assert reason == "nothing is due today"
        assert [each.stage.code for each in forecast([bar], AFTER, 1)] == ["overdue"]

    @staticmethod
    def told_and_made_up(bar: Bar, standing: Standing) -> Notice:
        review_cases(bar, AFTER, NOW)
        plan_notices(bar, AFTER, NOW)
        send_due(now=NOW + DAY, limit=10)
        assert Case.objects.get().state == CaseState.NOTIFIED
        set_status(standing, "compliant")
        review_cases(bar, AFTER, NOW + DAY)
        return Notice.objects.get()


@pytest.mark.django_db
class TestWhenAndHow:
    @pytest.mark.parametrize(
        ("now", "zone", "due_at"),
        [
            (NIGHT, "Asia/Almaty", dt.datetime(2026, 12, 11, 4, 0, tzinfo=UTC)),
            (NIGHT, "Asia/Bishkek", dt.datetime(2026, 12, 11, 3, 0, tzinfo=UTC)),
            (NIGHT + DAY / 2, "Asia/Almaty", NIGHT + DAY / 2),
        ],
    )
    def test_from_nine_in_the_morning_or_at_once(self, now: dt.datetime, zone: str, due_at: dt.datetime) -> None:
        bar = ruled_bar(time_zone=zone)
        make_standing(make_advocate(bar), "at_risk")
        plan_notices(bar, TODAY, now)
        assert Notice.objects.get().due_at == due_at

    def test_on_paper_without_an_address(self, bar: Bar) -> None:
        make_standing(make_advocate(bar, email=""), "at_risk")
        plan_notices(bar, TODAY, NIGHT)
        notice = Notice.objects.get()
        assert (notice.channel, notice.state) == (NoticeChannel.PAPER, NoticeState.TO_PRINT)

    @pytest.mark.parametrize(("own", "bars", "expected"), [("ru", "kk", "ru"), ("", "kk", "kk"), ("", "ru", "ru")])
    def test_language(self, own: str, bars: str, expected: str) -> None:
        bar = ruled_bar(language=bars)
        make_standing(make_advocate(bar, language=own), "at_risk")
        plan_notices(bar, TODAY, NIGHT)
        assert Notice.objects.get().language == expected


class TestWithdrawn:
    @pytest.mark.parametrize(
        ("state", "again"), [(NoticeState.WITHDRAWN, 1), (NoticeState.SENT, 0), (NoticeState.FAILED, 0)]
    )
    def test_due_again_when_the_hours_are_missing_again(self, bar: Bar, state: NoticeState, again: int) -> None:
        standing = make_standing(advocate := make_advocate(bar), "compliant")
        notice = make_notice(advocate, "reminder-30", state=state, sent_at=NIGHT - DAY, attempts=3)
        set_status(standing, "at_risk")
        assert plan_notices(bar, TODAY, NIGHT) == again
        notice.refresh_from_db()
        assert notice.state == (NoticeState.DUE if again else state)
        assert notice.attempts == (0 if again else 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_number_of_statements_does_not_grow(bar: Bar, django_assert_num_queries: Any, rows: int) -> None:
    plan_notices(bar, TODAY, NIGHT)  # the rulebook is read once per process
    for _ in range(rows):
        make_standing(make_advocate(bar), "at_risk")
        make_standing(overdue := make_advocate(bar), due_on=TODAY - DAY, period_end=TODAY - DAY)
        make_case(overdue)
        make_standing(again := make_advocate(bar), "at_risk")
        make_notice(again, "reminder-30", state=NoticeState.WITHDRAWN)
    with django_assert_num_queries(12):  # two of them are the savepoint
        assert plan_notices(bar, TODAY, NIGHT) == 3 * rows


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_plan_each_notice_once() -> None:
    bar = ruled_bar()
    for _ in range(20):
        make_standing(make_advocate(bar), "at_risk")

    def plan(_: int) -> int:
        try:
            return plan_notices(bar, TODAY, NIGHT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(plan, range(2))) == 20
    assert Notice.objects.count() == 20


def test_letters_lie_unit_by_unit_then_by_name(bar: Bar, django_assert_num_queries: Any) -> None:
    second, first = bar.units.create(name="Юридическая консультация № 2"), bar.units.create(name="Кеңсе")
    for name, unit in [("Қасымов", first), ("Козлов", first), ("Әбіш", second), ("Аманов", None), ("Яковлев", first)]:
        make_notice(make_advocate(bar, name, unit=unit), state=NoticeState.TO_PRINT)
    make_notice(make_advocate(bar, "Есенов"))
    make_notice(make_advocate(make_bar(parent=bar), "Жұмабаев"), state=NoticeState.TO_PRINT)
    with django_assert_num_queries(1):
        letters = [(str(letter.advocate), letter.advocate.unit) for letter in letters_to_print(bar)]
    assert letters == [("Козлов", first), ("Қасымов", first), ("Яковлев", first), ("Әбіш", second), ("Аманов", None)]


def test_a_regional_standing_is_explained_by_both_rulebooks(bar: Bar) -> None:
    region = make_bar(parent=bar)
    culture = {"kk": "Тіл", "ru": "Язык", "en": "Language"}
    clause = {"document": "Decision No. 3", "article": "2", "text": {"kk": "Қ", "ru": "Р", "en": "E"}}
    addition = addition_document(
        "kz-region", START, categories=[{"code": "language", "name": culture}],
        requirements=[requirement("language", 2, name=culture, clause="local")], clauses={"local": clause},
    )  # fmt: skip
    adopt_rulebook(region, addition, by=None)
    standing = make_standing(make_advocate(region))
    rulebook = rulebooks_behind([standing])[standing.pk]
    assert {category.code for category in rulebook.categories} == {"law", "ethics", "practice", "language"}
