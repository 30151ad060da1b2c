"""What the papers of a session say, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.certificates.words import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A session as it stands on each page; day and times as they are on the wall of the bar."""

    bar: Pair
    course: Pair
    number: str
    day: str
    times: str
    place: str

    @property
    def when(self) -> str:
        return " · ".join(part for part in (self.day, self.times, self.place) if part)


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who has a place. PII: full name, licence number."""

    name: str
    licence: str
    bar: Pair
    """The bar of a guest; empty for the session's own people."""
