"""Which notices the law asks for, and which are a courtesy: the one place that says so for sending and its proof."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from compliance.models import Notice
from compliance.notices.stages import OVERDUE, is_optional

STATUTORY: Final = Q(stage=OVERDUE) | Q(statutory=True)
"""As a condition on notices."""


def is_statutory(notice: Notice) -> bool:
    return not is_optional(notice.stage, statutory=notice.statutory)
