"""One language: its phrases, its way of writing amounts and days, and the names that the rulebook has in it."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from ..language.amounts import Number, exact
from ..language.rulebook import Rulebook
from ..naming import category_name, name_of
from .phrases import PHRASES


class Voice:
    """Speaks of one rulebook in one language."""

    def __init__(self, rulebook: Rulebook, language: str, formats: Mapping[str, str] | None = None) -> None:
        self.rulebook, self.language, self.formats = rulebook, language, formats or {}
        self._phrases = PHRASES[language]

    def __call__(self, phrase: str, **values: object) -> str:
        return self._phrases[phrase].format(**values)

    def has(self, phrase: str) -> bool:
        return phrase in self._phrases

    def day(self, day: date | None) -> str:
        """dd.mm.yyyy in Kazakh and Russian; the month in letters in English, where figures are read both ways."""
        if day is None:
            return "–"
        return f"{day.day} {day:%b %Y}" if self.language == "en" else f"{day:%d.%m.%Y}"

    def amount(self, minutes: Number) -> str:
        """An amount in credits with its unit: exactly, with minutes where two decimals do not say it."""
        unit = self.rulebook.unit
        word = (unit.short or unit.name).said(self.language)
        credits = exact(Fraction(minutes) / unit.minutes)
        hundreds = exact(Fraction(credits) * 100)
        if isinstance(hundreds, int):
            return f"{self.number(Fraction(hundreds, 100))} {word}"
        whole = int(credits)
        rest = exact(Fraction(minutes) - whole * unit.minutes)
        text = f"{self.number(rest)} {_MINUTES[self.language]}"
        return f"{whole} {word} {text}" if whole else text

    def number(self, number: Number) -> str:
        """With a decimal comma in Kazakh and Russian; a fraction that is no short decimal as a fraction."""
        value = Fraction(number)
        hundreds = value * 100
        if hundreds.denominator != 1:
            return f"{value.numerator}/{value.denominator}"
        text = f"{value.numerator // value.denominator}.{int(hundreds) % 100:02d}".rstrip("0").rstrip(".")
        return text if self.language == "en" else text.replace(".", ",")

    def line(self, code: str) -> str:
        """The name of a line of the assessment."""
        name, rest = name_of(self.rulebook, code)
        if name is None:
            return self("total") if code == "total" else code
        subject = category_name(self.rulebook, rest) if rest else None
        behind = subject.said(self.language) if subject else rest
        return f"{name.said(self.language)} ({behind})" if behind else name.said(self.language)

    def cap(self, code: str) -> str:
        found = next((each for each in self.rulebook.caps if each.code == code), None)
        return found.name.said(self.language) if found and found.name else code

    def source(self, clause: str) -> str:
        """Document and article of a clause, in brackets; nothing where the rulebook does not have it."""
        found = self.rulebook.clauses.get(clause)
        if found is None:
            return ""
        return self("source", source=", ".join(part for part in (found.document, found.article) if part))


_MINUTES = {"kk": "мин", "ru": "мин", "en": "min"}
