"""Who a bar's roll may be naming: the advocates on record, and what of a person can be compared."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Protocol

from advocates.identifiers import licence_key
from advocates.names import fold, letters_lost

_LOST = re.compile(r"[?\ufffd]")
# What stands in a damaged name for one question mark: a Kazakh letter, folded. і and ё survive.
_LOSABLE = str.maketrans("", "", "агкноухи ")


class Named(Protocol):
    """A line of a roll or an advocate on record; both have the same fields."""

    @property
    def full_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def patronymic(self) -> str: ...
    @property
    def licence_number(self) -> str: ...
    @property
    def licence_date(self) -> dt.date | None: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def national_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class KnownAdvocate:
    """An advocate of the bar as recorded; ``unit`` is its name, ``is_member`` whether the membership is open.

    PII: the whole of it.
    """

    pk: int
    full_name: str
    family_name: str
    given_name: str = ""
    patronymic: str = ""
    licence_number: str = ""
    licence_date: dt.date | None = None
    joined_on: dt.date | None = None
    practice_form: str = ""
    unit: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    national_id: str = field(default="", repr=False)
    is_member: bool = True


@dataclass(frozen=True, slots=True)
class Keys:
    """What is compared of one person. ``licence`` is without zeros at its start, which spreadsheets lose.

    ``damaged`` is set when letters of the name were lost. What only candidates are compared by is not here:
    it would be made ready for each line of a long roll, and hardly any needs it.
    """

    name: str
    licence: str
    exact_licence: str
    licence_date: dt.date | None
    national_id: str = field(repr=False)
    damaged: bool

    @property
    def skeleton(self) -> str:
        """The name without the letters that may have been lost: equal for a name and its damaged copy."""
        return self.name.translate(_LOSABLE)


def keys_of(person: Named) -> Keys:
    licence = licence_key(person.licence_number)
    return Keys(
        name=name_key(person),
        licence=bare_licence(licence),
        exact_licence=licence,
        licence_date=person.licence_date,
        national_id=person.national_id,
        damaged=letters_lost(person.full_name),
    )


def name_key(person: Named) -> str:
    """The folded name in register order, without a former name or the number told to namesakes."""
    return parts_key(person.full_name, person.family_name, person.given_name, person.patronymic)


def parts_key(full_name: str, *parts: str) -> str:
    """The key of a name whose parts are these; of the full name when they say nothing."""
    return fold(" ".join(filter(None, parts))) or fold(full_name)


def bare_licence(key: str) -> str:
    """A licence key without zeros at its start; one of zeros alone stays as it is, not to look like none."""
    return key.lstrip("0") or key


def is_damaged_copy(text: str, whole: str) -> bool:
    """Whether ``text`` is ``whole`` with ``?`` in place of single letters, spelling differences aside."""
    if not _LOST.search(text):
        return False
    pieces = (re.escape(fold(piece).replace(" ", "")) for piece in _LOST.split(text))
    return re.fullmatch(r"\w".join(pieces), fold(whole).replace(" ", "")) is not None
