"""The people behind the national figures: over all bars below, in pages cut by key, each with their own bar."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from advocates.models import Bar, RoleKind
from compliance.views.office import bars_people
from tests.compliance.rows import PETITION, make_case, make_standing, ruled_bar
from tests.factories import make_advocate, make_bar
from tests.office.pages import statements, text_of
from tests.office.people import browser_of

URL = "/office/KZ/bars/people/"


@pytest.fixture(autouse=True)
def in_january(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = dt.datetime(2027, 1, 5, 7, tzinfo=dt.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


@pytest.fixture
def national(db) -> Bar:
    return ruled_bar(code="KZ")


@pytest.fixture
def bars(national: Bar) -> list[Bar]:
    return [make_bar(code, national) for code in ("T-A", "T-B")]


@pytest.fixture
def client(national: Bar) -> Client:
    return browser_of(national)


def named(client: Client, query: str = "") -> list[str]:
    return [row.standing.advocate.full_name for row in client.get(URL + query).context["people"]]


def test_people_of_all_bars_each_with_the_way_to_their_own(client: Client, bars: list[Bar]) -> None:
    first, second = (make_advocate(bar, name) for bar, name in zip(bars, ("Асанов", "Белов"), strict=True))
    make_standing(first)
    make_standing(second, "at_risk")
    make_case(first)
    page = client.get(URL).content.decode()
    for bar, person in zip(bars, (first, second), strict=True):
        assert f'href="/office/{bar.code}/advocates/{person.pk}/"' in page
        assert client.get(f"/office/{bar.code}/advocates/{person.pk}/").status_code == 200
    assert named(client, "?of_bar=T-B") == ["Белов"]
    assert named(client, "?stands=short") == ["Асанов"]
    assert named(client, "?name=%D0%B1%D0%B5%D0%BB%D0%BE%D0%B2") == ["Белов"]
    assert "Nobody fits these filters." in text_of(client.get(URL + "?stands=exempt"))


def test_each_strip_of_the_national_charts_leads_to_as_many_people_as_it_says(client: Client, bars: list[Bar]) -> None:
    for bar, status in ((bars[0], "short"), (bars[0], "on_track"), (bars[1], "short"), (bars[1], "compliant")):
        make_standing(make_advocate(bar), status)
    charts = {chart.name: chart for chart in client.get("/office/KZ/standing/").context["charts"]}
    strips = [*charts["status"].strips, *charts["lacking"].strips]
    assert sum(strip.value for strip in charts["status"].strips) == 4
    for strip in strips:
        assert strip.url.startswith(URL)
        assert client.get(strip.url).context["count"] == strip.value


def test_pages_are_cut_by_key_and_hold_everybody_once(
    client: Client, bars: list[Bar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bars_people, "AT_ONCE", 3)
    for number in range(8):
        late = dt.timedelta(days=number % 2)
        make_standing(
            make_advocate(bars[number % 2], f"N{number}"), missing=90 * (1 + number % 3), petition_from=PETITION + late
        )
    seen, url = [], URL
    for _ in range(3):
        answer: Any = client.get(url)
        seen += [row.standing.advocate.full_name for row in answer.context["people"]]
        following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        url = URL + following[1].replace("&amp;", "&") if following else ""
    assert not url
    assert sorted(seen) == [f"N{number}" for number in range(8)]
    assert len(named(client, "?after=nonsense")) == 3


def test_a_regional_officer_sees_their_own_bar_alone(bars: list[Bar]) -> None:
    make_standing(make_advocate(bars[0], "Own"))
    make_standing(make_advocate(bars[1], "Foreign"))
    own = browser_of(bars[0])
    assert own.get(URL).status_code == 404
    answer: Any = own.get("/office/T-A/bars/people/")
    assert [row.standing.advocate.full_name for row in answer.context["people"]] == ["Own"]
    assert answer.context["count"] == 1


def test_who_may_not_read_standings_finds_no_such_page(national: Bar) -> None:
    assert browser_of(national, RoleKind.COURSE_MANAGER).get(URL).status_code == 404


def test_twenty_people_of_five_bars_cost_as_much_as_one(client: Client, national: Bar, bars: list[Bar]) -> None:
    make_standing(make_advocate(bars[0]))
    statements(client, URL)
    one = statements(client, URL)
    for code in ("T-C", "T-D", "T-E"):
        bar = make_bar(code, national)
        for _ in range(6):
            make_standing(make_advocate(bar))
    assert statements(client, URL) == one
