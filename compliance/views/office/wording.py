"""What pages about many people call things: how somebody stands, and the requirements of the bar's rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compliance.models import StandingStatus
from compliance.notices.sources import line_name
from compliance.queries.rules import BarRules
from compliance.views.tones import TONES

HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Tone:
    """How a standing looks: the sign and the word say it, the colour only helps."""

    status: str
    tone: str
    sign: str
    word: str


def tone_of(status: str) -> Tone:
    tone, sign, _verdict = TONES[status]
    return Tone(status, tone, sign, str(StandingStatus(status).label))


def line_names(rules: BarRules, day: dt.date, codes: Iterable[str]) -> Mapping[str, str]:
    """The names of requirements by the rules of a day, in the reader's language; a code that they do not know stays."""
    era = rules.at(day)
    language = get_language() or "kk"
    if era is None:
        return {code: _("All hours") if code == "total" else code for code in codes}
    return {code: line_name(era.rulebook, code, language) for code in codes}


def unit_minutes(rules: BarRules, day: dt.date) -> int:
    """Minutes of an hour as the rules count them."""
    era = rules.at(day)
    return era.rulebook.unit.minutes if era else HOUR
