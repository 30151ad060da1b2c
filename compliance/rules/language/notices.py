"""The ladder of notices: when an advocate is written to about the hours of a period, and by which way."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from .words import Code, Days, Flag, Part, Text

Offset = Annotated[int, Strict(), Field(ge=-3660, le=3660)]
CaseEvent = Literal["open", "notified", "objected", "cured", "excused", "petition_drafted", "decided", "closed"]


class NoticeStage(Part):
    """One rung: on a `day` from the due date (-30: thirty days before it, 31: day 31), so many days after the first
    day on which a petition is possible (`petition_day`), or when a case enters a state (`case_event`).

    `audience`: who has hours missing, is at risk (or short already), is short after the due date; or everyone.
    `without_email`: of those only who has no e-mail address. `statutory`: heeds no wish of the advocate's, and goes on
    paper where no other way is left. `channels`: the first by which the advocate can be reached is taken.
    """

    code: Code
    name: Text
    day: Offset | None = None
    petition_day: Days | None = None
    case_event: CaseEvent | None = None
    audience: Literal["missing", "at_risk", "short", "everyone"] = "missing"
    without_email: Flag = False
    statutory: Flag = False
    channels: Annotated[tuple[Literal["email", "paper"], ...], Field(min_length=1)] = ("email", "paper")
    clause: Code | None = None

    def __hash__(self) -> int:
        """Agrees with equality, and is cheap: ladders are looked up by it once per person and day of a forecast."""
        return hash(self.code)
