from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from advocates.models import User
from advocates.tasks import send_letter
from cle.core.queue import enqueue


class Command(BaseCommand):
    help = "Remove the second factors of somebody who has lost phone, key and recovery codes, and tell them by e-mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("No account has this address.")
        removed, _models = Authenticator.objects.filter(user=user).delete()
        if removed:
            self._tell(user)
        self.stdout.write(f"{removed} second factors and sets of recovery codes removed")

    def _tell(self, user: User) -> None:
        with translation.override(user.language):
            subject = _("Your second factors were removed")
            body = _(
                "An administrator has removed the second factors of your account. Set up a new one at your next log-in."
            )
            closing = _("If it was not you, tell your bar at once.")
            enqueue(send_letter, to=user.email, subject=subject, body=f"{body}\n\n{closing}\n")
