"""Who somebody in a report says that they are: names, numbers and an address, ready for comparing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from advocates.identifiers import Licence, parse_licence
from advocates.names import display_name_key, fold, letters_lost
from courses.attendance.model import Presence
from courses.attendance.names import usable_email
from courses.attendance.roster import bare_licence

LONGEST = 300  # characters of a name that are compared
_NUMBER_FIRST = re.compile(r"^[\s№#]*\d[\d-]*[\s_./|,:;)-]+")
_NUMBERS = re.compile(r"\d+(?:[ -]\d+)*")
_WITH_A_DIGIT = re.compile(r"[^\s_|,;()]*\d[^\s_|,;()]*")
_LICENCE_LENGTHS = range(6, 10)  # shorter numbers are models of telephones, longer ones telephone numbers


def alias_key(name: str) -> str:
    """The display name as it is remembered: without a number in front, devices and tails; "" when nothing is left."""
    return display_name_key(_NUMBER_FIRST.sub("", name[:LONGEST]))


@dataclass(frozen=True)
class Claims:
    """What one presence says. PII: the whole of it."""

    presence: Presence

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The display names without their brackets, and the name of the account; as written."""
        said = (self.presence.name, self.presence.original_name, *self.presence.other_names)
        return tuple(dict.fromkeys(name[:LONGEST] for name in said if name))

    @cached_property
    def damaged(self) -> bool:
        return any(map(letters_lost, self.names))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names' keys; none of names that have lost letters."""
        keys = (alias_key(name) for name in self.names if not letters_lost(name))
        return tuple(dict.fromkeys(filter(None, keys)))

    @cached_property
    def words(self) -> frozenset[str]:
        """The folded words of all names, less those that have lost letters."""
        said = (word for name in self.names for word in re.split(r"[\s_]+", name) if not letters_lost(word))
        return frozenset(folded for word in said for folded in fold(word).split())

    @cached_property
    def email(self) -> str:
        return usable_email(self.presence.email)

    @cached_property
    def stated_licence(self) -> str:
        """The key of the number in the column for it, zeros at its start dropped."""
        return bare_licence(self._licence.number)

    @property
    def licence_date(self) -> dt.date | None:
        return self._licence.issued_on

    @cached_property
    def _licence(self) -> Licence:
        return parse_licence(self.presence.licence)

    @cached_property
    def typed_numbers(self) -> frozenset[str]:
        """The keys of all that could be a licence number in a display name."""
        found = set[str]()
        for name in self.names:
            for run in _NUMBERS.findall(name):
                found |= {bare_licence(re.sub(r"\D", "", run)), *map(bare_licence, re.split("[ -]", run))}
            found |= {bare_licence(token) for token in _WITH_A_DIGIT.findall(name) if not token.isdigit()}
        return frozenset(found - {""})

    @cached_property
    def licences(self) -> frozenset[str]:
        return self.typed_numbers | ({self.stated_licence} if self.stated_licence else frozenset())

    @cached_property
    def asserts_a_licence(self) -> bool:
        """Whether a number is there that must be a licence's: in its column, or of a fitting length in the name."""
        typed = (re.sub(r"\D", "", run) for name in self.names for run in _NUMBERS.findall(name))
        return bool(self.stated_licence) or any(len(number) in _LICENCE_LENGTHS for number in typed)

    def has_problem(self, code: str) -> bool:
        return any(problem.code == code for problem in self.presence.problems)
