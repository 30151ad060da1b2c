"""The clock of the machine jumps: forward over a night, back an hour, back a day across the night's work; and bars in
zones that put the clock forward and back.

Work may be done twice. No notice comes before its day, none twice, no date moves to an earlier day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from advocates.models import Advocate, Bar
from compliance.models import Case, Notice, Standing
from courses.models import Attendance, Course, Decision, Entry, Session
from courses.services.sessions import confirm_session
from tests.faults.world.scene import Scene, at, states, step_of

if TYPE_CHECKING:
    from tests.faults.workers import Nursery

_NIGHT_WORK: Final = ("sweep", "cases", "plan", "send", "certificates")

_JUMPS: Final = (
    ("the night of the last reminder", "2025-12-24 01:15"),
    ("back a day, across the night's work", "2025-12-23 01:15"),
    ("as it should be, an hour late", "2025-12-24 02:15"),
    ("in the morning", "2025-12-24 09:30"),
    ("the last evening of the period", "2025-12-31 23:50"),
    ("a day too far", "2026-01-01 23:50"),
    ("back into the period", "2025-12-31 23:55"),
    ("after midnight", "2026-01-01 00:10"),
    ("back an hour, into the old year", "2025-12-31 23:10"),
    ("the night after", "2026-01-01 01:15"),
    ("in the morning", "2026-01-01 09:00"),
    ("forward over two nights", "2026-01-03 09:00"),
    ("back a day", "2026-01-02 09:00"),
    ("where it should be", "2026-01-03 09:30"),
)  # fmt: skip


def _whole_night(workers: Nursery, moment: dt.datetime) -> None:
    for step in _NIGHT_WORK:
        step_of(workers, step, moment)


def _dates() -> dict[int, tuple[dt.date, ...]]:
    rows = Case.objects.values_list("pk", "due_on", "grace_ends_on", "petition_from")
    return {key: tuple(days) for key, *days in rows}


def _before_its_day() -> int:
    """Notices that were to go out, or went out, before the day that the rules say; of the end of 2025."""
    early = 0
    for stage, day in (("reminder-7", dt.date(2025, 12, 24)), ("overdue", dt.date(2026, 1, 1))):
        moment = dt.datetime.combine(day, dt.time(), ZoneInfo("Asia/Almaty"))
        notices = Notice.objects.filter(stage=stage)
        early += notices.filter(due_at__lt=moment).count() + notices.filter(sent_at__lt=moment).count()
    return early


def jumps(scene: Scene) -> None:
    before: dict[int, tuple[dt.date, ...]] = {}
    moved = 0
    with scene.nursery() as workers:
        for what, moment in _JUMPS:
            _whole_night(workers, dt.datetime.fromisoformat(f"{moment}+05:00"))
            found = _dates()
            moved += sum(any(new < old for new, old in zip(found[key], days, strict=True))
                         for key, days in before.items())  # fmt: skip
            before = found
            scene.did(f"{moment} {what}: {sum(states().values())} notices, {states()['sent']} sent, {len(found)} cases")
    scene.expect("no date of a case moved to an earlier day", not moved)
    scene.expect("no notice before its day", not _before_its_day())
    scene.expect("no notice and no case of the period after", not Notice.objects.filter(
        period_start__gte=dt.date(2026, 1, 1)).exists())  # fmt: skip
    scene.expect("each letter went out once", set(scene.mail.received.values()) == {1})
    scene.expect("nothing waits any more", not states()["due"])


# --- zones -----------------------------------------------------------------------------------------------------------

_ZONES: Final = {
    "America/New_York": dt.date(2025, 11, 2),  # 01:30 twice
    "Europe/Kyiv": dt.date(2025, 10, 26),  # 03:30 twice
    "America/Havana": dt.date(2025, 11, 2),  # 00:30 twice: the day begins before it has ended
    "Africa/Cairo": dt.date(2025, 10, 30),  # 23:30 twice
    "Australia/Lord_Howe": dt.date(2025, 10, 5),  # 02:15 never, by half an hour
    "America/Santiago": dt.date(2025, 9, 7),  # 00:30 never: the day begins at 01:00
    "Pacific/Auckland": dt.date(2025, 9, 28),  # 02:30 never
}
"""Zones, and a day of 2025 on which their clock is put forward or back."""


def zones(scene: Scene) -> None:
    """Reminders that fall on such a day, quiet hours around the hour in question, a session across it."""
    changed = _moved_to_zones(scene)
    days = sorted(set(_ZONES.values()))
    with scene.nursery() as workers:
        for moment in _hours_around(days):
            for step in ("sweep", "plan", "send") if moment.hour == 20 else ("plan", "send"):
                step_of(workers, step, moment)
        _session_across(scene, changed)
        for step in ("sweep", "cases", "plan", "send"):
            step_of(workers, step, at(13, day=dt.date(2026, 1, 1)))
            step_of(workers, step, at(23, 30, day=dt.date(2026, 1, 1)))
        step_of(workers, "send", at(9, day=dt.date(2026, 1, 3)))
    for bar, day in changed.items():
        _told_on_the_day(scene, bar, day)
    scene.expect("no letter went out twice", set(scene.mail.received.values()) == {1})
    scene.expect("no deadline is another day than 31 December",
                 set(Standing.objects.filter(period_start="2025-01-01").values_list("due_on", flat=True))
                 == {dt.date(2025, 12, 31)})  # fmt: skip


def _moved_to_zones(scene: Scene) -> dict[Bar, dt.date]:
    """Each bar to one of the zones, its advocates wanting a reminder on the day in question, and quiet until 3:30."""
    # Such as have enough advocates for some to be short of hours.
    sizes = Advocate.objects.values_list("bar").annotate(people=Count("pk")).filter(people__gte=10)
    bars = list(Bar.objects.filter(pk__in=[bar for bar, _people in sizes]).order_by("code"))
    changed = {}
    for bar, (zone, day) in zip(bars, _ZONES.items(), strict=False):
        bar.time_zone = zone
        bar.save(update_fields=["time_zone"])
        changed[bar] = day
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM compliance_preferences WHERE bar_id = %s", [bar.pk])
            cursor.execute(
                "INSERT INTO compliance_preferences (advocate_id, bar_id, reminder_days, quiet_from, quiet_until,"
                " changed_at) SELECT id, bar_id, ARRAY[%s], '22:00', '03:30', now() FROM advocates_advocate"
                " WHERE bar_id = %s", [(dt.date(2025, 12, 31) - day).days, bar.pk],
            )  # fmt: skip
    scene.did(f"{len(changed)} bars of as many zones whose clocks change on a day of the autumn")
    return changed


def _hours_around(days: list[dt.date]) -> Iterator[dt.datetime]:
    """Every three hours from the day before to the day after, by the clock of the world."""
    seen: set[dt.datetime] = set()
    for day in days:
        begun = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(2), dt.UTC)
        moments = {begun + dt.timedelta(hours=3 * step) for step in range(20)} - seen
        seen |= moments
        yield from sorted(moments)


def _told_on_the_day(scene: Scene, bar: Bar, day: dt.date) -> None:
    zone, notices = ZoneInfo(bar.time_zone), Notice.objects.filter(bar=bar, stage__startswith="reminder-")
    nine = dt.datetime.combine(day, dt.time(9), zone)
    times = {notice.due_at.astimezone(zone) for notice in notices}
    sent = {notice.sent_at.astimezone(zone) for notice in notices if notice.sent_at}
    late = all(nine <= moment < nine + dt.timedelta(hours=6) for moment in sent)
    scene.expect(
        f"{bar.time_zone}: {notices.count()} reminders, all of {day}, sent from 9:00 there on",
        notices.exists() and sent and late and all(moment >= nine for moment in times),
    )


def _session_across(scene: Scene, changed: dict[Bar, dt.date]) -> None:
    """From an hour before local midnight to four hours after: credit is earned on the day on which it ends."""
    course = Course.objects.order_by("pk").first()
    wrong = []
    for bar, day in changed.items():
        midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(bar.time_zone)).astimezone(dt.UTC)
        session = Session.objects.create(
            bar=bar, course=course, starts_at=midnight - dt.timedelta(hours=1), ends_at=midnight + dt.timedelta(hours=4)
        )
        person = Advocate.objects.filter(bar=bar).order_by("pk").first()
        Attendance.objects.create(bar=bar, session=session, advocate=person, seconds=18000, decision=Decision.FULL,
                                  credit_percent=100)  # fmt: skip
        confirm_session(session, by=None, now=session.ends_at + dt.timedelta(hours=1))
        earned = set(Entry.objects.filter(attendance__session=session).values_list("earned_on", flat=True))
        if earned != {day}:
            wrong.append(f"{bar.time_zone}: {earned}")
    scene.expect(f"a session across the change earns credit on the day on which it ends {wrong or ''}", not wrong)
