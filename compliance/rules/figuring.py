"""From the rules of a period to what one member owes in it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from .facts import OUTSIDE, Facts
from .language.amounts import Number, Rounding, exact, rounded
from .language.figures import Case, Share
from .language.requirements import Asked, Window
from .language.requirements import Requirement as Minimum
from .period import Frame
from .person import admission_of, holds, status_on
from .requirement import TOTAL, Requirement, Step, limits_by_share, step_of, view_of
from .subject import Subject, spans_of, subject_in, subject_over, subject_to
from .tree import stretches
from .windows import stretch_of


def requirement(frame: Frame, facts: Facts) -> Requirement:
    """What the rules of the frame ask of the member.

    Nothing is owed by who is outside the bar or closed on the last day, by who joins in a period that is exempt, and
    by who was subject on no day at all.
    """
    return _asked(frame, facts, _Figuring.owed)


def in_full(frame: Frame, facts: Facts) -> Requirement:
    """What the rules would ask of the member, were nobody exempt and nothing prorated."""
    return _asked(frame, facts, _Figuring.in_full)


def _asked(frame: Frame, facts: Facts, figure: "Callable[[_Figuring], Requirement]") -> Requirement:
    """The figures of the frame; those of national caps are as the nation comes to them, whatever a region raised."""
    found = figure(_Figuring(frame, facts))
    if frame.rulebook.national is None:
        return found
    national = _asked(replace(frame, rulebook=frame.rulebook.national), facts, figure)
    return replace(found, caps={**found.caps, **national.caps}, national=national)


class _Figuring:
    """The figures of one member in one frame, written down step by step."""

    def __init__(self, frame: Frame, facts: Facts) -> None:
        self.frame, self.facts, self.rules = frame, facts, frame.rulebook
        self.admission = admission_of(frame.base, facts)
        self.unit = self.rules.unit.minutes
        self.spans = spans_of(frame, facts, self.admission)
        self.subject = subject_to(frame, self.spans, self.admission)
        self.view = replace(view_of(frame, facts), months=self.subject.months, days=self.subject.days)
        self.shrinks = self.rules.proration.by != "none"
        self.prorated = self.shrinks and not self.subject.whole
        self.amounts: dict[str, Number] = {}
        self.released: set[str] = set()
        norm = self._case(self.rules.total.amount)
        self.norm = 0 if norm is None or isinstance(norm, Share) else self._minutes(norm)
        self.steps = [Step("norm", self.norm, self.rules.total.clause)]

    def owed(self) -> Requirement:
        if step := self._released():
            self.steps.append(step)
            return self._written(dict.fromkeys(self._asked(), 0), exempt=True)
        self._figure()
        self._reduce()
        before = dict(self.amounts)
        exempt = self._relieve()
        return self._written(self.amounts, exempt=exempt, before=before)

    def in_full(self) -> Requirement:
        self.shrinks = self.prorated = False
        self._figure()
        return self._written(self.amounts, exempt=False)

    def _written(
        self, amounts: dict[str, Number], *, exempt: bool, before: dict[str, Number] | None = None
    ) -> Requirement:
        """Limits that are shares follow what would have been asked (`before`): no hours are lost by an exemption.

        No regulation that was read says what half of nothing is; Tennessee carries out of such a year as if it counted.
        """
        limits = before or amounts
        if exempt and limits_by_share(self.rules):
            limits = dict(_Figuring(self.frame, self.facts).in_full().amounts)
        self.amounts = limits
        others = {} if exempt else {code: self._alternatives(rule) for code, rule in self._asked().items()}
        parts = {} if exempt else self._stretches()
        steps, released = tuple(self.steps), frozenset(self.released)
        return Requirement(amounts, self._caps(), exempt, steps, self.subject, limits, others, parts, released)

    def _asked(self) -> dict[str, Asked]:
        """The total and the requirements that are there for the member."""
        rules = [rule for rule in self.rules.requirements if holds(rule.when, self.view)]
        return {TOTAL: self.rules.total, **{rule.code: rule for rule in rules}}

    # --- who owes nothing at all ---

    def _released(self) -> Step | None:
        return self._outside() or self._exempted() or self._not_subject()

    def _outside(self) -> Step | None:
        rules, end = self.rules, self.frame.period.end
        if self.facts.left_on is not None and self.facts.left_on <= end:
            return Step("left", 0, rules.statuses_clause)
        if any(span.code == "closed" and span.end == end for span in self.spans):
            code = "left" if status_on(self.facts.statuses, end) == OUTSIDE else "closed_at_due_date"
            return Step(code, 0, rules.statuses_clause)
        return None

    def _exempted(self) -> Step | None:
        if self.frame.first and self.rules.joining.rule == "exempt":
            return Step("joined_inside", 0, self.rules.joining.clause)
        for exemption in self.rules.exemptions:
            if not exemption.relieves and holds(exemption.when, self.view):
                return Step(f"exempt:{exemption.code}", 0, exemption.clause)
        return None

    def _not_subject(self) -> Step | None:
        """Also writes down what took the days away, as all that follows rests on it."""
        rule, subject = self.rules.proration, self.subject
        if rule.by != "none" or subject.days == 0:
            self._count_days()
        if subject.days == 0 or (self.prorated and subject.held == 0):
            return Step("no_time_subject", 0, rule.clause)
        if self.prorated and rule.nothing_up_to is not None and subject.held <= rule.nothing_up_to:
            return Step("below_threshold", 0, rule.clause, subject.held, subject.of)
        return None

    def _count_days(self) -> None:
        clauses = {"not_yet_member": self.rules.joining.clause, "not_yet_begun": self.rules.period.clause}
        for span, lost in self.subject.taken:
            clause = clauses.get(span.code, self.rules.statuses_clause)
            self.steps.append(Step(span.code, self.norm, clause, lost, self.subject.of_days))

    # --- figures ---

    def _figure(self) -> None:
        """Fixed figures first, then those that are a share of one that is known."""
        asked = self._asked()
        cases = {code: self._case(rule.amount) for code, rule in asked.items()}
        for code, rule in asked.items():
            if not isinstance(cases[code], Share):
                self.amounts[code] = self._owed(rule, code, cases[code])
        self._reduce()
        shares = {code: figure for code, figure in cases.items() if isinstance(figure, Share)}
        while ready := [code for code, figure in shares.items() if figure.of not in shares]:
            for code in ready:
                self.amounts[code] = self._share(shares.pop(code))

    def _owed(self, asked: Asked, code: str, figure: Number | Share | None) -> Number:
        if figure is None or isinstance(figure, Share):
            return 0
        full = self._minutes(figure)
        if self.prorated and asked.prorate == "dropped":
            self.released.add(code)
            return 0
        subject = self._over(asked.window)
        if not self._shrinks(asked, subject):
            return full
        amount = self._less(full, code, asked, subject)
        self.steps.append(Step("prorated", amount, self.rules.proration.clause, subject.held, subject.of, code))
        return amount

    def _over(self, window: Window | None) -> Subject:
        """The time by which a figure shrinks: that of the period, or of the months at which its window looks."""
        stretch = stretch_of(window, self.frame.period) if window else None
        if stretch is None:
            return self.subject
        return subject_over(self.frame, self.facts, self.admission, stretch.start, stretch.end)

    def _shrinks(self, asked: Asked, subject: Subject) -> bool:
        return self.shrinks and asked.prorate == "with_total" and not subject.whole

    def _less(self, full: Number, code: str, asked: Asked, subject: Subject) -> Number:
        """Bands, tables and rates speak of the months of a period: a window's figure shrinks in proportion."""
        if subject is self.subject:
            return self._shrunk(full, code, asked.rounding)
        part = exact(Fraction(full) * subject.held / subject.of)
        return self._rounded(part, asked.rounding or self.rules.proration.rounding)

    def _shrunk(self, full: Number, code: str, rounding: Rounding | None) -> Number:
        rule, held = self.rules.proration, self.subject.held
        for row in rule.table:
            if row.months.holds(held) and code in row.amounts:
                return self._minutes(row.amounts[code])
        part = exact(Fraction(full) * held / self.subject.of)
        if rule.per_month is not None and code == TOTAL:
            part = min(full, self._minutes(exact(rule.per_month * held)))
        for band in rule.bands:
            if band.months.holds(held):
                part = exact(full * band.share)
                break
        return self._rounded(part, rounding or rule.rounding)

    def _alternatives(self, asked: Asked) -> tuple[Number, ...]:
        found = []
        for other in asked.any_of:
            figure = self._case(other.amount)
            if isinstance(figure, Share):
                found.append(self._share(figure))
            else:
                full, subject = self._minutes(figure or 0), self._over(other.window)
                found.append(self._less(full, "", asked, subject) if self._shrinks(asked, subject) else full)
        return tuple(found)

    def _stretches(self) -> dict[str, tuple[Number, ...]]:
        """By requirement that is asked in every stretch, what is asked in each."""
        return {
            code: tuple(self._in_stretch(rule, part) for part in self._parts(rule.in_each))
            for code, rule in self._asked().items()
            if isinstance(rule, Minimum) and rule.in_each
        }

    def _parts(self, months: int) -> list[Subject]:
        parts = stretches(self.frame.period, months)
        return [subject_in(self.frame, self.spans, self.admission, part.start, part.end) for part in parts]

    def _in_stretch(self, rule: Minimum, part: Subject) -> Number:
        figure = self._case(rule.amount)
        full = self._share(figure) if isinstance(figure, Share) else self._minutes(figure or 0)
        if part.days == 0 or part.over_before(self.admission):
            return 0
        if not self.prorated or part.whole or rule.prorate == "never":
            return full
        if rule.prorate == "dropped":
            return 0
        return self._rounded(
            exact(Fraction(full) * part.held / part.of), rule.rounding or self.rules.proration.rounding
        )

    # --- decisions and exemptions ---

    def _reduce(self) -> None:
        """Reductions granted to the member, of the figures that are known by now and not yet reduced."""
        period = self.frame.period
        for place, grant in enumerate(self.facts.grants):
            mark = f"reduced_by_decision:{place}"
            inside = grant.kind == "reduction" and period.start <= grant.start <= period.end
            if inside and grant.of in self.amounts and all(step.code != mark for step in self.steps):
                left = max(0, self.amounts[grant.of] - self._minutes(grant.credits))
                self.amounts[grant.of] = left
                self.steps.append(Step(mark, left, self.rules.statuses_clause, of=grant.of))

    def _relieve(self) -> bool:
        """Takes away what the member is exempt from; True if that is everything."""
        whole = False
        for exemption in self.rules.exemptions:
            if exemption.relieves and holds(exemption.when, self.view):
                everything = TOTAL in exemption.relieves
                whole = whole or everything
                for code in list(self.amounts) if everything else self._with_inner(exemption.relieves):
                    self.amounts[code] = 0
                    self.released.add(code)
                    self.steps.append(Step(f"exempt:{exemption.code}", 0, exemption.clause, of=code))
        return whole

    def _with_inner(self, codes: Sequence[str]) -> list[str]:
        """These requirements and all that lie within them, as far as they are asked."""
        found = list(codes)
        for code in found:
            found += [rule.code for rule in self.rules.requirements if rule.within == code and rule.code not in found]
        return [code for code in found if code in self.amounts]

    # --- caps ---

    def _caps(self) -> dict[str, Number]:
        found: dict[str, Number] = {}
        for cap in self.rules.caps:
            figure = self._case(cap.maximum)
            if figure is None:
                continue
            if isinstance(figure, Share):
                found[cap.code] = self._share(figure)
            else:
                full = self._minutes(figure)
                found[cap.code] = self._shrunk(full, cap.code, None) if self.prorated and cap.prorated else full
        return found

    # --- amounts ---

    def _share(self, figure: Share) -> Number:
        return self._rounded(exact(self.amounts.get(figure.of, 0) * figure.share), figure.rounding)

    def _rounded(self, minutes: Number, rounding: Rounding | None) -> Number:
        if rounding is None:
            return minutes
        return rounded(minutes, step_of(rounding, self.unit), rounding.direction)

    def _case(self, figure: Number | Share | tuple[Case, ...]) -> Number | Share | None:
        """The figure of the first case that holds; None if none does."""
        if not isinstance(figure, tuple):
            return figure
        return next((case.is_ for case in figure if holds(case.when, self.view)), None)

    def _minutes(self, credits: Number) -> Number:
        return exact(credits * self.unit)
