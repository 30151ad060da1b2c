"""A year of a bar from its first roll to the verified certificate, through the doors that people and the night use.

Six invented advocates of Astana under the example rulebook, 2025: 720 minutes (16 academic hours), 90 of them of
ethics, due on 31 December, 30 days of grace, 120 days in which late hours still count for the year before.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from advocates.models import Advocate, Bar, Membership, RoleKind, StatusSpan, User
from advocates.services.bars import DATA, load_bars
from advocates.services.roll import apply_roll, preview_roll
from cle.core.errors import DomainError
from compliance.certificates.serials import normalise_code
from compliance.models import Case, CaseState, CaseStep, Certificate, Notice, NoticeState, Standing, SweepRange
from compliance.queries.certificates import closed_periods, sessions_without_certificates
from compliance.services.cases import review_cases, take_step
from compliance.services.certificates import issue_for_period, issue_for_session, render_certificate
from compliance.services.notices import mark_printed, plan_notices, print_letters, send_due
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import start_sweep, sweep_range
from courses.models import Attendance, AttendanceLine, Course, Entry, Registration, Session
from courses.services.attendance import apply_attendance, preview_attendance
from courses.services.attendance_review import resolve_line
from courses.services.sessions import cancel_registration, confirm_session, register
from tests.advocates.rolls import csv
from tests.compliance.rows import rulebook_document
from tests.courses.reports import Stay, zoom
from tests.factories import make_course, make_session, make_user
from tests.plugins.smtp import Sink

ALMATY = ZoneInfo("Asia/Almaty")
START = dt.date(2025, 1, 1)
ROLL = [
    ["Абаева Гүлнар Серікқызы", "14000001", "14.05.2014", "01.06.2014", "", "", "abaeva@mail.example", "", "каз"],
    ["Белов Игорь Петрович", "14000002", "14.05.2014", "01.06.2014", "", "", "belov@mail.example", "", "рус"],
    ["Ғалымов Ерлан Маратұлы", "14000003", "14.05.2014", "01.06.2014", "", "", "galymov@mail.example", "", "каз"],
    ["Дёмина Алла Юрьевна", "14000004", "14.05.2014", "01.06.2014", "", "", "demina@mail.example", "", "рус"],
    ["Ермекова Жанар Болатқызы", "14000005", "14.05.2014", "01.06.2014", "", "", "", "", "каз"],
]
NEWCOMER = ["Жуков Павел", "14000006", "02.06.2025", "01.07.2025", "", "", "zhukov@mail.example", "", "рус"]
KEPT = (Entry, Standing, Case, CaseStep, Notice, Certificate, Attendance, Registration, Membership, StatusSpan)


class Year(NamedTuple):
    bar: Bar
    officer: User
    mail: Sink


def at(year: int, month: int, day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=ALMATY)


def person(family: str) -> Advocate:
    return Advocate.objects.get(family_name=family)


def everything() -> dict[str, list[Any]]:
    """All that is on record; when something was last looked at is no part of it."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in KEPT}


def night(year: Year, moment: dt.datetime) -> None:
    """What beat starts, in its order, for the day of ``moment``; then once more, which must change nothing."""
    _night(year, moment)
    before, sent = everything(), len(year.mail.messages)
    _night(year, moment)
    assert everything() == before
    assert len(year.mail.messages) == sent


def _night(year: Year, moment: dt.datetime) -> None:
    bar, today = year.bar, moment.date()
    for part in SweepRange.objects.filter(run=start_sweep(Bar.objects.get(code="KZ"), today, now=moment)):
        sweep_range(part.pk, now=moment)
    review_cases(bar, today, moment)
    plan_notices(bar, today, moment)
    send_due(now=moment, limit=100)
    for session_id in sessions_without_certificates():
        issue_for_session(Session.objects.get(pk=session_id), now=moment)
    for start in closed_periods(bar, today):
        issue_for_period(bar, start, now=moment)


def figures(start: dt.date = START) -> dict[str, tuple[str, int, int, int]]:
    """Standing by family name: status, required, counted and missing minutes."""
    rows = Standing.objects.filter(period_start=start).select_related("advocate")
    return {row.advocate.family_name: (row.status, row.required, row.counted, row.missing) for row in rows}


