"""Which cases are to be opened or cured, who may decide in one, and which steps are possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from django.db.models import Case as Choice
from django.db.models import Count, DateField, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from advocates.access import Action, roles_for
from advocates.models import ENDED, Bar, Membership, Role, StatusSpan, User
from cle.core.clock import local_date
from cle.core.errors import Text
from compliance.cases import LIVE, RESTING, ladder
from compliance.models import Case, CaseState, CaseStep, Notice, Objection, Standing, StandingStatus
from compliance.models.standings import StandingQuerySet
from compliance.notices.stages import OVERDUE
from compliance.queries.excuses import days_excused, excused_days, put_off
from compliance.queries.rules import BarRules, rules_at
from compliance.rules import Rulebook
from compliance.rules.enforcing import CaseDays, first_day, first_unexcused
from compliance.rules.language.enforcement import DAYS_SINCE, CaseStepRule

_DAY = dt.timedelta(days=1)


def licensed(standings: StandingQuerySet, today: dt.date) -> StandingQuerySet:
    """Of people who have a licence, suspended or not; nobody writes to the dead, or about a licence that is gone."""
    return standings.filter(~_gone(today))


def _gone(today: dt.date) -> Exists:
    spans = StatusSpan.objects.filter(advocate=OuterRef("advocate"), period__contains=today, status__in=ENDED)
    return Exists(spans)


def overdue(today: dt.date) -> StandingQuerySet:
    """Short after the due date."""
    return licensed(Standing.objects.short().filter(due_on__lt=today), today)


def without_case(bar: Bar, today: dt.date) -> StandingQuerySet:
    """Overdue standings of the bar's own advocates that no case speaks of yet.

    What fell due while somebody belonged to another bar was that bar's to ask for, by its own rules: it opened the case
    that comes along with a move, or there was none to open.
    """
    case = Case.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    first_late = Cast(OuterRef("due_on") + Value(_DAY), DateField())
    then = Membership.objects.filter(advocate=OuterRef("advocate"), period__contains=first_late)
    return overdue(today).for_bar(bar).filter(~Exists(case), ~Exists(then.exclude(bar=bar)))


def made_up(bar: Bar) -> QuerySet[Case]:
    """Live cases of the bar whose shortage is gone."""
    return Case.objects.for_bar(bar).filter(
        Exists(_standing(StandingStatus.COMPLIANT, StandingStatus.EXEMPT)), state__in=LIVE
    )


def short_again(bar: Bar) -> QuerySet[Case]:
    """Cured cases of the bar, those of which the licensor knows among them, whose standing fell back."""
    cured = (CaseState.CURED, CaseState.LICENSOR_TOLD)
    return Case.objects.for_bar(bar).filter(Exists(_standing(StandingStatus.SHORT)), state__in=cured)


def moved_dates(bar: Bar) -> QuerySet[Case]:
    """Live cases of the bar whose standing has other dates by now."""
    same = {"due_on": OuterRef("due_on"), "petition_from": OuterRef("petition_from")}
    return Case.objects.for_bar(bar).filter(Exists(_standing().exclude(**same)), state__in=LIVE)


def _standing(*statuses: StandingStatus) -> StandingQuerySet:
    rows = Standing.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    return rows.filter(status__in=statuses) if statuses else rows


def times_opened() -> Coalesce:
    """How often the case about the row's advocate and period was opened; 1 where there is none."""
    steps = CaseStep.objects.filter(
        case__advocate=OuterRef("advocate"), case__period_start=OuterRef("period_start"), to_state=CaseState.OPEN
    )
    return Coalesce(Subquery(steps.order_by().values("case").values(times=Count("pk"))), 1)


def told_by(notice_ids: Collection[int]) -> list[int]:
    """Keys of the open cases that these notices, as far as they are of the stage "overdue", told about since they were
    last opened."""
    notice = Notice.objects.filter(
        pk__in=notice_ids, stage=OVERDUE,
        advocate=OuterRef("advocate"), period_start=OuterRef("period_start"), round=OuterRef("times_opened"),
    )  # fmt: skip
    cases = Case.objects.filter(state=CaseState.OPEN).annotate(times_opened=times_opened())
    return list(cases.filter(Exists(notice)).values_list("pk", flat=True))


class PossibleStep(NamedTuple):
    """A step that a person may take, and the first day on which it is possible, None where no day is set."""

    rule: CaseStepRule
    possible_from: dt.date | None

    @property
    def to_state(self) -> CaseState:
        return CaseState(self.rule.to_state)

    def too_early(self, today: dt.date) -> bool:
        return self.possible_from is not None and today < self.possible_from


def rulebook_of(case: Case) -> Rulebook | None:
    """The rules of the case's period: those of the bar in which it ended, also when another bar acts on it by now."""
    return rulebooks_of([case])[case.pk]


