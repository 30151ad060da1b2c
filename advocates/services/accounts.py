"""Accounts of advocates: opened for the addresses that their bar has of them, and linked to their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower

from advocates.models import Advocate, Bar, User


@dataclass(frozen=True, slots=True)
class Accounts:
    """How many advocates have an account by now: a new one, or one that was there; and why others have none."""

    opened: int
    linked: int
    without_email: int
    shared_email: int
    account_of_another: int


@transaction.atomic
def open_accounts(bar: Bar, keys: Iterable[int] | None = None) -> Accounts:
    """For the bar's advocates who have none, or for those of these keys; again changes nothing.

    A new account has no password: its holder sets one by the link of "forgotten password". An address that several
    advocates share opens nothing, for it would open the file of one to the others. For commands: it looks at all bars.
    """
    rows = Advocate.objects.for_bar(bar).filter(user=None, erased_at=None)
    people = list((rows if keys is None else rows.filter(pk__in=keys)).select_for_update().order_by("pk"))
    addresses = {person.email.lower() for person in people if person.email}
    borne = _borne(addresses)
    users = {user.email: user for user in User.objects.filter(email__in=addresses).select_related("advocate")}
    found = Counter(_opened(person, borne, users) for person in people)
    return Accounts(**{name: found[name] for name in Accounts.__slots__})


def _borne(addresses: set[str]) -> Counter[str]:
    """How many advocates, at whichever bar, have each address."""
    rows = Advocate.objects.filter(erased_at=None).annotate(mailbox=Lower("email")).filter(mailbox__in=addresses)
    return Counter(rows.values_list("mailbox", flat=True))


def _opened(person: Advocate, borne: Counter[str], users: dict[str, User]) -> str:
    address = person.email.lower()
    if not address:
        return "without_email"
    if borne[address] > 1:
        return "shared_email"
    user, found = users.get(address), "linked"
    if user is None:
        language = {"language": person.language} if person.language else {}
        user, found = User.objects.create_user(address, None, name=person.full_name[:200], **language), "opened"
    elif hasattr(user, "advocate"):
        return "account_of_another"
    person.user = user
    person.save(update_fields=["user", "updated_at"])
    return found
