"""The API of a provider's own programs: what is its own, and nothing about anybody."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from advocates.models import Advocate, Bar, RoleKind, Status
from advocates.services.people import record_status
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.services.certificates import issue_for_session
from courses.models import Attendance, AttendanceFile, Course, CourseState, Entry, NilReturn, Provider, Session
from courses.services.attendance import apply_attendance
from courses.services.attendance_review import dismiss_line
from courses.services.courses import clone_course
from courses.services.providers import make_provider_token
from courses.services.sessions import confirm_session
from tests.api.roles import browser, records, send
from tests.api.test_me import problem, read_through
from tests.compliance.test_sweep import statements
from tests.courses.reports import NOW, minutes, zoom
from tests.factories import make_advocate, make_bar, make_course, make_national, make_session, make_user

pytestmark = pytest.mark.django_db
OWN = "/api/v1/provider"
COURSES, SESSIONS, ROSTERS = f"{OWN}/courses", f"{OWN}/sessions", f"{OWN}/rosters"
NIL, POSTINGS = f"{OWN}/nil-returns", f"{OWN}/postings?earned_from=2025-01-01&earned_to=2025-12-31"
_keys = count(1)
ALIYA = ("Сәрсенова Әлия", "aliya@mail.example.kz", 0, 180)


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_national())


@pytest.fixture
def session(bar: Bar) -> Session:
    """Held in March 2025, of 180 minutes of law, by the provider who asks."""
    make_advocate(bar, "Сәрсенова Әлия", email="aliya@mail.example.kz", national_id="850505300123")
    return make_session(make_course(bar))


@pytest.fixture
def provider(session: Session) -> Provider:
    provider = session.course.provider
    provider.account = make_user()
    provider.save(update_fields=["account"])
    return provider


@pytest.fixture
def program(provider: Provider) -> Client:
    """Logged in as the organisation account, set to English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(provider.account)
    return client


@pytest.fixture
def other(bar: Bar) -> Session:
    """Of another provider of the same bar, with a roster and a statement."""
    session = make_session(make_course(bar))
    account = make_user()
    Provider.objects.filter(pk=session.course.provider_id).update(account=account)
    client = Client()
    client.force_login(account)
    assert post(client, session).status_code == 201
    assert send(client, "post", NIL, first="2024-01-01", last="2024-01-31").status_code == 201
    return session


def post(client: Client, session: Session, content: bytes = b"", address: str = "") -> Any:
    file = SimpleUploadedFile("roster.csv", content or zoom(ALIYA))
    where = address or f"{SESSIONS}/{session.pk}/rosters"
    return client.post(where, {"file": file}, headers={"idempotency-key": f"roster {next(_keys)}"})


def results(client: Client, roster: int) -> dict[int, str]:
    """By row number."""
    lines = client.get(f"{ROSTERS}/{roster}/rows").json()["results"]
    return {row: line["result"] for line in lines for row in line["rows"]}


def posted(client: Client, session: Session, content: bytes) -> dict[int, str]:
    return results(client, post(client, session, content).json()["id"])


def applied(roster: int) -> AttendanceFile:
    return apply_attendance(AttendanceFile.objects.get(pk=roster), by=None, now=NOW)


CALLS = [
    ("get", OWN), ("get", COURSES), ("post", COURSES), ("get", COURSES + "/{course}"), ("put", COURSES + "/{course}"),
    *(("post", f"{COURSES}/{{course}}/{verb}") for verb in ("submit", "withdraw", "clone", "recording")),
    ("get", SESSIONS), ("post", SESSIONS), ("get", SESSIONS + "/{session}"), ("patch", SESSIONS + "/{session}"),
    *(("post", f"{SESSIONS}/{{session}}/{verb}") for verb in ("cancel", "nil-return", "rosters")),
    ("get", SESSIONS + "/{session}/rosters"), ("get", ROSTERS + "/{roster}"), ("get", ROSTERS + "/{roster}/rows"),
    ("post", ROSTERS + "/{roster}/correct"), ("get", NIL), ("post", NIL), ("get", POSTINGS),
]  # fmt: skip


