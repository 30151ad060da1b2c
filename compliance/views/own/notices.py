"""What the bar has said to the advocate: the exact words, what to do now, and the proof that it was said."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from cle.core.clock import now
from compliance.models import Notice
from compliance.notices.stages import OVERDUE, stage_name
from compliance.queries.notices import said_to
from compliance.services.notices.opening import note_opening
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
        stage = stage_name(found.stage, found.facts)
        return self.page(notice=found, opening=opening, stage=stage, overdue=found.stage == OVERDUE)


urlpatterns = [
    path("notices/", Notices.as_view(), name="notices"),
    path("notices/<int:notice>/", OneNotice.as_view(), name="notice"),
]
