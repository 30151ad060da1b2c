"""Whom the attendance of a session may be credited to."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar, Membership, NameAlias, Status, StatusSpan
from cle.core.clock import local_date
from courses.attendance.matching import Person, Roster
from courses.models import Registration, Session

GONE = (Status.TERMINATED, Status.DEPRIVED, Status.EXCLUDED_LICENSED, Status.DECEASED)
"""Statuses in which nobody attends as an advocate. Suspension is none: who is suspended for CLE must make it up."""

_COLUMNS = (
    "pk", "bar_id", "full_name", "family_name", "given_name", "patronymic", "licence_number", "licence_date", "email",
    "may_attend",
)  # fmt: skip


@beyond_the_wall("whether somebody who left the bar may attend as an advocate of another one")
def read_roster(session: Session) -> Roster:
    """Everybody who is or was a member of the session's bar or of a bar below it; three statements.

    Those may attend who were members on the session's local day, still belong to some bar, and had no status of
    ``GONE`` that day. People who only ever belonged to other bars are not read at all.
    """
    people = of_the_tree(session.bar).annotate(may_attend=_may_attend(session)).order_by("pk")
    aliases = NameAlias.objects.under(session.bar).filter(revoked_at=None).order_by("pk")
    asked = Registration.objects.filter(session=session).exclude(state=Registration.State.CANCELLED)
    return Roster(
        [Person(*row) for row in people.values_list(*_COLUMNS)],
        aliases.values_list("key", "advocate_id"),
        asked.values_list("advocate_id", flat=True),
    )


def may_attend(session: Session, advocate: Advocate) -> bool:
    """Whether attendance of the session may be credited to the advocate, as ``read_roster`` says of everybody.

    Asked by the advocate: it reads their own memberships and statuses alone.
    """
    return of_the_tree(session.bar).filter(_may_attend(session), pk=advocate.pk).exists()


def of_the_tree(bar: Bar) -> QuerySet[Advocate]:
    """Those who are or were members of the bar or of a bar below it."""
    return Advocate.objects.filter(Exists(Membership.objects.under(bar).filter(advocate=OuterRef("pk"))))


def session_day(session: Session) -> dt.date:
    """The local day on which the session begins."""
    return local_date(session.starts_at, session.bar.time_zone)


def _may_attend(session: Session) -> Q:
    day = session_day(session)
    mine = Membership.objects.filter(advocate=OuterRef("pk"))
    gone = StatusSpan.objects.filter(advocate=OuterRef("pk"), period__contains=day, status__in=GONE)
    return Q(
        Exists(mine.filter(bar__in=Bar.objects.below(session.bar), period__contains=day)),
        Exists(mine.filter(period__upper_inf=True)),
        ~Exists(gone),
    )
