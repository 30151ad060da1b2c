"""Whom the attendance of a session may be credited to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import BooleanField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from advocates.acting import beyond_the_wall
from advocates.models import ENDED, Advocate, Bar, Membership, NameAlias, StatusSpan
from cle.core.clock import local_date
from courses.attendance.asked import Asked, Borne
from courses.attendance.licensed import Licensed
from courses.attendance.matching import Person, Roster
from courses.models import Registration, Session

_COLUMNS = (
    "pk", "bar_id", "full_name", "family_name", "given_name", "patronymic", "licence_number", "licence_date", "email",
    "may_attend",
)  # fmt: skip
_OF_LICENSED = ("licence_number", "pk", "family_name", "may_attend")
_LICENSED = """advocates_advocate.licence_key <> ''
    AND ltrim(advocates_advocate.licence_key, '0') IN (SELECT unnest(%s::text[]))"""
_MAILED = """(lower(advocates_advocate.email COLLATE "C") IN (SELECT unnest(%s::text[]))
    OR advocates_advocate.email ~ '[^!-~]')"""
_NAMED = """(advocates_advocate.family_name, advocates_advocate.given_name)
    IN (SELECT * FROM unnest(%s::text[], %s::text[]))"""


@beyond_the_wall("whether somebody who left the bar may attend as an advocate of another one")
def read_roster(session: Session, asked: Asked | None = None, common: Collection[str] | None = ()) -> Roster:
    """Those who are asked for, or everybody, of all who are or were members of the session's bar or of a bar below it.

    Three statements. Those may attend who were members on the session's local day, still belong to some bar, and had
    no status of ``ENDED`` that day: who is suspended for CLE must make it up. People who only ever belonged to other
    bars are not read at all. ``common`` is what too many on the roll have in common, where not all of it is read, or
    None where nobody asks who is similar.
    """
    aliases = NameAlias.objects.under(session.bar).filter(revoked_at=None).order_by("pk")
    registered = Registration.objects.filter(session=session).exclude(state=Registration.State.CANCELLED)
    people = _people(session)
    if asked is not None:
        aliases = aliases.filter(key__in=_each(asked.aliases))
        known_as = list(aliases.values_list("key", "advocate_id"))
        people = people.filter(_are_meant(asked, {pk for _key, pk in known_as}))
    else:
        known_as = list(aliases.values_list("key", "advocate_id"))
    return Roster(
        [Person(*row) for row in people.order_by("pk").values_list(*_COLUMNS)],
        known_as,
        registered.values_list("advocate_id", flat=True),
        common,
    )


@beyond_the_wall("whether somebody who left the bar may attend as an advocate of another one")
def read_licensed(session: Session, numbers: Collection[str], pks: Collection[int]) -> list[tuple[str, Licensed]]:
    """(licence number, person) of all with one of these bare numbers or keys, as ``read_roster`` reads them."""
    if not numbers and not pks:
        return []
    asked = Asked(licences=set(numbers))
    rows = _people(session).filter(_are_meant(asked, pks)).order_by("pk")
    found = rows.values_list(*_OF_LICENSED).iterator(chunk_size=10_000)
    return [(number, Licensed(pk, family, may)) for number, pk, family, may in found]


@beyond_the_wall("whether somebody who left the bar may attend as an advocate of another one")
def read_names(session: Session) -> list[Borne]:
    """The family and given names of all whom ``read_roster`` would read, and how many bear them."""
    people = of_the_tree(session.bar).order_by().values_list("family_name", "given_name")
    return list(people.annotate(bearers=Count("pk")))


def _people(session: Session) -> QuerySet[Advocate]:
    return of_the_tree(session.bar).annotate(may_attend=_may_attend(session))


def _are_meant(asked: Asked, pks: Collection[int]) -> Q:
    """All of these and some more, which whoever asked compares by the whole of the rules: numbers of nothing but zeros,
    and addresses that are not plain ASCII, whose case is not for the database to fold.
    """
    without_zeros = [number.lstrip("0") for number in asked.licences]
    who = Q(RawSQL(_LICENSED, [without_zeros], BooleanField()))  # noqa: S611
    if pks:
        who |= Q(pk__in=_each(pks))
    if asked.emails:
        who |= Q(RawSQL(_MAILED, [list(asked.emails)], BooleanField()))  # noqa: S611
    if asked.names:
        families, given = zip(*asked.names, strict=True)
        who |= Q(RawSQL(_NAMED, [list(families), list(given)], BooleanField()))  # noqa: S611
    return who


def _each(values: Collection[int | str]) -> RawSQL:
    kind = "text" if isinstance(next(iter(values), ""), str) else "bigint"
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [list(values)])  # noqa: S611


def may_attend(session: Session, advocate: Advocate) -> bool:
    """Whether attendance of the session may be credited to the advocate, as ``read_roster`` says of everybody.

    Asked by the advocate: it reads their own memberships and statuses alone.
    """
    return who_may_attend(session).filter(pk=advocate.pk).exists()


def who_may_attend(session: Session) -> QuerySet[Advocate]:
    """All of whom ``may_attend`` is true."""
    return of_the_tree(session.bar).filter(_may_attend(session))


def of_the_tree(bar: Bar) -> QuerySet[Advocate]:
    """Those who are or were members of the bar or of a bar below it."""
    return Advocate.objects.filter(Exists(Membership.objects.under(bar).filter(advocate=OuterRef("pk"))))


def session_day(session: Session) -> dt.date:
    """The local day on which the session begins."""
    return local_date(session.starts_at, session.bar.time_zone)


def _may_attend(session: Session) -> Q:
    day = session_day(session)
    mine = Membership.objects.filter(advocate=OuterRef("pk"))
    gone = StatusSpan.objects.filter(advocate=OuterRef("pk"), period__contains=day, status__in=ENDED)
    return Q(
        Exists(mine.filter(bar__in=Bar.objects.below(session.bar), period__contains=day)),
        Exists(mine.filter(period__upper_inf=True)),
        ~Exists(gone),
    )
