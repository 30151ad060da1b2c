"""What the bar holds about the advocate: the particulars, who has looked, and all of it in one archive."""

from __future__ import annotations

import tempfile
from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path

from advocates.models import FileRead
from advocates.queries.reads import let_in_by, with_roles
from cle.core.clock import now
from cle.core.throttle import counted
from compliance.services.export import write_archive
from compliance.views.scoping import OwnScopedPage

EXPORTS, WINDOW = 4, 60
"""An archive is a second's work or more: so many in so many seconds."""
IN_MEMORY: Final = 4 * 1024 * 1024


class MyFile(OwnScopedPage):
    """Who the bar has the advocate down as, and what can be done about it."""

    area = "file"
    template = "own/file.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(statuses=self.advocate.statuses.order_by("-period")[:20])


class Readers(OwnScopedPage):
    """Who has opened the file, the latest first, with the roles that they had then."""

    area = "file"
    template = "own/readers.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.sheet(with_roles(FileRead.objects.of(self.user)).order_by("-at", "-pk"))
        shown = [{"read": one, "roles": [role.get_kind_display() for role in let_in_by(one)]} for one in rows]
        return self.page(rows=rows, shown=shown)


class Export(OwnScopedPage):
    """Everything, in one archive that is kept nowhere."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        over, _rate = counted(f"export:{self.user.pk}", EXPORTS, WINDOW)
        if over:
            return self.page(429, "429.html")
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed with the answer
        write_archive(self.advocate, file, now=now())
        file.seek(0)
        name = f"cle-{self.today:%Y-%m-%d}.zip"
        answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


urlpatterns = [
    path("file/", MyFile.as_view(), name="file"),
    path("file/readers/", Readers.as_view(), name="readers"),
    path("file/export.zip", Export.as_view(), name="export"),
]
