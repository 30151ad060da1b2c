"""The first page of the office: what needs a person now, in order, each with its age and the one thing to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from advocates.models import Bar
from advocates.queries.offices import offices_of
from cle.core.clock import local_date, now
from cle.core.errors import Text
from compliance.queries.suspensions import near_the_limit, window_of
from compliance.queries.today import Waiting, waiting_at
from compliance.views.scoping import BarScopedPage, PersonScopedPage


class Queue(NamedTuple):
    """What waits, what to do about it, the page where that is done, and who may read that page."""

    title: Text
    action: Text
    page: str
    reading: Action
    query: str = ""


QUEUES: Final[Mapping[str, Queue]] = MappingProxyType(
    {
        "objections": Queue(_("objections to answer"), _("Answer"), "requests", Action.READ_REQUESTS),
        "excuses": Queue(
            _("reasons for being late to decide on"), _("Decide"), "requests", Action.READ_REQUESTS, "about=excuse"
        ),
        "corrections": Queue(_("requests to correct a file"), _("Answer"), "requests", Action.READ_REQUESTS),
        "cases": Queue(_("cases whose next step is due"), _("Look at them"), "cases", Action.READ_CASES),
        "uncertain-notices": Queue(
            _("notices that were perhaps sent"), _("Decide"), "notices", Action.READ_NOTICES, "state=uncertain"
        ),
        "failed-notices": Queue(
            _("notices that did not arrive"), _("Look at them"), "notices", Action.READ_NOTICES, "state=failed"
        ),
        "letters": Queue(_("letters to print and hand over"), _("Print"), "letters", Action.READ_NOTICES),
        "claims": Queue(_("claims to decide"), _("Decide"), "claims", Action.READ_CLAIMS),
        "accreditations": Queue(
            _("courses to accredit"), _("Decide"), "courses", Action.READ_COURSES, "state=submitted"
        ),
        "names": Queue(_("names to review"), _("Review"), "review", Action.READ_ATTENDANCE),
        "reports": Queue(_("attendance reports not applied yet"), _("Apply"), "imports", Action.READ_ATTENDANCE),
        "to-confirm": Queue(_("sessions to confirm"), _("Confirm"), "sessions", Action.READ_ATTENDANCE, "when=confirm"),
        "no-report": Queue(
            _("sessions without a report"), _("Bring it in"), "sessions", Action.READ_ATTENDANCE, "when=confirm"
        ),
        "roll-files": Queue(_("rolls not applied yet"), _("Apply"), "roll-imports", Action.READ_ROLL),
        "without-email": Queue(
            _("advocates without e-mail"), _("Look at them"), "advocates", Action.READ_ROLL, "without_email=on"
        ),
        "doubtful-email": Queue(
            _("addresses from which letters come back"),
            _("Look at them"),
            "advocates",
            Action.READ_ROLL,
            "doubtful_email=on",
        ),
    }
)
"""By the kinds of ``compliance.queries.today``; a test compares them."""


class Offices(PersonScopedPage):
    """Leads to the bar that was asked for, else to the highest one that the person works for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        codes = [bar.code for bar in offices_of(self.user)]
        if not codes:
            raise Http404
        asked = request.GET.get("bar", "")
        return redirect("office:today", asked if asked in codes else codes[0])


class Today(BarScopedPage):
    """Of the bar itself; above others, with how much waits at each of those too."""

    purpose = Action.READ_ROLL
    for_unit_heads = True
    area = "today"
    template = "office/today.html"

    def get(self, request: HttpRequest, bar: str) -> HttpResponse:
        below = {one.pk: one for one in Bar.objects.below(self.bar)}
        found = waiting_at(below, self.today, now()) if self.units is None else {}
        read = {pk: self._read(found.get(pk, [])) for pk in below}
        others = [
            {"bar": one, "count": sum(each.count for each in read[pk]), "late": sum(each.late for each in read[pk])}
            for pk, one in below.items()
            if pk != self.bar.pk
        ]
        return self.page(
            waiting=[self._shown(each) for each in read[self.bar.pk]], others=others, suspended=self._suspended()
        )

    def _suspended(self) -> list[dict[str, Any]]:
        """Own advocates whose suspensions come near to the number that the rules name."""
        may_look = self.units is None and self.office.may(Action.READ_CASES)
        rule = window_of(self.bar, self.today) if may_look else None
        if rule is None:
            return []
        found = near_the_limit(self.bar, rule, self.today)
        return [{"advocate": advocate, "counted": counted, "rule": rule} for advocate, counted in found]

    def _read(self, found: list[Waiting]) -> list[Waiting]:
        """What the reader's role may look at."""
        return [each for each in found if self.office.may(QUEUES[each.kind].reading)]

    def _shown(self, waiting: Waiting) -> dict[str, Any]:
        queue = QUEUES[waiting.kind]
        address = reverse(f"office:{queue.page}", args=[self.bar.code])
        return {
            "title": queue.title, "action": queue.action, "count": waiting.count, "late": waiting.late,
            "age": self._age(waiting.since), "url": f"{address}?{queue.query}" if queue.query else address,
        }  # fmt: skip

    def _age(self, since: dt.date | None) -> str:
        if since is None:
            return ""
        day = local_date(since, self.time_zone) if isinstance(since, dt.datetime) else since
        days = (self.today - day).days
        if days <= 0:
            return gettext("since today")
        return ngettext("the oldest for %(days)s day", "the oldest for %(days)s days", days) % {"days": days}


urlpatterns = [
    path("", Offices.as_view(), name="offices"),
    path("<str:bar>/", Today.as_view(), name="today"),
]