def enrol(year: Year, rows: list[list[str]], moment: dt.datetime) -> dict[str, int]:
    file = preview_roll(year.bar, csv(rows, "Список адвокатов"), "реестр.csv", by=year.officer, today=moment.date())
    return apply_roll(file, by=year.officer, now=moment).counts


def hold(year: Year, course: Course, starts: dt.datetime, minutes: int, stays: list[Stay]) -> Session:
    """A session held, its report imported and its attendance confirmed."""
    session = make_session(course, starts, minutes)
    evaluate(year, session, stays)
    return session


def evaluate(year: Year, session: Session, stays: list[Stay]) -> dict[str, int]:
    """Report imported and attendance confirmed, some hours after the session; the file once more adds nothing."""
    moment, report = session.ends_at + dt.timedelta(hours=3), zoom(*stays, start=session.starts_at.astimezone(ALMATY))
    counts: list[dict[str, int]] = []
    for _ in range(2):
        file = preview_attendance(session, report, "participants.csv", by=year.officer)
        apply_attendance(file, by=year.officer, now=moment)
        confirm_session(session, by=year.officer, now=moment)
        counts.append(file.counts)
    assert counts[1]["created"] == counts[1]["changed"] == 0
    return counts[0]


def credit(family: str) -> int:
    return sum(Entry.objects.filter(advocate=person(family)).values_list("minutes", flat=True))


def stages() -> dict[str, set[tuple[str, str]]]:
    """Notices by family name: stage and state."""
    found: dict[str, set[tuple[str, str]]] = {}
    for family, stage, state in Notice.objects.values_list("advocate__family_name", "stage", "state"):
        found.setdefault(family, set()).add((stage, state))
    return found


def states() -> dict[str, str]:
    return dict(Case.objects.values_list("advocate__family_name", "state"))


@pytest.fixture
def year(db: None, smtp: Sink) -> Year:
    """The bars of the country, the example rulebook of the national bar, and an officer in Astana."""
    assert load_bars(DATA / "kz.json") == (21, 0)
    assert load_bars(DATA / "kz.json") == (0, 21)
    national, bar = Bar.objects.get(code="KZ"), Bar.objects.get(code="KZ-71")
    adopted = adopt_rulebook(national, rulebook_document(), decision="№ 1", by=None)
    assert adopt_rulebook(national, rulebook_document(), by=None) == adopted
    return Year(bar, make_user("officer@mail.example", bar=bar, role=RoleKind.COMPLIANCE_OFFICER), smtp)


def test_a_year(year: Year, client: Any) -> None:
    spring(year)
    waiting_list_and_autumn(year)
    reminders(year)
    the_due_date_passes(year)
    january(year)
    petition(year)
    verified(client)


def spring(year: Year) -> None:
    """The roll, a first course of nine hours, and a line that a person has to decide."""
    first = enrol(year, ROLL, at(2025, 2, 3))
    assert first == {"created": 5, "changed": 0, "unchanged": 0, "ambiguous": 0, "rejected": 0}
    assert enrol(year, ROLL, at(2025, 2, 4))["unchanged"] == 5
    course = make_course(year.bar.parent, {"law": 540})
    session = make_session(course, at(2025, 3, 14, 9), 540)
    counts = evaluate(
        year,
        session,
        [
            ("Абаева Гүлнар", "abaeva@mail.example", -5, 541),
            ("Игорь Белов", "belov@mail.example", 0, 300), ("Игорь Белов", "belov@mail.example", 310, 540),
            ("Дёмина Алла", "", 0, 378),
            ("iPhone Жанар", "", 0, 540),
        ],
    )  # fmt: skip
    assert counts == {"created": 4, "changed": 0, "unchanged": 0, "ambiguous": 1, "rejected": 0}
    line = AttendanceLine.objects.filter(outcome="ambiguous", resolved_at=None).earliest("pk")
    resolve_line(line, person("Ермекова"), by=year.officer, now=at(2025, 3, 17))
    earned = {family: credit(family) for family in ("Абаева", "Белов", "Ғалымов", "Дёмина", "Ермекова")}
    assert earned == {"Абаева": 540, "Белов": 540, "Ғалымов": 0, "Дёмина": 378, "Ермекова": 540}
    night(year, at(2025, 3, 18))
    assert figures()["Дёмина"] == ("on_track", 720, 378, 342)
    assert Certificate.objects.filter(kind="attendance").count() == 4
    assert Notice.objects.count() == 0


