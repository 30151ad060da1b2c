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
from compliance.queries.notices import all_ahead, subject_of
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
    """The days that are looked at, and the rules of one bar on them."""

    first: dt.date
    last: dt.date
    rules: BarRules

    def ladder(self, day: dt.date) -> tuple[Rung, ...]:
        return ladder_on(self.rules, day)

    def at_risk_days(self, day: dt.date) -> int:
        era = self.rules.at(day)
        return era.rulebook.at_risk_days if era else 0

    def looked_at(self, who: Subject) -> list[dt.date]:
        """Only the days on which something can change for this person: most of the sixty are like the day before."""
        starts = [era.start for era in self.rules.eras if self.first < era.start <= self.last]
        found = {self.first, self.first + _DAY, self.first + 2 * _DAY, self.first + 3 * _DAY}
        for start in (self.first, *starts):
            found |= {start, start + _DAY, *days_to_look_at(self.ladder(start), who, self.at_risk_days(start))}
        return sorted(day for day in found if self.first <= day <= self.last)


def forecast(bars: Sequence[Bar], today: dt.date, days: int = DAYS) -> list[Expected]:
    """What the planner would put down for the bars' own advocates from today on, by day, if nobody earned any credit,
    nobody took a step in a case, and each letter reached its reader on its day.

    Nothing is written. One statement per bar for its rules, and two for all the people of all of them. Periods that
    have yet to begin are not in it.
    """
    last = today + (days - 1) * _DAY
    calendars = {bar.pk: Calendar(today, last, rules_of(bar)) for bar in bars}
    zones = {bar.pk: bar.time_zone for bar in bars}
    back = max((looks_back(each.ladder(last)) for each in calendars.values()), default=0)
    standings = list(all_ahead(bars, today, last, back))
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
            who = later(told(who, day) if OVERDUE in said else who, day, calendar.at_risk_days(day))
        for stage in due_stages(calendar.ladder(day), who, day, said):
            if stage.code not in said:
                said.add(stage.code)
                yield day, stage


def _said(standings: Sequence[Standing]) -> dict[tuple[int, dt.date], set[str]]:
    """Codes of what has been said, or waits to be, about each of these periods."""
    about = Notice.objects.exclude(state=NoticeState.WITHDRAWN).filter(
        advocate__in={standing.advocate_id for standing in standings},
        period_start__in={standing.period_start for standing in standings},
    )
    said: dict[tuple[int, dt.date], set[str]] = {}
    for advocate, start, stage in about.values_list("advocate_id", "period_start", "stage"):
        if start is not None:
            said.setdefault((advocate, start), set()).add(stage)
    return said
