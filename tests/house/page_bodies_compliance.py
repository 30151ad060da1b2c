"""What is sent with the office's pages of sweeps and cases so that they are served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from compliance.models import Case
from tests.house.personal_bodies import decided, excuse_for_them
from tests.house.rows import Rows

Body = Callable[[Rows], dict[str, Any]]
Before = Callable[[Rows], object]


def _drafted(rows: Rows) -> None:
    Case.objects.filter(pk=rows[Case].pk).update(state="petition_drafted")


EXCUSED = {"to_state": "excused", "reason": "illness", "document": "No. 7", "document_day": "2026-03-02", "sure": "on"}

COMPLIANCE_PAGES: Final[Mapping[str, tuple[Body | None, Before | None]]] = {
    "POST office:sweeps": (lambda rows: {"rebuild": "on"}, None),
    "POST office:case-step": (lambda rows: EXCUSED, None),
    "POST office:case-excuse": (excuse_for_them, decided),
    "POST office:excuse": (lambda rows: {"outcome": "accepted", "text": "So it is"}, None),
    "GET office:petition": (None, _drafted),
}
