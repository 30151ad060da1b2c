"""What a line of a roll says, and what of it is news. Dates are ISO texts, "" is "nothing said"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from advocates.identifiers import licence_key
from advocates.names import fold
from advocates.roll.evidence import said_less
from advocates.roll.known import KnownAdvocate, bare_licence
from advocates.roll.line import RollLine
from cle.core.errors import Problem, Text

Values = Mapping[str, str]
Changes = dict[str, list[str]]

FIELDS = (
    "full_name", "family_name", "given_name", "patronymic", "licence_number", "licence_date", "joined_on",
    "practice_form", "unit", "email", "phone", "language", "national_id",
)  # fmt: skip
_PARTS = ("family_name", "given_name", "patronymic")
_said = attrgetter(*FIELDS)
_TYPING = re.compile(r"[\s()+.-]")

NOTES: Mapping[str, Text] = {
    "name-kept": _("The file has the name shortened or with letters lost; the name on record is kept."),
    "licence-kept": _("The file has lost zeros at the start of the licence number; the number on record is kept."),
    "joining-changed": _(
        "The date of joining changes, but not the start of the recorded membership: correct that in the history."
    ),
}


def values_of(person: RollLine | KnownAdvocate) -> dict[str, str]:
    """Every field that is not empty, as text."""
    return {field: str(value) for field, value in zip(FIELDS, _said(person), strict=True) if value}


def compare(values: Values, known: KnownAdvocate) -> tuple[Changes, list[str]]:
    """Field → [old, new] for what the line changes, and the codes of ``NOTES`` that apply.

    An empty cell says nothing and so erases nothing; spaces and the case of an e-mail are no changes.
    """
    old = values_of(known)
    new, notes = _with_name_kept(values, old)
    if _zeros_lost(new.get("licence_number", ""), old.get("licence_number", "")):
        new, notes = {**new, "licence_number": old["licence_number"]}, [*notes, "licence-kept"]
    changes = {
        field: [old.get(field, ""), new[field]]
        for field in FIELDS
        if new.get(field) and _essence(field, new[field]) != _essence(field, old.get(field, ""))
    }
    if "joined_on" in changes and known.joined_on:
        notes.append("joining-changed")
    return changes, notes


def noted(codes: list[str], row: int) -> tuple[Problem, ...]:
    return tuple(Problem(code, NOTES[code], row) for code in codes)


def _with_name_kept(values: Values, old: Values) -> tuple[dict[str, str], list[str]]:
    """The values, with each part of the name that says less than the record put back as recorded."""
    kept = [part for part in _PARTS if said_less(values.get(part, ""), old.get(part, ""))]
    if not kept:
        return dict(values), []
    parts = {part: (old if part in kept else values).get(part, "") for part in _PARTS}
    same = all(_essence(part, parts[part]) == _essence(part, old.get(part, "")) for part in _PARTS)
    full_name = old["full_name"] if same else " ".join(filter(None, parts.values()))
    notes = ["name-kept"] if any(values.get(part) for part in kept) else []
    return {**values, **parts, "full_name": full_name}, notes


def _zeros_lost(new: str, old: str) -> bool:
    new, old = licence_key(new), licence_key(old)
    return len(new) < len(old) and bare_licence(new) == bare_licence(old)


def _essence(field: str, text: str) -> str:
    if field == "licence_number":
        return licence_key(text)
    if field == "phone":
        return _TYPING.sub("", text).casefold()
    if field == "email":
        return text.casefold()
    return fold(text) if field == "unit" else " ".join(text.split())
