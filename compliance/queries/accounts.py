"""Who has an account, who has been told of it, and who can be written to about it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext_lazy as _

from advocates.models import Bar
from advocates.models.people import AdvocateQuerySet
from advocates.queries.accounts import present
from compliance.models import Notice, NoticeState, Preferences
from compliance.notices.stages import ACCOUNT_OPENED


class Hindrance(models.TextChoices):
    """Why no letter about the account can go to its holder now."""

    ON_ITS_WAY = "on_its_way", _("A letter is on its way.")
    UNDECIDED = "undecided", _("It is not known whether the last letter arrived: say so on its page first.")
    SHUT = "shut", _("The account is shut.")
    OTHER_ADDRESS = (
        "other_address",
        _("The roll has another address than the account: take the access away and open an account anew."),
    )
    STOPPED = "stopped", _("They have stopped optional letters: tell them yourselves.")


def holders(bar: Bar, today: dt.date) -> AdvocateQuerySet:
    """The bar's present advocates with an account, each with ``told``, the key of the last letter about this account,
    and ``hindrance``, "" where nothing hinders another one. Whoever has lost the account and got another one was told
    of that one alone.
    """
    about = Cast(KeyTextTransform("account", "facts"), models.BigIntegerField())
    letters = Notice.objects.filter(advocate=OuterRef("pk"), stage=ACCOUNT_OPENED).annotate(about=about)
    letters = letters.filter(about=OuterRef("user_id"))
    return (
        present(bar, today)
        .exclude(user=None)
        .annotate(told=Subquery(letters.order_by("-round").values("pk")[:1]), hindrance=_hindrance(letters))
        .select_related("user")
    )


def _hindrance(letters: QuerySet[Notice]) -> Case:
    return Case(
        When(Exists(letters.filter(state=NoticeState.DUE)), then=Value(Hindrance.ON_ITS_WAY)),
        When(Exists(letters.filter(state=NoticeState.UNCERTAIN)), then=Value(Hindrance.UNDECIDED)),
        When(user__is_active=False, then=Value(Hindrance.SHUT)),
        When(~Q(user__email=Lower("email")), then=Value(Hindrance.OTHER_ADDRESS)),
        When(preferences__unsubscribed_on__isnull=False, then=Value(Hindrance.STOPPED)),
        default=Value(""),
        output_field=models.CharField(),
    )


def newcomers(people: AdvocateQuerySet) -> AdvocateQuerySet:
    """Of ``holders``, those who have never logged in."""
    return people.filter(user__last_login=None)


def tellable(people: AdvocateQuerySet) -> AdvocateQuerySet:
    """Of ``holders``, those to whom a letter can go now."""
    rows: Any = people
    found: AdvocateQuerySet = rows.filter(hindrance="")
    return found


def letters_of(people: Iterable[Any]) -> list[tuple[Any, Notice | None]]:
    """Each of these ``holders`` with the last letter about the account; one statement."""
    rows = list(people)
    found = Notice.objects.in_bulk([each.told for each in rows if each.told])
    return [(each, found.get(each.told)) for each in rows]


def basis_of(people: AdvocateQuerySet) -> str:
    """Tells one preview from another: who would be written to, where, and after which letter."""
    rows: Any = people
    meant = sorted(rows.values_list("pk", "email", "user", "told"), key=lambda row: row[0])
    return hashlib.sha256(repr(meant).encode()).hexdigest()[:16]


def stopped_among(people: Iterable[int]) -> int:
    """How many of the advocates with these keys have stopped optional letters."""
    return Preferences.objects.filter(advocate__in=list(people), unsubscribed_on__isnull=False).count()
