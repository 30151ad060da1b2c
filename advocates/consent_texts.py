"""The texts of consents: versioned data of each jurisdiction, the newest that is in force being offered."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_DATA: Final = Path(__file__).resolve().parent / "data" / "consents"
WITHDRAWN_IN: Final = 15
"""Working days in which a withdrawal is answered (Law No. 94-V, Art. 8(7))."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version in one language. What may happen to the data is said by a text, "" when it does not happen.

    ``months`` is how long a consent lasts, None when ``term`` says it in words. ``text`` still has its places for
    the subject, the operator and its number.
    """

    version: str
    example: bool
    language: str
    months: int | None
    term: str
    third_parties: str
    cross_border: str
    publication: str
    data: tuple[str, ...]
    text: str


def current_text(jurisdiction: str, language: str, today: dt.date) -> ConsentText | None:
    """The version in force; None in a jurisdiction without one. ``language`` is "kk", "ru" or "en"."""
    versions = [one for one in _versions(jurisdiction) if dt.date.fromisoformat(one["from"]) <= today]
    if not versions:
        return None
    chosen = versions[-1]
    said = {name: (chosen[name] or {}).get(language, "") for name in _SAID}
    return ConsentText(
        version=chosen["version"], example=chosen["example"], language=language, months=chosen["months"],
        data=tuple(chosen["data"][language]), **said,
    )  # fmt: skip


_SAID: Final = ("term", "third_parties", "cross_border", "publication", "text")


@cache
def _versions(jurisdiction: str) -> list[dict[str, Any]]:
    path = _DATA / f"{jurisdiction.lower()}.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []
