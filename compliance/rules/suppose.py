"""What if: the facts as they would be, for the same assessment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from .facts import Credit, Facts, RoleSpan, StatusSpan
from .faults import RulebookError, plain
from .language.words import Code, Day


@dataclass(frozen=True, slots=True)
class Turn:
    """From that day on, another status."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", populate_by_name=True)

    status: Code
    start: Annotated[Day, Field(alias="from")]


@dataclass(frozen=True, slots=True)
class Supposition:
    """What might happen: more credits, another status or role from a day on, leaving."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", populate_by_name=True)

    credits: tuple[Credit, ...] = ()
    statuses: tuple[Turn, ...] = ()
    roles: tuple[RoleSpan, ...] = ()
    left_on: Annotated[Day | None, Field(alias="left")] = None


_SUPPOSITION: TypeAdapter[Supposition] = TypeAdapter(Supposition)


def read_supposition(data: dict[str, Any]) -> Supposition:
    """The supposition in `data`. Raises RulebookError with the path of every fault."""
    try:
        return _SUPPOSITION.validate_python(data)
    except ValidationError as error:
        raise RulebookError(plain(detail, data) for detail in error.errors()) from None


def supposition_schema(references: str = "#/$defs/{model}") -> dict[str, Any]:
    """JSON Schema of a supposition; `references` is where its parts are to be found."""
    return _SUPPOSITION.json_schema(by_alias=True, ref_template=references)


def suppose(facts: Facts, supposed: Supposition) -> Facts:
    """The facts with what is supposed. A new status ends the one that holds on its day and all that follow it."""
    return replace(
        facts,
        credits=(*facts.credits, *supposed.credits),
        statuses=_turned(facts.statuses, supposed.statuses),
        roles=(*facts.roles, *supposed.roles),
        left_on=supposed.left_on or facts.left_on,
    )


def _turned(statuses: Sequence[StatusSpan], turns: Sequence[Turn]) -> tuple[StatusSpan, ...]:
    spans = list(statuses)
    for turn in sorted(turns, key=lambda each: each.start):
        spans = [_ended(span, turn.start) for span in spans if span.start < turn.start]
        spans.append(StatusSpan(turn.status, turn.start))
    return tuple(spans)


def _ended(span: StatusSpan, day: date) -> StatusSpan:
    return replace(span, end=day) if span.end is None or span.end > day else span