def waiting_list_and_autumn(year: Year) -> None:
    """A newcomer in July; a full course of ethics with a waiting list in September."""
    again = enrol(year, [*ROLL, NEWCOMER], at(2025, 8, 1))
    assert (again["created"], again["unchanged"]) == (1, 5)
    course = make_course(year.bar, {"law": 90, "ethics": 90})
    session, before = make_session(course, at(2025, 9, 12), 180, capacity=3), at(2025, 9, 1)
    for family in ("Абаева", "Ғалымов", "Дёмина", "Жуков", "Жуков"):
        register(session, person(family), now=before)
    waiting = Registration.objects.get(state=Registration.State.WAITING)
    assert waiting.advocate == person("Жуков")
    assert cancel_registration(session, person("Ғалымов"), now=before) == waiting
    assert cancel_registration(session, person("Ғалымов"), now=before) is None
    people = [("Абаева", "abaeva"), ("Дёмина", "demina"), ("Жуков", "zhukov")]
    evaluate(year, session, [(name, f"{address}@mail.example", 0, 180) for name, address in people])
    night(year, at(2025, 9, 13))
    assert figures() == {
        "Абаева": ("compliant", 720, 720, 0),
        "Белов": ("on_track", 720, 540, 180),
        "Ғалымов": ("on_track", 720, 0, 720),
        "Дёмина": ("on_track", 720, 558, 162),
        "Ермекова": ("on_track", 720, 540, 180),
        "Жуков": ("on_track", 363, 180, 183),  # 184 days of 365, up to the next minute
    }
    assert Certificate.objects.filter(kind="attendance").count() == 7


def reminders(year: Year) -> None:
    """Thirty and seven days before the due date, to whom hours are missing; on paper to whom has no address."""
    night(year, at(2025, 11, 30))
    night(year, at(2025, 12, 1))
    night(year, at(2025, 12, 24))
    sent, paper = NoticeState.SENT, NoticeState.TO_PRINT
    late = {("reminder-90", sent), ("reminder-30", sent), ("reminder-7", sent)}
    assert stages() == {
        **dict.fromkeys(("Белов", "Ғалымов", "Дёмина", "Жуков"), late),
        "Ермекова": {(stage, paper) for stage, _state in late},
    }
    assert len(year.mail.messages) == 12
    assert {status for status, *_ in figures().values()} == {"compliant", "at_risk"}
    letters = print_letters(year.bar, now=at(2025, 12, 24, 11))
    assert mark_printed([letter.pk for letter in letters], by=year.officer, now=at(2025, 12, 24, 12)) == 3


def the_due_date_passes(year: Year) -> None:
    """Cases open on New Year's Day and not before; each is told in his or her language; who is done is certified."""
    night(year, at(2025, 12, 31, 23))
    assert (Case.objects.count(), Certificate.objects.filter(kind="compliance").count()) == (0, 0)
    night(year, at(2026, 1, 1))
    assert states() == {
        **dict.fromkeys(("Белов", "Ғалымов", "Дёмина", "Жуков"), CaseState.NOTIFIED), "Ермекова": CaseState.OPEN,
    }  # fmt: skip
    case = Case.objects.get(advocate=person("Белов"))
    assert (case.due_on, case.grace_ends_on, case.petition_from) == (
        dt.date(2025, 12, 31), dt.date(2026, 1, 30), dt.date(2026, 1, 31),
    )  # fmt: skip
    subjects = {str(mail["To"]): str(mail["Subject"]).strip() for mail in year.mail.messages[-4:]}
    assert subjects["belov@mail.example"] == "Уведомление о повышении квалификации: срок 31.12.2025 истёк"
    assert subjects["galymov@mail.example"] == "Біліктілікті арттыру туралы хабарлама: 31.12.2025 мерзімі өтті"
    (letter,) = print_letters(year.bar, now=at(2026, 1, 2))
    mark_printed([letter.pk], by=year.officer, now=at(2026, 1, 2, 15))
    assert states()["Ермекова"] == CaseState.NOTIFIED
    certificate = Certificate.objects.get(kind="compliance")
    assert (certificate.advocate, certificate.number) == (person("Абаева"), 1)


