"""What happens after a period: late hours, carry-over, stages and fees; and rules for some people or some time."""

from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from .amounts import Amount
from .conditions import Condition, Selector
from .figures import PlainFigure
from .words import Code, Count, Days, Flag, MonthDay, Part, Text


class LateRule(Part):
    """After the due date: days until the bar may act, and how long late credit fills the missed period.

    Grace lasts so many days, or through `grace_until` ("MM-DD" after the end), whichever is longer.
    The make-up window lasts `make_up_days` or `make_up_months`, or through `make_up_until` ("MM-DD" after the end),
    whichever is longest; it never reaches past the period that follows. What fills the old period is not counted again.
    """

    grace_days: Days = 0
    grace_until: MonthDay | None = None
    grace_clause: Code
    make_up_days: Days = 0
    make_up_months: Count = 0
    make_up_until: MonthDay | None = None
    make_up_at_most: Amount | None = None
    make_up_clause: Code


class CarryLimit(Part):
    """Of this kind at most so much is carried; more of it only as another category or format, where one is named."""

    counts: Selector
    maximum: PlainFigure
    relabel_category: Code | None = None
    relabel_format: Code | None = None


class Carry(Part):
    """Surplus that counts in later periods: at most `maximum`, for so many `periods`, oldest used first.

    `counts`: what may be carried at all. `as_category`: everything is carried as this category. `earned_last_months`:
    only what was earned at the end of the period. `forfeit_if_used`: who relied on carried credit carries nothing, and
    who does not need it lets it lapse.
    `from_exempt`: "as_if_owed" (as far as it would have carried), "all" or "nothing". `capped`: what a cap kept from
    counting may be carried.
    """

    maximum: PlainFigure
    periods: Annotated[int, Strict(), Field(ge=1, le=10)] = 1
    counts: Selector = Selector()
    limits: tuple[CarryLimit, ...] = ()
    as_category: Code | None = None
    earned_last_months: Annotated[int, Strict(), Field(ge=1, le=120)] | None = None
    forfeit_if_used: Flag = False
    from_exempt: Literal["as_if_owed", "all", "nothing"] = "all"
    capped: Flag = False
    clause: Code


class Stage(Part):
    """A step after a missed deadline: so many days after what was due first, or `on` a day of the year after the end.

    `fee` is in the bar's money; without `then_add` the last of a list stays.

    A progressive fee is a list: for the first missed period, the second in a row and so on; `then_add` for each more.
    `reset_after` so many periods met in time the count begins anew. `if_act` and `unless_act` ("asked_for_grace") tell
    apart stages that depend on what the member did.
    """

    code: Code
    name: Text
    day_after_due: Days | None = None
    on: MonthDay | None = None
    fee: tuple[Amount, ...] = ()
    then_add: Amount | None = None
    reset_after: Annotated[int, Strict(), Field(ge=1, le=50)] = 1
    if_act: Code | None = None
    unless_act: Code | None = None
    clause: Code


class Variant(Part):
    """Other rules for some people, some periods or some time (a track, a role, a temporary order).

    Where `when` holds for a period, `set` replaces parts of the document: keys of a part one by one, members of a
    list by their code ({"code": …, "remove": true} takes one out). Later variants go over earlier ones.
    """

    code: Code
    name: Text | None = None
    when: Condition
    set: dict[str, Any]
    clause: Code


class Extends(Part):
    """The national rulebook to which a regional document adds."""

    code: Code


class Example(Part):
    """A worked example: `expect` names figures of the result by path, such as "lines.ethics.required".

    `period` is the first day of the period meant; otherwise the last one. `source` says where it was published.
    """

    name: str
    facts: dict[str, Any]
    today: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    period: str | None = None
    expect: dict[str, Any]
    source: str = ""
