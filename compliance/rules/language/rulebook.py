"""The rulebook document: what a bar writes down about continuing legal education.

All amounts are credits of the rulebook's `unit`. Each rule names the clause it rests on, so that an explanation or a
notice can cite it.
"""

from typing import Literal, Self

from pydantic import Field, PrivateAttr

from .after import Carry, Example, Extends, LateRule, Stage, Variant
from .amounts import Amount
from .credit import Activity, Cap, Duplicates, Unit, Valuation
from .notices import NoticeStage
from .periods import Effect, Exemption, Joining, PeriodRule, Proration
from .requirements import Act, Category, Duty, Requirement, Total
from .words import Clause, Code, Day, Days, Flag, Part, Text, Words, Zone


class Document(Part):
    """What every document says of itself. `example`: its figures are not law. `$schema` is for the author's editor."""

    editor_schema: str = Field(default="", alias="$schema")
    schema_version: Literal[2] = Field(alias="schema")
    code: Code
    version: Words
    title: Text
    example: Flag = False
    effective_from: Day


class Rulebook(Document):
    """One dated version of a bar's rules.

    It governs the periods that start on or after `effective_from`, or (`governs`) those that end on or after it,
    until a later version does. `admission` says which date of the facts is the admission where several are known.
    """

    governs: Literal["periods_starting", "periods_ending"] = "periods_starting"
    leaves_out: tuple[Text, ...] = ()
    zone: Zone = "UTC"
    admission: Literal["licensed", "admitted", "joined"] = "admitted"
    unit: Unit
    period: PeriodRule
    joining: Joining
    total: Total
    categories: tuple[Category, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    acts: tuple[Act, ...] = ()
    duties: tuple[Duty, ...] = ()
    valuation: Valuation
    activities: tuple[Activity, ...] = ()
    caps: tuple[Cap, ...] = ()
    duplicates: Duplicates | None = None
    carry: Carry | None = None
    late: LateRule
    stages: tuple[Stage, ...] = ()
    proration: Proration
    statuses: dict[Code, Effect] = {}
    statuses_clause: Code
    exemptions: tuple[Exemption, ...] = ()
    variants: tuple[Variant, ...] = ()
    at_risk_days: Days = 90
    reminder_days: tuple[Days, ...] = ()
    notices: tuple[NoticeStage, ...] = ()
    examples: tuple[Example, ...] = ()
    clauses: dict[Code, Clause]
    _national: "Rulebook | None" = PrivateAttr(default=None)

    @property
    def national(self) -> "Rulebook | None":
        """The rules as they were before a region raised their figures: limits that are shares follow those."""
        return self._national

    def raised_over(self, national: "Rulebook") -> Self:
        """These rules, with those whose figures they raise. That is no part of the document."""
        found = self.model_copy()
        found._national = national
        return found

    def __hash__(self) -> int:
        """Agrees with equality, and is cheap: compiled forms are looked up by it once per assessment."""
        return hash((self.code, self.version, self.effective_from))


class Addition(Document):
    """What a regional bar adds to a national rulebook. It can only add: nothing in it can lower what is asked.

    `raise` lifts the total and requirements by code to at least these amounts; `requirements`, `caps` and `acts` come
    on top of the national ones. It holds for periods from `effective_from` on.
    """

    extends: Extends
    raises: dict[Code, Amount] = Field(default={}, alias="raise")
    categories: tuple[Category, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    caps: tuple[Cap, ...] = ()
    acts: tuple[Act, ...] = ()
    at_risk_days: Days = 0
    reminder_days: tuple[Days, ...] = ()
    notices: tuple[NoticeStage, ...] = ()
    examples: tuple[Example, ...] = ()
    clauses: dict[Code, Clause] = {}
