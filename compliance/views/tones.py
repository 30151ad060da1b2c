"""How a standing looks on a page: a colour, and a sign and words that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Text

TONES: Final[Mapping[str, tuple[str, str, Text]]] = MappingProxyType(
    {
        "short": ("bad", "✕", _("Not in order: the due date has passed")),
        "at_risk": ("warn", "!", _("Not done yet, and the due date is near")),
        "on_track": ("calm", "→", _("In order so far")),
        "compliant": ("good", "✓", _("In order")),
        "exempt": ("good", "✓", _("Exempt")),
    }
)
"""Standing → colour, sign and words: the answer must not hang on the colour alone."""
