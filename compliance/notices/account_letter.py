"""What is said about an account that was opened, as words: in the advocate's language, or in two."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from advocates.models import Advocate, User
from compliance.models import Notice
from compliance.notices.letter import Letter
from compliance.notices.plain import write_plain_letter
from compliance.notices.stages import ACCOUNT_OPENED


def promised_account(account: int, now: dt.datetime) -> dict[str, Any]:
    """What a notice keeps among its facts: the key of the account that it tells of, and since when it is to tell."""
    return {"stage": ACCOUNT_OPENED, "account": account, "since": now.isoformat()}


def is_needed(notice: Notice, account: User) -> bool:
    """Whether what a notice says of this account still holds, and its holder has not been there since.

    An address that was put right on the roll is not that of the account any more: nobody is told at the one of the
    other.
    """
    advocate = notice.advocate
    if advocate.erased_at or notice.facts.get("account") != account.pk:
        return False
    if not account.is_active or advocate.email.lower() != account.email:
        return False
    seen = account.last_login
    return seen is None or seen <= dt.datetime.fromisoformat(notice.facts["since"])


def write_account_letter(advocate: Advocate, facts: dict[str, Any], *, has_password: bool = False) -> Letter:
    """Who opened the account, how its holder sets a password, who sees the file, and what to do if it is not theirs.

    No password and no key are in it: whoever reads the mail of the address asks for a link on the page for that, and
    the link lasts as every such link. ``has_password``: somebody's who could log in before.
    """
    context = {
        "advocate": advocate,
        "address": advocate.email.lower(),
        "contact": advocate.bar.contact,
        "has_password": has_password,
        "login": settings.PUBLIC_URL + reverse("login"),
        "reset": settings.PUBLIC_URL + reverse("account_reset_password"),
    }
    return write_plain_letter(advocate, "account", context, facts, advocate.bar.time_zone)