def rulebooks_of(cases: Collection[Case]) -> dict[int, Rulebook | None]:
    """The same by the key of the case: those by which the standing was judged, in one statement, and one for each bar
    whose rules they are. Of periods that have no standing any more, those that the bar of today has for them."""
    judged = Standing.objects.filter(
        advocate__in={case.advocate_id for case in cases}, period_start__in={case.period_start for case in cases}
    ).values_list("advocate_id", "period_start", "period_end", "rulebook_id", "rulebook__bar_id")
    found = {(advocate, start): (bar, (adopted, start, end)) for advocate, start, end, adopted, bar in judged}
    rules, books = dict[int, BarRules](), dict[int, Rulebook | None]()
    for case in cases:
        bar, behind = found.get((case.advocate_id, case.period_start), (case.advocate.bar_id, None))
        rules[bar] = rules.get(bar) or rules_at(bar)
        books[case.pk] = rules[bar].behind(*behind) if behind else _governing(case, rules[bar])
    return books


def _governing(case: Case, bars: BarRules) -> Rulebook | None:
    eras = [era.rulebook for era in bars.eras]
    held = [rules for rules in eras if rules.effective_from <= _decisive(case, rules)]
    return held[-1] if held else eras[0] if eras else None


def _decisive(case: Case, rules: Rulebook) -> dt.date:
    return case.due_on if rules.governs == "periods_ending" else case.period_start


def steps_from(case: Case, rulebook: Rulebook | None) -> Iterator[CaseStepRule]:
    """By the rules, from the state that the case is in, and from the states that it has been in."""
    been = None
    for rule in ladder(rulebook):
        if case.state not in rule.from_states:
            continue
        if rule.passed is not None:
            been = been if been is not None else set(case.steps.values_list("to_state", flat=True))
            if rule.passed not in been:
                continue
        yield rule


def possible_steps(case: Case, today: dt.date, rulebook: Rulebook | None = None) -> Iterator[PossibleStep]:
    """The steps from the state that the case is in. What is for the short only is not among them once hours are there.

    ``rulebook``: of the case, where the caller has it already.
    """
    rules = rulebook or rulebook_of(case)
    for rule in steps_from(case, rules):
        grace = grace_end(case, today) if rule.while_short else case.grace_ends_on
        if grace is not None:
            yield PossibleStep(rule, first_day_of(case, rule, grace, today))


def heed_excuses(cases: Collection[Case]) -> None:
    """Note on each to which day accepted reasons put a petition off. One statement; where there are such reasons, one
    more for the standings and one for each bar whose rules these were judged by."""
    days = days_excused(cases)
    excused = [case for case in cases if (case.advocate_id, case.period_start) in days]
    for case, rulebook in zip(excused, rulebooks_of(excused).values() if excused else (), strict=True):
        case.put_off_to = put_off(case, rulebook, days[case.advocate_id, case.period_start]) if rulebook else None


def grace_end(case: Case, today: dt.date) -> dt.date | None:
    """The last day of grace: the later of the case's and the standing's of this moment.

    None when the advocate is no longer short (Law No. 176-VI, Art. 43(3)(3)), or has no licence any more: then there is
    nothing that a petition could ask for.
    """
    standing = (
        licensed(Standing.objects.short(), today)
        .filter(advocate=case.advocate_id, period_start=case.period_start)
        .first()
    )
    return None if standing is None else max(case.petition_from, standing.petition_from) - _DAY


def first_day_of(case: Case, rule: CaseStepRule, grace_ends_on: dt.date, today: dt.date) -> dt.date | None:
    """By the rules; put off by the days that a valid reason covers, where the rules say so.

    Of days that are counted from the due date each of these is left out; of a term that somebody decided none is.
    """
    since = rule.earliest.since if rule.earliest else None
    reached = _reached(case) if since and since not in DAYS_SINCE else {}
    first = first_day(rule, CaseDays(case.due_on, grace_ends_on, case.term_ends_on, reached))
    excused = excused_days(case) if rule.unless_excused else []
    if not excused or (first is None and rule.earliest is not None):
        return first
    counted_from = case.due_on if since in (None, "due", "grace") else (first or today) - _DAY
    return first_unexcused(counted_from, first or case.due_on + _DAY, excused, today)


def _reached(case: Case) -> dict[str, dt.date]:
    """By state, the day on which the case last came into it: that of what was recorded, else of the step."""
    zone = case.advocate.bar.time_zone
    rows = case.steps.order_by("at", "pk").values_list("to_state", "day", "at")
    return {state: day or local_date(at, zone) for state, day, at in rows}


