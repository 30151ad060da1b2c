from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from advocates.models import Bar
from cle.core.clock import local_date, now
from compliance.services.notices import open_and_tell


class Command(BaseCommand):
    help = (
        "Open accounts for the advocates of a bar who have none, under the addresses on its roll. A letter tells each "
        "of them; they set their passwords by “Forgotten the password?” on the page of the log-in. Without --apply it "
        "only counts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bar", help="its code, for example KZ-33")
        parser.add_argument("--advocate", type=int, action="append", help="the key of one advocate; may be repeated")
        parser.add_argument(
            "--looked-at",
            action="store_true",
            help="with --advocate: it is certain that the account which the address has already is theirs",
        )
        parser.add_argument(
            "--without-letters", action="store_true", help="nobody is written to: the bar tells them, or writes later"
        )
        parser.add_argument("--apply", action="store_true")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar.objects.filter(code=options["bar"]).first()
        if bar is None:
            raise CommandError("There is no bar of this code.")
        if options["looked_at"] and not options["advocate"]:
            raise CommandError("--looked-at is for single advocates: name them by --advocate.")
        moment = now()
        today = local_date(moment, bar.time_zone)
        how = {"looked_at": options["looked_at"], "tell": not options["without_letters"]}
        accounts, letters = open_and_tell(bar, today, options["advocate"], now=moment, **how)
        for name, number in {**accounts.counts(), "letters": letters}.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {number}")
        if not options["apply"]:
            transaction.set_rollback(True)
            self.stdout.write("Nothing was written: repeat it with --apply.")
