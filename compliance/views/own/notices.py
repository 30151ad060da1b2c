"""What the bar has said to the advocate: the exact words, what to do now, and the proof that it was said."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from cle.core.attachments import file_answer
from cle.core.clock import now
from compliance.models import Notice
from compliance.notices.stages import OVERDUE, stage_name
from compliance.queries.notices import said_to
from compliance.queries.service_proof import events_of
from compliance.services.notices.opening import note_opening
from compliance.services.notices.proving import service_paper
from compliance.views.scoping import OwnScopedPage


class Notices(OwnScopedPage):
    """The newest first; which of them was not read yet."""

    area = "notices"
    template = "own/notices.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.sheet(said_to(self.user).defer("text", "html").order_by("-due_at", "-pk"), 25)
        shown = [{"notice": one, "stage": stage_name(one.stage, one.facts)} for one in rows]
        return self.page(rows=rows, shown=shown)


class OneNotice(OwnScopedPage):
    """In full. That it was opened is noted, the first time, and the page says so."""

    area = "notices"
    template = "own/notice.html"

    def get(self, request: HttpRequest, notice: int) -> HttpResponse:
        found: Notice = get_object_or_404(said_to(self.user), pk=notice)
        opening = found.opening if hasattr(found, "opening") else note_opening(found, by=self.user, now=now())
        return self.page(
            notice=found, opening=opening, stage=stage_name(found.stage, found.facts), overdue=found.stage == OVERDUE,
            events=events_of(found),
        )  # fmt: skip


class NoticeProof(OwnScopedPage):
    """The same proof of service that the bar has, signed."""

    area = "notices"

    def get(self, request: HttpRequest, notice: int) -> HttpResponse:
        found: Notice = get_object_or_404(said_to(self.user).select_related("advocate__bar"), pk=notice)
        return file_answer(service_paper(found, now=now()), "application/pdf", f"notice-{found.pk}.pdf")


urlpatterns = [
    path("notices/", Notices.as_view(), name="notices"),
    path("notices/<int:notice>/", OneNotice.as_view(), name="notice"),
    path("notices/<int:notice>/proof.pdf", NoticeProof.as_view(), name="notice-proof"),
]
