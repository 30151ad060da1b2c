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
from compliance.models import Job, Notice, NoticeState
from compliance.notices.letter import write_letter
from compliance.notices.stages import OVERDUE
from compliance.queries.cases import told_by
from compliance.queries.notices import letters_to_print, rulebooks_behind, standings_behind
from compliance.services.cases import mark_notified

_WRITTEN = ["subject", "text", "html", "facts", "language"]
_HANDED_OVER = ["state", "sent_at", "handed_over_by", "handed_over_on", "error"]


@transaction.atomic
def print_letters(bar: Bar, *, now: dt.datetime) -> list[Notice]:
    """The letters of the bar that wait for the printer, written from the standings of this moment and kept so.

    By unit and name. Those that nobody needs any more are withdrawn and left out. May be repeated: until a letter
    is marked as printed it is written anew.
    """
    today = local_date(now, bar.time_zone)
    notices = list(letters_to_print(bar).select_for_update(of=("self",)))
    standings = standings_behind(notices, today)
    rulebooks = rulebooks_behind(standings.values())
    needed = [notice for notice in notices if notice.pk in standings]
    for notice in needed:
        standing = standings[notice.pk]
        letter = write_letter(notice.advocate, notice.stage, standing, rulebooks[standing.pk], today)
        notice.subject, notice.text, notice.html, notice.facts = letter
        notice.language = notice.advocate.language or bar.language
    gone = [notice.pk for notice in notices if notice.pk not in standings]
    Notice.objects.filter(pk__in=gone).update(state=NoticeState.WITHDRAWN)
    Notice.objects.bulk_update(needed, _WRITTEN)
    return needed


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