def of(address: str, session: Session) -> str:
    file = session.files.first()
    return address.format(course=session.course_id, session=session.pk, roster=file.pk if file else 0)


@pytest.mark.parametrize(("method", "address"), CALLS)
def test_nobody_but_a_provider_is_served(bar: Bar, other: Session, method: str, address: str) -> None:
    advocate = Client()
    advocate.force_login(make_advocate(bar, user=make_user()).user)
    before = records()
    problem(send(Client(), method, of(address, other)), 401)
    for client in (advocate, browser(bar, RoleKind.BAR_ADMIN)):
        document = problem(send(client, method, of(address, other)), 404)
        assert document["type"].endswith(":not-a-provider")
    assert {**records(), "advocates_user": ""} == {**before, "advocates_user": ""}


@pytest.mark.parametrize(("method", "address"), [call for call in CALLS if "{" in call[1]])
def test_what_another_provider_has_is_as_if_it_were_not_there(
    program: Client, other: Session, method: str, address: str
) -> None:
    before = records()
    problem(send(program, method, of(address, other), reason="mine"), 404)
    assert records() == before


@pytest.mark.parametrize("address", [COURSES, SESSIONS, NIL])
def test_lists_hold_what_is_one_s_own(program: Client, session: Session, other: Session, address: str) -> None:
    own = {COURSES: [session.course_id], SESSIONS: [session.pk], NIL: []}[address]
    assert [row["id"] for row in program.get(address).json()["results"]] == own


def test_a_provider_finds_nothing_at_the_bar_s_addresses(program: Client, bar: Bar, session: Session) -> None:
    for noun in ("advocates", "courses", "sessions", "ledger", f"sessions/{session.pk}/attendance-files", "providers"):
        problem(program.get(f"/api/v1/bars/{bar.code}/{noun}"), 404)


def test_a_token_of_the_provider_is_enough_and_one_of_something_else_is_not(provider: Provider, bar: Bar) -> None:
    ends = now() + dt.timedelta(days=30)
    token, secret = make_provider_token(provider, "roster robot", ends, by=make_user(bar=bar), now=now())
    asked = {"authorization": f"Bearer {secret}"}
    assert Client().get(OWN, headers=asked).json()["id"] == provider.pk
    token.scopes = ["own"]
    token.save(update_fields=["scopes"])
    assert problem(Client().get(OWN, headers=asked), 403)["type"].endswith(":scope-needed")
    token.scopes, token.bar = ["provider"], make_bar()
    token.save(update_fields=["scopes", "bar"])
    problem(Client().get(OWN, headers=asked), 404)


def test_who_one_is(program: Client, provider: Provider) -> None:
    shown = program.get(OWN).json()
    assert shown == {
        "id": provider.pk, "name": "Centre", "bar": {"code": "R-1", "name": "R-1 Bar"}, "trusted": False,
    }  # fmt: skip


def outline(**changes: Any) -> dict[str, Any]:
    agenda = [{"title": "One", "category": "law", "minutes": 60}]
    return {"name_kk": "Құқық", "name_ru": "Право", "format": "in_person", "agenda": agenda, **changes}


def test_a_course_is_drafted_changed_and_submitted(program: Client, provider: Provider, session: Session) -> None:
    made = send(program, "post", COURSES, **outline()).json()
    assert (made["state"], made["provider"], made["total_minutes"]) == ("draft", provider.pk, 60)
    where = f"{COURSES}/{made['id']}"
    assert send(program, "put", where, **outline(name_ru="Этика")).json()["name_ru"] == "Этика"
    shown = send(program, "post", f"{where}/submit").json()
    assert [step["to_state"] for step in shown["steps"]] == ["draft", "submitted"]
    assert "by" not in shown["steps"][0]
    problem(send(program, "put", where, **outline()), 409)
    assert send(program, "post", f"{where}/withdraw").json()["state"] == "withdrawn"
    problem(send(program, "post", COURSES, **outline(provider=provider.pk)), 400)


