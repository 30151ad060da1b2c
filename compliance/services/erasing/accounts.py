"""What packages keep about a person who is erased: the account, its ways to log in, and the office's own log."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from advocates.models import Advocate, Role, Token, User
from compliance.services.erasing.words import ERASED


def close_account(person: Advocate, *, now: dt.datetime) -> None:
    """Nobody logs in as them any more. Who ever had a role stays on record as a member of staff."""
    user = person.user
    if user is None:
        return
    if Role.objects.filter(user=user).exists() or user.is_superuser:
        Advocate.objects.filter(pk=person.pk).update(user=None)
        return
    for ways in (EmailAddress, SocialAccount, Authenticator):
        ways.objects.filter(user=user).delete()
    tokens = Token.objects.filter(user=user)
    tokens.filter(revoked_at=None).update(revoked_at=now)
    tokens.update(name=ERASED, last_used_from=None)
    closed = {"email": f"erased-{user.pk}@erased.invalid", "name": "", "is_active": False}
    User.objects.filter(pk=user.pk).update(**closed, password=make_password(None))
    forget_in_log(User, user.pk)


def forget_in_log(model: type[Model], key: int) -> None:
    """The office's log of changes names what was changed. By key, never by name: namesakes stay as they are."""
    about = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=about, object_id=str(key)).update(object_repr=ERASED)
