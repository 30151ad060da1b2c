"""The quick ways of an import say what the whole of the rules says, row by row, or leave the row to them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocates.models import Advocate, Bar, Membership, NameAlias, Outcome, Status
from advocates.services.people import record_status
from cle.core.tables import Limits, Row, Table
from cle.core.tables import delimited as delimited_text
from cle.core.tables.clean import Cleaner, is_clean
from cle.core.tables.text import read_text
from courses.attendance import lists, plain_lists, presence, recognise
from courses.attendance.licensed import Licensed, by_plain_number, licences_of, plain_numbers
from courses.attendance.lists import read_list
from courses.attendance.matching import match
from courses.attendance.model import Interval, Presence, Report
from courses.attendance.names import split_original, without_tag
from courses.attendance.plain import parts
from courses.attendance.presence import localise, seconds_present, suggest_shift, wrong_event
from courses.attendance.recognise import read_report
from courses.attendance.rows import Layout, _read_row, plain_sighting
from courses.attendance.stamps import Clock, usual_stamp
from courses.models import Decision, Registration, Session
from courses.queries.roster import read_roster
from courses.services.attendance import apply_attendance, preview_attendance
from courses.services.attendance_judging import Judgement
from courses.services.attendance_matching import find_people
from courses.services.attendance_plan import Plan, PlannedLine
from courses.services.attendance_reading import Reading, _last
from tests.courses.reports import NOW, START
from tests.factories import make_advocate, make_bar, make_course, make_session

COLUMNS = {"licence": 0, "name": 1, "join": 2, "leave": 3, "email": 4}
HEADINGS = ("licence number", "name", "join time", "leave time", "e-mail")
_CELLS = st.sampled_from(
    ["", "1", "2", "3", "0012345", "14000567", "№ 12", "Итого", "Всего: 12", "Озёрная Мария", "Озёрная Мария (iPhone)",
     "Адвокат （Анна）", "Подпись ____", "12 ____", "Директор: Озёрная", "licence number", "name", "join time",
     "leave time", "2025-03-14 10:00:00", "2025-03-14T12:59:59", "2025-03-14 09:00:00", "2025-03-15 10:00:01",
     "2025-03-14 25:00:00", "2025-02-31 10:00:00", "1812-03-14 10:00:00", "14.03.2025 10:00", "10:00", "-",
     "2025-03-14 10:00:0٣", "a@bk.example", "m***@bk.example", "x#ext#@bk.example", " A@BK.example ", 14000567, 1.5,
     True, dt.datetime(2025, 3, 14, 11), dt.time(11)]  # noqa: DTZ001
)  # fmt: skip
_STAMPS = st.sampled_from(["2025-03-14 10:00:00", "2025-03-14 12:30:05", "2025-03-14T13:00:00", "2025-03-15 09:00:00"])
_ROWS = st.tuples(_CELLS, _CELLS, _STAMPS | _CELLS, _STAMPS | _CELLS, _CELLS) | st.lists(_CELLS, max_size=6).map(tuple)


@settings(max_examples=150, deadline=None)
@given(_ROWS, st.sampled_from([split_original, without_tag]), st.sets(st.sampled_from([*COLUMNS, "duration", "date"])))
def test_a_plain_row_is_read_as_all_rows_are(cells, split, fields) -> None:
    columns = {field: place for field, place in {**COLUMNS, "duration": 4, "date": 0}.items() if field in fields}
    layout = Layout(columns, Clock(day=START.date()), split)
    quick = plain_sighting(Row(7, cells), layout)
    assert quick is None or quick == _read_row(Row(7, cells), layout)


@settings(max_examples=150, deadline=None)
@given(st.lists(_ROWS, min_size=1, max_size=6))
def test_a_list_of_plain_rows_is_read_as_all_lists_are(rows) -> None:
    table = Table("csv", (Row(1, HEADINGS), *(Row(number, cells) for number, cells in enumerate(rows, 2))))
    with pytest.MonkeyPatch.context() as patched:
        quick = read_list(table, Clock(day=START.date()))
        patched.setattr(lists, "plain_sighting", lambda _row, _layout: None)
        patched.setattr(lists, "read_row", _read_row)
        assert quick == read_list(table, Clock(day=START.date()))


def test_most_rows_of_a_list_are_plain() -> None:
    layout = Layout(COLUMNS, Clock())
    cells = ("0012345", "Озёрная Мария", "2025-03-14 10:00:00", "2025-03-14 13:00:00", "a@bk.example")
    assert plain_sighting(Row(2, cells), layout)
    assert usual_stamp(cells[2]) == dt.datetime(2025, 3, 14, 10)  # noqa: DTZ001


_TEXTS = st.text(alphabet='аЯё?"=,;\n x1\x07\ufeff', max_size=60)


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_a_clean_text_holds_nothing_to_clean(text: str) -> None:
    limits = Limits(cell_characters=20)
    found, _repaired = delimited_text.records(text, ",", most=100)
    exact = Cleaner(limits)
    cleaned = exact.rows(found)
    if is_clean(text, limits):
        assert (Cleaner(limits, clean=True).rows(found), exact.notes) == (cleaned, [])
    if '"' not in text:
        assert found == list(delimited_text._strict(text, ","))
    assert not is_clean('="1"', limits)
    assert read_text(b"a;b\n1;2", limits=limits).rows == (Row(1, ("a", "b")), Row(2, ("1", "2")))


_ZONES = st.sampled_from(["UTC", "Asia/Almaty", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
_NIGHT = dt.datetime(2024, 10, 26)  # noqa: DTZ001
_WALLS = st.integers(0, 2880).map(lambda minutes: _NIGHT + dt.timedelta(minutes=minutes)) | st.integers(
    -230 * 24, -208 * 24
).map(lambda hours: _NIGHT + dt.timedelta(hours=hours))
"""Around the nights on which clocks are changed in Europe and in America."""


@settings(max_examples=150, deadline=None)
@given(_ZONES, st.lists(st.tuples(_WALLS, st.integers(-90, 2000)), min_size=1, max_size=4), st.booleans())
def test_times_of_one_offset_are_moved_as_all_times_are(zone: str, stays, together: bool) -> None:
    walls = [Interval(start, start + dt.timedelta(minutes=minutes)) for start, minutes in stays]
    each = [walls] if together else [[wall] for wall in walls]
    report = Report("list", tuple(Presence(n, (n,), "x", intervals=tuple(mine)) for n, mine in enumerate(each, 2)))
    slowly = tuple(presence._localised(one, ZoneInfo(zone)) for one in report.presences)
    assert localise(report, zone).presences == slowly


@settings(max_examples=150, deadline=None)
@given(st.integers(-60, 240), st.integers(-5, 240))
def test_one_stay_counts_as_it_would_among_others(start: int, minutes: int) -> None:
    window = Interval(START, START + dt.timedelta(hours=3))
    stay = Interval(START + dt.timedelta(minutes=start), START + dt.timedelta(minutes=start + minutes))
    one = Presence(2, (2,), "x", intervals=(stay,))
    assert seconds_present([one], window) == seconds_present([one, Presence(3, (3,), "x")], window)


def test_the_digest_of_a_plan_is_that_of_its_json() -> None:
    """Previews wait for days: their digests must not change."""
    lines = (
        PlannedLine((2, 5), Outcome.CREATED, advocate_id=7, changes='{"seconds": [0, 60], "decision": ["", "none"]}'),
        PlannedLine((3,), Outcome.AMBIGUOUS),
    )
    judgements = {9: Judgement(5, Decision.FULL, 100), 7: Judgement(60, Decision.NONE, 0)}
    said = [
        [[[2, 5], "created", 7, {"seconds": [0, 60], "decision": ["", "none"]}], [[3], "ambiguous", None, {}]],
        [[7, 60, "none", 0], [9, 5, "full", 100]],
    ]
    assert Plan(lines, judgements).sha256 == hashlib.sha256(json.dumps(said).encode()).hexdigest()
    assert Plan((), {}).sha256 == hashlib.sha256(b"[[], []]").hexdigest()


FAMILIES = (
    "Озёрная",
    "Озерный",
    "Ақбұлақов",
    "Салтыкова-Щедрина",
    "Ли",
    "фон Берг",
    "Соснин",
    "Соснина",
    "O'Neill",
    "",
)
GIVEN = ("Мария", "Асқар", "Пётр", "Инна", "М.", "Maria", "Пе?р", "")
PATRONYMICS = ("Николаевна", "Серікұлы", "Иванович", "")
TYPED = (
    "{full}", "{family} {given}", "{given} {family}", "{number} {family}", "{family} {number}",
    "{family} {given[0]}.", "{family}", "{full} (iPhone)", "{full} 12", "{latin}", "?{given} {family}",
    "Чужой Человек", "{number}", "",
)  # fmt: skip


def _roll(bars: list[Bar], random: Random) -> Iterator[Advocate]:
    for number in range(90):
        name = [random.choice(FAMILIES), random.choice(GIVEN), random.choice(PATRONYMICS)]
        licence = random.choice(["", f"{number % 40:07}", f"{14_000_000 + number % 50}", "АБ-12", "000"])
        email = random.choice(["", f"a{number % 30}@bk.example", f"Ä{number}@bk.example", " B@bk.example"])
        fields = {"family_name": name[0], "given_name": name[1], "patronymic": name[2]}
        person = make_advocate(
            random.choice(bars), " ".join(filter(None, name)) or "—", licence_number=licence, email=email
        )
        Advocate.objects.filter(pk=person.pk).update(**fields)
        yield person


def _said(person: Advocate, random: Random, row: int) -> Presence:
    person.refresh_from_db()
    name = random.choice(TYPED).format(
        full=person.full_name, family=person.family_name, given=person.given_name or "-", number=person.licence_number,
        latin="Ozernaia Mariia",
    )  # fmt: skip
    licence = random.choice([person.licence_number, person.licence_number.lstrip("0"), "14000001", "", "от 01.02.2010"])
    email = random.choice(["", person.email.strip().casefold(), "a1@bk.example", "b@bk.example", "x@else.example"])
    others = ("Соснин Пётр",) if random.random() < 0.1 else ()
    return Presence(row, (row,), " ".join(name.split()), email=email, licence=licence, other_names=others)


@pytest.fixture
def session(db) -> Session:
    return make_session(make_course(make_bar("KZ-71", make_bar("KZ"))))


@pytest.mark.parametrize("seed", [1, 2])
def test_whom_a_report_names_is_found_as_in_the_whole_roll(session: Session, seed: int) -> None:
    random = Random(seed)
    elsewhere = make_bar("KZ-75", session.bar.parent)
    below = make_bar("KZ-71-1", session.bar)
    roll = list(_roll([session.bar, session.bar, below, elsewhere], random))
    for person in roll[:6]:
        record_status(person, random.choice([Status.DECEASED, Status.SUSPENDED_CLE]), dt.date(2025, 3, 14))
        Registration.objects.create(session=session, bar=session.bar, advocate=person, state="registered", asked_at=NOW)
    Membership.objects.filter(advocate__in=roll[6:9]).update(period=(dt.date(2015, 3, 2), dt.date(2025, 3, 1)))
    keys = ["сема щеглов", "чужой человек", "соснин петр"]
    for person, key in zip([one for one in roll if one.bar_id == session.bar_id], keys, strict=False):
        NameAlias.objects.create(bar=session.bar, advocate=person, key=key, decided_by=None)
    presences = [_said(random.choice(roll), random, row) for row in range(2, 160)]
    presences.append(Presence(160, (160,), "x", advocate=roll[0].pk))
    exact = read_roster(session)
    for some in (presences, [one for one in presences if "?" not in one.name]):
        found = find_people(session, some, ())
        assert found.matches == [match(one, exact) for one in some]
        assert all(found.may_attend[one.pk] == exact.people[one.pk].may_attend for one in found.matches if one.pk)
        assert found.may_attend.keys() <= exact.people.keys()
    assert {one.matched_by for one in found.matches} >= {"licence", "name", ""}
    assert any(one.reason == "similar" for one in found.matches)
    assert any(first.suggestions for first, _next in pairwise(found.matches))


def test_traits_of_too_many_people_say_nothing(session: Session) -> None:
    for number in range(102):
        family = "Соснин" if number % 34 == 0 else "Озёрная"
        make_advocate(session.bar, f"{family}{'а' * (number % 3)} Мария Б{number}", email="")
    names = ("Озёрнаяб Марина", "Озёрнаяааа Инна", "Соснино Марья", "Росина Зоя", "Мария Озернаиа")
    some = [Presence(row, (row,), name) for row, name in enumerate(names, 2)]
    exact = read_roster(session)
    assert find_people(session, some, ()).matches == [match(one, exact) for one in some]


def test_a_plain_number_identifies_only_one_whose_name_it_stands_beside() -> None:
    maria, other = Licensed(1, "Озёрная", True), Licensed(2, "Лугова", True)
    known = licences_of([("12", maria), ("013", maria), ("13", other), ("14", other)])

    def found(name: str, licence: str) -> Licensed | None:
        one = Presence(2, (2,), name, licence=licence)
        return by_plain_number(one, plain_numbers(one), known)

    assert found("Озёрная Мария", "0012") == found("Озёрная Мария 12", "12") == found("Озёрная 99", "12") == maria
    for name, licence in (
        ("Лугова Инна", "12"), ("Озёрная Мария", "13"), ("Озёрная Мария 14", "12"), ("Озёрнаяя Мария", "12"),
        ("Озёрная 1 2", "12"), ("Озёрная iPhone12", "12"), ("Озёрн?я Мария", "12"), ("Озёрная Мария", "№ 12"),
    ):  # fmt: skip
        assert found(name, licence) is None


_PEOPLE = st.builds(
    lambda number, name, came, minutes: (
        number, name, f"{came:%Y-%m-%d %H:%M:%S}", f"{came + dt.timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}", "",
    ),
    st.sampled_from(["12", "013", "14000567", "15", "16", "17", " 12 ", "1٣"]),
    st.sampled_from(
        ["Озёрная Мария", "Ли Анна 12", "Итого", "Grand Total", "Директор: Ли", "Ли (Анна)", "О'Нил Пётр", ""]
    ),
    st.integers(-900, 900).map(lambda minutes: dt.datetime(2025, 3, 14, 10) + dt.timedelta(minutes=minutes)),  # noqa: DTZ001
    st.integers(-30, 1500),
)  # fmt: skip
_TABLES = st.lists(_PEOPLE | _ROWS.filter(lambda cells: all(isinstance(cell, str) for cell in cells)), max_size=12)
_FRONT = [("1", "Соснин Пётр", "2025-03-14 10:00:00", "2025-03-14 13:00:00", "")] * 2


@settings(max_examples=150, deadline=None)
@given(_TABLES, st.permutations(range(5)), _ZONES, st.sampled_from([(), (("Meeting", "Title"),), (("2. Title",),)]))
def test_plain_rows_read_as_columns_are_read_as_all_rows_are(people, order, zone: str, title) -> None:
    listed = [HEADINGS, *_FRONT, *people, *title, *_FRONT]
    rows = [tuple(cells[place] for place in order) if len(cells) == 5 else cells for cells in listed]
    table = Table("csv", tuple(Row(number, cells) for number, cells in enumerate(rows, 1)))
    windows = [Interval(START + dt.timedelta(hours=hour), START + dt.timedelta(hours=hour + 3)) for hour in (0, 5)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plain_lists, "_FRONT", 3)
        quick = localise(read_report(table, session_day=START.date()), zone)
        patched.setattr(recognise, "part", lambda _table: None)
        exact = localise(read_report(table, session_day=START.date()), zone)
    assert replace(quick, presences=tuple(quick.presences)) == exact
    assert len(quick.presences) == len(exact.presences)
    for window in windows:
        assert wrong_event(quick, window) == wrong_event(exact, window)
        assert suggest_shift(quick, window) == suggest_shift(exact, window)


def _list_of(people: list[Advocate], random: Random) -> bytes:
    """Somebody of each kind: twice, without a licence, with another's, with a short stay, on no roll."""
    lines = ["licence number,name,join time,leave time"]
    for number, person in enumerate(random.choices(people, k=60)):
        name = random.choice(
            ["{0.full_name}", "{0.family_name} {0.given_name}", "{0.family_name} 14000001", "Чужой Гость"]
        )
        licence = random.choice([person.licence_number or "14000002"] * 6 + ["14000999", "", "АБ-12"])
        came = START + dt.timedelta(minutes=random.choice([-600, -5, 0, 7, 150]))
        left = came + dt.timedelta(minutes=random.choice([-5, 20, 100, 170, 200]))
        lines.append(f"{licence},{name.format(person)},{came:%Y-%m-%d %H:%M:%S},{left:%Y-%m-%d %H:%M:%S}")
        if number % 20 == 7:
            lines.append(f",{name.format(person)},,")
    return "\n".join(lines).encode()


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_a_list_of_plain_rows_is_planned_and_stored_as_all_lists_are(session: Session, seed: int, monkeypatch) -> None:
    random = Random(seed)
    people = [
        make_advocate(session.bar, f"{family} {given} {number}", licence_number=f"{14_000_000 + number}")
        for number, (family, given) in enumerate(zip(FAMILIES[:6] * 8, GIVEN[:3] * 16, strict=True))
    ]
    record_status(people[0], Status.DECEASED, dt.date(2025, 3, 1))
    once = preview_attendance(session, _list_of(people, random), "a.csv", by=None, override_reason="x", time_zone="UTC")
    apply_attendance(once, by=None, now=NOW)
    content, found = _list_of(people, random), []
    for front in (5, 600):
        monkeypatch.setattr(plain_lists, "_FRONT", front)
        _last.clear()
        _others, plain = parts(Reading("UTC", override_reason="x").report(session, content, "b.csv").presences)
        assert bool(len(plain)) == (front == 5)
        file = preview_attendance(session, content, "b.csv", by=None, override_reason="x", time_zone="UTC")
        lines = file.lines.order_by("pk").defer("id", "file").values()
        kept = [{name: value for name, value in line.items() if name not in ("id", "file_id")} for line in lines]
        found.append((file.plan_sha256, file.counts, file.people, file.notes, kept))
    assert found[0] == found[1]
    assert {outcome for outcome, count in found[0][1].items() if count} >= {
        "created",
        "unchanged",
        "ambiguous",
        "rejected",
    }
