"""One rulebook in the language of the page: each value in words, with the names that the document itself gives."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advocates.models import Status
from compliance.models import CaseState
from compliance.rules import Addition, Rulebook
from compliance.rules.language.figures import Case, Share
from compliance.rules.language.words import LANGUAGES, Part, Text
from compliance.wording.labels import ALIASES, DAYS_OF_A_CASE, LABELS, UNSAID, WORDS
from courses.models import DeliveryFormat

AMOUNTS: Final = frozenset({"amount", "maximum", "each", "fixed", "credits", "make_up_at_most", "per_month", "to"})
"""Keys that hold credits, and are said with the unit."""
STATES: Final = frozenset({"from_states", "to_state", "since", "passed"})
"""Keys that hold states of a case, or days of it."""
CODES: Final = frozenset({"statuses", "status", "return_from", "not_during"})


class Reader:
    """Says the parts of one document; ``base`` is the rulebook that an addition adds to, for its unit and names."""

    def __init__(self, document: Rulebook | Addition, base: Rulebook | None = None) -> None:
        self.document, self.base = document, base
        self.language = get_language() or "kk"

    def text(self, value: Text | None) -> str:
        return value.said(self.language) if value else ""

    def label(self, key: str) -> str:
        return str(LABELS.get(key, key))

    def say(self, key: str, value: Any) -> str:
        """A value that stands under a key, in words."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, Text):
            return self.text(value)
        if isinstance(value, Share):
            return _("%(share)s of: %(whole)s") % {"share": _number(value.share), "whole": self.name(value.of)}
        if key == "attributes":
            return "; ".join(f"{name}: {', '.join(words)}" for name, words in value.items())
        if isinstance(value, Part):
            return self.part(value) or _("everything")
        if isinstance(value, dt.date):
            return date_format(value, "SHORT_DATE_FORMAT")
        if isinstance(value, int | float | Fraction):
            return self.amount(value) if key in AMOUNTS else _number(value)
        if isinstance(value, Mapping):
            return self.mapping(key, value)
        if isinstance(value, tuple | list):
            return self.several(key, value)
        return self.word(key, str(value))

    def mapping(self, key: str, value: Mapping[str, Any]) -> str:
        """Of codes to what holds for them; or a piece of the document as it was written, in a variant."""
        if value and set(value) <= set(LANGUAGES):
            return self.text(Text.model_validate(value))
        said = [(each, inner) for each, inner in value.items() if each not in UNSAID and inner is not None]
        return "; ".join(f"{self.named(key, ALIASES.get(each, each))}: {self.say(each, inner)}" for each, inner in said)

    def several(self, key: str, values: Iterable[Any]) -> str:
        found = [self.case(key, each) if isinstance(each, Case) else self.say(key, each) for each in values]
        return ("; " if any(isinstance(each, Part | Mapping) for each in values) else ", ").join(found)

    def case(self, key: str, case: Case) -> str:
        figure = self.say(key, case.is_)
        return f"{figure} ({self.part(case.when)})" if case.when else _("otherwise %(figure)s") % {"figure": figure}

    def part(self, part: Part) -> str:
        """Whatever of a part is not as it is by itself: "label: value; …"."""
        return "; ".join(f"{label}: {text}" for _key, label, text in self.facts(part))

    def facts(self, part: Part, *, without: Iterable[str] = ()) -> list[tuple[str, str, str]]:
        """(key, label, words) of what a part says; what was left out, or is as always, is not said."""
        found = []
        for key, field in type(part).model_fields.items():
            value = getattr(part, key)
            if key in UNSAID or key in without or value is None or value == () or value == {}:
                continue
            if not field.is_required() and value == field.default:
                continue
            found.append((key, self.label(key), self.say(key, value)))
        return found

    def word(self, key: str, value: str) -> str:
        if key in CODES or key in ("formats", "becomes_format", "relabel_format"):
            return self.named(key, value)
        if key in STATES:
            return str({**dict(CaseState.choices), **DAYS_OF_A_CASE}.get(value, value))
        if re.fullmatch(r"\d\d-\d\d", value):
            month, day = value.split("-")
            return f"{day}.{month}"
        return self.names.get(value) or str(WORDS.get(value, value))

    def named(self, key: str, code: str) -> str:
        """A code that stands as a key or in a list of codes."""
        if key in CODES:
            return str(dict(Status.choices).get(code, code))
        if key in ("formats", "becomes_format", "relabel_format"):
            return next((str(each.label) for each in DeliveryFormat if each.code == code), code)
        return self.names.get(code) or str(LABELS.get(code, code))

    def name(self, code: str) -> str:
        return self.names.get(code) or (_("In all") if code == "total" else code)

    def amount(self, value: Any) -> str:
        if self.unit is None:
            return _number(value)
        return f"{_number(value)} {self.text(self.unit.short or self.unit.name)}"

    @property
    def unit(self) -> Any:
        return getattr(self.document, "unit", None) or getattr(self.base, "unit", None)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of categories, requirements, limits and the rest, by their codes."""
        found: dict[str, str] = {}
        for document in filter(None, (self.base, self.document)):
            for group in ("caps", "acts", "stages", "duties", "activities", "exemptions", "requirements", "categories"):
                found |= {each.code: self.text(each.name) for each in getattr(document, group, ()) if each.name}
        return found


def _number(value: Any) -> str:
    """16, 12,5 or 1/3: what two decimals cannot say stays a fraction."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    hundredths = exact * 100
    if hundredths.denominator != 1:
        return f"{exact.numerator}/{exact.denominator}"
    whole, part = divmod(hundredths.numerator, 100)
    return str(number_format(f"{whole}.{part:02d}".rstrip("0")))
