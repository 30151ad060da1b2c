"""What an advocate would still earn by coming sessions: those that they hold a place in, and the way to finish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from advocates.acting import beyond_the_wall
from advocates.models import Advocate
from compliance.rules import Credit, Facts, Rulebook
from compliance.rules.assess import PeriodAssessment, assess
from compliance.rules.finishing import Offer, Way, way_to_finish
from compliance.services.explaining import known_of
from courses.models import Session
from courses.queries.places import held_places, offered_to
from courses.services.ledger import earned_on

LOOKED_AT = 60
"""The soonest of the sessions that fit: of more, nobody would want the hundredth, and each costs time."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How a period can be completed. ``planned`` are sessions in which the advocate holds a place already.

    ``period`` is as it stands with what is planned; ``offered`` is how many coming sessions were looked at, and
    ``sessions`` are those to take, the soonest first.
    """

    period: PeriodAssessment
    rules: Rulebook
    last_day: dt.date
    planned: tuple[Session, ...]
    offered: int
    sessions: tuple[Session, ...]
    way: Way


def credits_of(session: Session) -> tuple[Credit, ...]:
    """What whoever is there from beginning to end earns; the course is called as in the ledger."""
    codes = {segment.category_id: segment.category.code for segment in session.course.segments.all()}
    day = earned_on(session.ends_at, session.bar.time_zone)
    course = f"{session.course.bar.code} {session.course.number}"
    return tuple(
        Credit(day, codes[pk], session.course.format_code, minutes, f"session-{session.pk}-{codes[pk]}", course=course)
        for pk, minutes in session.course.minutes_by_category().items()
    )


def finish_of(advocate: Advocate, now: dt.datetime, today: dt.date) -> Finish | None:
    """The cheapest way to complete the period that is open, the oldest first. None: nothing can be completed, for
    there are no rules yet or nothing is open.

    A constant number of statements. Raises FactsError when the rules need to know what is not recorded.
    """
    known = known_of(advocate, today)
    if known is None:
        return None
    law, facts = known
    planned = tuple(held_places(advocate, now))
    facts = replace(facts, credits=(*facts.credits, *(credit for one in planned for credit in credits_of(one))))
    found = _open(assess(law, facts, today).periods, today)
    if found is None:
        return None
    period, last_day = found
    offers = {one.pk: one for one in _fitting(advocate, now, last_day, planned)}
    way = _way(law, facts, today, period.period.start, offers.values())
    taken = tuple(offers[offer.key] for offer in way.offers)
    rules = next(each for each in reversed(law) if f"{each.code} {each.version}" == period.rulebook)
    return Finish(period, rules, last_day, planned, len(offers), taken, way)


def _open(periods: Sequence[PeriodAssessment], today: dt.date) -> tuple[PeriodAssessment, dt.date] | None:
    """The oldest period that lacks something and in which new hours still count, until when; else the newest."""
    for period in periods:
        last_day = period.due_on if today <= period.due_on else period.make_up_until
        if period.missing and period.status != "exempt" and today <= last_day:
            return period, last_day
    newest = periods[-1] if periods else None
    return None if newest is None or newest.status == "exempt" else (newest, newest.due_on)


@beyond_the_wall("places taken by others, and the next one in the waiting list")
def _fitting(advocate: Advocate, now: dt.datetime, last: dt.date, planned: Iterable[Session]) -> list[Session]:
    """Coming sessions with a free place, of courses that the advocate has neither taken nor planned."""
    courses = {session.course_id for session in planned}
    rows = offered_to(advocate, now, last).exclude(course__in=courses)
    return list(rows.order_by("starts_at", "pk")[:LOOKED_AT])


def _way(law: tuple[Rulebook, ...], facts: Facts, today: dt.date, start: dt.date, sessions: Iterable[Session]) -> Way:
    offers = [
        Offer(one.pk, one.starts_at, one.ends_at, str(one.course_id), credits_of(one), worth=0) for one in sessions
    ]
    return way_to_finish(law, facts, today, start, offers)
