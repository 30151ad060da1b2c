"""``manage.py retention due``: what is due to be erased, by kind of record and bar. People confirm it over the API."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from advocates.models import Bar
from cle.core.clock import local_date, now
from compliance.queries.retention import due, rules


class Command(BaseCommand):
    help = "Count, for each kind of record and each bar, what is older than it is to be kept. Nothing is erased."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["due"])

    def handle(self, *args: Any, **options: Any) -> None:
        for rule in rules().values():
            mark = " (an example)" if rule.example else ""
            self.stdout.write(f"{rule.code}: {rule.months} months{mark} from {rule.counted_from['en']}")
            for bar in Bar.objects.order_by("code"):
                count = due(rule.code, bar, rule.before(local_date(now(), bar.time_zone))).count()
                if count:
                    self.stdout.write(f"  {bar.code}: {count}")