def test_a_provider_accredits_nothing(program: Client, provider: Provider, session: Session) -> None:
    course = clone_course(session.course, by=provider.account, now=now())
    Course.objects.filter(pk=course.pk).update(state=CourseState.IN_REVIEW)
    before = records()
    for address in (f"{COURSES}/{course.pk}/approve", f"/api/v1/bars/R-1/courses/{course.pk}/approve"):
        problem(send(program, "post", address, number="A-1", accredited_from="2026-01-01"), 404)
    assert records() == before


def test_courses_are_repeated_and_recorded(program: Client, session: Session) -> None:
    copy = send(program, "post", f"{COURSES}/{session.course_id}/clone").json()
    assert (copy["state"], copy["derived_from"]) == ("draft", session.course_id)
    recording = send(program, "post", f"{COURSES}/{session.course_id}/recording", accredited_until="2031-01-01").json()
    assert (recording["format"], recording["accredited_until"]) == ("recorded", "2031-01-01")


def test_sessions_of_accredited_courses_are_planned(program: Client, session: Session, other: Session) -> None:
    times = {"starts_at": "2100-05-03T10:00:00+05:00", "ends_at": "2100-05-03T13:00:00+05:00"}
    made = send(program, "post", SESSIONS, course=session.course_id, **times)
    assert made.status_code == 201, made.json()
    assert (made.json()["report"], "registered" in made.json()) == ("none", False)
    where = f"{SESSIONS}/{made.json()['id']}"
    assert send(program, "patch", where, place="Алматы").json()["place"] == "Алматы"
    assert send(program, "post", f"{where}/cancel", reason="ill").json()["state"] == "cancelled"
    problem(send(program, "post", SESSIONS, course=other.course_id, **times), 400)
    draft = send(program, "post", f"{COURSES}/{session.course_id}/clone").json()
    assert problem(send(program, "post", SESSIONS, course=draft["id"], **times), 409)["type"].endswith("accredited")


def test_a_roster_is_a_preview_that_staff_apply(program: Client, session: Session) -> None:
    made = post(program, session).json()
    assert made == {
        "id": made["id"], "session": session.pk, "file_name": "roster.csv", "state": "previewed", "rows": 1,
        "replaces": None, "uploaded_at": made["uploaded_at"],
    }  # fmt: skip
    assert not Attendance.objects.exists()
    applied(made["id"])
    assert program.get(f"{ROSTERS}/{made['id']}").json()["state"] == "applied"
    assert results(program, made["id"]) == {2: "matched"}


def test_a_trusted_provider_s_clear_matches_are_applied_at_once(
    program: Client, provider: Provider, session: Session
) -> None:
    Provider.objects.filter(pk=provider.pk).update(trusted=True)
    made = post(program, session, zoom(ALIYA, ("Нетакой Иван", "", 0, 180))).json()
    assert made["state"] == "applied"
    assert minutes(session) == {"Сәрсенова Әлия": 180}
    assert not Entry.objects.exists()  # the bar's staff confirm the session
    assert AttendanceFile.objects.get().ambiguous == 1


def test_rows_are_a_roster_too_and_a_key_makes_it_one(program: Client, session: Session) -> None:
    given = {"rows": [{"email": "aliya@mail.example.kz", "minutes": 180}, {"name": "Нетакой Иван"}]}
    key = {"idempotency-key": "the roster of March"}
    where = f"{SESSIONS}/{session.pk}/rosters"
    first, again = (program.post(where, given, content_type="application/json", headers=key) for _ in range(2))
    assert (first.status_code, again.json(), AttendanceFile.objects.count()) == (201, first.json(), 1)
    problem(program.post(where, given, content_type="application/json"), 400)
    rows = program.get(f"{ROSTERS}/{first.json()['id']}/rows").json()["results"]
    assert [(row["rows"], row["result"]) for row in rows] == [([2], "matched"), ([3], "not_matched")]
    assert [fault["code"] for fault in rows[1]["problems"]] == ["no-times"]


