"""Notices on the command line: who would be written to in the days to come."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from advocates.models import Bar
from cle.core.clock import local_date, now
from compliance.queries.forecast import DAYS, LONGEST, forecast


class Command(BaseCommand):
    help = "forecast: how many would get which notice on which day, by bar. Nothing is planned and nobody is named."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        asked = actions.add_parser("forecast", help="the days to come, by bar, day and stage")
        asked.add_argument("--bar", help="code of a bar: it and the bars below it (default: all bars)")
        asked.add_argument("--days", type=int, default=DAYS, help=f"how many days, today included (default: {DAYS})")
        asked.add_argument("--today", type=dt.date.fromisoformat, help="YYYY-MM-DD (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= LONGEST:
            raise CommandError(f"--days: from 1 to {LONGEST}")
        bars = _bars(options["bar"])
        if not bars:
            raise CommandError(f"There is no bar {options['bar']}." if options["bar"] else "There are no bars.")
        today = options["today"] or local_date(now(), bars[0].time_zone)
        codes = {bar.pk: bar.code for bar in bars}
        counted = Counter(
            (codes[each.bar_id], each.day, each.stage.code, str(each.channel))
            for each in forecast(bars, today, options["days"])
        )
        for (bar, day, stage, channel), count in sorted(counted.items()):
            self.stdout.write(f"{bar}\t{day}\t{stage}\t{channel}\t{count}")
        self.stderr.write(f"{counted.total()} notices in {options['days']} days from {today}, if nobody earns credit")


def _bars(code: str | None) -> list[Bar]:
    if code is None:
        return list(Bar.objects.order_by("code"))
    found = Bar.objects.filter(code=code).first()
    return list(Bar.objects.below(found)) if found else []
