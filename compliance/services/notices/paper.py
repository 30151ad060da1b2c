"""Notices on paper: rendered for the printer, then handed over by somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar, User
from cle.core.clock import local_date
from cle.core.errors import DomainError
from compliance.models import EventKind, EventSource, Job, Notice, NoticeEvent, NoticeState
from compliance.notices.digests import digests_of
from compliance.notices.letter import write_letter
from compliance.notices.stages import OVERDUE
from compliance.queries.cases import told_by
from compliance.queries.notices import letters_to_print, rulebooks_behind, standings_behind, still_owed
from compliance.services.cases import mark_notified
from compliance.services.notices.ledger import event, note, note_planned

_WRITTEN = ["subject", "text", "html", "facts", "language"]
_HANDED_OVER = ["state", "sent_at", "handed_over_by", "handed_over_on", "error"]


@transaction.atomic
def print_letters(bar: Bar, *, now: dt.datetime) -> list[Notice]:
    """The letters of the bar that wait for the printer, written from the standings of this moment and kept so.

    By unit and name. Those that nobody needs any more are withdrawn and left out. May be repeated: until a letter
    is marked as printed it is written anew. A notice that was mailed and came back keeps its words: what is handed
    over is what was said on that day.
    """
    today = local_date(now, bar.time_zone)
    note_planned(now)
    waiting = list(letters_to_print(bar).select_for_update(of=("self",)))
    returned = [notice for notice in waiting if notice.sent_at]
    notices = [notice for notice in waiting if not notice.sent_at]
    owed = still_owed(returned, today) if returned else set()
    standings = standings_behind(notices, today)
    rulebooks = rulebooks_behind(standings.values())
    needed = [notice for notice in notices if notice.pk in standings]
    for notice in needed:
        standing = standings[notice.pk]
        letter = write_letter(notice.advocate, notice.stage, standing, rulebooks[standing.pk], today)
        notice.subject, notice.text, notice.html, notice.facts = letter
        notice.language = notice.advocate.language or bar.language
    _withdraw([notice for notice in waiting if notice.pk not in standings and notice.pk not in owed], now)
    _note_written(needed, now)
    Notice.objects.bulk_update(needed, _WRITTEN)
    return [notice for notice in waiting if notice.pk in standings or notice.pk in owed]


def _withdraw(notices: list[Notice], now: dt.datetime) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(state=NoticeState.WITHDRAWN)
    if notices:
        note(notices, EventKind.WITHDRAWN, now, code="no-longer-needed")


def _note_written(notices: list[Notice], now: dt.datetime) -> None:
    """With the sums of the words. Of what is only printed once more there is nothing new to say."""
    last = NoticeEvent.objects.filter(notice__in=notices, kind=EventKind.WRITTEN).order_by("pk")
    before = dict(last.values_list("notice_id", "digests")) if notices else {}
    sums = {notice.pk: digests_of(notice.subject, notice.text, notice.html) for notice in notices}
    NoticeEvent.objects.bulk_create(
        event(notice, EventKind.WRITTEN, now, digests=sums[notice.pk])
        for notice in notices if before.get(notice.pk) != sums[notice.pk]
    )  # fmt: skip


def write_letters(job: Job, report: Callable[[int, int], None]) -> dict[str, Any]:
    """The job of `print_letters`, as of the day on which it was asked for: {"written": how many}."""
    written = len(print_letters(job.bar, now=job.asked_at))
    report(written, written)
    return {"written": written}


@transaction.atomic
def mark_printed(notice_ids: Collection[int], *, by: User, now: dt.datetime, on: dt.date | None = None) -> int:
    """The letters were handed over by ``by`` on a day, today unless another is named; their cases count as notified.

    Returns how many were marked. Only letters of bars that ``by`` works for; those already marked are passed over.
    Raises DomainError, and marks none, when one has not been written, because then nobody can say what was handed
    over; when it is one's own; and when it could not have been handed over on that day.
    """
    letters = Notice.objects.open_to(by).to_print().filter(pk__in=notice_ids).select_related("advocate__bar")
    waiting = list(letters.select_for_update(of=("self",)).order_by("pk"))
    for letter in waiting:
        today = local_date(now, letter.advocate.bar.time_zone)
        _check_hand_over(letter, by, today, on or today)
        letter.state, letter.sent_at, letter.handed_over_by, letter.error = NoticeState.PRINTED, now, by, ""
        letter.handed_over_on = on or today
    Notice.objects.bulk_update(waiting, _HANDED_OVER)
    if waiting:
        note(waiting, EventKind.HANDED_OVER, now, by=by, source=EventSource.PERSON)
    mark_notified(told_by([letter.pk for letter in waiting]), now=now, by=by)
    return len(waiting)


def _check_hand_over(letter: Notice, by: User, today: dt.date, on: dt.date) -> None:
    if not letter.text:
        raise DomainError("letter-not-written", _("Print the letters before marking them as handed over."))
    if letter.advocate.user_id == by.pk:
        raise DomainError("own-letter", _("Nobody may record that they were handed their own letter."))
    if on > today:
        raise DomainError("day-to-come", _("That day is still to come."))
    if letter.stage == OVERDUE and on.isoformat() <= letter.facts.get("due_on", ""):
        raise DomainError("before-due", _("On that day the hours were not overdue yet: no such letter was possible."))
