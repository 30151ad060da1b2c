"""The smallest parts of a rulebook: texts, codes, dates and clauses."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema, model_validator

LANGUAGES = ("kk", "ru", "en")


def _iso_day(value: object) -> object:
    """Refuse the epoch numbers and timestamps that pydantic would otherwise turn into days."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("must be a date written YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"there is no such day as {value}") from None


def _zone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('must be a time zone of the IANA database, such as "Asia/Almaty"') from None
    return value


def _month_day(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", value):
        raise ValueError('must be a day of the year written MM-DD, such as "12-31"')
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
MonthDay = Annotated[str, BeforeValidator(_month_day), WithJsonSchema({"type": "string", "pattern": r"^\d\d-\d\d$"})]
Zone = Annotated[str, Strict(), BeforeValidator(_zone), Field(min_length=1, max_length=4000)]
Flag = Annotated[bool, Strict()]
Days = Annotated[int, Strict(), Field(ge=0, le=3660)]
Count = Annotated[int, Strict(), Field(ge=0, le=1200)]
Months = Annotated[int, Strict(), Field(ge=1, le=120)]
Code = Annotated[str, Strict(), Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Words = Annotated[str, Strict(), Field(min_length=1, max_length=4000)]


class Part(BaseModel):
    """Base of every part of the document: unchangeable once read, and no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Part):
    """One text in up to three languages; a plain string, or a language left out, stands for the others as well."""

    kk: Words
    ru: Words
    en: Words

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, value: Any) -> Any:
        if isinstance(value, str):
            return dict.fromkeys(LANGUAGES, value)
        if isinstance(value, Mapping):
            known = [value[language] for language in ("en", "ru", "kk") if value.get(language)]
            if known:
                return {**dict.fromkeys(LANGUAGES, known[0]), **{k: v for k, v in value.items() if v}}
        return value

    def said(self, language: str) -> str:
        """The text in a language; in English where the language is not one of the three."""
        return str(getattr(self, language if language in LANGUAGES else "en"))


class Clause(Part):
    """Where a rule is written. `read_on` is the day somebody last compared the rulebook with its source."""

    document: Words
    article: str = ""
    url: str = ""
    read_on: Day | None = None
    text: Text | None = None
    note: Text | None = None


class DayRange(Part):
    """Days from `from` to `to`, both among them; one of the two may be left out."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class YearDays(Part):
    """Days of any year, from `from` to `to`, both among them."""

    first: MonthDay = Field(alias="from")
    last: MonthDay = Field(alias="to")

    def holds(self, day: date) -> bool:
        here = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last
