"""The rules of continuing legal education as pure functions: no framework, no database, no clock.

`assess` is the one entry. Amounts are exact: minutes as whole numbers or fractions; a rulebook writes them as credits.
"""

from .account import explain
from .assess import Assessment, PeriodAssessment, Status, assess
from .explain import Explained, Portion
from .facts import Credit, Done, Facts, FactsError, Grant, RoleSpan, StatusSpan
from .facts_reading import facts_schema, read_facts
from .figuring import requirement
from .lines import Line
from .period import Frame, Period, law_of, periods, timeline
from .requirement import Requirement, Step
from .rulebook import (
    Addition,
    Rulebook,
    RulebookError,
    RuleProblem,
    combine,
    faults_of_addition,
    json_schema,
    parse_addition,
    parse_document,
    parse_rulebook,
    write_rulebook,
)

__all__ = [
    "Addition",
    "Assessment",
    "Credit",
    "Done",
    "Explained",
    "Facts",
    "FactsError",
    "Frame",
    "Grant",
    "Line",
    "Period",
    "PeriodAssessment",
    "Portion",
    "Requirement",
    "RoleSpan",
    "RuleProblem",
    "Rulebook",
    "RulebookError",
    "Status",
    "StatusSpan",
    "Step",
    "assess",
    "combine",
    "explain",
    "facts_schema",
    "faults_of_addition",
    "json_schema",
    "law_of",
    "parse_addition",
    "parse_document",
    "parse_rulebook",
    "periods",
    "read_facts",
    "requirement",
    "timeline",
    "write_rulebook",
]
