"""What a certificate says, frozen at issue: the only thing its PDF depends on."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self

VERSION: Final = 1
KINDS: Final = ("attendance", "completion", "compliance", "teaching", "transcript")
FORMATS: Final = ("in_person", "live_online", "recorded", "self_study")
UNITS: Final = (45, 50, 60)
PICTURES: Final = ("crest_sha256", "seal_sha256")

STATES: Final = ("counts", "taken_back", "correction")

Line = tuple[str, str, int]
Entry = tuple[str, str, str, str, str, str, int, str]
"""Day (ISO), what for and category in Kazakh and Russian each, format, minutes (of a correction: below 0), state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The words and figures of one certificate, as they stood when it was issued.

    Dates are ISO text (YYYY-MM-DD). `minutes` and the minutes in `lines` (Kazakh label, Russian label, minutes)
    are whole minutes; `unit_minutes` only says how they are shown: 45 is an academic hour. Text that does not
    apply is "": a compliance certificate, for one, may have no provider and no format. The emblem and the seal are
    named by the fingerprint of their files; without one its field is left out of the JSON, as it was before there were
    any, so that the fingerprint of an older certificate stays what it is; `entries`, which transcripts alone have, too.
    Raises ValueError when made with a value that cannot be printed; the message names the field, never the value.

    PII: full name, licence number and date, signatory's name.
    """

    version: int
    kind: str
    serial: str
    code: str
    verify_url: str
    bar_name_kk: str
    bar_name_ru: str
    national_bar_name_kk: str
    national_bar_name_ru: str
    letterhead_kk: str
    letterhead_ru: str
    full_name: str
    licence_number: str
    licence_date: str
    course_title_kk: str
    course_title_ru: str
    provider_name_kk: str
    provider_name_ru: str
    course_number: str
    format: str
    place: str
    starts_on: str
    ends_on: str
    minutes: int
    unit_minutes: int
    lines: tuple[Line, ...]
    issued_on: str
    signatory_name: str
    signatory_title_kk: str
    signatory_title_ru: str
    example: bool
    crest_sha256: str = ""
    seal_sha256: str = ""
    entries: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        _check_types(self)
        _check_values(self)

    @property
    def longest_text(self) -> int:
        """Letters in the longest of its texts."""
        return max(len(getattr(self, name)) for name, kind in _TYPES.items() if kind is str)

    def to_json(self) -> dict[str, Any]:
        """The snapshot as plain JSON values; `from_json` of the result is equal to this snapshot."""
        said = {name: getattr(self, name) for name in _TYPES}
        said |= {name: [list(row) for row in said[name]] for name in _ROWS}
        return {name: value for name, value in said.items() if value or name not in _OPTIONAL}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave. Raises ValueError for a missing, unknown or ill-typed field."""
        unknown, missing = sorted(data.keys() - _TYPES.keys()), sorted(_TYPES.keys() - data.keys() - {*_OPTIONAL})
        if unknown or missing:
            raise ValueError(f"snapshot fields unknown: {unknown}, missing: {missing}")
        return cls(**{**data, **{name: _rows(name, data.get(name, [])) for name in _ROWS}})

    def sha256(self) -> str:
        """Hex digest of the canonical JSON: sorted keys, no spaces, UTF-8."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_TYPES: Final[dict[str, Any]] = {field.name: field.type for field in fields(Snapshot)}
_ROWS: Final = {"lines": [str, str, int], "entries": [str, str, str, str, str, str, int, str]}
_OPTIONAL: Final = (*PICTURES, "entries")
_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")
_DATES: Final = ("starts_on", "ends_on", "issued_on")
_REQUIRED: Final = ("serial", "code", "verify_url", "bar_name_kk", "bar_name_ru", "full_name")


def _check_types(snapshot: Snapshot) -> None:
    for name, kind in _TYPES.items():
        if kind in (str, int, bool) and type(getattr(snapshot, name)) is not kind:  # True is no number of minutes
            raise ValueError(f"{name}: {kind.__name__} expected")
    for name, kinds in _ROWS.items():
        rows = getattr(snapshot, name)
        if not isinstance(rows, tuple) or not all(_is_row(row, kinds) for row in rows):
            raise ValueError(f"{name}: rows of {[kind.__name__ for kind in kinds]} expected")


def _is_row(row: object, kinds: list[type]) -> bool:
    return isinstance(row, tuple) and [type(part) for part in row] == kinds


def _rows(name: str, rows: object) -> tuple[tuple[Any, ...], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError(f"{name}: a list of lists expected")
    return tuple(tuple(row) for row in rows)


def _check_values(snapshot: Snapshot) -> None:
    choices = {"version": (VERSION,), "kind": KINDS, "format": ("", *FORMATS), "unit_minutes": UNITS}
    for name, allowed in choices.items():
        if getattr(snapshot, name) not in allowed:
            raise ValueError(f"{name}: not one of {allowed}")
    for name in _REQUIRED:
        if not getattr(snapshot, name).strip():
            raise ValueError(f"{name}: may not be empty")
    for name in PICTURES:
        if getattr(snapshot, name) and not _FINGERPRINT.fullmatch(getattr(snapshot, name)):
            raise ValueError(f"{name}: a fingerprint expected")
    for name in (*_DATES, *(("licence_date",) if snapshot.licence_date else ())):
        _check_date(name, getattr(snapshot, name))
    if any(minutes < 0 for _kk, _ru, minutes in snapshot.lines):
        raise ValueError("lines: minutes may not be negative")
    _check_entries(snapshot)
    if snapshot.minutes < 0 or snapshot.ends_on < snapshot.starts_on:
        raise ValueError("minutes may not be negative, nor a period end before it starts")


def _check_entries(snapshot: Snapshot) -> None:
    if snapshot.entries and snapshot.kind != "transcript":
        raise ValueError("entries: only a transcript has any")
    for entry in snapshot.entries:
        _check_date("entries", entry[0])
        if entry[5] not in FORMATS or entry[7] not in STATES:
            raise ValueError("entries: an unknown format or state")


def _check_date(name: str, text: str) -> None:
    try:
        exact = date.fromisoformat(text).isoformat() == text
    except ValueError:
        exact = False
    if not exact:
        raise ValueError(f"{name}: a date YYYY-MM-DD expected")
