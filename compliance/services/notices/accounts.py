"""Letters about accounts: planned as rows with the account, or later, and then sent as all notices are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar, User
from advocates.models.people import AdvocateQuerySet
from advocates.services.accounts import Accounts, open_accounts
from cle.core.errors import DomainError
from compliance.models import Notice, NoticeChannel
from compliance.notices.account_letter import promised_account
from compliance.notices.stages import ACCOUNT_OPENED
from compliance.queries.accounts import basis_of, holders, tellable
from compliance.services.notices.ledger import note_planned


@transaction.atomic
def open_and_tell(
    bar: Bar,
    today: dt.date,
    keys: Iterable[int] | None = None,
    *,
    now: dt.datetime,
    tell: bool = True,
    by: User | None = None,
    shown: str | None = None,
    looked_at: bool = False,
) -> tuple[Accounts, int]:
    """`open_accounts`, and with ``tell`` a letter to each who has got one; how many letters there are.

    Again it opens nothing, and so writes to nobody. Who has stopped optional letters gets none.
    """
    accounts = open_accounts(bar, today, keys, by=by, shown=shown, looked_at=looked_at)
    told = _plan(bar, holders(bar, today).filter(pk__in=accounts.people), now) if tell and accounts.people else 0
    return accounts, told


@transaction.atomic
def tell_of_accounts(bar: Bar, people: AdvocateQuerySet, *, now: dt.datetime, shown: str) -> int:
    """A letter about the account, the first or another one, to those of these ``holders`` to whom one can go now.

    ``shown`` is the ``basis_of`` what was previewed: raises DomainError "letters-changed" when it is no longer that.
    Whoever sends at the same time waits, and then finds that letters are on their way.
    """
    Bar.objects.select_for_update(of=("self",), no_key=True).get(pk=bar.pk)
    if basis_of(tellable(people)) != shown:
        raise DomainError("letters-changed", _("Things have changed since the preview: look at a new one."))
    return _plan(bar, people, now)


def _plan(bar: Bar, people: AdvocateQuerySet, now: dt.datetime) -> int:
    """How many are new; at most six statements."""
    rows = list(tellable(people))
    letters = Notice.objects.filter(advocate__in=rows, stage=ACCOUNT_OPENED).order_by()
    last = dict(letters.values_list("advocate").annotate(Max("round")))
    planned = [
        Notice(
            bar=bar, advocate=person, stage=ACCOUNT_OPENED, round=last.get(person.pk, 0) + 1, due_at=now,
            channel=NoticeChannel.EMAIL, language=person.language or bar.language,
            facts=promised_account(person.user_id or 0, now),
        )
        for person in rows
    ]  # fmt: skip
    Notice.objects.bulk_create(planned, ignore_conflicts=True)
    note_planned(now)
    return Notice.objects.filter(uuid__in=[notice.uuid for notice in planned]).count()
