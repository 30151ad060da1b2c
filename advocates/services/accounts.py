"""Accounts of advocates: opened for the addresses that their bar has of them, and taken away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar, User
from advocates.queries.accounts import Finding, Prospect, basis_of, present, prospects
from cle.core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Accounts:
    """How many advocates have an account by now: a new one, or one that was there; and why others have none.

    ``people``: keys of those who have one by now and had none before.
    """

    opened: int
    linked: int
    without_email: int
    shared_email: int
    account_of_another: int
    needs_a_look: int
    own: int
    people: tuple[int, ...] = ()

    @property
    def now_have_one(self) -> int:
        return self.opened + self.linked

    def counts(self) -> dict[str, int]:
        """How many of each finding, by its name."""
        return {finding.value: getattr(self, finding.value) for finding in Finding}


@transaction.atomic
def open_accounts(
    bar: Bar,
    today: date,
    keys: Iterable[int] | None = None,
    *,
    by: User | None = None,
    shown: str | None = None,
    looked_at: bool = False,
) -> Accounts:
    """For the bar's present advocates who have none, or for those of these keys; again changes nothing.

    A new account has no password: its holder sets one by the link of "forgotten password", and so has to read the
    mail of that address. An address that several advocates share opens nothing, for it would open the file of one to
    the others.

    An account that is there already is another matter: nobody signs up by themselves, and nobody changes their own
    address, but an administrator of any bar may make a user with whatever address and set the password, or change
    both of a colleague. Such a user, waiting under the address of somebody else's advocate, would get the file. The
    other way round, administrators may set the password of "their" advocate's account: one who typed the address of a
    stranger's account on the roll would get that. So only an account of this bar's own staff, or of a bar's above, is
    linked; others need a look by whoever runs the installation, who says that it was taken by ``looked_at``.

    ``shown`` is the ``basis_of`` what was previewed: raises DomainError "accounts-changed" when it is no longer that.
    Some six statements, however many: a thousand accounts take a second.
    """
    rows = present(bar, today)
    rows = rows if keys is None else rows.filter(pk__in=list(keys))
    found = prospects(bar, rows.select_for_update(of=("self",)).order_by("pk"), by, looked_at=looked_at)
    if shown is not None and shown != basis_of(found):
        raise _changed()
    possible = [each for each in found if each.is_possible]
    _link(possible)
    counts = Counter(each.finding for each in found)
    people = tuple(each.person.pk for each in possible)
    return Accounts(**{finding.value: counts[finding] for finding in Finding}, people=people)


@transaction.atomic
def take_access_away(advocate: Advocate, *, by: User, shown: int | None = None) -> bool:
    """The account no longer leads to the advocate's file; whether it did. The account itself stays, and the trail.

    What is open in a browser, and tokens for the advocate's own, find nothing any more, for they ask whose account it
    is. Raises DomainError "own-record" for one's own, "accounts-changed" when it is not the account that was ``shown``.
    """
    person = Advocate.objects.select_for_update().get(pk=advocate.pk)
    if person.user_id is None:
        return False
    if person.user_id == by.pk:
        raise DomainError("own-record", _("This is your own record: somebody else has to do that."))
    if shown is not None and person.user_id != shown:
        raise _changed()
    person.user = None
    person.save(update_fields=["user", "updated_at"])
    return True


def _link(found: list[Prospect]) -> None:
    new = _opened([each.person for each in found if each.account is None])
    for each in found:
        each.person.user_id = each.account or new[each.person.pk]
        each.person.updated_at = timezone.now()
    Advocate.objects.bulk_update([each.person for each in found], ["user", "updated_at"])


@beyond_the_wall("a user is made before the row that makes them one of the bar's")
def _opened(people: list[Advocate]) -> dict[int, int]:
    """The key of the new account, by that of its advocate."""
    try:
        with transaction.atomic():
            made = User.objects.bulk_create([_account(person) for person in people])
    except IntegrityError as taken:  # somebody has opened one of them at this moment
        raise _changed() from taken
    return {person.pk: user.pk for person, user in zip(people, made, strict=True)}


def _account(person: Advocate) -> User:
    language = {"language": person.language} if person.language else {}
    user = User(email=person.email.lower(), name=person.full_name[:200], **language)
    user.set_unusable_password()
    return user


def _changed() -> DomainError:
    return DomainError("accounts-changed", _("Things have changed since the preview: look at a new one."))
