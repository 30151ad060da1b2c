"""The first page: whose it is, what it answers, and that it never shows anybody else's rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from advocates.models import Advocate, Bar
from compliance.queries import desk
from compliance.services.certificates import revoke_certificate
from compliance.services.rulebooks import adopt_rulebook
from compliance.templatetags.hours import hours, hours_to_go
from courses.services.ledger import reverse_entry
from tests.compliance.certified import attended
from tests.compliance.rows import START, addition_document, make_standing, requirement, ruled_bar
from tests.factories import give_credit, make_advocate, make_bar, make_user

DAY = dt.timedelta(days=1)
CERTIFICATES = "/my/certificates/"


@pytest.fixture
def bar(db: None) -> Bar:
    return ruled_bar(contact="bar@example.kz")


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar, "Сәрсенова Әлия", user=make_user("own@mail.example.kz"))


@pytest.fixture
def stranger(bar: Bar) -> Advocate:
    """With a row of each kind that could leak."""
    other = make_advocate(bar, "Чужая Раиса", user=make_user("other@mail.example.kz"), licence_number="77777777")
    give_credit(other, 111)
    attended(other)
    make_standing(other, "short", missing=333)
    return other


def page(client: Client, advocate: Advocate, language: str = "en", path: str = "/") -> str:
    client.force_login(advocate.user)
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def dates(due: dt.date) -> dict[str, Any]:
    start = due.replace(year=due.year - 1) + DAY
    return {"period_start": start, "period_end": due, "due_on": due, "petition_from": due + 31 * DAY}


def today() -> dt.date:
    return timezone.now().astimezone(dt.timezone(dt.timedelta(hours=5))).date()


@pytest.mark.parametrize(
    ("minutes", "unit", "language", "shown"),
    [
        (100, 45, "ru", "2,22"),
        (100, 45, "kk", "2,22"),
        (100, 45, "en", "2.22"),
        (90, 45, "ru", "2"),
        (67, 45, "ru", "1,48"),  # 1.4888…
        (75, 50, "kk", "1,5"),
        (63, 60, "ru", "1,05"),
        (0, 45, "ru", "0"),
        (-100, 45, "ru", "−2,22"),
        (-90, 60, "en", "−1.5"),
        (54000, 45, "en", "1200"),
    ],
)
def test_hours(minutes: int, unit: int, language: str, shown: str) -> None:
    with translation.override(language):
        assert hours(minutes, unit) == shown


@pytest.mark.parametrize(("minutes", "shown"), [(620, "13,78"), (190, "4,23"), (90, "2"), (1, "0,03"), (0, "0")])
def test_hours_still_missing_are_rounded_up(minutes: int, shown: str) -> None:
    with translation.override("ru"):
        assert hours_to_go(minutes, 45) == shown


@pytest.mark.django_db
def test_a_visitor_is_welcomed(client: Client, stranger: Advocate) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "/login/" in response.content.decode()
    assert stranger.full_name not in response.content.decode()


@pytest.mark.django_db
def test_staff_go_to_their_office(client: Client, bar: Bar) -> None:
    client.force_login(make_user(bar=bar))
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/office/")


@pytest.mark.django_db
def test_a_user_who_is_nobody_yet_is_told_so(client: Client, stranger: Advocate) -> None:
    client.force_login(make_user())
    text = client.get("/").content.decode()
    assert "not linked to an advocate" in text
    assert stranger.full_name not in text


def test_who_is_both_sees_the_own_desk(client: Client, bar: Bar) -> None:
    both = make_advocate(bar, "Екеуі Де", user=make_user(bar=bar))
    assert "Екеуі Де" in page(client, both)


def test_the_page_is_kept_nowhere(client: Client, advocate: Advocate) -> None:
    client.force_login(advocate.user)
    assert "no-store" in client.get("/")["Cache-Control"]
    assert client.post("/").status_code == 405


def test_a_desk_with_nothing_on_it(client: Client, advocate: Advocate, stranger: Advocate) -> None:
    text = page(client, advocate)
    for words in ("Not calculated yet", "No credit yet"):
        assert words in text


def test_nothing_of_anybody_else_is_shown(client: Client, advocate: Advocate, stranger: Advocate) -> None:
    serial = stranger.certificates.get().serial
    for text in ("Чужая", "77777777", "7.4 h"):  # 7.4 h are their missing 333 minutes
        assert text in page(client, stranger)
        assert text not in page(client, advocate)
    assert serial in page(client, stranger, path=CERTIFICATES)
    assert serial not in page(client, advocate, path=CERTIFICATES)


@pytest.mark.parametrize(
    ("status", "verdict", "advice"),
    [
        ("short", "Not in order", "you may object"),
        ("at_risk", "the due date is near", "Attend accredited courses"),
        ("on_track", "In order so far", "Attend accredited courses"),
        ("compliant", "In order", "Nothing is missing"),
        ("exempt", "Exempt", "Nothing is required of you"),
    ],
)
def test_each_status_has_its_answer(client: Client, advocate: Advocate, status: str, verdict: str, advice: str) -> None:
    make_standing(advocate, status)
    text = page(client, advocate)
    assert verdict in text
    assert advice in text
    assert ("bar@example.kz" in text) == (status in ("short", "at_risk", "on_track"))


def test_what_is_missing_and_by_when(client: Client, advocate: Advocate) -> None:
    make_standing(advocate, "at_risk", **dates(today() + 38 * DAY))
    text = page(client, advocate)
    assert "6 h missing" in text
    assert "2 h of them: Professional ethics" in text
    assert "10 of 16 h" in text
    assert "38 days left" in text
    assert "62 % done" in text


@pytest.mark.parametrize(
    ("left", "words"), [(1, "1 day left"), (0, "Today is the last day")], ids=["a day", "the day itself"]
)
def test_the_last_days(client: Client, advocate: Advocate, left: int, words: str) -> None:
    make_standing(advocate, "at_risk", **dates(today() + left * DAY))
    assert words in page(client, advocate)


@pytest.mark.parametrize(
    ("ago", "words"),
    [(1, "they still count for this period"), (120, "they still count"), (121, "no longer count for this period")],
)
def test_late_hours_count_for_as_long_as_the_rules_say(
    client: Client, advocate: Advocate, ago: int, words: str
) -> None:
    make_standing(advocate, "short", **dates(today() - ago * DAY))
    assert words in page(client, advocate)


@pytest.mark.parametrize(
    ("language", "category", "figure"),
    [
        ("kk", "Кәсіптік әдеп", "3,33"),
        ("ru", "Профессиональная этика", "3,33"),
        ("en", "Professional ethics", "3.33"),
    ],
)
def test_the_reader_s_language(client: Client, advocate: Advocate, language: str, category: str, figure: str) -> None:
    lines = [
        {"code": "total", "required": 720, "counted": 150, "missing": 570, "clause": "duty"},
        {"code": "ethics", "required": 90, "counted": 0, "missing": 90, "clause": "example"},
    ]
    make_standing(advocate, "at_risk", counted=150, missing=660, lines=lines)
    text = page(client, advocate, language)
    assert category in text
    assert figure in text


def test_a_regional_rulebook_does_not_hide_the_national_names(bar: Bar) -> None:
    region = make_bar(parent=bar)
    names = {"kk": "Өңір", "ru": "Регион", "en": "Region"}
    own = [requirement("local", 1, name=names)]
    categories = [{"code": "local", "name": names}]
    adopt_rulebook(region, addition_document("kz-region", START, requirements=own, categories=categories), by=None)
    person = make_advocate(region, user=make_user())
    lines = [{"code": code, "required": 45, "counted": 0, "missing": 45, "clause": "example"}
             for code in ("total", "ethics", "local")]  # fmt: skip
    make_standing(person, "short", lines=lines, missing=90)
    period = desk.periods_of(person.user)[0]
    assert [figure.name for figure in period.figures("ru")][1:] == ["Профессиональная этика", "Регион"]


@pytest.mark.parametrize(
    ("total", "ethics", "missing", "percent"), [(270, 90, 270, 62), (0, 90, 90, 87), (30, 90, 90, 87), (0, 0, 0, 100)]
)
def test_how_much_of_the_way_is_done(advocate: Advocate, total: int, ethics: int, missing: int, percent: int) -> None:
    lines = [
        {"code": "total", "required": 720, "counted": 720 - total, "missing": total, "clause": "duty"},
        {"code": "ethics", "required": 90, "counted": 90 - ethics, "missing": ethics, "clause": "example"},
    ]
    make_standing(advocate, "on_track" if missing else "compliant", lines=lines, counted=720 - total, missing=missing)
    period = desk.periods_of(advocate.user)[0]
    assert (period.missing, period.percent) == (missing, percent)


def test_what_presses_comes_first_and_what_is_settled_last(client: Client, advocate: Advocate) -> None:
    for year, status in ((2023, "compliant"), (2024, "short"), (2025, "compliant"), (2026, "at_risk")):
        make_standing(advocate, status, **dates(dt.date(year, 12, 31)))
    client.force_login(advocate.user)
    context = client.get("/").context
    assert [panel.period.standing.due_on.year for panel in context["panels"]] == [2024, 2026]
    assert [panel.period.standing.due_on.year for panel in context["earlier"]] == [2025, 2023]


def test_a_correction_and_what_it_takes_back_are_both_shown(client: Client, advocate: Advocate) -> None:
    make_standing(advocate)
    reverse_entry(give_credit(advocate, 100), reason="Counted twice", by=None)
    text = page(client, advocate)
    assert "taken back" in text
    assert "Counted twice" in text
    assert "−2.22 h" in text


def test_a_certificate_is_dated_where_it_was_issued(client: Client, advocate: Advocate) -> None:
    attended(advocate)  # on New Year's night: still the old year in UTC
    assert "01.01.2027" in page(client, advocate, path=CERTIFICATES)


def test_a_revoked_certificate_says_so(client: Client, advocate: Advocate, bar: Bar) -> None:
    certificate = attended(advocate)
    assert "no longer valid" not in page(client, advocate, path=CERTIFICATES)
    revoke_certificate(certificate, by=make_user(bar=bar), reason="misspelt", now=timezone.now())
    text = page(client, advocate, path=CERTIFICATES)
    assert certificate.serial in text
    assert "no longer valid" in text


def test_no_style_and_no_script_is_written_into_the_page(client: Client, advocate: Advocate) -> None:
    make_standing(advocate)
    text = page(client, advocate)
    assert "style=" not in text
    assert "<script" not in text.replace('<script src="/static/', "")


def test_thirty_entries_cost_as_much_as_one(client: Client, advocate: Advocate) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, advocate)
        return len(queries)

    make_standing(advocate)
    attended(advocate)
    page(client, advocate)  # documents of rules are read once per process
    with_one = statements()
    for _ in range(2):
        attended(advocate)
    for number in range(27):
        give_credit(advocate, 10 + number)
    make_standing(advocate, "compliant", **dates(dt.date(2025, 12, 31)))
    assert statements() == with_one
    assert with_one <= 14
