# ruff: noqa: E501  (SQL written by hand from the rules)
"""What must hold, whatever was killed: asked in SQL that shares nothing with the product but its tables.

The shipped example: 16 hours of 45 minutes in 2025, 2 of them of ethics, fewer for whoever joined in the year, at most
8 from recordings; due on 31 December, made up for until the end of April (120 days). Nobody is asked or written to
whose licence is gone or who has suspended it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from django.db import connection
from django.utils import timezone

from advocates.audit.verifying import verify
from advocates.models import Bar
from cle.audited import audited
from compliance.models import Assessed, Standing, SweepRange, SweepRun
from compliance.services.sweeps import start_sweep, sweep_range

# Who lacks hours of 2025, by what was earned before the morning of a day.
_SHORT: Final = """
    SELECT a.id
      FROM advocates_advocate a
      JOIN LATERAL (SELECT 365 - greatest(0, a.joined_on - date '2025-01-01') AS days) held ON true
      LEFT JOIN LATERAL (
          SELECT coalesce(sum(e.minutes) FILTER (WHERE e.format <> 3), 0)
                 + least(360, coalesce(sum(e.minutes) FILTER (WHERE e.format = 3), 0)) AS minutes,
                 coalesce(sum(e.minutes) FILTER (WHERE c.code = 'ethics'), 0) AS ethics
            FROM courses_entry e JOIN courses_category c ON c.id = e.category_id
           WHERE e.advocate_id = a.id AND e.earned_on < date '{day}'
             AND e.earned_on BETWEEN date '2025-01-01' AND date '2026-04-30'
      ) earned ON true
     WHERE a.joined_on < date '{day}' AND a.joined_on < date '2026-01-01'
       AND NOT EXISTS (SELECT FROM advocates_statusspan s WHERE s.advocate_id = a.id AND s.period @> date '{day}'
                          AND s.status IN ('terminated', 'deprived', 'excluded_licensed', 'deceased', 'suspended_own'))
       AND (earned.minutes < ceil(720 * held.days / 365.0) OR earned.ethics < ceil(90 * held.days / 365.0))
"""
_USUAL: Final = "SELECT advocate_id FROM compliance_preferences WHERE reminder_days IS NOT NULL"
_CHOSEN: Final = "SELECT advocate_id FROM compliance_preferences WHERE {days} = ANY (reminder_days)"
_STEPPED: Final = (
    "SELECT c.advocate_id FROM compliance_case c JOIN compliance_casestep s ON s.case_id = c.id"
    " WHERE s.to_state = '{state}' AND s.at < timestamptz '{until} 00:00+05'"
)


def _short(day: str) -> str:
    return f"({_SHORT.format(day=day)})"


def _after(state: str, until: str = "2026-06-20") -> str:
    return f"({_STEPPED.format(state=state, until=until)})"


STAGES: Final[Mapping[str, str]] = {
    **{
        f"reminder-{days}": f"{_short(day)} EXCEPT ({_USUAL})"
        for days, day in ((120, "2025-09-02"), (90, "2025-10-02"), (30, "2025-12-01"), (7, "2025-12-24"))
    },
    **{
        f"reminder-{days}": f"{_short(day)} INTERSECT ({_CHOSEN.format(days=days)})"
        for days, day in ((60, "2025-11-01"), (14, "2025-12-17"))
    },
    "overdue": _short("2026-01-01"),
    # On the thirty-first day after the due date, whoever is still short and has no valid reason.
    "day-31": f"{_short('2026-01-31')} EXCEPT {_after('excused', '2026-01-31')}",
    "petition-drafted": f"{_after('petition_drafted')} INTERSECT {_short('2026-02-06')}",
    "suspended": _after("suspended"),
    "refused": _after("refused"),
    "membership-put": _after("membership_drafted"),
    "membership-ended": _after("membership_ended"),
    "excused": _after("excused"),
    # Was short, has the hours now; where a reason was accepted, or membership ended, the case is over as it is.
    "cured": f"(({_short('2026-01-01')} EXCEPT {_short('2026-05-01')}) EXCEPT {_after('excused')})",
}
"""By stage of the ladder: who should have been told, once and for all of the year. Any other stage: nobody."""

# In the autumn after the year nobody has the hours of 2026 yet.
_ACTIVE: Final = """
    SELECT a.id FROM advocates_advocate a WHERE a.joined_on < date '{day}'
       AND NOT EXISTS (SELECT FROM advocates_statusspan s WHERE s.advocate_id = a.id AND s.period @> date '{day}'
                          AND s.status IN ('terminated', 'deprived', 'excluded_licensed', 'deceased', 'suspended_own'))
