"""A copy of everything that is recorded about the logged-in advocate (Law No. 94-V, Art. 24)."""

from __future__ import annotations

import tempfile
from typing import Any

from django.http import FileResponse
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cle.core.clock import local_date, now
from compliance.api.files import WhateverIsAccepted, described
from compliance.api.scoping import OwnScopedView
from compliance.services.export import write_archive

ZIP = "application/zip"
IN_MEMORY = 4 * 1024 * 1024


class Export(OwnScopedView):
    """All that is recorded about you, in one archive: JSON, tables, your evidence and your certificates."""

    content_negotiation_class = WhateverIsAccepted
    requests_a_minute = 4

    @extend_schema(responses=described(ZIP))
    def get(self, request: Request) -> Any:
        moment = now()
        # Unlinked as it is made, closed with the answer: no copy stays anywhere.
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        write_archive(self.advocate, file, now=moment)
        file.seek(0)
        day = local_date(moment, self.advocate.bar.time_zone)
        answer = FileResponse(file, as_attachment=True, filename=f"cle-{day:%Y-%m-%d}.zip", content_type=ZIP)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


urls = [path("me/export", Export.as_view(), name="export")]
