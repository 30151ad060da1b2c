"""What the draft of a petition rests on, read from the records in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from compliance.cases import ladder
from compliance.certificates.words import Pair, licence
from compliance.models import Case, CaseState, ExcuseOutcome, Standing
from compliance.models.asked import ObjectionOutcome
from compliance.notices.sources import line_name, make_up_until
from compliance.notices.stages import stage_name
from compliance.queries.cases import notices_about, objections_about
from compliance.queries.desk import entries_of
from compliance.queries.excuses import excused_days, excuses_about, named, put_off
from compliance.queries.rules import rules_of
from compliance.queries.suspensions import suspensions_of
from compliance.reports.petition.pack import Credit, Excused, Figure, Ground, Objected, Pack, Taken, Told
from compliance.reports.spreadsheet import in_both, said_in_both
from compliance.rules import Rulebook
from compliance.rules.enforcing import InWindow
from courses.models import Entry


def pack_of(case: Case, today: dt.date, *, preview: bool = False, whole: bool = False) -> Pack:
    """For a petition, or ``whole`` for the file of the bar.

    Of a case of ``case_file`` whose advocate has a standing in the period.
    """
    advocate = case.advocate
    standing = Standing.objects.select_related("rulebook__bar").get(advocate=advocate, period_start=case.period_start)
    behind = (standing.rulebook_id, standing.period_start, standing.period_end)
    rulebook = rules_of(standing.rulebook.bar).behind(*behind)
    counting = rulebook.enforcement.suspensions if rulebook.enforcement else None
    date = advocate.licence_date.isoformat() if advocate.licence_date else ""
    return Pack(
        number=case.pk, prepared_on=today, preview=preview, example=rulebook.example,
        bar=Pair(advocate.bar.name_kk, advocate.bar.name_ru), advocate=advocate.full_name,
        licence=licence(advocate.licence_number, date),
        period_start=standing.period_start, period_end=standing.period_end, due_on=case.due_on,
        grace_ends_on=case.grace_ends_on,
        petition_from=put_off(case, rulebook, excused_days(case)), unit_minutes=rulebook.unit.minutes,
        rules=_rules(standing, rulebook), missing=standing.missing,
        figures=tuple(_figure(line, rulebook) for line in standing.lines),
        grounds=tuple(_grounds(case, standing, rulebook)),
        credits=tuple(_credits(case, make_up_until(rulebook, standing.period_end) or standing.period_end)),
        told=tuple(_told(notice, _Clock(case)) for notice in notices_about(case)),
        objections=tuple(_objected(each, _Clock(case)) for each in objections_about(case)),
        steps=tuple(_taken(step, _Clock(case)) for step in case.steps.all()),
        suspensions=tuple(_suspensions(suspensions_of(advocate, counting, today))),
        excuses=tuple(_excused(case)), whole=whole, months=counting.months if counting else 36,
        state=Pair(*in_both(CaseState(case.state).label)), term_ends_on=case.term_ends_on,
    )  # fmt: skip


class _Clock:
    """Moments as they were on the wall in the bar."""

    def __init__(self, case: Case) -> None:
        self.zone = ZoneInfo(case.advocate.bar.time_zone)

    def said(self, moment: dt.datetime | None) -> str:
        return f"{moment.astimezone(self.zone):%d.%m.%Y %H:%M}" if moment else ""


def _rules(standing: Standing, rulebook: Rulebook) -> Pair:
    adopted = standing.rulebook
    decided = f", {adopted.decision}" if adopted.decision else ""
    named = [
        f"{rulebook.title.said(language)} ({adopted.code} {adopted.version}{decided})" for language in ("kk", "ru")
    ]
    return Pair(*named)


def _figure(line: dict[str, Any], rulebook: Rulebook) -> Figure:
    name = Pair(*(line_name(rulebook, line["code"], language) for language in ("kk", "ru")))
    return Figure(name, line["required"], line["counted"], line["missing"])


def _grounds(case: Case, standing: Standing, rulebook: Rulebook) -> list[Ground]:
    """Of the requirements that something is missing of, of the days of grace, and of the petition and each step that
    was taken; each clause once."""
    codes = [line["clause"] for line in standing.lines if line["missing"]]
    codes += [rulebook.late.grace_clause, *_clauses_of_steps(case, rulebook)]
    clauses = {code: rulebook.clauses.get(code) for code in dict.fromkeys(codes)}
    return [
        Ground(
            ", ".join(part for part in (clause.document, clause.article) if part), clause.url,
            Pair(clause.text.kk, clause.text.ru) if clause.text else Pair("", ""), clause.read_on,
        )
        for clause in clauses.values() if clause is not None
    ]  # fmt: skip


def _clauses_of_steps(case: Case, rulebook: Rulebook) -> Iterator[str]:
    taken = {step.code for step in case.steps.all()}
    for rule in ladder(rulebook):
        if rule.code in taken or (rule.to_state == CaseState.PETITION_DRAFTED and not rule.reverses):
            yield from (part.clause for part in (rule, rule.earliest, rule.term) if part and part.clause)


def _credits(case: Case, last: dt.date) -> list[Credit]:
    """Everything dated in the period or in the time for making up, reversals included, the oldest first."""
    rows = entries_of(Entry.objects.filter(advocate=case.advocate, earned_on__range=(case.period_start, last)))
    return [
        Credit(entry.earned_on, _what(entry), Pair(entry.category.name_kk, entry.category.name_ru), entry.minutes)
        for entry in reversed(rows.select_related("adjustment"))
    ]


def _what(entry: Any) -> Pair:
    if entry.attendance_id:
        course = entry.attendance.session.course
        return Pair(course.name_in("kk"), course.name_in("ru"))
    if entry.claim_id:
        return Pair(entry.claim.title, entry.claim.title)
    text = entry.adjustment.reason if entry.adjustment_id else entry.reason
    return Pair(text, text)


def _told(notice: Any, clock: _Clock) -> Told:
    opening = getattr(notice, "opening", None)
    handed = f"{notice.handed_over_on:%d.%m.%Y}, {notice.handed_over_by}" if notice.handed_over_on else ""
    return Told(
        stage=Pair(*said_in_both(lambda: stage_name(notice.stage, notice.facts))),
        channel=Pair(*said_in_both(notice.get_channel_display)),
        state=Pair(*said_in_both(notice.get_state_display)), at=clock.said(notice.sent_at or notice.due_at),
        address=notice.address, message_id=notice.message_id, handed_over=handed,
        opened=clock.said(opening.at) if opening else "", subject=notice.subject, text=notice.text,
    )  # fmt: skip


def _objected(objection: Any, clock: _Clock) -> Objected:
    outcome = Pair(*in_both(ObjectionOutcome(objection.outcome).label)) if objection.outcome else Pair("", "")
    answered = f"{clock.said(objection.answered_at)}, {objection.answered_by}" if objection.answered_at else ""
    return Objected(clock.said(objection.made_at), objection.text, outcome, answered, objection.answer)


def _taken(step: Any, clock: _Clock) -> Taken:
    state = Pair(*in_both(CaseState(step.to_state).label))
    day, until = (f"{each:%d.%m.%Y}" if each else "" for each in (step.day, step.until))
    by = str(step.by) if step.by else ""
    return Taken(clock.said(step.at), state, by, step.reason, step.document, day, until)


def _excused(case: Case) -> Iterator[Excused]:
    """Each reason that was named, with its decision, and whether that was taken back."""
    clock, rows = _Clock(case), list(excuses_about(case))
    names = [named(rows, language) for language in ("kk", "ru")]
    taken_back = {each.reverses_id: each for each in rows if each.reverses_id}
    for each in rows:
        if each.reverses_id:
            continue
        back = taken_back.get(each.pk)
        yield Excused(
            reason=Pair(*(known[each.pk] for known in names)),
            days=f"{each.since:%d.%m.%Y} – {each.until:%d.%m.%Y}", text=each.text, document=each.document,
            named=f"{clock.said(each.made_at)}, {each.made_by}",
            outcome=Pair(*in_both(ExcuseOutcome(each.outcome).label)) if each.outcome else Pair("", ""),
            decided=f"{clock.said(each.answered_at)}, {each.answered_by}" if each.answered_at else "",
            answer=each.answer,
            taken_back=f"{clock.said(back.answered_at)}, {back.answered_by}: {back.text}" if back else "",
        )  # fmt: skip


def _suspensions(found: InWindow | None) -> list[str]:
    known = (*found.counted, *found.unclear) if found else ()
    return [f"{each.on:%d.%m.%Y} ({each.ground or '?'})" for each in sorted(known, key=lambda each: each.on)]