"""
AUTUMN: Final[Mapping[str, tuple[str, str]]] = {
    code: (day, f"({_ACTIVE.format(day=day)}) EXCEPT ({_USUAL})")
    for code, day in (("reminder-120", "2026-09-02"), ("reminder-90", "2026-10-02"))
}
"""By stage: the day, and who should have been told on it about 2026."""

# Facts that are to be certified: credit that stands; 2025 complete, in the end.
_FACTS: Final = {
    "attendance": "SELECT 'a' || a.id FROM courses_attendance a JOIN courses_session s ON s.id = a.session_id"
    " WHERE s.state = 'confirmed' AND a.decision IN ('full', 'partial') AND a.voided_at IS NULL",
    "compliance": "SELECT 'p' || a.id FROM advocates_advocate a WHERE NOT EXISTS (SELECT FROM advocates_statusspan s"
    " WHERE s.advocate_id = a.id AND s.period @> date '2025-12-31' AND s.status <> 'active')"
    f" AND a.joined_on < date '2026-01-01' AND a.id NOT IN {_short('2026-05-01')}",
}
_CERTIFIED: Final = {
    "attendance": "SELECT 'a' || attendance_id FROM compliance_certificate WHERE kind IN ('attendance', 'completion')",
    "compliance": "SELECT 'p' || advocate_id FROM compliance_certificate WHERE kind = 'compliance'",
}

_ROWS: Final = """
    SELECT '{kind}', f.id FROM {table}file f
      LEFT JOIN (SELECT file_id, outcome, sum(cardinality(rows)) AS rows FROM {table}line GROUP BY 1, 2) l
             ON l.file_id = f.id
     WHERE f.state <> 'received' GROUP BY f.id
    HAVING coalesce(sum(l.rows), 0) <> f.rows
        OR coalesce(sum(l.rows) FILTER (WHERE outcome = 'created'), 0) <> f.created
        OR coalesce(sum(l.rows) FILTER (WHERE outcome = 'changed'), 0) <> f.changed
        OR coalesce(sum(l.rows) FILTER (WHERE outcome = 'unchanged'), 0) <> f.unchanged
        OR coalesce(sum(l.rows) FILTER (WHERE outcome = 'ambiguous'), 0) <> f.ambiguous
        OR coalesce(sum(l.rows) FILTER (WHERE outcome = 'rejected'), 0) <> f.rejected"""

AT_ALL_TIMES: Final[Mapping[str, str]] = {
    "credit is what the attended course is worth": """
        SELECT a.id FROM courses_attendance a JOIN courses_session s ON s.id = a.session_id
          JOIN (SELECT course_id, sum(minutes) AS minutes FROM courses_segment GROUP BY 1) g USING (course_id)
          LEFT JOIN (SELECT attendance_id, sum(minutes) AS minutes FROM courses_entry GROUP BY 1) e
                 ON e.attendance_id = a.id
         WHERE coalesce(e.minutes, 0) <> CASE WHEN s.state = 'confirmed' AND a.voided_at IS NULL
                                              AND a.decision = 'full' THEN g.minutes ELSE 0 END""",
    "no credit twice": """
        SELECT attendance_id, category_id FROM courses_entry WHERE reverses_id IS NULL AND attendance_id IS NOT NULL
         GROUP BY 1, 2 HAVING count(*) > 1""",
    "a session is closed for all who were there, or for nobody": """
        SELECT session_id FROM (
            SELECT a.session_id, s.state = 'confirmed' AS closed,
                   EXISTS (SELECT FROM courses_entry e WHERE e.attendance_id = a.id) AS credited
              FROM courses_attendance a JOIN courses_session s ON s.id = a.session_id
             WHERE a.voided_at IS NULL AND a.decision = 'full') x
         GROUP BY 1 HAVING bool_or(closed <> credited)""",
    "each row of an import is in one line, under the outcome that is counted": f"""
        {_ROWS.format(kind="attendance", table="courses_attendance")} UNION ALL
        {_ROWS.format(kind="roll", table="advocates_roll")}""",
    "an import is carried out as a whole, or not at all": """
        SELECT l.id FROM courses_attendanceline l JOIN courses_attendancefile f ON f.id = l.file_id
          LEFT JOIN courses_attendance a ON a.line_id = l.id
         WHERE l.outcome IN ('created', 'changed') AND (a.id IS NOT NULL) <> (f.state = 'applied')
         UNION ALL
        SELECT l.id FROM advocates_rollline l JOIN advocates_rollfile f ON f.id = l.file_id
         WHERE l.outcome = 'created' AND (l.advocate_id IS NOT NULL) <> (f.state = 'applied')""",
    "whoever a roll has brought is on the roll once, as a member, with a status": """
        SELECT a.licence_key FROM advocates_advocate a
          LEFT JOIN advocates_membership m ON m.advocate_id = a.id
          LEFT JOIN advocates_statusspan s ON s.advocate_id = a.id
         WHERE a.joined_on >= date '2026-01-01'
         GROUP BY 1 HAVING count(*) <> 1 OR count(m.id) <> 1 OR count(s.id) <> 1""",
    "a job that is done has done it": """
        SELECT id FROM compliance_job WHERE (state = 'done') <> (result <> '{}'::jsonb)""",
    "each account counts its entries": """
        SELECT advocate_id FROM courses_account c
         WHERE version <> (SELECT count(*) FROM courses_entry e WHERE e.advocate_id = c.advocate_id)""",
    "serial numbers without gaps": """
        SELECT c.bar_id, c.kind, c.year FROM compliance_serialcounter c
          LEFT JOIN compliance_certificate x ON (x.bar_id, x.kind, x.year) = (c.bar_id, c.kind, c.year)
         GROUP BY c.id HAVING count(x.id) <> c.last OR coalesce(max(x.number), 0) <> c.last
            OR count(DISTINCT x.number) <> c.last""",
    "one certificate per fact": """
        SELECT kind, coalesce(attendance_id, 0), advocate_id, period_start FROM compliance_certificate
         WHERE revision = 1 GROUP BY 1, 2, 3, 4 HAVING count(*) > 1""",
    "one notice per advocate, period and stage": """
        SELECT advocate_id, period_start, stage FROM compliance_notice GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "whatever has gone out has its day, its words and its place in the ledger": """
        SELECT n.id FROM compliance_notice n WHERE n.state IN ('sent', 'printed')
           AND (n.sent_at IS NULL OR n.text = '' OR NOT EXISTS (SELECT FROM compliance_noticeevent e
                WHERE e.notice_id = n.id AND e.kind IN ('accepted', 'handed_over')))""",
    "a case is where its last step left it": """
        SELECT c.id FROM compliance_case c
         WHERE c.state IS DISTINCT FROM (SELECT to_state FROM compliance_casestep s WHERE s.case_id = c.id
                                          ORDER BY s.id DESC LIMIT 1)""",
    "one case per advocate and period": """
        SELECT advocate_id, period_start FROM compliance_case GROUP BY 1, 2 HAVING count(*) > 1""",
}
"""Each finds what breaks the rule: after every kill, and before anybody mends anything."""

