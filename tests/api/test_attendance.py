"""The API of attendance: uploaded, looked at, applied, decided by people, taken back by reversal."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Advocate, Bar, NameAlias, RoleKind, User
from cle.core.pagination import KeysetPagination
from courses.models import Attendance, AttendanceFile, AttendanceLine, Entry, Session
from courses.services.attendance import apply_attendance, preview_attendance
from courses.services.ledger import reverse_entry
from courses.services.sessions import confirm_session
from tests.api.roles import browser, records, send
from tests.api.test_me import problem, read_through
from tests.compliance.test_sweep import statements
from tests.courses.reports import NOW, START, minutes, zoom
from tests.factories import make_advocate, make_bar, make_course, make_national, make_session, make_user

pytestmark = pytest.mark.django_db
SESSION = "/api/v1/bars/{bar}/sessions/{session}"
PRESENT, FILES = SESSION + "/attendance", SESSION + "/attendance-files"
FILE = FILES + "/{file}"
LINES, DECIDE = FILE + "/lines", FILE + "/lines/{line}/decide"
READ = [PRESENT, FILES, FILE, LINES]
WRITTEN = [FILES, *(f"{FILE}/{verb}" for verb in ("apply", "discard", "undo", "accept")), DECIDE]
_keys = count(1)


@pytest.fixture
def national() -> Bar:
    return make_national()


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def session(bar: Bar) -> Session:
    return held(bar)


@pytest.fixture
def foreign(national: Bar) -> Session:
    return held(make_bar("R-2", national))


@pytest.fixture
def manager(bar: Bar) -> Client:
    return browser(bar, RoleKind.COURSE_MANAGER)


def held(bar: Bar) -> Session:
    """A session with a previewed report of three: somebody known, two of one name, and nobody."""
    session = make_session(make_course(bar))
    make_advocate(bar, "Сәрсенова Әлия", email="aliya@mail.example.kz", national_id="850505300123")
    for _ in range(2):
        make_advocate(bar, "Ким Виктор")
    preview_attendance(session, REPORT, "zoom.csv", by=None)
    return session


REPORT = zoom(
    ("Сәрсенова Әлия", "aliya@mail.example.kz", 0, 180), ("Ким Виктор", "", 0, 170), ("Нетакой Иван", "", 10, 180)
)


def of(address: str, session: Session, bar: Bar | None = None) -> str:
    file = session.files.latest("pk")
    line = file.lines.filter(outcome="ambiguous").order_by("pk").first()
    return address.format(bar=(bar or session.bar).code, session=session.pk, file=file.pk, line=line.pk if line else 1)


def upload(client: Client, address: str, content: bytes = REPORT, **fields: Any) -> Any:
    file = SimpleUploadedFile("zoom.csv", content)
    return client.post(address, {"file": file, **fields}, headers={"idempotency-key": f"upload {next(_keys)}"})


@pytest.mark.parametrize("address", READ)
@pytest.mark.parametrize("kind", RoleKind)
def test_who_reads(bar: Bar, session: Session, kind: RoleKind, address: str) -> None:
    answer = browser(bar, kind).get(of(address, session))
    assert answer.status_code == (200 if kind in MAY[Action.READ_ATTENDANCE] else 404)


@pytest.mark.parametrize("address", WRITTEN)
@pytest.mark.parametrize("kind", RoleKind)
def test_who_writes(bar: Bar, session: Session, kind: RoleKind, address: str) -> None:
    before = records()
    answer = send(browser(bar, kind), "post", of(address, session))
    if kind in MAY[Action.KEEP_ATTENDANCE]:
        assert answer.status_code in (200, 201, 400, 409)
        return
    problem(answer, 403 if kind in MAY[Action.READ_ATTENDANCE] else 404)
    assert records() == before


@pytest.mark.parametrize(("method", "address"), [*(("get", a) for a in READ), *(("post", a) for a in WRITTEN)])
def test_another_bar_is_as_if_it_were_not_there(bar: Bar, foreign: Session, method: str, address: str) -> None:
    client = browser(bar, RoleKind.BAR_ADMIN)
    before = records()
    for asked in (of(address, foreign), of(address, foreign, bar)):
        problem(send(client, method, asked, reason="mine", advocate=None, confidence=50), 404)
    assert records() == before


@pytest.mark.parametrize("address", [FILE, LINES, FILE + "/apply", DECIDE])
def test_a_file_of_another_session_is_not_found_here(bar: Bar, session: Session, manager: Client, address: str) -> None:
    other = make_session(make_course(bar))
    asked = of(address, session).replace(f"sessions/{session.pk}", f"sessions/{other.pk}")
    method = "get" if address in READ else "post"
    before = records()
    problem(send(manager, method, asked, advocate=None), 404)
    assert records() == before


def test_a_report_is_previewed_applied_and_taken_back(session: Session, manager: Client) -> None:
    made = upload(manager, of(FILES, session))
    assert made.status_code == 201
    shown = made.json()
    assert made["Location"].endswith(f"/attendance-files/{shown['id']}")
    assert (shown["state"], shown["rows"], shown["created"], shown["ambiguous"]) == ("previewed", 3, 1, 2)
    assert not Attendance.objects.exists()
    applied = send(manager, "post", of(FILE, session) + "/apply").json()
    assert applied["state"] == "applied"
    rows = manager.get(of(PRESENT, session)).json()["results"]
    assert [(row["name"], row["minutes"], row["decision"]) for row in rows] == [("Сәрсенова Әлия", 180, "full")]
    undone = send(manager, "post", of(FILE, session) + "/undo", reason="Another event.").json()
    assert undone["state"] == "discarded"
    rows = manager.get(of(PRESENT, session)).json()["results"]
    assert [(row["name"], row["void_reason"]) for row in rows] == [("Сәрсенова Әлия", "Another event.")]


def test_a_correction_of_credit_is_a_reversal(session: Session, manager: Client) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    confirm_session(session, by=None, now=NOW)
    assert list(Entry.objects.values_list("minutes", flat=True)) == [180]
    problem(send(manager, "post", of(FILE, session) + "/undo"), 400)
    send(manager, "post", of(FILE, session) + "/undo", reason="Another event.")
    assert sorted(Entry.objects.values_list("minutes", flat=True)) == [-180, 180]
    send(manager, "post", of(FILE, session) + "/undo", reason="Another event.")
    assert Entry.objects.count() == 2


def test_the_lines_say_who_matched_who_may_be_meant_and_what_is_wrong(session: Session, manager: Client) -> None:
    known, namesakes, nobody = manager.get(of(LINES, session)).json()["results"]
    assert (known["advocate_name"], known["matched_by"], known["rows"]) == ("Сәрсенова Әлия", "email", [2])
    assert namesakes["outcome"] == "ambiguous"
    assert [one["name"] for one in namesakes["candidates"]] == ["Ким Виктор"] * 2
    assert [fault["code"] for fault in namesakes["problems"]] == ["namesakes"]
    assert (nobody["candidates"], nobody["problems"][0]["row"]) == ([], 4)
    assert namesakes["problems"][0]["message"] == "Several people of the roll have this name."
    asked = manager.get(of(LINES, session), headers={"accept-language": "ru"}).json()["results"]
    assert asked[1]["problems"][0]["message"] != namesakes["problems"][0]["message"]
    found = manager.get(of(LINES, session) + "?outcome=ambiguous").json()["results"]
    assert found == [namesakes, nobody]


def test_rows_are_a_report_too(session: Session, manager: Client) -> None:
    kim = Advocate.objects.filter(full_name="Ким Виктор").order_by("pk").first()
    end = START + dt.timedelta(minutes=120)
    rows = [
        {"email": "aliya@mail.example.kz", "minutes": 150},
        {"licence": kim.licence_number, "name": "Ким Виктор", "joined": START.isoformat(), "left": end.isoformat()},
        {"name": "Нетакой Иван", "joined": "2025-03-14T05:00:00Z", "left": "2025-03-14T08:00:00Z"},
        {"name": "Без Времени"},
    ]  # fmt: skip
    shown = send(manager, "post", of(FILES, session), rows=rows).json()
    assert (shown["rows"], shown["created"], shown["ambiguous"], shown["rejected"]) == (4, 2, 1, 1)
    lines = manager.get(of(LINES, session)).json()["results"]
    assert [(line["rows"], line["outcome"], line["minutes"]) for line in lines] == [
        ([2], "created", 150), ([3], "created", 120), ([4], "ambiguous", 180), ([5], "rejected", 0),
    ]  # fmt: skip
    assert lines[3]["problems"][0]["code"] == "no-times"
    send(manager, "post", of(FILE, session) + "/apply")
    assert minutes(session) == {"Сәрсенова Әлия": 150, "Ким Виктор": 120}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"rows": []}, "#/rows"),
        ({"rows": [{"name": "A", "minutes": -1}]}, "#/rows/0/minutes"),
        ({"rows": [{"name": "A", "minutes": 1}, {"joined": "10:00"}]}, "#/rows/1/joined"),
        ({"rows": [{"national_id": "1"}]}, "#/rows/0/national_id"),
        ({"rows": [{"name": "A"}], "time_zone": "UTC"}, "#/time_zone"),
        ({}, "#/rows"),
    ],
)
def test_wrong_rows_are_named(session: Session, manager: Client, wrong: dict[str, Any], pointer: str) -> None:
    before = records()
    document = problem(send(manager, "post", of(FILES, session), **wrong), 400)
    assert {fault["pointer"].replace("/rows/1/rows", "/rows") for fault in document["errors"]} == {pointer}
    assert records() == before


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"", {}),
        (b"\x00\x01\x02" * 50, {}),
        (b"a;b\n1;2\n", {}),
        (zoom(("A", "", 0, 60), start=START - dt.timedelta(days=30)), {}),
        (REPORT, {"time_zone": "Mars/Olympus"}),
        (REPORT, {"encoding": "no-such"}),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    session: Session, manager: Client, content: bytes, fields: dict[str, str]
) -> None:
    before = records()
    document = problem(upload(manager, of(FILES, session), content, **fields), 400)
    assert document["errors"][0]["detail"]
    assert records() == before


def test_a_file_that_is_too_large_is_refused(session: Session, manager: Client) -> None:
    before = records()
    document = problem(upload(manager, of(FILES, session), b"x" * 20_000_001), 400)
    assert "20 megabytes" in document["errors"][0]["detail"]
    assert records() == before


def test_the_same_key_uploads_once_and_none_at_all_never(session: Session, manager: Client) -> None:
    def call(**headers: str) -> Any:
        return manager.post(of(FILES, session), {"file": SimpleUploadedFile("z.csv", REPORT)}, headers=headers)

    before = AttendanceFile.objects.count()
    problem(call(), 400)
    first, again = call(**{"idempotency-key": "one"}), call(**{"idempotency-key": "one"})
    assert (first.status_code, again.json()) == (201, first.json())
    assert AttendanceFile.objects.count() == before + 1


def test_applying_twice_is_once(session: Session, manager: Client) -> None:
    first = send(manager, "post", of(FILE, session) + "/apply").json()
    before = records()
    assert send(manager, "post", of(FILE, session) + "/apply").json() == first
    assert records() == before


def test_a_preview_is_put_aside_and_an_applied_report_is_not(session: Session, manager: Client) -> None:
    assert send(manager, "post", of(FILE, session) + "/discard").json()["state"] == "discarded"
    assert problem(send(manager, "post", of(FILE, session) + "/apply"), 409)["type"].endswith("attendance-discarded")
    upload(manager, of(FILES, session))
    send(manager, "post", of(FILE, session) + "/apply")
    answer = problem(send(manager, "post", of(FILE, session) + "/discard"), 409)
    assert answer["type"].endswith(":attendance-applied")


def test_a_person_decides_whose_line_it_is(session: Session, manager: Client) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    chosen = manager.get(of(LINES, session)).json()["results"][1]["candidates"][1]["advocate"]
    decided = send(manager, "post", of(DECIDE, session), advocate=chosen).json()
    assert (decided["advocate"], decided["matched_by"], decided["minutes"]) == (chosen, "person", 170)
    assert Attendance.objects.get(advocate=chosen).decision == "full"
    assert not NameAlias.objects.exists()  # a name of two people is nobody's
    dismissed = send(manager, "post", of(DECIDE, session), advocate=None, reason="Staff of the centre.").json()
    assert (dismissed["outcome"], dismissed["advocate"]) == ("rejected", None)
    assert dismissed["problems"][-1]["message"] == "Staff of the centre."
    assert manager.get(of(FILE, session)).json()["ambiguous"] == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [({"advocate": None}, "reason-needed"), ({"advocate": None, "reason": "x"}, "attendance-not-applied")],
)
def test_a_decision_has_its_rules(session: Session, manager: Client, given: dict[str, Any], code: str) -> None:
    before = records()
    assert problem(send(manager, "post", of(DECIDE, session), **given), 409)["type"].endswith(f":{code}")
    assert records() == before


def test_nobody_of_another_bar_is_credited(session: Session, foreign: Session, manager: Client) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    theirs = Advocate.objects.filter(bar=foreign.bar).first()
    before = records()
    document = problem(send(manager, "post", of(DECIDE, session), advocate=theirs.pk), 400)
    assert document["errors"][0]["pointer"] == "#/advocate"
    assert records() == before


def test_nobody_decides_that_they_were_there_themselves(session: Session, bar: Bar, manager: Client) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    own = Advocate.objects.filter(full_name="Ким Виктор").first()
    Advocate.objects.filter(pk=own.pk).update(user=User.objects.get(roles__bar=bar))
    before = records()
    answer = problem(send(manager, "post", of(DECIDE, session), advocate=own.pk), 409)
    assert answer["type"].endswith(":own-attendance")
    assert records() == before


def test_likely_lines_are_accepted_all_at_once_and_equals_are_left(session: Session, bar: Bar, manager: Client) -> None:
    make_advocate(bar, "Нетаков Иван")
    upload(manager, of(FILES, session))
    send(manager, "post", of(FILE, session) + "/apply")
    likeliest = manager.get(of(LINES, session)).json()["results"][2]["candidates"][0]
    assert likeliest["name"] == "Нетаков Иван"
    assert send(manager, "post", of(FILE, session) + "/accept", confidence=95).json() == {"accepted": 0, "left": 2}
    least = likeliest["confidence"]
    assert send(manager, "post", of(FILE, session) + "/accept", confidence=least).json() == {"accepted": 1, "left": 1}
    assert minutes(session)["Нетаков Иван"] == 170
    problem(send(manager, "post", of(FILE, session) + "/accept", confidence=10), 400)


def test_one_s_own_likely_line_is_left(session: Session, bar: Bar, manager: Client) -> None:
    make_advocate(bar, "Нетаков Иван", user=User.objects.get(roles__bar=bar))
    upload(manager, of(FILES, session))
    send(manager, "post", of(FILE, session) + "/apply")
    assert send(manager, "post", of(FILE, session) + "/accept", confidence=50).json() == {"accepted": 0, "left": 2}


def test_one_attendance_is_taken_back_and_stays_so(session: Session, manager: Client) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    confirm_session(session, by=None, now=NOW)
    standing = Attendance.objects.get()
    where = f"{of(PRESENT, session)}/{standing.pk}/undo"
    problem(send(manager, "post", where), 400)
    shown = send(manager, "post", where, reason="Somebody else used the account.").json()
    assert (shown["void_reason"], shown["voided_at"] is None) == ("Somebody else used the account.", False)
    assert sum(Entry.objects.values_list("minutes", flat=True)) == 0
    before = records()
    assert send(manager, "post", where, reason="again").json() == shown
    assert records() == before
    line = manager.get(of(LINES, session)).json()["results"][0]
    assert (line["outcome"], line["advocate"], line["problems"][-1]["code"]) == ("rejected", None, "taken-back")
    file = manager.get(of(FILE, session)).json()
    assert (file["created"], file["rejected"]) == (0, 1)
    upload(manager, of(FILES, session), zoom(("Сәрсенова Әлия", "aliya@mail.example.kz", 80, 180)))
    send(manager, "post", of(FILE, session) + "/apply")
    assert minutes(session) == {"Сәрсенова Әлия": 100}  # another report counts for what it says itself


def test_of_another_session_nothing_is_taken_back_here(session: Session, bar: Bar, manager: Client) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    other = make_session(make_course(bar))
    where = f"{of(PRESENT, session)}/{Attendance.objects.get().pk}/undo"
    where = where.replace(f"sessions/{session.pk}", f"sessions/{other.pk}")
    before = records()
    problem(send(manager, "post", where, reason="wrong"), 404)
    assert records() == before


def test_taking_the_file_back_after_one_attendance_takes_back_the_rest(session: Session, manager: Client) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    send(manager, "post", f"{of(PRESENT, session)}/{Attendance.objects.get().pk}/undo", reason="wrong person")
    assert send(manager, "post", of(FILE, session) + "/undo", reason="Another event.").json()["state"] == "discarded"
    assert minutes(session) == {}


@pytest.mark.parametrize("address", READ)
def test_national_identifiers_and_the_file_itself_are_no_part_of_it(
    session: Session, manager: Client, address: str
) -> None:
    send(manager, "post", of(FILE, session) + "/apply")
    answer = manager.get(of(address, session)).content.decode()
    assert "850505300123" not in answer
    assert '"content"' not in answer


@pytest.mark.parametrize("address", [PRESENT, FILES, LINES])
def test_lists_are_cut_by_key_and_cost_the_same(
    session: Session, manager: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert manager.get(where).status_code == 200
        return len(sent)

    send(manager, "post", of(FILE, session) + "/apply")
    where = of(address, session)
    asked()
    with_some = asked()
    for _ in range(2):
        person = make_advocate(session.bar)
        more = zoom((person.full_name, person.email, 0, 180), ("Ким Виктор", "", 0, 30))
        upload(manager, of(FILES, session), more)
        if address != LINES:
            send(manager, "post", of(FILE, session) + "/apply")
    rows = AttendanceLine.objects.filter(file__session=session)
    rows.update(file=session.files.earliest("pk"))
    assert asked() == with_some
    assert with_some <= 8
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    pages = read_through(manager, where)
    assert len(pages[0]) == 2
    assert sum(len(page) for page in pages) == {PRESENT: 3, FILES: 3, LINES: 7}[address]


def test_a_preview_says_whose_credit_would_come_back(manager: Client, bar: Bar, session: Session) -> None:
    person = make_advocate(bar, "Озёрная Мария Николаевна")
    confirm_session(session, by=None, now=NOW)
    apply_attendance(preview_attendance(session, zoom(("Озёрная Мария Николаевна", "", 0, 100)), "a.csv", by=None),
                     by=None, now=NOW)  # fmt: skip
    reverse_entry(Entry.objects.get(), reason="left early", by=make_user(name="Ким Виктор"))
    stays = zoom(("Озёрная Мария Николаевна", "", 90, 180), ("Озёрная Марина", "", 90, 180))
    file = preview_attendance(session, stays, "b.csv", by=None)
    where = {"bar": bar.code, "session": session.pk, "file": file.pk}
    back = {"taken_minutes": 99, "by": "Ким Виктор", "reason": "left early", "gives_minutes": 180}
    shown = manager.get(FILE.format(**where)).json()
    assert shown["returning"] == [{**back, "advocate": person.pk, "name": person.full_name}]
    _clear, open_ = manager.get(LINES.format(**where)).json()["results"]
    assert [each["returning"] for each in open_["candidates"]] == [back]
