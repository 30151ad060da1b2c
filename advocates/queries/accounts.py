"""For which advocates an account can be opened, and why not for the others."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from advocates.acting import beyond_the_wall
from advocates.models import ENDED, Advocate, Bar, Membership, Role, StatusSpan, User
from advocates.models.people import AdvocateQuerySet


class Finding(StrEnum):
    OPENED = "opened"
    """A new account can be opened, or has been."""
    LINKED = "linked"
    """The address has an account of the bar's own staff, which will do."""
    WITHOUT_EMAIL = "without_email"
    SHARED_EMAIL = "shared_email"
    ACCOUNT_OF_ANOTHER = "account_of_another"
    NEEDS_A_LOOK = "needs_a_look"
    """The address has an account of which this bar cannot know who has its password."""
    OWN = "own"
    """The account is that of whoever opens accounts: nobody gives themselves somebody's file."""


POSSIBLE = frozenset({Finding.OPENED, Finding.LINKED})


@dataclass(frozen=True, slots=True)
class Prospect:
    person: Advocate
    finding: Finding
    account: int | None = None
    """The key of the account to be linked, where there is one already."""

    @property
    def is_possible(self) -> bool:
        return self.finding in POSSIBLE


class _Account(NamedTuple):
    pk: int
    is_taken: bool
    is_known: bool


def present(bar: Bar, today: date) -> AdvocateQuerySet:
    """Who belongs to the bar and has a licence, suspended or not: a file that has ended needs no new account."""
    member = Membership.objects.filter(advocate=OuterRef("pk"), bar=bar, period__upper_inf=True)
    gone = StatusSpan.objects.filter(advocate=OuterRef("pk"), period__contains=today, status__in=ENDED)
    return Advocate.objects.for_bar(bar).filter(Exists(member), ~Exists(gone), erased_at=None)


def prospects(bar: Bar, rows: AdvocateQuerySet, by: User | None = None, *, looked_at: bool = False) -> list[Prospect]:
    """Each of these advocates of the bar who has no account, in the order of the rows; three statements.

    ``looked_at``: somebody has made sure that the accounts which need a look are those of these advocates.
    """
    people = list(rows.filter(user=None).only("pk", "full_name", "email", "language", "user"))
    addresses = {person.email.lower() for person in people if person.email}
    borne, accounts = _in_use(bar, addresses)
    return [_prospect(person, borne, accounts, by, looked_at) for person in people]


def basis_of(found: Iterable[Prospect]) -> str:
    """Tells one preview from another: whose accounts would be opened, under which addresses."""
    meant = sorted((each.person.pk, each.person.email, each.account) for each in found if each.is_possible)
    return hashlib.sha256(repr(meant).encode()).hexdigest()[:16]


def held_by(user: User | OuterRef) -> list[QuerySet[Any]]:
    """The rows, each of a bar, whose own account this is: an advocate's file, and what other apps have of the kind, as
    a provider of courses.
    """
    links = [link for link in User._meta.related_objects if link.one_to_one]
    return [link.related_model._default_manager.filter(**{link.field.name: user}) for link in links]


@beyond_the_wall("whether an e-mail address is somebody else's too, or has an account, at whichever bar; not whose")
def _in_use(bar: Bar, addresses: Collection[str]) -> tuple[Counter[str], dict[str, _Account]]:
    """How many advocates have each address, and its account.

    The bar can vouch for an account whose holder works for it, or for a bar above, never worked elsewhere and is no
    provider of another bar. Others may have set the password of any other (see ``open_accounts``).
    """
    bearers = Advocate.objects.filter(erased_at=None).annotate(mailbox=Lower("email")).filter(mailbox__in=addresses)
    line = Bar.objects.above(bar)
    roles, file = Role.objects.filter(user=OuterRef("pk")), Advocate.objects.filter(user=OuterRef("pk"))
    nothing_elsewhere = [~Exists(rows.exclude(bar__in=line)) for rows in (roles, *held_by(OuterRef("pk")))]
    works_here = Exists(roles.filter(ended_at=None, bar__in=line))
    known = Q(works_here, *nothing_elsewhere, is_active=True, is_superuser=False)
    accounts = User.objects.filter(email__in=addresses).annotate(
        is_taken=Exists(file), is_known=ExpressionWrapper(known, output_field=BooleanField())
    )
    return (
        Counter(bearers.values_list("mailbox", flat=True)),
        {email: _Account(*row) for email, *row in accounts.values_list("email", "pk", "is_taken", "is_known")},
    )


def _prospect(
    person: Advocate, borne: Counter[str], accounts: dict[str, _Account], by: User | None, looked_at: bool
) -> Prospect:
    address = person.email.lower()
    if not address:
        return Prospect(person, Finding.WITHOUT_EMAIL)
    if borne[address] > 1:
        return Prospect(person, Finding.SHARED_EMAIL)
    account = accounts.get(address)
    if account is None:
        return Prospect(person, Finding.OPENED)
    if account.is_taken:
        return Prospect(person, Finding.ACCOUNT_OF_ANOTHER)
    if by is not None and account.pk == by.pk:
        return Prospect(person, Finding.OWN)
    if not account.is_known and not looked_at:
        return Prospect(person, Finding.NEEDS_A_LOOK)
    return Prospect(person, Finding.LINKED, account.pk)
