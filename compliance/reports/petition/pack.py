"""All that the draft of a petition says and rests on, as plain values: the only thing its PDF depends on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from compliance.certificates.words import Pair


@dataclass(frozen=True, slots=True)
class Figure:
    """One requirement, the total first; in minutes."""

    name: Pair
    required: int
    counted: int
    missing: int


@dataclass(frozen=True, slots=True)
class Ground:
    """A clause of the bar's rules; ``text`` is empty where the rules do not repeat it."""

    source: str
    url: str
    text: Pair
    read_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Credit:
    """An entry of the ledger; a reversal has minutes below zero."""

    day: dt.date
    what: Pair
    category: Pair
    minutes: int


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with the proof that it was served; moments are in the bar's time zone."""

    stage: Pair
    channel: Pair
    state: Pair
    at: str
    address: str
    message_id: str
    handed_over: str
    opened: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection in the advocate's words, and the answer; ``outcome`` is empty while it waits."""

    at: str
    text: str
    outcome: Pair
    answered: str
    answer: str


@dataclass(frozen=True, slots=True)
class Excused:
    """A reason that was named, for which days, and what was decided; ``outcome`` is empty while it waits."""

    reason: Pair
    days: str
    text: str
    document: str
    named: str
    outcome: Pair
    decided: str
    answer: str
    taken_back: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of the case; ``by`` is empty for what the system recorded."""

    at: str
    state: Pair
    by: str
    reason: str
    document: str
    day: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """PII: an alleged breach of a professional duty, and what rests on it."""

    number: int
    prepared_on: dt.date
    preview: bool
    """Nobody has recorded yet that a petition was drafted."""
    example: bool
    bar: Pair
    advocate: str
    licence: Pair
    period_start: dt.date
    period_end: dt.date
    due_on: dt.date
    grace_ends_on: dt.date
    petition_from: dt.date
    unit_minutes: int
    rules: Pair
    missing: int
    figures: tuple[Figure, ...]
    grounds: tuple[Ground, ...]
    credits: tuple[Credit, ...]
    told: tuple[Told, ...]
    objections: tuple[Objected, ...]
    steps: tuple[Taken, ...]
    suspensions: tuple[str, ...]
    """Those within the months that the rules name, as recorded: the day and, where there is one, the ground."""
    excuses: tuple[Excused, ...]
    whole: bool
    """The whole case, for the file of the bar, and no petition."""
    months: int
    state: Pair
    term_ends_on: dt.date | None
