"""Roll-ups and the quarterly report: each bar its own numbers, for those who may read them, as data and as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from advocates.access import MAY, Action
from advocates.models import Bar, RoleKind, Status
from advocates.services.people import record_status, transfer
from cle.core.pagination import KeysetPagination
from compliance.models import CaseStep, Notice
from compliance.notices.stages import SESSION_OFF
from compliance.queries.quarterly import FIGURES, Quarter
from compliance.services.certificates import issue_for_session
from courses.models import Session
from tests.api.test_me import problem, read_through
from tests.compliance.certified import held
from tests.compliance.rows import make_case, make_notice, make_standing, ruled_bar
from tests.compliance.test_sweep import statements
from tests.factories import UTC, give_credit, make_advocate, make_bar, make_course, make_session, make_user

pytestmark = pytest.mark.django_db
ROLL_UP, REPORT = "/api/v1/bars/{}/roll-up", "/api/v1/bars/{}/quarterly-report"
ADDRESSES = [ROLL_UP, REPORT, REPORT + ".xlsx", REPORT + ".csv"]
FIRST = {"year": 2025, "quarter": 1}
YEAR_2025 = {"period_start": dt.date(2025, 1, 1), "period_end": dt.date(2025, 12, 31), "due_on": dt.date(2025, 12, 31)}


@pytest.fixture
def national() -> Bar:
    return ruled_bar(code="KZ")


@pytest.fixture
def bar(national: Bar) -> Bar:
    return make_bar("R-1", national)


@pytest.fixture
def staff(client: Client, national: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=national))
    return client


def ask(client: Client, address: str, bar: str = "KZ", **query: Any) -> Any:
    return client.get(address.format(bar), query if "roll-up" in address else {**FIRST, **query})


def busy(bar: Bar) -> None:
    """A bar with one of everything that is counted."""
    short, fine = make_advocate(bar), make_advocate(bar)
    make_standing(short, "short", **YEAR_2025)
    make_standing(short, "at_risk")
    make_standing(fine, "compliant")
    make_case(short)
    make_notice(short, state="failed")
    make_notice(fine, state="to_print", channel="paper")
    session = make_session(make_course(bar), dt.datetime.now(UTC))
    Session.objects.filter(pk=session.pk).update(state="confirmed", confirmed_at=dt.datetime.now(UTC))
    make_session(make_course(bar), dt.datetime.now(UTC))


def test_a_line_for_each_bar_below(staff: Client, national: Bar, bar: Bar) -> None:
    busy(bar)
    make_case(make_advocate(bar), "cured")  # type: ignore[arg-type]
    make_bar("R-2", national)
    busy(national)
    lines = ask(staff, ROLL_UP).json()["results"]
    assert [line["bar"]["code"] for line in lines] == ["R-1", "R-2"]
    standings = {"compliant": 1, "on_track": 0, "at_risk": 1, "short": 0, "exempt": 0}
    assert {key: value for key, value in lines[0].items() if key != "bar"} == {
        "advocates": 3, "standings": standings, "missing_minutes": 270, "open_cases": 1, "notices_undelivered": 2,
        "sessions_held": 1,
    }  # fmt: skip
    assert not any([lines[1]["advocates"], lines[1]["missing_minutes"], *lines[1]["standings"].values()])
    (of_2025, _) = ask(staff, ROLL_UP, period_start="2025-01-01").json()["results"]
    assert of_2025["standings"] == {**dict.fromkeys(standings, 0), "short": 1}


def test_a_territorial_bar_has_none_below(client: Client, bar: Bar) -> None:
    client.force_login(make_user(bar=bar))
    assert ask(client, ROLL_UP, "R-1").json()["results"] == []


def test_lines_come_in_pages(staff: Client, national: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    for number in range(3):
        make_bar(f"R-{number}", national)
    pages = read_through(staff, ROLL_UP.format("KZ"))
    assert [[line["bar"]["code"] for line in page] for page in pages] == [["R-0", "R-1"], ["R-2"]]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_number_of_statements_does_not_grow(staff: Client, national: Bar, address: str) -> None:
    def asked() -> int:
        with statements() as sent:
            assert ask(staff, address).status_code == 200
        return len(sent)

    busy(make_bar(parent=national))
    with_one = asked()
    for _ in range(2):
        busy(make_bar(parent=national))
    assert asked() == with_one
    assert with_one <= 18


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kind", [*RoleKind, None])
@pytest.mark.parametrize("home", ["own", "above", "neighbour"])
def test_who_may_read(client: Client, bar: Bar, kind: RoleKind | None, home: str, address: str) -> None:
    at = {"own": bar, "above": bar.parent, "neighbour": make_bar("R-2", bar.parent)}[home]
    client.force_login(make_user(bar=at, role=kind) if kind else make_user())
    answer = ask(client, address, "R-1")
    if home != "neighbour" and kind in MAY[Action.READ_REPORTS]:
        assert answer.status_code == 200
    else:
        problem(answer, 404)


def quarter_of(bar: Bar) -> dict[str, int]:
    """Figures of a bar that had one event of each kind in the first quarter of 2025, and the same in the second."""
    joiner = make_advocate(bar, joined_on=dt.date(2025, 2, 3))
    leaver = make_advocate(bar)
    transfer(leaver, make_bar(parent=bar.parent), dt.date(2025, 3, 31))
    for number, (status, day) in enumerate(
        [(Status.SUSPENDED_OWN, 1), (Status.SUSPENDED_CLE, 2), (Status.SUSPENDED_OTHER, 3), (Status.TERMINATED, 4),
         (Status.DEPRIVED, 5), (Status.EXCLUDED_LICENSED, 6)],
    ):  # fmt: skip
        record_status(make_advocate(bar, f"Озёрная Анна {number}"), status, dt.date(2025, 3, day))
    make_advocate(bar, joined_on=dt.date(2025, 4, 1))
    moments = [dt.datetime(2025, 3, 14, 5, tzinfo=UTC), dt.datetime(2025, 3, 31, 19, tzinfo=UTC)]  # 00:00 on 1 April
    for number, moment in enumerate(moments):
        session = held(bar, joiner)
        issue_for_session(session, now=moment)
        Session.objects.filter(pk=session.pk).update(starts_at=moment, ends_at=moment + dt.timedelta(hours=3))
        make_notice(joiner, f"reminder-{number}", state="sent", sent_at=moment)
        of_the_session = make_notice(joiner, f"{SESSION_OFF}-{number}", state="sent", sent_at=moment)
        Notice.objects.filter(pk=of_the_session.pk).update(session=session, period_start=None, stage=SESSION_OFF)
        case = make_case(make_advocate(bar), opened_at=moment)
        CaseStep.objects.create(case=case, bar=bar, from_state="open", to_state="cured", at=moment)
        step = {"to_state": "petition_drafted", "by": make_user(), "reason": "x", "document": "x"}
        CaseStep.objects.create(case=case, bar=bar, from_state="open", at=moment, **step)
        give_credit(joiner, 45, moment.astimezone(dt.timezone(dt.timedelta(hours=5))).date())
    return {
        "members": 9, "joined": 1, "left": 1, "active": 3, "suspended_own": 1, "suspended_cle": 1, "suspended_other": 1,
        "newly_suspended_cle": 1, "terminated": 1, "deprived": 1, "excluded": 1, "sessions_held": 1, "attended": 1,
        "advocates_attending": 1, "certificates_issued": 1, "notices_sent": 1, "cases_opened": 1, "cases_cured": 1,
        "petitions_drafted": 1,
    }  # fmt: skip


def test_a_quarter_is_counted_from_its_first_day_to_its_last(staff: Client, bar: Bar) -> None:
    expected = quarter_of(bar)
    report = ask(staff, REPORT).json()
    assert (report["first_day"], report["last_day"], report["ended"]) == ("2025-01-01", "2025-03-31", True)
    row = next(row for row in report["rows"] if row["bar"]["code"] == "R-1")
    counted = {name: row[name] for name in FIGURES}
    minutes = counted.pop("credit_minutes")
    assert counted == expected
    assert minutes == 45 + 2 * 180  # the sessions' credit is dated by the day they were confirmed for
    assert report["left_out"]


def test_this_bar_stands_first_and_those_below_follow(staff: Client, national: Bar, bar: Bar) -> None:
    rows = ask(staff, REPORT).json()["rows"]
    assert [row["bar"]["code"] for row in rows] == ["KZ", "R-1"]
    assert (rows[1]["name_kk"], rows[1]["name_ru"]) == (bar.name_kk, bar.name_ru)


@pytest.mark.parametrize(
    ("query", "named"),
    [({"quarter": 5}, "quarter"), ({"quarter": 0}, "quarter"), ({"year": "x"}, "year"), ({"unit": "1"}, "unit")],
)
@pytest.mark.parametrize("address", ADDRESSES[1:])
def test_an_odd_quarter_is_refused(staff: Client, address: str, query: dict[str, Any], named: str) -> None:
    faults = problem(ask(staff, address, **query), 400)["errors"]
    assert [fault["parameter"] for fault in faults] == [named]


def test_a_quarter_to_come_has_not_ended(staff: Client, bar: Bar) -> None:
    assert ask(staff, REPORT, year=2100, quarter=4).json()["ended"] is False


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [(1, (1, 1), (3, 31)), (2, (4, 1), (6, 30)), (3, (7, 1), (9, 30)), (4, (10, 1), (12, 31))],
)
def test_quarters_of_the_calendar(quarter: int, first: tuple[int, int], last: tuple[int, int]) -> None:
    found = Quarter(2025, quarter, "Asia/Almaty")
    assert (found.first, found.last) == (dt.date(2025, *first), dt.date(2025, *last))


def test_the_spreadsheet_is_headed_in_kazakh_then_in_russian(staff: Client, bar: Bar) -> None:
    Bar.objects.filter(pk=bar.pk).update(name_kk="=1+1", name_ru="http://x.example")
    answer = ask(staff, REPORT + ".xlsx")
    assert 'filename="KZ-2025-Q1.xlsx"' in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ("тоқсан" in cells[0][0], "квартал" in cells[1][0]) == (True, True)
    assert (cells[3][3], cells[4][3]) == ("соңғы күнгі мүшелер", "членов на последний день")
    assert cells[6][:3] == ["R-1", "=1+1", "http://x.example"]
    assert sheet["B7"].data_type == "s"
    assert [type(value) for value in cells[6][3:]] == [int] * len(FIGURES)


def test_the_text_file_is_safe_to_open_in_a_spreadsheet(staff: Client, bar: Bar) -> None:
    Bar.objects.filter(pk=bar.pk).update(name_kk="=1+1")
    answer = ask(staff, REPORT + ".csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][3] == "соңғы күнгі мүшелер / членов на последний день"
    assert rows[2][:2] == ["R-1", "'=1+1"]
    assert {len(row) for row in rows} == {3 + len(FIGURES)}
