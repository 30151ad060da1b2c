"""The list of those who lack hours, the most urgent first, narrowed to what an officer asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Exists, F, Func, OuterRef, Subquery, Value
from django.db.models.fields import BooleanField, IntegerField

from advocates.models import Advocate
from advocates.ordering import KazakhOrder
from compliance.models import Case, Standing, StandingStatus
from compliance.models.standings import StandingQuerySet
from compliance.queries.cases import licensed
from compliance.queries.excuses import is_excused
from compliance.queries.standing import LACKING, Whose

URGENT: Final = "urgent"
ANY_LACK: Final = "lacking"
NO_CASE: Final = "none"
NO_UNIT: Final = "none"

STANDINGS: Final[Mapping[str, tuple[StandingStatus, ...]]] = {
    URGENT: (StandingStatus.SHORT, StandingStatus.AT_RISK),
    ANY_LACK: LACKING,
    **{status.value: (status,) for status in StandingStatus},
}
"""What can be asked for, and which standings it is."""


class _Lacks(Func):
    """Whether the standing's line of that code lacks something: figures come in threes, what is missing last."""

    template = "coalesce((%(expressions)s] > 0, false)"
    arg_joiner = ")[3 * "
    output_field = BooleanField()

    def __init__(self, code: str) -> None:
        place = Func(
            F("headings__codes"), Value(code), function="array_position", output_field=IntegerField()
        )  # fmt: skip
        super().__init__(F("figures"), place)


Narrowing = Callable[[StandingQuerySet, Any, dt.date], StandingQuerySet]


def _by_unit(rows: StandingQuerySet, unit: str, today: dt.date) -> StandingQuerySet:
    return rows.filter(advocate__unit=None) if unit == NO_UNIT else rows.filter(advocate__unit=int(unit))


def _by_mail(rows: StandingQuerySet, answer: str, today: dt.date) -> StandingQuerySet:
    return rows.exclude(advocate__email="") if answer == "yes" else rows.filter(advocate__email="")


def _by_case(rows: StandingQuerySet, state: str, today: dt.date) -> StandingQuerySet:
    case = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    return rows.filter(~Exists(case)) if state == NO_CASE else rows.filter(Exists(case.filter(state=state)))


def _named(rows: StandingQuerySet, text: str, today: dt.date) -> StandingQuerySet:
    return rows.filter(advocate__in=Advocate.objects.named(text))


NARROWINGS: Final[Mapping[str, Narrowing]] = {
    "period": lambda rows, day, today: rows.filter(period_start=day),
    "unit": _by_unit,
    "requirement": lambda rows, code, today: rows.filter(_Lacks(code)),
    "due_within": lambda rows, days, today: rows.filter(due_on__lte=today + dt.timedelta(days)),
    "petition_within": lambda rows, days, today: rows.filter(petition_from__lte=today + dt.timedelta(days)),
    "email": _by_mail,
    "case_state": _by_case,
    "name": _named,
    "of_bar": lambda rows, code, today: rows.filter(advocate__bar__code=code),
}


def listed(whose: Whose, today: dt.date, asked: Mapping[str, Any]) -> StandingQuerySet:
    """Standings of people with a licence, each with its advocate, unit and case (``case_id``, ``case_state``), and
    whether it ``is_excused``.

    The first are those against whom one may petition soonest, then those who lack most.
    """
    statuses = STANDINGS[asked.get("stands", URGENT)]
    rows = licensed(whose.standings().filter(status__in=statuses), today)
    for name, narrow in NARROWINGS.items():
        if name in asked:
            rows = narrow(rows, asked[name], today)
    case = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    return (
        rows.select_related("advocate__unit", "advocate__bar")
        .annotate(
            case_id=Subquery(case.values("pk")), case_state=Subquery(case.values("state")), is_excused=is_excused()
        )
        .order_by("petition_from", "due_on", "-missing", KazakhOrder("advocate__full_name"), "pk")
    )


def requirement_codes(whose: Whose) -> list[str]:
    """Every code that a line of these standings has, the total first."""
    headings = whose.standings().order_by().values_list("headings__codes", flat=True).distinct()
    return sorted({code for codes in headings for code in codes}, key=lambda code: (code != "total", code))


def missing_lines(standing: Standing) -> list[dict[str, Any]]:
    """The requirements beside the total of which something is missing."""
    return [line for line in standing.lines if line["missing"] and line["code"] != "total"]
