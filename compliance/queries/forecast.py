"""Who would be written to on which day: the planner's own question, asked of the days to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from advocates.models import Bar
from compliance.models import Notice, NoticeChannel, NoticeState, Standing
from compliance.notices.ladder import Rung, Subject, channel_of, days_to_look_at, due_stages, later, looks_back, told
from compliance.notices.stages import OVERDUE, promised, stage_name
from compliance.queries.notices import all_ahead, heed_reasons, round_of, subject_of
from compliance.queries.rules import BarRules, ladder_on, rules_of
from compliance.rules.language.notices import NoticeStage

DAYS: Final = 60
LONGEST: Final = 365
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """One notice that would be planned. PII: who owes what."""

    day: dt.date
    bar_id: int
    advocate_id: int
    period_start: dt.date
    stage: NoticeStage
    channel: NoticeChannel

    @property
    def name(self) -> str:
        """Of the stage, in the words of the page's language."""
        return stage_name(self.stage.code, promised(self.stage))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that are looked at, with the ladder of one bar on each and from how far ahead somebody is at risk;
    ``turns`` are the first day and those on which other rules take effect.
    """

    first: dt.date
    last: dt.date
    ladders: dict[dt.date, tuple[Rung, ...]]
    at_risk: dict[dt.date, int]
    turns: tuple[dt.date, ...]

    def looked_at(self, who: Subject) -> list[dt.date]:
        """Only the days on which something can change for this person: most of the sixty are like the day before."""
        found = {self.first + days * _DAY for days in range(4)}
        for turn in self.turns:
            found |= {turn, turn + _DAY, *days_to_look_at(self.ladders[turn], who, self.at_risk[turn])}
        return sorted(day for day in found if self.first <= day <= self.last)


def calendar_of(rules: BarRules, first: dt.date, last: dt.date) -> Calendar:
    days = [first + number * _DAY for number in range((last - first).days + 1)]
    eras = {day: rules.at(day) for day in days}
    starts = [era.start for era in rules.eras if first < era.start <= last]
    return Calendar(
        first, last, {day: ladder_on(rules, day) for day in days},
        {day: era.rulebook.at_risk_days if era else 0 for day, era in eras.items()}, (first, *starts),
    )  # fmt: skip


def forecast(bars: Sequence[Bar], today: dt.date, days: int = DAYS) -> list[Expected]:
    """What the planner would put down for the bars' own advocates from today on, by day, if nobody earned any credit,
    nobody took a step in a case, and each letter reached its reader on its day.

    Nothing is written. One statement per bar for its rules, and two for all the people of all of them; a few more
    where reasons for being late were accepted. Periods that
    have yet to begin are not in it.
    """
    last = today + (days - 1) * _DAY
    calendars = {bar.pk: calendar_of(rules_of(bar), today, last) for bar in bars}
    zones = {bar.pk: bar.time_zone for bar in bars}
    back = max((looks_back(each.ladders[last]) for each in calendars.values()), default=0)
    standings = list(all_ahead(bars, today, last, back))
    heed_reasons(standings)
    said = _said(standings)
    found: list[Expected] = []
    for standing in standings:
        bar = standing.advocate.bar_id
        who = subject_of(standing, zones[bar])
        about = said.get((standing.advocate_id, standing.period_start), set())
        for day, stage in _simulated(who, about, calendars[bar]):
            channel = channel_of(stage, has_email=who.has_email) or NoticeChannel.PAPER
            found.append(Expected(day, bar, standing.advocate_id, standing.period_start, stage, channel))
    return sorted(found, key=lambda each: (each.day, each.stage.code, each.bar_id, each.advocate_id))


def _simulated(who: Subject, said: set[str], calendar: Calendar) -> Iterator[tuple[dt.date, NoticeStage]]:
    """The stages of one period on their days. Today is as it is; what follows is what becomes of it."""
    for day in calendar.looked_at(who):
        if day > calendar.first:
            who = later(told(who, day) if OVERDUE in said else who, day, calendar.at_risk[day])
        for stage in due_stages(calendar.ladders[day], who, day, said):
            if stage.code not in said:
                said.add(stage.code)
                yield day, stage


def _said(standings: Sequence[Standing]) -> dict[tuple[int, dt.date], set[str]]:
    """Codes of what has been said, or waits to be, about each of these periods since its case was last opened."""
    rounds = {(row.advocate_id, row.period_start): round_of(row) for row in standings}
    about = Notice.objects.exclude(state=NoticeState.WITHDRAWN).filter(
        advocate__in={standing.advocate_id for standing in standings},
        period_start__in={standing.period_start for standing in standings},
    )
    said: dict[tuple[int, dt.date], set[str]] = {}
    for advocate, start, number, stage in about.values_list("advocate_id", "period_start", "round", "stage"):
        if start is not None and rounds.get((advocate, start)) == number:
            said.setdefault((advocate, start), set()).add(stage)
    return said