AT_THE_END: Final[Mapping[str, str]] = {
    "nothing waits any more": """
        SELECT 'notice', id FROM compliance_notice WHERE state IN ('due', 'uncertain', 'to_print', 'failed')
         UNION ALL SELECT 'sweep', id FROM compliance_sweeprange WHERE finished_at IS NULL
         UNION ALL SELECT 'sweep', id FROM compliance_sweeprun WHERE finished_at IS NULL
         UNION ALL SELECT 'job', id FROM compliance_job WHERE state <> 'done'""",
    "only who wants no courtesies was spared any": """
        SELECT n.id FROM compliance_notice n LEFT JOIN compliance_preferences p USING (advocate_id)
         WHERE (n.state = 'withdrawn') <> (p.unsubscribed_on IS NOT NULL AND NOT n.statutory AND n.channel = 'email')""",
    "paper for whoever has no address, e-mail for the others": """
        SELECT n.id FROM compliance_notice n JOIN advocates_advocate a ON a.id = n.advocate_id
         WHERE (n.channel = 'paper') <> (a.email = '')""",
}

Faults = dict[str, list[str]]
"""By rule, what broke it: the first few, and how many in all."""
_FEW: Final = 5


def rows_of(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def after_a_kill(received: Counter[str]) -> Faults:
    return {**_broken(AT_ALL_TIMES), **_mail_faults(received)}


def _broken(rules: Mapping[str, str]) -> Faults:
    return {rule: _shown([" ".join(map(str, row)) for row in rows_of(sql)]) for rule, sql in rules.items()}


def _shown(wrong: list[str]) -> list[str]:
    return wrong if len(wrong) <= _FEW else [*wrong[:_FEW], f"and {len(wrong) - _FEW} more"]


def _mail_faults(received: Counter[str]) -> Faults:
    """By what the mail server has, which knows nothing of our tables, and may get more while they are read."""
    before = Counter(received)
    known = {row[0]: row[1:] for row in rows_of(
        "SELECT message_id, state, handing_since IS NOT NULL, (SELECT count(*) FROM compliance_noticeevent e"
        " WHERE e.notice_id = n.id AND e.kind = 'uncertain') FROM compliance_notice n WHERE message_id <> ''"
    )}  # fmt: skip
    sent = {key for key, (state, _handing, _doubts) in known.items() if state == "sent"}
    unknown = [key for key in before if key not in known]
    lost = sorted(sent - received.keys())
    open_ones = [key for key in before if key in known and key not in sent and not (known[key][1] or known[key][2])]
    doubled = [f"{key} {count}" for key, count in before.items() if key in known and count > 1 + known[key][2]]
    return {
        "each message at the mail server is one of a notice": _shown(unknown),
        "each notice that counts as sent is at the mail server": _shown(lost),
        "no message has gone out whose notice knows nothing of it": _shown(open_ones),
        "a message is doubled only under its own Message-ID, and listed for a person": _shown(doubled),
    }


# --- after the year --------------------------------------------------------------------------------------------------


def stages(*, autumn: bool = False) -> dict[str, dict[str, int]]:
    """By stage: how many should have been told, were planned, and are missing or too many."""
    planned: dict[str, list[tuple[Any, ...]]] = {code: [] for code in STAGES}
    for code, *subject in rows_of("SELECT stage, advocate_id, period_start FROM compliance_notice"):
        planned.setdefault(code, []).append(tuple(subject))
    found = {}
    for code, subjects in planned.items():
        should, told = set(_expected(code, autumn=autumn)), set(subjects)
        found[code] = {
            "should": len(should), "planned": len(subjects), "lost": len(should - told), "unasked": len(told - should),
            "twice": len(subjects) - len(told),
        }  # fmt: skip
    return found


def _expected(code: str, *, autumn: bool) -> Iterator[tuple[int, dt.date]]:
    if code in STAGES:
        yield from ((key, dt.date(2025, 1, 1)) for (key,) in rows_of(STAGES[code]))
    if autumn and code in AUTUMN:
        yield from ((key, dt.date(2026, 1, 1)) for (key,) in rows_of(AUTUMN[code][1]))


def told_in_autumn(day: dt.date) -> int:
    """How many notices about 2026 there are to be by then."""
    return sum(len(rows_of(sql)) for first, sql in AUTUMN.values() if dt.date.fromisoformat(first) <= day)


def _stage_faults(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    return [f"{code}: {dict(row)}" for code, row in found.items() if row["lost"] or row["unasked"] or row["twice"]]


def after_the_year(received: Counter[str], national: Bar, *, autumn: bool = False) -> Faults:
    return {
        **after_a_kill(received),
        **_broken(AT_THE_END),
        "each stage was for exactly those whom it was for": _stage_faults(stages(autumn=autumn)),
        "each fact has its certificate, and nothing else has one": list(_certificate_faults()),
        "standings are what a recomputation from nothing finds": _recomputed(national),
        "the audit trail says what was sealed": [fault] if (fault := _trail()) else [],
    }


def _certificate_faults() -> Iterator[str]:
    for kind, facts in _FACTS.items():
        should, are = Counter(rows_of(facts)), Counter(rows_of(_CERTIFIED[kind]))
        if should != are:
            yield f"{kind}: {(should - are).total()} missing, {(are - should).total()} too many"
    others = rows_of(
        "SELECT DISTINCT kind FROM compliance_certificate WHERE kind NOT IN"
        " ('attendance', 'completion', 'compliance', 'transcript')"
    )
    yield from (f"a certificate of {kind}" for (kind,) in others)


def archive_faults(archives: Mapping[int, Path]) -> Iterator[str]:
    """By job, its file; each has what was issued by the time at which it was asked for, once."""
    for job, path in archives.items():
        try:
            with ZipFile(path) as archive:
                names, broken = archive.namelist(), archive.testzip()
        except (OSError, BadZipFile) as error:
            yield f"job {job}: {error}"
            continue
        ((count,),) = rows_of(
            f"SELECT count(*) FROM compliance_certificate c JOIN compliance_job j ON j.bar_id = c.bar_id"
            f" WHERE j.id = {job} AND c.kind = 'compliance' AND c.issued_at <= j.asked_at"
        )
        if broken or len(names) != count or len(set(names)) != count:
            yield f"job {job}: {len(names)} files of {count}, broken: {broken}"


def _recomputed(national: Bar) -> list[str]:
    facts = (
        "bar", "advocate", "rulebook", "period_start", "period_end", "due_on", "petition_from", "status", "required",
        "counted", "missing", "headings", "figures",
    )  # fmt: skip
    before = list(Standing.objects.order_by("advocate", "period_start").values_list(*facts))
    Standing.objects.all().delete()
    Assessed.objects.all().delete()
    day = SweepRun.objects.latest("as_of").as_of
    moment = dt.datetime.combine(day, dt.time(3), dt.UTC)
    for part in SweepRange.objects.filter(run=start_sweep(national, day, now=moment, rebuild=True)):
        sweep_range(part.pk, now=moment)
    after = list(Standing.objects.order_by("advocate", "period_start").values_list(*facts))
    wrong = [
        f"advocate {old[1]}: {old[7]}, now {new[7]}" for old, new in zip(before, after, strict=False) if old != new
    ]
    if len(before) != len(after):
        wrong.append(f"{len(before)} standings, {len(after)} when recomputed")
    return _shown(wrong)


def _trail() -> str:
    found = verify(audited(), now=timezone.now())
    return found.fault or ("" if found.changes else "the trail is empty")
