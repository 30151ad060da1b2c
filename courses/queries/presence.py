"""Who has checked in and out of a session by its codes, and which session a code is of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, QuerySet

from advocates.access import Action, roles_for
from advocates.models import Advocate, Bar
from courses.attendance.codes import on_the_poster, on_the_screen
from courses.models import Attendance, PresenceMark, Registration, Session, SessionState

Kind, How = PresenceMark.Kind, PresenceMark.How
BEFORE: Final = dt.timedelta(minutes=30)
"""How long before a session one may check in."""
AFTER: Final = dt.timedelta(minutes=30)
"""How long after it one may still check out: rooms empty slowly."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A session, and how its code was shown."""

    session: Session
    how: PresenceMark.How


@dataclass(frozen=True, slots=True)
class There:
    """An advocate at a session: when they came and left, as often as they did; the last stay may have no end."""

    advocate: Advocate
    stays: tuple[tuple[PresenceMark, PresenceMark | None], ...]

    @property
    def is_there(self) -> bool:
        return self.stays[-1][1] is None

    @property
    def by_poster(self) -> bool:
        """Whether some of it rests on the code that proves less."""
        return any(mark is not None and mark.how == How.POSTER for stay in self.stays for mark in stay)


def is_open(session: Session, now: dt.datetime) -> bool:
    """Whether one can check in or out at that moment."""
    lasting = session.starts_at - BEFORE <= now <= session.ends_at + AFTER
    return session.state == SessionState.PLANNED and lasting


def may_show_codes(session: Session, advocate: Advocate) -> bool:
    """Whether the advocate, by a role of their own, may open the pages that show the codes of the session."""
    if advocate.user is None:
        return False
    bars = Bar.objects.open_to(advocate.user, roles_for(Action.KEEP_ATTENDANCE))
    return bars.filter(pk=session.bar_id).exists()


def session_shown_by(code: str, now: dt.datetime) -> Shown | None:
    """The session whose code it is now; None too if it should be that of two, who then wait for the next code."""
    rows = Session.objects.filter(
        state=SessionState.PLANNED, starts_at__lte=now + BEFORE, ends_at__gte=now - AFTER
    ).select_related("course", "bar")
    found = [Shown(session, How.SCREEN) for session in rows if on_the_screen(code, session.pk, now)]
    found += [Shown(session, How.POSTER) for session in rows if on_the_poster(code, session.pk, session.poster_since)]
    return found[0] if len(found) == 1 else None


def marks_at(session: Session, advocate: Advocate) -> QuerySet[PresenceMark]:
    """The marks of one advocate, in their order."""
    return PresenceMark.objects.filter(session=session, advocate=advocate).order_by("number")


def people_at(session: Session) -> list[There]:
    """Everybody who has checked in, in the order of the Kazakh alphabet; two statements."""
    marks = PresenceMark.objects.for_bar(session.bar_id).filter(session=session).order_by("number")
    by_person: dict[int, list[PresenceMark]] = {}
    for mark in marks:
        by_person.setdefault(mark.advocate_id, []).append(mark)
    people = Advocate.objects.filter(pk__in=by_person).by_name()
    return [There(person, stays_of(by_person[person.pk])) for person in people]


def stays_of(marks: Iterable[PresenceMark]) -> tuple[tuple[PresenceMark, PresenceMark | None], ...]:
    """Check-ins with the check-outs that followed them, of one advocate's marks in their order."""
    ordered = list(marks)
    outs = [*ordered[1::2], None]
    return tuple(zip(ordered[::2], outs, strict=False))


def expected_at(session: int) -> list[Advocate]:
    """Who has a place, with their bars, in the order of the Kazakh alphabet."""
    places = Registration.objects.filter(session=session, state=Registration.State.REGISTERED)
    return list(Advocate.objects.filter(pk__in=places.values("advocate")).select_related("bar").by_name())


def count_at(session: Session) -> tuple[int, int]:
    """People who have checked in, and of these those who have not left; in one statement."""
    marks = PresenceMark.objects.for_bar(session.bar_id).filter(session=session)
    last = list(marks.values("advocate").annotate(last=Max("number")).values_list("last", flat=True))
    return len(last), sum(number % 2 for number in last)


@dataclass(frozen=True, slots=True)
class OwnPresence:
    """What an advocate did in a session by its codes, and the attendance that has come of it, if any yet."""

    session: Session
    stays: tuple[tuple[PresenceMark, PresenceMark | None], ...]
    attendance: Attendance | None

    @property
    def is_there(self) -> bool:
        return self.stays[-1][1] is None

    @property
    def is_provisional(self) -> bool:
        """Nothing is credited before the bar has confirmed the session's attendance."""
        return self.session.state == SessionState.PLANNED


def presences_of(advocate: Advocate, most: int) -> list[OwnPresence]:
    """The latest sessions in which the advocate has checked in; three statements."""
    sessions = list(_marked_by(advocate)[:most])
    marks: dict[int, list[PresenceMark]] = {}
    for mark in PresenceMark.objects.filter(session__in=sessions, advocate=advocate).order_by("number"):
        marks.setdefault(mark.session_id, []).append(mark)
    counted = {
        one.session_id: one
        for one in Attendance.objects.filter(session__in=sessions, advocate=advocate, voided_at=None)
    }
    return [OwnPresence(one, stays_of(marks[one.pk]), counted.get(one.pk)) for one in sessions]


def _marked_by(advocate: Advocate) -> QuerySet[Session]:
    rows = Session.objects.filter(marks__advocate=advocate).select_related("course", "bar")
    return rows.annotate(came_last=Max("marks__at")).order_by("-came_last", "-pk")
