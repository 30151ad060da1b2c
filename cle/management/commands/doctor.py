"""``manage.py doctor``: whether what must hold holds, and what to do where it does not."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from cle.core.clock import now
from cle.doctor import CHECKS, Finding, Look, Outcome, examine


class Command(BaseCommand):
    help = "Check a live system, writing nothing: each check is ok, or says what to do. Ends with 1 where one is not."
    requires_system_checks: list[str] = []  # it makes them itself, and tells of them in turn

    def add_arguments(self, parser: CommandParser) -> None:
        codes = [check.code for check in CHECKS]
        parser.add_argument("--all", action="store_true", help="everybody's standings, every certificate and file")
        parser.add_argument("--sample", type=int, default=200, help="of how many of each, drawn by lot (200)")
        parser.add_argument(
            "--only", action="append", default=[], choices=codes, metavar="CHECK", help=", ".join(codes)
        )
        parser.add_argument("--skip", action="append", default=[], choices=codes, metavar="CHECK")
        parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args: Any, **options: Any) -> None:
        look = Look(now(), None if options["all"] else options["sample"])
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            outcomes = []
            for outcome in examine(look, options["only"], options["skip"]):
                outcomes.append(outcome)
                if not options["json"]:
                    self._tell(outcome)
            if options["json"]:
                self.stdout.write(json.dumps(_as_json(outcomes), ensure_ascii=False, indent=2))
            else:
                self._sum_up(outcomes)
        if not all(outcome.is_well for outcome in outcomes):
            sys.exit(1)

    def _tell(self, outcome: Outcome) -> None:
        mark = self.style.SUCCESS(_("ok")) if outcome.is_well else self.style.ERROR(_("TROUBLE"))
        self.stdout.write(f"{mark}  {outcome.check.title}  [{outcome.check.code}]")
        for finding in outcome.findings:
            self.stdout.write(f"    {_line(finding)}")
        if outcome.broken:
            self.stdout.write("    " + _("The check could not be made: %s") % outcome.broken)
        elif outcome.findings:
            self.stdout.write(f"  → {outcome.check.advice}")
        self.stdout.flush()

    def _sum_up(self, outcomes: list[Outcome]) -> None:
        wrong = sum(not outcome.is_well for outcome in outcomes)
        if wrong:
            self.stdout.write(_("%(wrong)d of %(all)d checks found trouble.") % {"wrong": wrong, "all": len(outcomes)})
        else:
            self.stdout.write(_("All is well: %d checks.") % len(outcomes))


def _line(finding: Finding) -> str:
    named = ", ".join(finding.examples)
    more = ", …" if finding.count > len(finding.examples) else ""
    return f"{finding.count} × {finding.fault}" + (f": {named}{more}" if named else "")


def _as_json(outcomes: list[Outcome]) -> dict[str, Any]:
    return {
        "ok": all(outcome.is_well for outcome in outcomes),
        "checks": [
            {
                "code": outcome.check.code,
                "title": str(outcome.check.title),
                "ok": outcome.is_well,
                "seconds": round(outcome.seconds, 3),
                "findings": [
                    {"fault": str(each.fault), "count": each.count, "examples": list(each.examples)}
                    for each in outcome.findings
                ],
                "broken": outcome.broken,
                "advice": "" if outcome.is_well else str(outcome.check.advice),
            }
            for outcome in outcomes
        ],
    }
