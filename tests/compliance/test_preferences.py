"""How advocates want to be written to: on which days, and when not. The overdue notice heeds none of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocates.models import Advocate, Bar
from compliance.models import Notice, NoticeState, Preferences
from compliance.notices.quiet import after_quiet, quiet_seconds
from compliance.services.notices import plan_notices, send_notice
from compliance.services.preferences import set_preferences
from tests.compliance.rows import AFTER, DUE, NOW, make_notice, make_standing, ruled_bar, warned
from tests.factories import make_advocate
from tests.plugins.smtp import Sink

ALMATY = "Asia/Almaty"
TIMES = st.times()


def at(text: str) -> dt.datetime:
    """A moment of 10 March 2026 in Almaty, or with a leading + of the next day."""
    return dt.datetime.fromisoformat(f"2026-03-{11 if text[0] == '+' else 10}T{text.lstrip('+')}:00+05:00")


def t(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "start", "end", "awake"),
    [
        ("21:59", "22:00", "08:00", "21:59"),
        ("22:00", "22:00", "08:00", "+08:00"),
        ("23:30", "22:00", "08:00", "+08:00"),
        ("00:30", "22:00", "08:00", "08:00"),
        ("07:59", "22:00", "08:00", "08:00"),
        ("08:00", "22:00", "08:00", "08:00"),
        ("12:30", "12:00", "14:00", "14:00"),
        ("14:00", "12:00", "14:00", "14:00"),
        ("09:00", "08:00", "00:00", "+00:00"),
    ],
)
def test_quiet_hours(moment: str, start: str, end: str, awake: str) -> None:
    assert after_quiet(at(moment), t(start), t(end), ALMATY) == at(awake)


@given(st.integers(0, 366 * 24 * 60).map(lambda minutes: NOW + dt.timedelta(minutes=minutes)), TIMES, TIMES)
def test_nobody_is_put_off_for_longer_than_it_is_quiet(moment: dt.datetime, start: dt.time, end: dt.time) -> None:
    if start == end:
        return
    awake = after_quiet(moment, start, end, ALMATY)
    assert moment <= awake
    assert (awake - moment).total_seconds() <= quiet_seconds(start, end) + 1
    assert after_quiet(awake, start, end, ALMATY) == awake


def remindable(bar: Bar, **wishes: Any) -> Advocate:
    person = make_advocate(bar)
    make_standing(person, "on_track")
    if wishes:
        set_preferences(person, **wishes)
    return person


def stages(day: dt.date, bar: Bar) -> dict[int, str]:
    plan_notices(bar, day, NOW)
    return dict(Notice.objects.values_list("advocate_id", "stage"))


@pytest.mark.django_db
class TestReminderDays:
    def test_are_one_s_own_where_one_has_said_so(self) -> None:
        bar = ruled_bar()
        usual, early, never = (
            remindable(bar),
            remindable(bar, reminder_days=[120, 5]),
            remindable(bar, reminder_days=[]),
        )
        back = remindable(bar, reminder_days=None)
        assert stages(DUE - dt.timedelta(days=120), bar) == {early.pk: "reminder-120"}
        Notice.objects.all().update(state=NoticeState.SENT, sent_at=NOW)
        assert stages(DUE - dt.timedelta(days=90), bar) == {
            usual.pk: "reminder-90", back.pk: "reminder-90", early.pk: "reminder-120",
        }  # fmt: skip
        assert never.pk not in stages(DUE - dt.timedelta(days=5), bar)
        assert set(Notice.objects.filter(advocate=early).values_list("stage", flat=True)) == {
            "reminder-120", "reminder-5",
        }  # fmt: skip

    def test_do_not_silence_the_overdue_notice(self) -> None:
        notice = warned(ruled_bar())
        set_preferences(notice.advocate, reminder_days=[])
        Notice.objects.all().update(state=NoticeState.WITHDRAWN)
        assert stages(AFTER, notice.bar) == {notice.advocate_id: "overdue"}
        notice.refresh_from_db()
        assert notice.state == NoticeState.DUE

    @pytest.mark.parametrize("rows", [1, 3])
    def test_cost_no_statements(self, django_assert_num_queries: Any, rows: int) -> None:
        bar = ruled_bar()
        for _ in range(rows):
            remindable(bar, reminder_days=[100])
        plan_notices(bar, DUE - dt.timedelta(days=200), NOW)
        with django_assert_num_queries(10):  # two of them are the savepoint
            assert plan_notices(bar, DUE - dt.timedelta(days=100), NOW) == rows


@pytest.mark.django_db
class TestQuietHours:
    QUIET = {"quiet_from": dt.time(9), "quiet_until": dt.time(11)}
    """NOW is ten in the morning in Almaty."""

    def test_put_a_reminder_off_and_cost_it_no_attempt(self, smtp: Sink) -> None:
        bar = ruled_bar()
        person = make_advocate(bar)
        make_standing(person, "on_track", due_on=dt.date(2027, 2, 1))
        notice = make_notice(person, "reminder-30")
        set_preferences(person, **self.QUIET)
        assert send_notice(notice.pk, now=NOW) is None
        notice.refresh_from_db()
        assert (notice.due_at, notice.attempts, notice.claimed_at) == (NOW + dt.timedelta(hours=1), 0, None)
        assert smtp.messages == []
        assert send_notice(notice.pk, now=NOW + dt.timedelta(minutes=59)) is None
        assert send_notice(notice.pk, now=NOW + dt.timedelta(hours=1)) == NoticeState.SENT
        assert len(smtp.messages) == 1

    def test_do_not_hold_up_the_overdue_notice(self, smtp: Sink) -> None:
        notice = warned(ruled_bar())
        set_preferences(notice.advocate, **self.QUIET)
        assert send_notice(notice.pk, now=NOW) == NoticeState.SENT


@pytest.mark.django_db
def test_what_is_left_out_stays_as_it_is() -> None:
    person = make_advocate(ruled_bar())
    set_preferences(person, reminder_days=[7, 30, 7], language="ru")
    set_preferences(person, quiet_from=dt.time(22), quiet_until=dt.time(8))
    kept = Preferences.objects.get()
    person.refresh_from_db()
    assert (kept.reminder_days, kept.quiet_from, person.language) == ([30, 7], dt.time(22), "ru")
