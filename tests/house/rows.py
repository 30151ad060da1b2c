"""One row of every model for a bar: what could leak, and what must not."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from itertools import count
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Model

from advocates.models import (
    Advocate,
    AuditSeal,
    Bar,
    Change,
    Consent,
    FilePart,
    FileRead,
    IdempotentRequest,
    Membership,
    NameAlias,
    Operator,
    Role,
    RollFile,
    RollLine,
    StatusSpan,
    Token,
    Unit,
    User,
    Withdrawal,
)
from advocates.services.reads import record_read
from compliance.models import (
    AdoptedRulebook,
    Assessed,
    BarPicture,
    CalendarFeed,
    Case,
    CaseStep,
    Certificate,
    Correction,
    Erasure,
    Excuse,
    Headings,
    Job,
    MovedOn,
    Notice,
    NoticeEvent,
    NoticeOpening,
    NoticeWording,
    Objection,
    Preferences,
    Revocation,
    SerialCounter,
    Standing,
    SweepRange,
    SweepRun,
)
from courses.models import (
    Account,
    AccreditationStep,
    Attendance,
    AttendanceFile,
    AttendanceLine,
    Category,
    Claim,
    ClaimStep,
    Evidence,
    NilReturn,
    PresenceMark,
    Registration,
    Teaching,
)
from tests.compliance.certificates.samples import ORDINARY
from tests.compliance.rows import rulebook_document
from tests.factories import (
    UTC,
    give_credit,
    make_advocate,
    make_attendance,
    make_course,
    make_session,
    make_user,
)

OURS = ("advocates", "courses", "compliance")
DAY = dt.date(2025, 12, 31)
NOW = dt.datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
_numbers = count(1)

Rows = dict[type[Model], Any]


def our_models() -> list[type[Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def make_rows(bar: Bar) -> Rows:
    """A row of each of our models, all of this bar."""
    user = make_user(bar=bar, name=f"Staff of {bar.code}")
    rows: Rows = {Bar: bar, User: user, Role: user.roles.get()}
    _people(bar, rows)
    _privacy(bar, rows)
    _courses(bar, rows)
    _compliance(bar, rows)
    rows[Change] = Change.objects.for_bar(bar).latest("pk")  # the database has written it by itself
    record_read(user, FilePart.PERSON, rows[Advocate].pk)
    rows[FileRead] = FileRead.objects.get(advocate=rows[Advocate])
    rows[AuditSeal] = AuditSeal.objects.create(
        first=rows[Change].pk, last=rows[Change].pk, count=1, digests=b"", sha256="0" * 64, sealed_at=NOW
    )
    return rows


def _file(bar: Bar, name: str) -> dict[str, Any]:
    return {"bar": bar, "file_name": name, "sha256": "0" * 64, "content": b"x", "plan_sha256": "0" * 64,
            "rows": 1, "ambiguous": 1}  # fmt: skip


def _people(bar: Bar, rows: Rows) -> None:
    number = next(_numbers)
    rows[Unit] = unit = Unit.objects.create(bar=bar, name=f"Consultation {number} of {bar.code}")
    rows[Advocate] = person = make_advocate(bar, f"Әділова Гүлнар {bar.code} {number}", unit=unit, email="")
    rows[Membership], rows[StatusSpan] = person.memberships.get(), person.statuses.get()
    rows[NameAlias] = NameAlias.objects.create(bar=bar, advocate=person, key=f"gulnar {number}", decided_by=rows[User])
    rows[RollFile] = file = RollFile.objects.create(**_file(bar, f"roll {bar.code}.xlsx"))
    rows[IdempotentRequest] = IdempotentRequest.objects.create(
        bar=bar, user=rows[User], key=f"key {bar.code}", fingerprint="0" * 64
    )
    rows[Token] = Token.objects.create(
        bar=bar, user=rows[User], made_by=rows[User], name=f"Key of {bar.code}", digest=f"{number:064}", scopes=["own"],
        start="cle_", made_at=NOW, expires_at=NOW + dt.timedelta(days=366),
    )  # fmt: skip
    rows[RollLine] = RollLine.objects.create(bar=bar, file=file, rows=[2], outcome="ambiguous", label=person.full_name)


def _privacy(bar: Bar, rows: Rows) -> None:
    person, user = rows[Advocate], rows[User]
    named = {"number": "220640028571", "responsible_name": f"Officer of {bar.code}", "responsible_contact": "+7 700"}
    rows[Operator] = Operator.objects.get_or_create(bar=bar, defaults=named)[0]
    agreed: dict[str, Any] = {
        "bar": bar, "advocate": person, "operator_name": str(bar), "operator_number": "220640028571",
        "subject_name": person.full_name, "term": "Ush zhyl", "third_parties": False, "cross_border": False,
        "publication": False, "data": ["e-mail"], "language": "ru", "given_at": NOW, "how": "page", "recorded_by": user,
    }  # fmt: skip
    rows[Consent] = Consent.objects.create(**agreed, version="v-2")
    rows[Withdrawal] = Withdrawal.objects.create(
        bar=bar, advocate=person, consent=Consent.objects.create(**agreed, version="v-1"), withdrawn_at=NOW,
        answer_due_on=DAY + dt.timedelta(20), how="page", recorded_by=user,
    )  # fmt: skip


def _courses(bar: Bar, rows: Rows) -> None:
    number, person = next(_numbers), rows[Advocate]
    category = Category.objects.create(bar=bar, code=f"c-{number}", name_kk="c", name_ru="c")
    course = make_course(bar)
    session = make_session(course, poster_since=NOW)
    mark = PresenceMark.objects.create(
        bar=bar, session=session, advocate=person, number=1, kind="in", how="poster", at=session.starts_at
    )
    attendance = make_attendance(session, person)
    file = AttendanceFile.objects.create(
        **_file(bar, f"zoom {bar.code}.csv"), session=session, source="zoom", time_zone="Asia/Almaty",
        provider=course.provider,
    )  # fmt: skip
    nil = NilReturn.objects.create(
        bar=bar, provider=course.provider, first=DAY, last=DAY, made_by=rows[User], made_at=NOW
    )
    line = AttendanceLine.objects.create(bar=bar, file=file, session=session, rows=[2], outcome="ambiguous", label="G")
    entry = give_credit(person, 60)
    claim = Claim.objects.create(
        bar=bar, advocate=person, category=category, format=1, minutes=60, earned_on=DAY, title=f"Claim {bar.code}",
        state="returned", submitted_at=NOW, decided_at=NOW, decided_by=rows[User], decision_reason="Which issue?",
    )  # fmt: skip
    claim_step = ClaimStep.objects.create(
        claim=claim, bar=bar, advocate=person, to_state="draft", minutes=60, by=rows[User], at=NOW, reason=bar.code
    )
    evidence = Evidence.objects.create(
        claim=claim, bar=bar, advocate=person, name=f"scan {bar.code}.pdf", kind="pdf", size=1, sha256="0" * 64,
        received_sha256="0" * 64, uploaded_by=rows[User], uploaded_at=NOW, file=ContentFile(b"x", "x.pdf"),
    )  # fmt: skip
    registration = Registration.objects.create(
        bar=bar, session=session, advocate=person, state="registered", asked_at=NOW
    )
    rows[Teaching] = Teaching.objects.create(
        bar=bar, session=session, advocate=person, minutes=45, added_by=rows[User], added_at=NOW
    )
    step = AccreditationStep.objects.create(course=course, bar=bar, to_state="submitted", by=rows[User], at=NOW)
    made = [category, nil, step, claim_step, evidence, course, course.provider, course.segments.get(), session,
            attendance, file, line, entry, claim, registration, mark, entry.adjustment,
            Account.objects.get(advocate=person)]  # fmt: skip
    rows.update({type(row): row for row in made})


def _compliance(bar: Bar, rows: Rows) -> None:
    number, person, user = next(_numbers), rows[Advocate], rows[User]
    rulebook = AdoptedRulebook.objects.create(
        bar=bar, code="cle", version=str(number), document=rulebook_document(), sha256="0" * 64,
        effective_from=DAY + dt.timedelta(number),
    )  # fmt: skip
    dates = {"period_start": dt.date(2025, 1, 1), "due_on": DAY, "petition_from": dt.date(2026, 1, 31)}
    said = {"codes": ["total"], "clauses": ["4.1"]}
    headings = Headings.objects.get_or_create(bar=bar, sha256="0" * 64, defaults=said)[0]
    standing = Standing.objects.create(
        bar=bar, advocate=person, rulebook=rulebook, period_end=DAY, status="short", required=100, counted=40,
        missing=60, ledger_version=1, computed_at=NOW, **dates,
        headings=headings, figures=[100, 40, 60],
    )  # fmt: skip
    assessed = Assessed.objects.create(
        bar=bar, advocate=person, ledger_version=1, record_version=0, rules_version=1, as_of=DAY
    )
    moved_on = MovedOn.objects.create(bar=bar, advocate=person)
    case = Case.objects.create(
        bar=bar, advocate=person, grace_ends_on=dt.date(2026, 1, 30), opened_at=NOW, changed_at=NOW, **dates
    )
    step = CaseStep.objects.create(case=case, bar=bar, to_state="open", at=NOW, reason=f"step of {bar.code}")
    notice = Notice.objects.create(
        bar=bar, advocate=person, period_start=dates["period_start"], stage="overdue", channel="paper", language="kk",
        state="to_print", due_at=NOW,
    )  # fmt: skip
    serial, code = f"{bar.code}/2025/{number}", f"C0DE{number:012}"
    said = replace(ORDINARY, serial=serial, code=code, full_name=person.full_name)
    certificate = Certificate.objects.create(
        bar=bar, advocate=person, kind="attendance", attendance=rows[Attendance], year=2025, number=number,
        serial=serial, code=code, snapshot=said.to_json(), sha256=said.sha256(), issued_at=NOW,
    )  # fmt: skip
    revocation = Revocation.objects.create(certificate=certificate, bar=bar, reason="misspelt", by=user, at=NOW)
    counter = SerialCounter.objects.get_or_create(bar=bar, year=2025)[0]
    run = SweepRun.objects.create(bar=bar, as_of=DAY, started_at=NOW)
    part = SweepRange.objects.create(run=run, bar=bar, first=1, last=2)
    rows[Erasure] = Erasure.objects.create(
        bar=bar, record="notices", before=DAY, counted=1, confirmed_by=user, confirmed_at=NOW
    )
    rows[NoticeEvent] = NoticeEvent.objects.create(
        notice=notice, advocate=person, bar=bar, kind="planned", at=NOW, channel="paper"
    )
    opening = NoticeOpening.objects.create(notice=notice, advocate=person, bar=bar, by=user, at=NOW)
    asked = {"advocate": person, "bar": bar, "text": f"Of {bar.code}", "made_by": user, "made_at": NOW, "due_on": DAY}
    objection = Objection.objects.create(period_start=dates["period_start"], case=case, **asked)
    correction = Correction.objects.create(particular="name", proof="Kuzhat 5", **asked)
    excuse = Excuse.objects.create(
        period_start=dates["period_start"], case=case, reason="illness", since=DAY, until=DAY,
        document="Kuzhat 6",
        paper=f"excuses/{bar.code}.pdf", paper_name="a.pdf", paper_kind="pdf", **asked,
    )  # fmt: skip
    feed = CalendarFeed.objects.create(
        advocate=person, bar=bar, secret_sha256=hashlib.sha256(str(person.pk).encode()).hexdigest(), made_at=NOW
    )
    preferences = Preferences.objects.create(advocate=person, bar=bar, reminder_days=[14])
    rows[BarPicture] = BarPicture.objects.create(
        bar=bar, part="seal", content=b"x", sha256="0" * 64, width=1, height=1, added_by=user, added_at=NOW,
        ended_by=user, ended_at=NOW,
    )  # fmt: skip
    rows[NoticeWording] = NoticeWording.objects.create(
        bar=bar,
        stage="overdue",
        language="ru",
        version=NoticeWording.objects.for_bar(bar).count() + 1,
        subject="S",
        body="B",
        written_by=user,
        written_at=NOW,
    )
    rows[Job] = Job.objects.create(bar=bar, kind="certificates", asked_by=user, asked_at=NOW)
    made = [rulebook, headings, standing, assessed, moved_on, case, step, notice, certificate, revocation, counter, run,
            part, opening, objection, correction, excuse, preferences, feed]  # fmt: skip
    rows.update({type(row): row for row in made})


def digest(bar: Bar | None = None) -> dict[str, str]:
    """Count and fingerprint of each of our tables, or of a bar's rows in them: equal means that nothing was written.

    As long as a transaction has written no row since the last one, and taken nothing back, that one is still true.
    """
    at = (rows_written(), *connection.savepoint_ids, bar and bar.pk)
    if _last.get("at") != at:
        _last.update(at=at, found=_digest(bar))
    return dict(_last["found"])


_last: dict[str, Any] = {}


def rows_written() -> Any:
    """How many rows of our tables this transaction has written so far, those that were taken back included, and which
    transaction it is; outside of one, equal to nothing.
    """
    if not connection.in_atomic_block:
        return object()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_backend_pid(), transaction_timestamp(), sum(n_tup_ins + n_tup_upd + n_tup_del) "
            "FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)",
            [[model._meta.db_table for model in our_models()]],
        )
        return cursor.fetchone()


def _digest(bar: Bar | None) -> dict[str, str]:
    found = {}
    with connection.cursor() as cursor:
        for model in our_models():
            table, owned = model._meta.db_table, any(field.name == "bar" for field in model._meta.fields)
            only = f" WHERE t.bar_id = {bar.pk}" if bar and owned else ""
            cursor.execute(f'SELECT count(*), string_agg(t::text, chr(10) ORDER BY t::text) FROM "{table}" AS t{only}')
            number, text = cursor.fetchone()
            found[table] = f"{number} {hashlib.sha256((text or '').encode()).hexdigest()}"
    return found
