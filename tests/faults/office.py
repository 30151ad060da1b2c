"""What people do in the year: the officer of each bar, by a script."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Final

from django.db.models import Count

from advocates.models import Bar, RollFile
from advocates.services.roll import receive_roll
from compliance.models import Case, CaseState, Job, Notice, NoticeState
from compliance.services.cases import take_step
from compliance.services.certificates.archives import KIND as ARCHIVE
from compliance.services.certificates.batches import Batch
from compliance.services.jobs import start_job
from compliance.services.notices import decide, mark_printed
from tests.faults.people import EXCUSED, MEMBERSHIP, PETITION, SUSPENDED, Office, drawn

PERIOD: Final = dt.date(2025, 1, 1)
ARCHIVES: Final = 4
"""Bars that have the certificates of the period put into a file, on the second of January."""
ROLLS: Final = 3
"""Bars that import a roll with newcomers, on the days of ``JOINED``."""
JOINED: Final = (dt.date(2026, 1, 15), dt.date(2026, 2, 21))

_WORDS: Final[dict[str, Any]] = {"reason": "Решение", "document": "№ 5"}


def _step(office: Office, lots: tuple[int, int], state: CaseState, now: dt.datetime, **more: Any) -> None:
    for case in Case.objects.filter(advocate__in=drawn(*lots)).select_related("advocate").order_by("pk"):
        take_step(case, state, by=office.officers[case.bar_id], now=now, today=now.date(), **_WORDS, **more)


def excuse(office: Office, now: dt.datetime) -> None:
    _step(office, EXCUSED, CaseState.EXCUSED, now)


def draft_petitions(office: Office, now: dt.datetime) -> None:
    _step(office, PETITION, CaseState.PETITION_DRAFTED, now)


def record_decisions(office: Office, now: dt.datetime) -> None:
    _step(office, SUSPENDED, CaseState.SUSPENDED, now, day=now.date())
    _step(office, (SUSPENDED[1] + 1, PETITION[1]), CaseState.REFUSED, now, day=now.date())


def put_membership(office: Office, now: dt.datetime) -> None:
    _step(office, MEMBERSHIP, CaseState.MEMBERSHIP_DRAFTED, now)


def end_membership(office: Office, now: dt.datetime) -> None:
    _step(office, MEMBERSHIP, CaseState.MEMBERSHIP_ENDED, now, day=now.date())


ACTS: Final[dict[dt.date, Callable[[Office, dt.datetime], None]]] = {
    dt.date(2026, 1, 20): excuse,
    dt.date(2026, 2, 5): draft_petitions,
    dt.date(2026, 2, 20): record_decisions,
    dt.date(2026, 5, 22): put_membership,
    dt.date(2026, 6, 10): end_membership,
}
"""On these days, after the night's work."""


def ask_for_letters(office: Office, now: dt.datetime) -> int:
    """Each bar with letters waiting for the printer; returns how many bars."""
    bars = Notice.objects.to_print().order_by("bar_id").values_list("bar_id", flat=True).distinct()
    for bar in bars:
        officer = office.officers[bar]
        start_job(officer.roles.get().bar, "letters", {}, by=officer, now=now)
    return len(bars)


def hand_letters_over(office: Office, now: dt.datetime) -> None:
    for bar, officer in office.officers.items():
        letters = list(Notice.objects.to_print().filter(bar=bar).exclude(text="").values_list("pk", flat=True))
        mark_printed(letters, by=officer, now=now)


def bars_of(office: Office, how_many: int) -> list[Bar]:
    """Those with the most advocates."""
    bars = Bar.objects.filter(pk__in=office.officers).annotate(people=Count("advocates"))
    return list(bars.order_by("-people", "pk")[:how_many])


def ask_for_archive(office: Office, bar: Bar, now: dt.datetime) -> Job:
    return start_job(bar, ARCHIVE, Batch(bar, None, PERIOD).parameters, by=office.officers[bar.pk], now=now)


def upload_roll(office: Office, bar: Bar, content: bytes, now: dt.datetime) -> RollFile:
    """A large one, which a worker reads."""
    officer = office.officers[bar.pk]
    file = receive_roll(bar, content, "roll.csv", by=officer, today=now.date())
    start_job(bar, "roll-preview", {"file": file.pk}, by=officer, now=now)
    return file


def ask_to_apply(office: Office, bar: Bar, file: RollFile, now: dt.datetime) -> Job:
    return start_job(bar, "roll-apply", {"file": file.pk}, by=office.officers[bar.pk], now=now)


def settle_doubts(office: Office, received: Counter[str], now: dt.datetime, chance: Random) -> Counter[str]:
    """Letters of which nobody knows whether they went out: the officer asks the advocate, who is sometimes wrong.

    Says what was decided. "again" of a letter that had arrived makes two of it.
    """
    said: Counter[str] = Counter()
    for notice in Notice.objects.filter(state=NoticeState.UNCERTAIN).order_by("pk"):
        there = notice.message_id in received
        arrived = there and chance.random() < 0.5
        decide(notice.pk, arrived=arrived, by=office.officers[notice.bar_id], now=now)
        said["arrived" if arrived else "sent a second time" if there else "sent at last"] += 1
    return said
