"""Where we stand: the charts show what an independent statement counts, and lead to the people behind them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar, RoleKind, Status, Unit
from advocates.services.people import record_status
from compliance.models import Standing
from compliance.queries.rollup import lines_of
from compliance.queries.short import listed
from compliance.queries.standing import Whose, curve_of, groups_of, lacking_of, periods_of, together
from courses.services.ledger import reverse_entry
from tests.compliance.rows import AFTER, DUE, NOW, PETITION, START, make_standing, ruled_bar
from tests.factories import give_credit, make_advocate, make_bar, make_user
from tests.office.people import browser_of, sheet_of

STATUSES = ["compliant", "compliant", "compliant", "short", "short", "at_risk", "exempt"]


@pytest.fixture
def bar(db) -> Bar:
    return ruled_bar(code="T-ST")


@pytest.fixture(autouse=True)
def in_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are looked at on 5 January 2027."""
    noon = dt.datetime(2027, 1, 5, 7, tzinfo=dt.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


def counted(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def populate(bar: Bar) -> list[Advocate]:
    unit = Unit.objects.create(bar=bar, name="First consultation")
    people = [make_advocate(bar, unit=unit if place % 2 else None) for place in range(len(STATUSES))]
    for person, status in zip(people, STATUSES, strict=True):
        make_standing(person, status)
    return people


def whose(*bars: Bar, units: tuple[int, ...] | None = None) -> Whose:
    return Whose(tuple(bar.pk for bar in bars), units)


class TestFigures:
    def test_by_status_agree_with_a_count_of_the_table(self, bar: Bar) -> None:
        populate(bar)
        found = together(groups_of(whose(bar), START, "unit", AFTER)).counts
        table = "SELECT status, count(*) FROM compliance_standing WHERE bar_id = %s GROUP BY status"
        assert {status: number for status, number in found.items() if number} == dict(counted(table, bar.pk))

    def test_by_unit_agree_with_a_count_of_the_table(self, bar: Bar) -> None:
        populate(bar)
        statement = """
            SELECT a.unit_id, count(*) FROM compliance_standing s, advocates_advocate a
             WHERE a.id = s.advocate_id AND s.missing > 0 GROUP BY a.unit_id"""
        assert {group.key: group.lacking for group in groups_of(whose(bar), START, "unit", AFTER)} == dict(
            counted(statement)
        )

    def test_of_what_is_lacking_agree_with_the_lines(self, bar: Bar) -> None:
        populate(bar)
        found = {lack.code: (lack.people, lack.of, lack.missing) for lack in lacking_of(whose(bar), START, AFTER)}
        lines = [line for row in Standing.objects.exclude(status="exempt") for line in row.lines]
        assert found == {
            code: (
                sum(line["missing"] > 0 for line in lines if line["code"] == code),
                sum(line["code"] == code for line in lines),
                sum(line["missing"] for line in lines if line["code"] == code),
            )
            for code in ("total", "ethics")
        }

    def test_whose_licence_has_ended_is_in_no_figure_as_in_no_list(self, bar: Bar) -> None:
        whole, (met, _met, _met_too, short, *_others) = whose(bar), populate(bar)
        dates = periods_of(whole)[0]
        for person in (met, short):
            record_status(person, Status.TERMINATED, AFTER)
        found = together(groups_of(whole, START, "unit", AFTER))
        for status, number in found.counts.items():
            assert listed(whole, AFTER, {"stands": status}).count() == number
        assert (found.counts["compliant"], found.short, found.missing) == (2, 1, 2 * 270)
        assert {lack.people for lack in lacking_of(whole, START, AFTER)} == {2}
        assert curve_of(whole, dates, found.obliged, AFTER)[-1].met == 2
        (line,) = lines_of([bar.pk], AFTER, NOW, START).values()
        assert (line.standings, line.missing) == ({k: n for k, n in found.counts.items() if n}, found.missing)

    def test_periods_come_newest_first_with_their_last_dates(self, bar: Bar) -> None:
        person = make_advocate(bar)
        make_standing(person)
        earlier = {"period_start": dt.date(2025, 1, 1), "period_end": dt.date(2025, 12, 31)}
        make_standing(person, "compliant", due_on=dt.date(2025, 12, 31), petition_from=dt.date(2026, 1, 31), **earlier)
        assert [(each.start, each.due_on, each.petition_from) for each in periods_of(whose(bar))] == [
            (START, DUE, PETITION), (dt.date(2025, 1, 1), dt.date(2025, 12, 31), dt.date(2026, 1, 31)),
        ]  # fmt: skip


class TestCurve:
    def points(self, bar: Bar, today: dt.date = AFTER) -> dict[dt.date, int]:
        dates = periods_of(whose(bar))[0]
        return {point.day: point.met for point in curve_of(whose(bar), dates, 4, today)}

    def compliant(self, bar: Bar, *credit: tuple[int, dt.date]) -> Advocate:
        person = make_advocate(bar)
        make_standing(person, "compliant")  # of 720 minutes
        for minutes, day in credit:
            give_credit(person, minutes, day)
        return person

    def test_counts_somebody_from_the_week_in_which_the_total_was_reached(self, bar: Bar) -> None:
        self.compliant(bar, (400, dt.date(2026, 2, 2)), (320, dt.date(2026, 5, 20)), (90, dt.date(2026, 9, 1)))
        points = self.points(bar)
        assert [points[day] for day in (dt.date(2026, 5, 13), dt.date(2026, 5, 20), dt.date(2026, 5, 27))] == [0, 1, 1]

    def test_the_last_day_of_a_week_still_belongs_to_it(self, bar: Bar) -> None:
        self.compliant(bar, (720, dt.date(2026, 1, 7)))
        self.compliant(bar, (720, dt.date(2026, 1, 8)))
        points = list(self.points(bar).items())
        assert points[:2] == [(dt.date(2026, 1, 7), 1), (dt.date(2026, 1, 14), 2)]

    def test_agrees_at_each_point_with_a_sum_of_the_ledger(self, bar: Bar) -> None:
        self.compliant(bar, (720, dt.date(2026, 3, 3)))
        self.compliant(bar, (700, dt.date(2026, 3, 3)), (20, dt.date(2026, 11, 30)))
        self.compliant(bar, (360, dt.date(2026, 6, 30)), (360, dt.date(2026, 7, 1)))
        for day, met in self.points(bar).items():
            reached = counted(
                """SELECT count(*) FROM (SELECT advocate_id FROM courses_entry WHERE earned_on BETWEEN %s AND %s
                   GROUP BY advocate_id HAVING sum(minutes) >= 720) AS people""", START, day,
            )  # fmt: skip
            assert (met,) == reached[0], day

    def test_ends_with_the_number_of_the_compliant(self, bar: Bar) -> None:
        populate(bar)
        assert list(self.points(bar).values())[-1] == STATUSES.count("compliant")

    def test_hours_that_were_taken_back_do_not_count(self, bar: Bar) -> None:
        person = self.compliant(bar, (720, dt.date(2026, 6, 1)))
        wrong = give_credit(person, 720, dt.date(2026, 2, 1))
        reverse_entry(wrong, reason="somebody else's", by=make_user(bar=bar))
        points = self.points(bar)
        assert (points[dt.date(2026, 5, 27)], points[dt.date(2026, 6, 3)]) == (0, 1)

    def test_who_needed_hours_carried_over_counts_from_the_last_own_hours(self, bar: Bar) -> None:
        self.compliant(bar, (600, dt.date(2026, 4, 1)))
        points = self.points(bar)
        assert (points[dt.date(2026, 3, 25)], points[dt.date(2026, 4, 1)]) == (0, 1)

    def test_who_is_short_never_counts_however_many_hours_they_have(self, bar: Bar) -> None:
        person = make_advocate(bar)
        make_standing(person, "short")
        give_credit(person, 2000, dt.date(2026, 2, 2))
        assert set(self.points(bar).values()) == {0}

    def test_stops_today_and_on_the_last_day_of_grace(self, bar: Bar) -> None:
        self.compliant(bar, (720, dt.date(2026, 6, 1)))
        assert max(self.points(bar, dt.date(2026, 6, 10))) == dt.date(2026, 6, 10)
        assert max(self.points(bar, dt.date(2027, 6, 10))) == PETITION - dt.timedelta(1)

    def test_of_a_period_to_come_there_is_none(self, bar: Bar) -> None:
        self.compliant(bar)
        assert self.points(bar, dt.date(2025, 12, 31)) == {}


class TestPage:
    def rows(self, page: str, caption: str) -> dict[str, tuple[str, str]]:
        """Name → number and address of each strip of a chart."""
        table = page[page.index(f"<caption>{caption}") :].partition("</table>")[0]
        found = re.findall(
            r'<a href="([^"]+)">(?:<span[^>]*>[^<]*</span> )?([^<]+)</a>.*?<td class="number">(\d+)', table, re.DOTALL
        )
        return {name: (number, url.replace("&amp;", "&")) for url, name, number in found}

    def test_each_strip_leads_to_as_many_people_as_it_shows(self, bar: Bar) -> None:
        populate(bar)
        client = browser_of(bar)
        page = client.get(f"/office/{bar.code}/standing/").content.decode()
        for caption in ("Advocates by standing", "What is lacking", "Who is short, by unit"):
            strips = self.rows(page, caption)
            assert strips
            for name, (number, url) in strips.items():
                answer = client.get(url)
                assert answer.context["rows"].paginator.count == int(number), (caption, name)

    def test_a_national_one_shows_the_bars_and_leads_to_each(self, db: None) -> None:
        national = ruled_bar(code="KZ")
        for code, statuses in (("T-A", ["short", "compliant"]), ("T-B", ["compliant"])):
            for status in statuses:
                make_standing(make_advocate(make_bar_once(code, national)), status)
        client = browser_of(national)
        page = client.get("/office/KZ/standing/").content.decode()
        strips = self.rows(page, "Who is short, by bar")
        assert {name: number for name, (number, _url) in strips.items()} == {"T-A Bar": "1", "T-B Bar": "0"}
        assert client.get(strips["T-A Bar"][1]).context["whole"].advocates == 2
        assert self.rows(page, "Advocates by standing")["short"][1].startswith("/office/KZ/bars/")

    def test_the_head_of_a_unit_sees_the_unit_alone(self, bar: Bar) -> None:
        populate(bar)
        unit = Unit.objects.get()
        whole = browser_of(bar, RoleKind.UNIT_HEAD, unit).get(f"/office/{bar.code}/standing/").context["whole"]
        mine = Standing.objects.filter(advocate__unit=unit)
        assert (whole.advocates, whole.short) == (mine.count(), mine.short().count())

    def test_asks_the_same_number_of_statements_of_three_as_of_one(self, bar: Bar) -> None:
        client = browser_of(bar)

        def statements() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"/office/{bar.code}/standing/").status_code == 200
            return len(asked)

        make_standing(make_advocate(bar))
        statements()
        with_one = statements()
        for number in range(2):
            make_standing(make_advocate(bar, unit=Unit.objects.create(bar=bar, name=f"Unit {number}")), "at_risk")
        assert statements() == with_one

    def test_says_what_to_do_where_nobody_was_assessed(self, bar: Bar) -> None:
        answer = browser_of(bar).get(f"/office/{bar.code}/standing/")
        assert "Nobody has been assessed yet" in answer.content.decode()

    def test_an_odd_period_is_the_current_one(self, bar: Bar) -> None:
        populate(bar)
        assert browser_of(bar).get(f"/office/{bar.code}/standing/?period=soon").context["period"].start == START


class TestFiles:
    def test_the_spreadsheet_has_the_figures_of_the_chart(self, bar: Bar) -> None:
        populate(bar)
        rows = sheet_of(browser_of(bar).get(f"/office/{bar.code}/standing.xlsx?chart=status"))
        by_name = {row[0]: row[1] for row in rows if isinstance(row[1], int)}
        assert by_name["compliant"] == STATUSES.count("compliant")
        assert by_name["short"] == STATUSES.count("short")

    def test_the_text_of_the_curve_ends_with_the_compliant(self, bar: Bar) -> None:
        populate(bar)
        answer = browser_of(bar).get(f"/office/{bar.code}/standing.csv?chart=curve")
        last = answer.content.decode("utf-8-sig").strip().splitlines()[-1].split(";")
        assert last == ["05.01.2027", "3", "6", "50"]

    def test_a_unit_called_like_a_formula_stays_a_name(self, bar: Bar) -> None:
        populate(bar)
        Unit.objects.update(name="=1+1")
        client = browser_of(bar)
        assert "=1+1" in [row[0] for row in sheet_of(client.get(f"/office/{bar.code}/standing.xlsx?chart=units"))]
        assert "'=1+1" in client.get(f"/office/{bar.code}/standing.csv?chart=units").content.decode("utf-8-sig")

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_there_is_no_chart_of_bars_where_there_is_one_bar(self, bar: Bar, kind: str) -> None:
        populate(bar)
        assert browser_of(bar).get(f"/office/{bar.code}/standing.{kind}?chart=bars").status_code == 404


def make_bar_once(code: str, parent: Bar) -> Bar:
    return Bar.objects.filter(code=code).first() or make_bar(code, parent)
