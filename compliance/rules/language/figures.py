"""Figures: an amount of credits, a share of another figure, or one of several by case."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from .amounts import Amount, Rounding
from .conditions import Condition
from .words import Code, Part


class Share(Part):
    """A share of what a requirement comes to after proration: {"share": "1/2", "of": "total"}."""

    share: Amount
    of: Code = "total"
    rounding: Rounding | None = None


def _kind(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "=cases"
    return "=share" if isinstance(value, Mapping | Share) else "=amount"


PlainFigure = Annotated[Annotated[Amount, Tag("=amount")] | Annotated[Share, Tag("=share")], Discriminator(_kind)]


class Case(Part):
    """{"when": condition, "is": figure}; without `when` it always holds."""

    when: Condition | None = None
    is_: PlainFigure = Field(alias="is")


Figure = Annotated[
    Annotated[Amount, Tag("=amount")] | Annotated[Share, Tag("=share")] | Annotated[tuple[Case, ...], Tag("=cases")],
    Discriminator(_kind),
]
