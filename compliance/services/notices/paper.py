"""Notices on paper: rendered for the printer, then handed over by somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar, User
from cle.core.clock import local_date
from cle.core.errors import DomainError
from compliance.models import Notice, NoticeState
from compliance.notices.letter import write_letter
from compliance.queries.cases import told_by
from compliance.queries.notices import letters_to_print, rulebooks_behind, standings_behind
from compliance.services.cases import mark_notified

_WRITTEN = ["subject", "text", "html", "facts", "language"]


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


@transaction.atomic
def mark_printed(notice_ids: Collection[int], *, by: User, now: dt.datetime) -> int:
    """The letters were handed over by ``by``; their cases count as notified. Returns how many were marked.

    Only letters of bars that ``by`` works for; those already marked are passed over. Raises DomainError when one
    of them has not been written, because then nobody can say what was handed over.
    """
    letters = Notice.objects.open_to(by).to_print().filter(pk__in=notice_ids)
    waiting = dict(letters.select_for_update(of=("self",)).order_by("pk").in_bulk())
    if not all(notice.text for notice in waiting.values()):
        raise DomainError("letter-not-written", _("Print the letters before marking them as handed over."))
    Notice.objects.filter(pk__in=waiting).update(state=NoticeState.PRINTED, sent_at=now, handed_over_by=by, error="")
    mark_notified(told_by(list(waiting)), now=now, by=by)
    return len(waiting)
