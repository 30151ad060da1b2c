"""What notices are written from, read for many at once; each is then written by itself."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from advocates.models import User
from cle.core.clock import local_date
from compliance.calendars import CalendarEntry, write_deadline, write_entry
from compliance.models import Case, CaseState, Notice, Standing
from compliance.notices.account_letter import is_needed, write_account_letter
from compliance.notices.letter import Letter, write_letter
from compliance.notices.session_letter import write_session_letter
from compliance.notices.stages import ACCOUNT_OPENED, OVERDUE, SESSION_OFF
from compliance.queries.notices import rulebooks_behind, standings_behind
from compliance.queries.session_notices import place_behind
from compliance.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice, and the standing or the account that it rests on where there still is one."""

    notice: Notice
    standing: Standing | None = None
    rulebook: Rulebook | None = None
    cases: tuple[int, ...] = ()
    """Keys of the open cases that it tells about."""
    account: User | None = None

    def letter(self, now: dt.datetime) -> Letter | None:
        """Rendered from what holds at this moment; None when there is nothing to write about any more."""
        notice = self.notice
        if notice.session_id is not None:
            place = place_behind(notice, now)
            return write_session_letter(place, notice.stage) if place else None
        if notice.stage == ACCOUNT_OPENED:
            return self._about_account()
        if self.standing is None or self.rulebook is None:
            return None
        today = local_date(now, notice.advocate.bar.time_zone)
        return write_letter(notice.advocate, notice.stage, self.standing, self.rulebook, today)

    def _about_account(self) -> Letter | None:
        notice, account = self.notice, self.account
        if account is None or not is_needed(notice, account):
            return None
        facts = {name: notice.facts[name] for name in ("stage", "account", "since")}
        return write_account_letter(notice.advocate, facts, has_password=account.has_usable_password())

    def entry(self, now: dt.datetime) -> CalendarEntry | None:
        """What changes in the advocate's calendar."""
        notice = self.notice
        if notice.session is not None:
            return write_entry(notice.session, notice.advocate, off=notice.stage == SESSION_OFF, stamp=notice.due_at)
        if self.standing is None:
            return None
        return write_deadline(self.standing, notice.advocate, stamp=now, grace=notice.stage == OVERDUE)


def drafts_of(keys: Sequence[int], now: dt.datetime) -> Iterator[Draft]:
    """In the order of the keys: a constant number of statements, and two for each rulebook not read yet."""
    rows = Notice.objects.select_related(
        "advocate__bar", "advocate__preferences", "session__course", "session__bar"
    ).defer("text", "html", "envelope")
    notices = rows.in_bulk(keys)
    standings = _standings(notices.values(), now)
    rulebooks = rulebooks_behind(standings.values())
    cases = _open_cases([notice for notice in notices.values() if notice.stage == OVERDUE])
    accounts = _accounts(notices.values())
    for notice in filter(None, map(notices.get, keys)):
        standing = standings.get(notice.pk)
        about = cases.get((notice.advocate_id, notice.period_start), ()) if notice.stage == OVERDUE else ()
        account = accounts.get(notice.advocate_id)
        yield Draft(notice, standing, rulebooks[standing.pk] if standing else None, about, account)


def _accounts(notices: Iterable[Notice]) -> dict[int, User]:
    """By their advocates, of those who are told about them."""
    told = {notice.advocate_id for notice in notices if notice.stage == ACCOUNT_OPENED}
    rows = User.objects.filter(advocate__in=told).select_related("advocate") if told else ()
    return {user.advocate.pk: user for user in rows}


def _open_cases(warnings: list[Notice]) -> dict[tuple[int, dt.date | None], tuple[int, ...]]:
    """By advocate and period; there is one case for each."""
    if not warnings:
        return {}
    rows = Case.objects.filter(advocate__in={notice.advocate_id for notice in warnings}, state=CaseState.OPEN)
    return {(advocate, start): (pk,) for pk, advocate, start in rows.values_list("pk", "advocate_id", "period_start")}


def _standings(notices: Iterable[Notice], now: dt.datetime) -> dict[int, Standing]:
    """By the notice's key, as of today where its bar is."""
    by_day = defaultdict(list)
    for notice in notices:
        if notice.period_start is not None:
            by_day[local_date(now, notice.advocate.bar.time_zone)].append(notice)
    return {pk: row for day, group in by_day.items() for pk, row in standings_behind(group, day).items()}