def test_two_people_of_one_name_are_not_told_apart(program: Client, bar: Bar, session: Session) -> None:
    here = make_advocate(bar, "Ким Виктор", licence_number="11111111")
    gone = make_advocate(bar, "Ким Виктор", licence_number="22222222")
    record_status(gone, Status.SUSPENDED_OWN, dt.date(2024, 1, 1))

    def shown(licence: str) -> Any:
        given = {"rows": [{"name": "Ким Виктор", "licence": licence, "minutes": 180}]}
        roster = send(program, "post", f"{SESSIONS}/{session.pk}/rosters", **given).json()
        return program.get(f"{ROSTERS}/{roster['id']}/rows").json()

    assert shown(here.licence_number) == shown(gone.licence_number)
    assert shown("")["results"] == [{"rows": [2], "result": "review", "problems": []}]


@pytest.mark.parametrize("status", [None, *Status])
def test_no_answer_hints_at_a_status(program: Client, bar: Bar, session: Session, status: Status | None) -> None:
    person = make_advocate(bar, "Ким Виктор", email="kim@mail.example.kz")
    if status:
        record_status(person, status, dt.date(2024, 1, 1))
    content = zoom(("Ким Виктор", "kim@mail.example.kz", 0, 180))
    roster = post(program, session, content).json()
    rows = program.get(f"{ROSTERS}/{roster['id']}/rows").json()
    assert rows == {"next": None, "results": [{"rows": [2], "result": "matched", "problems": []}]}
    applied(roster["id"])
    for line in AttendanceFile.objects.get().lines.filter(outcome="ambiguous"):
        dismiss_line(line, reason="Struck off.", by=None, now=NOW)
    assert program.get(f"{ROSTERS}/{roster['id']}/rows").json() == rows
    again = post(program, session, content).json()
    assert program.get(f"{ROSTERS}/{again['id']}/rows").json() == rows


def test_nothing_about_a_person_is_in_any_answer(program: Client, bar: Bar, session: Session) -> None:
    make_advocate(bar, "Кимов Виктор Петрович")
    for _ in range(2):
        make_advocate(bar, "Ли Анна Сергеевна")
    content = zoom(ALIYA, ("Кимова Виктор", "", 0, 180), ("Ли Анна", "", 0, 180), ("Никто Никак", "", 0, 180))
    made = post(program, session, content)
    answers = [made, *(program.get(each) for each in (
        f"{ROSTERS}/{made.json()['id']}", f"{ROSTERS}/{made.json()['id']}/rows", f"{SESSIONS}/{session.pk}/rosters",
        f"{SESSIONS}/{session.pk}", SESSIONS, POSTINGS,
    ))]  # fmt: skip
    said = "".join(answer.content.decode() for answer in answers)
    people = Advocate.objects.all()
    assert people.count() == 4
    for person in people:
        for secret in (person.full_name, person.licence_number, person.email, person.national_id.reveal()):
            assert not secret or secret not in said
    assert not {"advocate", "suggest", "candidate", "confiden", "status"} & set(said.replace('"', " ").split())
    assert results(program, made.json()["id"]) == {2: "matched", 3: "review", 4: "review", 5: "not_matched"}


def test_what_staff_decide_is_told_without_their_reason(program: Client, session: Session) -> None:
    roster = post(program, session, zoom(("Нетакой Иван", "", 0, 180))).json()["id"]
    line = applied(roster).lines.get()
    dismiss_line(line, reason="He was at the dentist.", by=None, now=NOW)
    shown = program.get(f"{ROSTERS}/{roster}/rows").json()["results"]
    assert shown == [{"rows": [2], "result": "not_matched", "problems": []}]


@pytest.fixture
def confirmed(program: Client, session: Session) -> int:
    """The key of a roster that was applied, of a session whose credit was posted."""
    roster = int(post(program, session).json()["id"])
    applied(roster)
    confirm_session(session, by=None, now=NOW)
    return roster


