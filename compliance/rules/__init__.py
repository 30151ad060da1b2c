"""The rules of continuing legal education as pure functions: no framework, no database, no clock.

`assess` is the one entry. Everything is counted in whole minutes.
"""

from .assess import Assessment, Line, PeriodAssessment, Status, assess
from .explain import Explained, Portion, explain
from .facts import Credit, Facts, FactsError, StatusSpan
from .period import Period, boundaries, periods
from .requirement import Requirement, Step, requirement
from .rulebook import Rulebook, RulebookError, RuleProblem, combine, json_schema, parse_rulebook, write_rulebook

__all__ = [
    "Assessment",
    "Credit",
    "Explained",
    "Facts",
    "FactsError",
    "Line",
    "Period",
    "PeriodAssessment",
    "Portion",
    "Requirement",
    "RuleProblem",
    "Rulebook",
    "RulebookError",
    "Status",
    "StatusSpan",
    "Step",
    "assess",
    "boundaries",
    "combine",
    "explain",
    "json_schema",
    "parse_rulebook",
    "periods",
    "requirement",
    "write_rulebook",
]
