"""What the title of a section, or the cell of a unit, says of the people it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from advocates.roll.wording import practice_form


@dataclass(frozen=True, slots=True)
class Section:
    """What a section title says of the people below it."""

    unit: str = ""
    form: str = ""


@lru_cache(maxsize=1 << 12)  # the units of a bar repeat
def section_of(title: str) -> Section:
    """People who practise individually stand under a title too, but it is no unit."""
    form = practice_form(title)
    return Section("" if form == "individual" else title, form)
