"""All that the proof of service says, as plain values: the only thing its PDF depends on."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.certificates.words import Pair


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the ledger; moments are in the bar's time zone. ``by`` is nobody for what a program wrote down."""

    at: str
    what: Pair
    channel: Pair
    source: Pair
    code: str
    number: str
    by: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A SHA-256 that was written down when the notice was handed over; ``same``: what is kept today still has it."""

    of: str
    digest: str
    same: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """PII: what a person was told about a duty, and how it reached them."""

    number: int
    bar: Pair
    advocate: str
    licence: Pair
    stage: Pair
    state: Pair
    channel: Pair
    address: str
    message_id: str
    sent: str
    opened: str
    handed_over: str
    subject: str
    text: str
    sums: tuple[Sum, ...]
    events: tuple[Happened, ...]
    made_at: str
    zone: str
