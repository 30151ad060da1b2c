"""All bars side by side, and the quarterly report as a page and as files."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Bar, RoleKind
from compliance.models import CaseState
from compliance.queries.quarterly import FIGURES
from tests.compliance.rows import make_case, make_notice, make_standing, ruled_bar
from tests.factories import give_credit, make_advocate, make_bar
from tests.office.people import browser_of, sheet_of


@pytest.fixture(autouse=True)
def in_january(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = dt.datetime(2027, 1, 5, 7, tzinfo=dt.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


@pytest.fixture
def national(db) -> Bar:
    return ruled_bar(code="KZ")


@pytest.fixture
def client(national: Bar) -> Client:
    return browser_of(national)


def populate(national: Bar) -> dict[str, Bar]:
    """T-A: two short of three; T-B: one compliant of one."""
    bars = {code: make_bar(code, national) for code in ("T-A", "T-B")}
    for code, status in (("T-A", "short"), ("T-A", "short"), ("T-A", "compliant"), ("T-B", "compliant")):
        person = make_advocate(bars[code])
        make_standing(person, status)
        if status == "short":
            make_case(person, CaseState.OPEN)
            make_notice(person, state="to_print", channel="paper")
    return bars


class TestAllBars:
    def test_each_line_agrees_with_a_count_of_the_tables(self, client: Client, national: Bar) -> None:
        populate(national)
        rows = client.get("/office/KZ/bars/").context["rows"]
        shown = {row.bar.pk: (row.line.advocates, row.short, row.line.open_cases, row.line.undelivered) for row in rows}
        with connection.cursor() as cursor:
            cursor.execute("""
                SELECT b.id, (SELECT count(*) FROM advocates_advocate a WHERE a.bar_id = b.id),
                       (SELECT count(*) FROM compliance_standing s WHERE s.bar_id = b.id AND s.status = 'short'),
                       (SELECT count(*) FROM compliance_case c WHERE c.bar_id = b.id AND c.state = 'open'),
                       (SELECT count(*) FROM compliance_notice n WHERE n.bar_id = b.id AND n.state = 'to_print')
                  FROM advocates_bar b WHERE b.parent_id IS NOT NULL""")
            assert shown == {row[0]: row[1:] for row in cursor.fetchall()}

    def test_lines_lead_to_the_offices_of_the_bars(self, client: Client, national: Bar) -> None:
        bars = populate(national)
        page = client.get("/office/KZ/bars/").content.decode()
        for code in bars:
            assert f'href="/office/{code}/standing/?period=2026-01-01"' in page
            assert client.get(f"/office/{code}/standing/?period=2026-01-01").status_code == 200

    @pytest.mark.parametrize(
        ("sort", "first"), [("short", "T-A"), ("met", "T-A"), ("size", "T-A"), ("code", "T-A"), ("nonsense", "T-A")]
    )
    def test_orders(self, client: Client, national: Bar, sort: str, first: str) -> None:
        populate(national)
        assert client.get(f"/office/KZ/bars/?sort={sort}").context["rows"][0].bar.code == first

    def test_the_lowest_share_comes_first_and_a_bar_of_nobody_last(self, client: Client, national: Bar) -> None:
        populate(national)
        make_bar("T-0", national)
        rows = client.get("/office/KZ/bars/?sort=met").context["rows"]
        assert [(row.bar.code, row.percent_met) for row in rows] == [("T-A", 33), ("T-B", 100), ("T-0", None)]

    def test_the_menu_has_it_for_the_national_bar_alone(self, client: Client, national: Bar) -> None:
        bars = populate(national)
        assert "/office/KZ/bars/" in client.get("/office/KZ/").content.decode()
        own = browser_of(bars["T-A"]).get("/office/T-A/").content.decode()
        assert "/bars/" not in own

    def test_a_bar_sees_itself_alone(self, national: Bar) -> None:
        bars = populate(national)
        rows = browser_of(bars["T-A"]).get("/office/T-A/bars/").context["rows"]
        assert [row.bar for row in rows] == [bars["T-A"]]

    def test_who_reads_no_reports_finds_no_such_page(self, national: Bar) -> None:
        assert browser_of(national, RoleKind.REVIEWER).get("/office/KZ/bars/").status_code == 404

    def test_asks_the_same_number_of_statements_of_three_bars_as_of_one(self, client: Client, national: Bar) -> None:
        def statements() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get("/office/KZ/bars/").status_code == 200
            return len(asked)

        make_standing(make_advocate(make_bar("T-1", national)))
        statements()
        with_one = statements()
        for code in ("T-2", "T-3"):
            make_standing(make_advocate(make_bar(code, national)))
        assert statements() == with_one


class TestQuarterly:
    def test_the_quarter_that_ended_last_is_shown_first(self, client: Client, national: Bar) -> None:
        shown = client.get("/office/KZ/quarterly/").context
        assert (shown["quarter"].year, shown["quarter"].number, shown["ended"]) == (2026, 4, True)

    def test_a_running_quarter_is_marked(self, client: Client, national: Bar) -> None:
        page = client.get("/office/KZ/quarterly/?year=2027&quarter=1").content.decode()
        assert "The quarter has not ended" in page

    def test_sums_are_those_of_the_bars(self, client: Client, national: Bar) -> None:
        bars = populate(national)
        give_credit(make_advocate(bars["T-A"]), 90, dt.date(2026, 11, 2))
        give_credit(make_advocate(bars["T-B"]), 45, dt.date(2026, 12, 31))
        give_credit(make_advocate(bars["T-B"]), 1000, dt.date(2026, 9, 30))
        sums = {str(heading): value for heading, value in client.get("/office/KZ/quarterly/").context["sums"]}
        assert (sums["members on the last day"], sums["minutes of credit earned"]) == (7, 135)

    def test_the_spreadsheet_is_headed_in_both_languages_and_has_the_same_figures(
        self, client: Client, national: Bar
    ) -> None:
        bars = populate(national)
        give_credit(make_advocate(bars["T-A"]), 90, dt.date(2026, 11, 2))
        rows = sheet_of(client.get("/office/KZ/quarterly.xlsx?year=2026&quarter=4"))
        place = 3 + FIGURES.index("credit_minutes")
        heads = [row[place] for row in rows if isinstance(row[place], str)]
        assert heads == ["жиналған есептік минуттар", "зачтено минут"]
        line = next(row for row in rows if row[0] == "T-A")
        assert line[1:3] == [bars["T-A"].name_kk, bars["T-A"].name_ru]
        assert line[place] == 90

    def test_the_text_has_a_line_for_each_bar(self, client: Client, national: Bar) -> None:
        populate(national)
        lines = client.get("/office/KZ/quarterly.csv").content.decode("utf-8-sig").splitlines()
        assert [line.partition(";")[0] for line in lines[1:]] == ["KZ", "T-A", "T-B"]

    def test_a_bar_reports_itself(self, national: Bar) -> None:
        bars = populate(national)
        shown = browser_of(bars["T-A"]).get("/office/T-A/quarterly/").context
        assert [bar for bar, _figures in shown["rows"]] == [bars["T-A"]]
