"""How far long work is, and what came of it: a page that may be left and found again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from advocates.access import Action
from cle.core.clock import now
from cle.core.errors import Text
from cle.core.queue import enqueue
from compliance.models import Job
from compliance.services.jobs import start_job
from compliance.tasks import run_job
from compliance.views.scoping import BarScopedPage


class Shown(NamedTuple):
    """What a kind of work is called, and where its result is to be found once it is done: (title, address)."""

    title: Text
    links: Callable[[Job], list[tuple[Text, str]]] = lambda job: []


def _to(name: str, job: Job, *keys: Any) -> str:
    return reverse(f"office:{name}", args=[job.bar.code, *keys])


def _issued(job: Job) -> list[tuple[Text, str]]:
    """Where to put what was issued into one file."""
    about = {"session": job.parameters["session"], "period": job.parameters["period_start"]}
    query = urlencode({name: value for name, value in about.items() if value})
    batch = f"{_to('certificate-batch', job)}?{query}"
    return [(_("Print them all"), batch), (_("To the certificates"), _to("certificates", job))]


def _zipped(job: Job) -> list[tuple[Text, str]]:
    return [(_("Download the file"), _to("certificates-zip", job, job.pk))]


def _to_the_roll(job: Job) -> list[tuple[Text, str]]:
    file = (job.result or {}).get("file")
    return [(_("Look at the roll"), _to("roll-import", job, file))] if file else []


KINDS: Final[Mapping[str, Shown]] = {
    "certificates": Shown(_("Issue certificates"), _issued),
    "certificates-archive": Shown(_("Certificates in one file"), _zipped),
    "erasure": Shown(_("Erase what is due")),
    "letters": Shown(_("Write letters"), lambda job: [(_("To the letters"), _to("letters", job))]),
    "rulebook-impact": Shown(
        _("Whom the rules would touch"),
        lambda job: [(_("See the result"), _to("rulebook-impact-result", job, job.pk))],
    ),
    "roll-preview": Shown(_("Read the roll"), _to_the_roll),
    "roll-apply": Shown(_("Apply the roll"), _to_the_roll),
}
"""Each kind of ``compliance.services.jobs.KINDS``; a test compares them."""


def begin(page: BarScopedPage, kind: str, **parameters: Any) -> HttpResponse:
    """Write the work down, put it on the queue, and lead to where it is followed."""
    with transaction.atomic():
        job = start_job(page.bar, kind, parameters, by=page.user, now=now())
        enqueue(run_job, job_id=job.pk)
    return redirect("office:job", page.bar.code, job.pk)


def seen_by(page: BarScopedPage) -> QuerySet[Job]:
    """Jobs that one has asked for, and all of them for those who watch over the bar."""
    rows = Job.objects.for_bar(page.bar)
    return rows if page.office.may(Action.READ_AUDIT) else rows.filter(Q(asked_by=page.user))


class JobPage(BarScopedPage):
    purpose = Action.READ_STATISTICS
    template = "office/job.html"

    def get(self, request: HttpRequest, bar: str, job: int) -> HttpResponse:
        found = get_object_or_404(seen_by(self).select_related("bar"), pk=job)
        shown = KINDS[found.kind]
        links = [{"title": title, "url": url} for title, url in shown.links(found)] if found.state == "done" else []
        return self.page(job=found, title=shown.title, links=links)


urlpatterns = [path("<str:bar>/jobs/<int:job>/", JobPage.as_view(), name="job")]
