"""Sessions as an advocate sees them: what they give, whether there is room, and their own place in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar
from compliance.queries.rules import rules_of
from courses.models import Registration, RegistrationState, Session, SessionState
from courses.queries.places import registrations_of

A_FULL_HOUR = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """``free`` places, None where there is no limit; ``mine`` is the advocate's registration, if it stands."""

    session: Session
    mine: Registration | None = None
    free: int | None = None

    @property
    def credit(self) -> list[tuple[str, int]]:
        """Minutes by the category's name, in the order of the agenda."""
        names = {segment.category_id: str(segment.category) for segment in self.session.course.segments.all()}
        return [(names[pk], minutes) for pk, minutes in self.session.course.minutes_by_category().items()]

    @property
    def minutes(self) -> int:
        return sum(minutes for _name, minutes in self.credit)

    @property
    def is_held(self) -> bool:
        """The advocate has a place."""
        return self.mine is not None and self.mine.state == RegistrationState.REGISTERED

    @property
    def is_awaited(self) -> bool:
        return self.mine is not None and self.mine.state == RegistrationState.WAITING

    @property
    def is_full(self) -> bool:
        return self.free == 0

    @property
    def is_called_off(self) -> bool:
        return self.session.state == SessionState.CANCELLED

    @property
    def of_several_days(self) -> bool:
        """Whether its end is on another day than its beginning, where it is held."""
        return local(self.session, self.session.starts_at) != local(self.session, self.session.ends_at)


def local(session: Session, moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(session.bar.time_zone)).date()


@beyond_the_wall("places taken by others, and the next one in the waiting list")
def listed(advocate: Advocate, sessions: Iterable[Session]) -> list[Listed]:
    """Sessions that know how many places are ``taken``, with the advocate's own ones: in one statement more."""
    rows = list(sessions)
    places = registrations_of(advocate).filter(session__in=rows).exclude(state=RegistrationState.CANCELLED)
    mine = {place.session_id: place for place in places}
    return [Listed(session, mine.get(session.pk), _free(session)) for session in rows]


def _free(session: Session) -> int | None:
    return None if session.capacity is None else max(0, session.capacity - getattr(session, "taken", 0))


def unit_of(bar: Bar, today: dt.date) -> int:
    """Minutes of an hour by the rules of a bar; a full hour where it has none yet."""
    era = rules_of(bar).at(today)
    return era.rulebook.unit.minutes if era else A_FULL_HOUR