def january(year: Year) -> None:
    """Late hours cure one case and count for the old year only; an officer excuses another, with a document."""
    course = make_course(year.bar, {"law": 90, "ethics": 90})
    hold(year, course, at(2026, 1, 9), 180, [("Белов Игорь", "belov@mail.example", 0, 180)])
    night(year, at(2026, 1, 10))
    assert states()["Белов"] == CaseState.CURED
    assert figures()["Белов"] == ("compliant", 720, 720, 0)
    assert figures(dt.date(2026, 1, 1))["Белов"] == ("on_track", 720, 0, 720)
    assert set(Certificate.objects.filter(kind="compliance").values_list("advocate__family_name", flat=True)) == {
        "Абаева", "Белов",
    }  # fmt: skip
    case, moment = Case.objects.get(advocate=person("Ғалымов")), at(2026, 1, 12)
    decision = {"by": year.officer, "now": moment, "today": moment.date(), "reason": "Болезнь"}
    with pytest.raises(DomainError, match="document"):
        take_step(case, CaseState.EXCUSED, **decision)
    take_step(case, CaseState.EXCUSED, **decision, document="Справка № 5")
    night(year, at(2026, 1, 13))
    assert states()["Ғалымов"] == CaseState.EXCUSED
    assert figures()["Ғалымов"] == ("short", 720, 0, 720)


def petition(year: Year) -> None:
    """Not on the thirtieth day after the due date, but on the thirty-first; nobody's status is touched by it."""
    case = Case.objects.get(advocate=person("Дёмина"))
    for day, possible in ((at(2026, 1, 30), False), (at(2026, 1, 31), True)):
        night(year, day)
        step = {"by": year.officer, "now": day, "today": day.date()}
        if possible:
            take_step(case, CaseState.PETITION_DRAFTED, **step)
        else:
            with pytest.raises(DomainError, match=r"31\.01\.2026"):
                take_step(case, CaseState.PETITION_DRAFTED, **step)
    assert states() == {
        "Белов": CaseState.CURED, "Ғалымов": CaseState.EXCUSED, "Дёмина": CaseState.PETITION_DRAFTED,
        "Ермекова": CaseState.NOTIFIED, "Жуков": CaseState.NOTIFIED,
    }  # fmt: skip
    assert set(StatusSpan.objects.values_list("status", flat=True)) == {"active"}
    assert len(year.mail.messages) == 12 + 4


def verified(client: Any) -> None:
    """Whoever holds the paper can check it; each bar numbers its own certificates without gaps."""
    certificate = Certificate.objects.get(kind="compliance", advocate=person("Белов"))
    assert render_certificate(certificate).startswith(b"%PDF")
    page = client.get(reverse("verify", args=[normalise_code(certificate.code)]), HTTP_ACCEPT_LANGUAGE="en")
    text = page.content.decode()
    assert page.status_code == 200
    for said in ("This certificate is valid", "Белов Игорь Петрович", "16 h (720 min)", "01.01.2025 – 31.12.2025"):
        assert said in text
    assert client.get(reverse("verify", args=["AAAA-AAAA-AAAA-AAAA"])).status_code == 404
    for bar in Bar.objects.all():
        series: dict[tuple[str, int], list[int]] = {}
        for kind, year, number in Certificate.objects.filter(bar=bar).values_list("kind", "year", "number"):
            series.setdefault((kind, year), []).append(number)
        assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in series.values())
    assert Certificate.objects.filter(kind="attendance").count() == 8
