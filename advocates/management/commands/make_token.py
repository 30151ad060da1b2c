from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from advocates.access import OWN, SCOPES
from advocates.models import Advocate, Bar, User
from advocates.services.tokens import make_token
from cle.core.clock import now
from cle.core.errors import DomainError


class Command(BaseCommand):
    help = "Make a token with which a program acts as a user, and print its secret, which is not shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the user; a token never grants more than the user may do")
        scopes = f"may be repeated: {OWN} (what is the advocate's own), {', '.join(SCOPES)}"
        parser.add_argument(
            "--scope", action="append", required=True, choices=[OWN, *SCOPES], metavar="SCOPE", help=scopes
        )
        parser.add_argument(
            "--bar", help="code of the bar that it reaches, with those below; default: the advocate's own"
        )
        parser.add_argument("--name", default="command line", help="to tell tokens apart by")
        parser.add_argument("--days", type=int, default=30, help="until it expires, at most 365")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("There is no user with this e-mail.")
        expires_at = now() + dt.timedelta(days=options["days"])
        try:
            _token, secret = make_token(
                user, _bar(user, options["bar"]), options["name"], options["scope"], expires_at, now=now()
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)


def _bar(user: User, code: str | None) -> Bar:
    if code is not None:
        bar = Bar.objects.filter(code=code).first()
    else:
        own = Advocate.objects.of(user).select_related("bar").first()
        bar = own.bar if own else None
    if bar is None:
        raise CommandError("Name the bar by its code, as load_bars made it: --bar KZ-33")
    return bar