def test_a_posted_roster_is_corrected_by_reversal(program: Client, bar: Bar, session: Session, confirmed: int) -> None:
    kim = make_advocate(bar, "Ким Виктор", email="kim@mail.example.kz")
    right = zoom(("Ким Виктор", "kim@mail.example.kz", 0, 180))
    before = Entry.objects.count()
    made = post(program, session, right, f"{ROSTERS}/{confirmed}/correct").json()
    assert (made["state"], made["replaces"], Entry.objects.count()) == ("previewed", confirmed, before)
    assert minutes(session) == {"Сәрсенова Әлия": 180}  # nobody is without credit in between
    manager = browser(bar, RoleKind.COURSE_MANAGER)
    where = f"/api/v1/bars/R-1/sessions/{session.pk}/attendance-files/{made['id']}"
    assert manager.get(where).json()["replaces"] == confirmed
    assert send(manager, "post", f"{where}/apply").json()["state"] == "applied"
    assert minutes(session) == {"Ким Виктор": 180}
    assert sorted(Entry.objects.values_list("minutes", flat=True)) == [-180, 180, 180]
    assert program.get(f"{ROSTERS}/{confirmed}").json()["state"] == "discarded"
    assert sum(Entry.objects.filter(advocate=kim).values_list("minutes", flat=True)) == 180


def test_the_preview_of_a_correction_is_what_applying_it_does(
    program: Client, session: Session, confirmed: int
) -> None:
    """Less presence than on record: without taking the old roster back the record would stay."""
    made = post(program, session, zoom((*ALIYA[:3], 100)), f"{ROSTERS}/{confirmed}/correct").json()
    assert applied(made["id"]).state == "applied"
    assert minutes(session) == {"Сәрсенова Әлия": 100}
    assert sum(Entry.objects.values_list("minutes", flat=True)) == 180 * 55 // 100


def test_a_trusted_provider_s_correction_is_applied_at_once(
    program: Client, provider: Provider, session: Session, confirmed: int
) -> None:
    Provider.objects.filter(pk=provider.pk).update(trusted=True)
    made = post(program, session, zoom((*ALIYA[:3], 100)), f"{ROSTERS}/{confirmed}/correct").json()
    assert made["state"] == "applied"
    assert minutes(session) == {"Сәрсенова Әлия": 100}
    problem(post(program, session, zoom(ALIYA), f"{ROSTERS}/{confirmed}/correct"), 409)


def test_a_roster_that_was_never_applied_is_replaced_at_once(program: Client, session: Session) -> None:
    first = post(program, session).json()["id"]
    made = post(program, session, zoom((*ALIYA[:3], 100)), f"{ROSTERS}/{first}/correct").json()
    assert (made["replaces"], made["state"]) == (None, "previewed")
    assert program.get(f"{ROSTERS}/{first}").json()["state"] == "discarded"


def test_of_two_corrections_the_later_counts(program: Client, session: Session, confirmed: int) -> None:
    first, second = (
        post(program, session, zoom((*ALIYA[:3], end)), f"{ROSTERS}/{confirmed}/correct").json()["id"]
        for end in (100, 120)
    )
    assert program.get(f"{ROSTERS}/{first}").json()["state"] == "discarded"
    applied(second)
    assert minutes(session) == {"Сәрсенова Әлия": 120}


def test_what_something_rests_on_is_not_corrected(program: Client, bar: Bar, session: Session, confirmed: int) -> None:
    issue_for_session(session, now=NOW)
    before = records()
    answer = problem(post(program, session, zoom((*ALIYA[:3], 100)), f"{ROSTERS}/{confirmed}/correct"), 409)
    assert answer["type"].endswith(":roster-in-use")
    assert records() == before


def test_nor_is_it_applied_once_certificates_were_issued(
    program: Client, bar: Bar, session: Session, confirmed: int
) -> None:
    made = post(program, session, zoom((*ALIYA[:3], 100)), f"{ROSTERS}/{confirmed}/correct").json()
    issue_for_session(session, now=NOW)
    where = f"/api/v1/bars/R-1/sessions/{session.pk}/attendance-files/{made['id']}/apply"
    answer = problem(send(browser(bar, RoleKind.COURSE_MANAGER), "post", where), 409)
    assert answer["type"].endswith(":certificates-issued")
    assert minutes(session) == {"Сәрсенова Әлия": 180}


