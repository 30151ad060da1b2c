"""What django-allauth asks of this site about accounts."""

from __future__ import annotations

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from advocates.login.wording import LETTERS, SAID
from advocates.models import User
from advocates.tasks import send_letter
from cle.core.queue import enqueue
from cle.core.throttle import address_of

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by bars, never by whoever comes along; letters and messages are in our own words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The password is not right."),
        "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
        "unknown_email": _("This address has no account."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """For those who watch over the installation; whose account it was is not for a log."""
        logger.warning("a log-in was refused, from %s", address_of(request))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has logged in or confirmed it a moment ago is not asked again."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0.0)
        return bool(time.time() - newest > app_settings.REAUTHENTICATION_TIMEOUT)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """A sentence of ours on the next page; none where the page itself says it."""
        if said := message or SAID.get(message_template or ""):
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A letter in the language of the account. One that is not ours is a fault, not an English letter.

        By the queue: whoever asks for a new password is not told by the time of the answer whether there is an account,
        and no answer hangs on the mail server.
        """
        account = context.get("user") or User.objects.filter(email=email.lower()).first()
        with translation.override(account.language if account else None):
            subject, sentence = LETTERS[template_prefix]
            body = render_to_string("account/email/letter.txt", {**context, "sentence": sentence})
            enqueue(send_letter, to=email, subject=str(subject), body=body)