CURED_IN_A_TERM: Final = Q(state=CaseState.CURED, term_ends_on__isnull=False)
"""The hours were made up after a decision with a term: whoever decided is to be told."""
UNSETTLED: Final = Q(state__in=LIVE) | CURED_IN_A_TERM
"""Cases that wait for somebody."""


def to_step(today: dt.date) -> Q:
    """Cases in which it is for the bar to act: not while the advocate has a term to make the hours up."""
    acting = Q(state__in=set(LIVE) - set(RESTING), petition_from__lte=today)
    return acting | CURED_IN_A_TERM | Q(state=CaseState.SUSPENDED, term_ends_on__lt=today)


class NextStep(NamedTuple):
    """What a case waits for, and the day that counts for it; None where there is none."""

    what: Text
    day: dt.date | None


def next_step(case: Any) -> NextStep:
    """Of a case of ``with_answers_due``. It says what people may do next and does nothing."""
    if case.licence_is_gone and case.state in LIVE:
        return NextStep(_("There is no licence any more: the case can be closed"), None)
    return _by_state(case)


def _by_state(case: Any) -> NextStep:
    match CaseState(case.state):
        case CaseState.OPEN:
            return NextStep(_("Tell the advocate that the hours are overdue"), None)
        case CaseState.OBJECTED:
            return NextStep(_("Answer the objection"), case.answer_due)
        case CaseState.NOTIFIED:
            return NextStep(_("A petition may be drafted, unless there is a valid reason"), case.petition_possible_from)
        case CaseState.PETITION_DRAFTED:
            return NextStep(_("The presidium decides whether to send the petition; record what was decided"), None)
        case CaseState.DECIDED:
            return NextStep(_("The hours are to be made up; then the case ends by itself"), None)
        case CaseState.SUSPENDED:
            return NextStep(_("The hours are to be made up by the last day of the term"), case.term_ends_on)
        case CaseState.CURED if case.term_ends_on:
            return NextStep(_("Tell the licensor that the hours are made up"), None)
        case CaseState.REFUSED:
            return NextStep(_("Close the case, or go on with it"), None)
        case CaseState.MEMBERSHIP_DRAFTED:
            return NextStep(_("The presidium decides on the membership; record what was decided"), None)
        case _:
            return NextStep(_("Nothing: the case is over"), None)


def with_answers_due(cases: QuerySet[Case], today: dt.date) -> QuerySet[Case]:
    """By the day that comes next. Adds ``answer_due``, the day by which the oldest unanswered objection about the case
    must be answered, and ``licence_is_gone``."""
    waiting = Objection.objects.waiting().filter(
        advocate=OuterRef("advocate"), period_start=OuterRef("period_start")
    )  # fmt: skip
    rows = cases.annotate(
        answer_due=Subquery(waiting.order_by("due_on").values("due_on")[:1]), licence_is_gone=_gone(today)
    )
    term = When(state=CaseState.SUSPENDED, then="term_ends_on")
    return rows.order_by(Coalesce("answer_due", Choice(term), "petition_from"), "due_on", "pk")


def by_state(bar: Bar) -> dict[str, int]:
    """How many cases the bar has in each state."""
    counted = Case.objects.for_bar(bar).order_by().values_list("state").annotate(Count("pk"))
    return {**dict.fromkeys(CaseState.values, 0), **dict(counted)}


def case_file(bar: Bar, today: dt.date) -> QuerySet[Case]:
    """Cases of the bar with the advocate and every step so far, oldest first."""
    steps = Prefetch("steps", CaseStep.objects.select_related("by").order_by("at", "pk"))
    people = "advocate__bar", "advocate__unit"
    return with_answers_due(Case.objects.for_bar(bar), today).select_related(*people).prefetch_related(steps)


def notices_about(case: Case) -> QuerySet[Notice]:
    """What was said to the advocate about the period, oldest first, with the proof of service."""
    rows = Notice.objects.filter(advocate=case.advocate, period_start=case.period_start)
    return rows.select_related("handed_over_by", "opening").order_by("due_at", "pk")


def objections_about(case: Case) -> QuerySet[Objection]:
    rows = Objection.objects.filter(advocate=case.advocate, period_start=case.period_start)
    return rows.select_related("answered_by").order_by("made_at", "pk")


def may_decide(user: User, bar: Bar) -> bool:
    """Has the user a deciding role over the bar: at it, or at a bar above it. Being a superuser is no office."""
    if not Bar.objects.open_to(user).filter(pk=bar.pk).exists():
        return False
    offices = Bar.objects.filter(
        Exists(Role.objects.filter(bar=OuterRef("pk"), user=user, ended_at=None, kind__in=roles_for(Action.STEP_CASES)))
    )
    return any(Bar.objects.below(office).filter(pk=bar.pk).exists() for office in offices)