def test_a_session_is_due_until_a_roster_or_a_statement_is_there(program: Client, session: Session) -> None:
    where = f"{SESSIONS}/{session.pk}"
    assert program.get(where).json()["report"] == "due"
    made = send(program, "post", f"{where}/nil-return")
    assert (made.status_code, made.json()["session"], made.json()["first"]) == (201, session.pk, None)
    assert send(program, "post", f"{where}/nil-return").json() == made.json()
    assert program.get(where).json()["report"] == "nil"
    post(program, session)
    assert program.get(where).json()["report"] == "roster"
    assert NilReturn.objects.get().withdrawn_at is not None
    assert problem(send(program, "post", f"{where}/nil-return"), 409)["type"].endswith(":session-has-attendance")


def test_nobody_came_to_what_was_not_held(program: Client, session: Session) -> None:
    coming = make_session(session.course, dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    off = make_session(session.course, state="cancelled")
    for each, code in ((coming, "session-not-held"), (off, "session-cancelled")):
        before = records()
        for answer in (send(program, "post", f"{SESSIONS}/{each.pk}/nil-return"), post(program, each)):
            assert problem(answer, 409)["type"].endswith(f":{code}")
        assert records() == before
    assert program.get(f"{SESSIONS}/{off.pk}").json()["report"] == "none"


def test_a_period_without_sessions_is_reported(program: Client, session: Session) -> None:
    made = send(program, "post", NIL, first="2025-04-01", last="2025-06-30")
    assert made.status_code == 201
    assert send(program, "post", NIL, first="2025-04-01", last="2025-06-30").json() == made.json()
    held = problem(send(program, "post", NIL, first="2025-03-01", last="2025-03-31"), 409)
    assert held["type"].endswith(":sessions-held")
    problem(send(program, "post", NIL, first="2025-03-02", last="2025-03-01"), 400)
    assert program.get(NIL).json()["results"] == [made.json()]


def test_posted_minutes_are_summed_by_session(program: Client, bar: Bar, session: Session, other: Session) -> None:
    """Tennessee's ten people of an hour and a half: fifteen hours, for whatever an hour costs."""
    Course.objects.filter(pk=session.course_id).update(full_percent=50)
    session.course.segments.update(minutes=90)
    people = [make_advocate(bar) for _ in range(10)]
    roster = post(program, session, zoom(*((each.full_name, each.email, 0, 180) for each in people))).json()["id"]
    applied(roster)
    assert program.get(POSTINGS).json()["minutes"] == 0
    confirm_session(session, by=None, now=NOW)
    number = session.course.number
    row = {"session": session.pk, "course_number": number, "earned_on": "2025-03-14", "people": 10, "minutes": 900}
    assert program.get(POSTINGS).json() == {
        "earned_from": "2025-01-01", "earned_to": "2025-12-31", "minutes": 900, "sessions": [row],
    }  # fmt: skip
    assert program.get(f"{OWN}/postings?earned_from=2025-04-01&earned_to=2025-12-31").json()["sessions"] == []
    for query in ("", "?earned_from=2025-01-01", "?earned_from=2025-01-01&earned_to=2026-02-01"):
        problem(program.get(f"{OWN}/postings{query}"), 400)


@pytest.mark.parametrize(
    "address", [COURSES, SESSIONS, SESSIONS + "/{session}/rosters", NIL, ROSTERS + "/{roster}/rows"]
)
def test_lists_are_cut_by_key_and_cost_the_same(
    program: Client, session: Session, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert program.get(where).status_code == 200
        return len(sent)

    def more(month: int) -> None:
        make_session(Course.objects.get(pk=program.post(f"{COURSES}/{session.course_id}/clone").json()["id"]))
        send(program, "post", NIL, first=f"2024-0{month}-01", last=f"2024-0{month}-02")
        post(program, session)

    post(program, session, zoom(*((f"Некто {letter}", f"{letter}@x.kz", 0, 60) for letter in "abc")))
    send(program, "post", NIL, first="2024-01-01", last="2024-01-02")
    where = of(address, session)
    asked()
    with_one = asked()
    for month in (2, 3):
        more(month)
    assert asked() == with_one
    assert with_one <= 8
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    assert [len(page) for page in read_through(program, where)] == [2, 1]
