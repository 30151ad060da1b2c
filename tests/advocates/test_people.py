"""Dated history: statuses and memberships that never overlap, bars as a tree, and who sees which."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from advocates.models import Advocate, Bar, Membership, Role, Status, StatusSpan
from advocates.services.bars import DATA, load_bars
from advocates.services.people import correct_status, leave_bar, record_status, rejoin, transfer
from cle.core.errors import DomainError
from tests.factories import make_advocate, make_bar, make_national, make_user

JOINED, MARCH, SEPTEMBER = dt.date(2015, 3, 2), dt.date(2025, 3, 1), dt.date(2025, 9, 1)


@pytest.fixture
def national(db) -> Bar:
    return make_national()


@pytest.fixture
def advocate(national: Bar) -> Advocate:
    return make_advocate(make_bar("KZ-75", national), joined_on=JOINED)


def history(advocate: Advocate) -> list[tuple[str, dt.date, dt.date | None]]:
    spans = StatusSpan.objects.filter(advocate=advocate).order_by("period")
    return [(span.status, span.period.lower, span.period.upper) for span in spans]


class TestStatus:
    def test_a_new_status_ends_the_running_one(self, advocate):
        record_status(advocate, Status.SUSPENDED_OWN, MARCH, ground="43(2)", document="No. 7")
        record_status(advocate, Status.ACTIVE, SEPTEMBER)
        assert history(advocate) == [
            ("active", JOINED, MARCH), ("suspended_own", MARCH, SEPTEMBER), ("active", SEPTEMBER, None),
        ]  # fmt: skip
        assert Advocate.objects.get(pk=advocate.pk).version == 2

    def test_history_is_not_rewritten(self, advocate):
        record_status(advocate, Status.SUSPENDED_OWN, SEPTEMBER)
        with pytest.raises(DomainError, match="already recorded"):
            record_status(advocate, Status.TERMINATED, MARCH)
        assert len(history(advocate)) == 2

    @pytest.mark.parametrize("since", [MARCH, SEPTEMBER, dt.date(2025, 10, 1), JOINED + dt.timedelta(days=1)])
    def test_the_newest_is_put_right_and_the_one_before_lasts_until_it(self, advocate, since):
        record_status(advocate, Status.SUSPENDED_OWN, SEPTEMBER)
        correct_status(advocate, Status.SUSPENDED_CLE, since, ground="43(3)", document="No. 7")
        assert history(advocate) == [("active", JOINED, since), ("suspended_cle", since, None)]
        assert Advocate.objects.get(pk=advocate.pk).version == 2

    def test_what_is_put_right_was_recorded_by_whoever_did_so_and_then(self, advocate):
        first, second = make_user(), make_user()
        before = record_status(advocate, Status.SUSPENDED_OWN, SEPTEMBER, by=first)
        after = correct_status(advocate, Status.SUSPENDED_OWN, MARCH, ground="", document="", by=second)
        after.refresh_from_db()
        assert (after.pk, after.recorded_by) == (before.pk, second)
        assert after.recorded_at > before.recorded_at

    def test_nothing_is_left_out_of_the_one_before(self, advocate):
        record_status(advocate, Status.SUSPENDED_OWN, SEPTEMBER)
        with pytest.raises(DomainError, match="begins on that day"):
            correct_status(advocate, Status.SUSPENDED_OWN, JOINED, ground="", document="")
        assert history(advocate) == [("active", JOINED, SEPTEMBER), ("suspended_own", SEPTEMBER, None)]

    def test_the_only_one_is_put_right_too(self, advocate):
        correct_status(advocate, Status.TRAINEE, MARCH, ground="", document="")
        assert history(advocate) == [("trainee", MARCH, None)]

    def test_days_without_a_status_stay_without(self, advocate):
        StatusSpan.objects.update(period=DateRange(JOINED, MARCH))
        record_status(advocate, Status.ACTIVE, SEPTEMBER)
        correct_status(advocate, Status.ACTIVE, dt.date(2025, 6, 1), ground="", document="")
        assert history(advocate) == [("active", JOINED, MARCH), ("active", dt.date(2025, 6, 1), None)]

    def test_nobody_puts_their_own_right(self, advocate):
        advocate.user = make_user()
        advocate.save()
        for act in (
            lambda: correct_status(advocate, Status.ACTIVE, MARCH, ground="", document="", by=advocate.user),
            lambda: leave_bar(advocate, MARCH, by=advocate.user),
            lambda: transfer(advocate, make_bar(), MARCH, by=advocate.user),
            lambda: rejoin(advocate, MARCH, by=advocate.user),
        ):
            with pytest.raises(DomainError, match="your own record"):
                act()

    def test_the_database_forbids_two_at_once(self, advocate):
        with pytest.raises(IntegrityError, match="status_one_at_a_time"), transaction.atomic():
            StatusSpan.objects.create(
                advocate=advocate, bar=advocate.bar, status=Status.TERMINATED, period=DateRange(MARCH, None)
            )

    def test_who_is_in_a_status_on_a_day(self, advocate):
        record_status(advocate, Status.SUSPENDED_OWN, MARCH)
        assert advocate in Advocate.objects.in_status(Status.ACTIVE, MARCH - dt.timedelta(days=1))
        assert advocate not in Advocate.objects.in_status(Status.ACTIVE, MARCH)


class TestMembership:
    def test_a_transfer_keeps_both(self, advocate, national):
        old, new = advocate.bar, make_bar("KZ-71", national)
        transfer(advocate, new, MARCH, document="No. 8")
        advocate.refresh_from_db()
        assert advocate.bar == new
        kept = Membership.objects.filter(advocate=advocate).order_by("period").values_list("bar", "period")
        assert list(kept) == [(old.pk, DateRange(JOINED, MARCH)), (new.pk, DateRange(MARCH, None))]

    def test_not_to_the_same_bar(self, advocate):
        with pytest.raises(DomainError, match="no membership of another bar"):
            transfer(advocate, advocate.bar, MARCH)

    def test_who_left_joins_another_bar_with_the_file_that_there_is(self, advocate, national):
        old, new = advocate.bar, make_bar("KZ-71", national)
        leave_bar(advocate, MARCH)
        with pytest.raises(DomainError, match="has not ended"):
            transfer(advocate, new, MARCH - dt.timedelta(days=1))
        with pytest.raises(DomainError, match="no membership of another bar"):
            transfer(advocate, old, SEPTEMBER)
        transfer(advocate, new, SEPTEMBER)
        kept = Membership.objects.filter(advocate=advocate).order_by("period").values_list("bar", "period")
        assert list(kept) == [(old.pk, DateRange(JOINED, MARCH)), (new.pk, DateRange(SEPTEMBER, None))]
        assert Advocate.objects.get(pk=advocate.pk).bar == new

    def test_who_left_comes_back_after_the_end(self, advocate):
        leave_bar(advocate, MARCH, document="No. 8")
        with pytest.raises(DomainError, match="no membership to end"):
            leave_bar(advocate, SEPTEMBER)
        with pytest.raises(DomainError, match="has not ended"):
            rejoin(advocate, MARCH - dt.timedelta(days=1))
        rejoin(advocate, MARCH)
        kept = Membership.objects.filter(advocate=advocate).order_by("period").values_list("period", flat=True)
        assert list(kept) == [DateRange(JOINED, MARCH), DateRange(MARCH, None)]
        assert Advocate.objects.get(pk=advocate.pk).version == 2

    def test_one_current_bar(self, advocate, national):
        with pytest.raises(IntegrityError, match="membership_one_bar_at_a_time"), transaction.atomic():
            Membership.objects.create(advocate=advocate, bar=make_bar(parent=national), period=DateRange(MARCH, None))

    def test_one_current_bar_is_told_before_it_is_saved(self, advocate, national):
        with pytest.raises(ValidationError, match="one_bar_at_a_time"):
            Membership(advocate=advocate, bar=national, period=DateRange(MARCH, None)).full_clean()


_DISAGREE = """
    WITH periods AS (
        SELECT daterange(first, last) AS period
          FROM unnest(ARRAY[NULL, '-infinity', '1900-01-01', '2025-02-28', '2025-03-01']::date[]) AS first,
               unnest(ARRAY[NULL, 'infinity', '1900-01-02', '2025-03-01', '2025-03-02']::date[]) AS last
         WHERE first IS NULL OR last IS NULL OR first < last
    ), spans AS (
        SELECT advocate_id, period
          FROM periods, unnest(ARRAY[7, 8, 9007199254740, 9007199254741]::bigint[]) AS advocate_id
    ), shown AS (SELECT *, {rectangle} AS rectangle FROM spans)
    SELECT a.advocate_id, a.period::text, b.advocate_id, b.period::text FROM shown a, shown b
     WHERE (a.rectangle && b.rectangle) <> (a.advocate_id = b.advocate_id AND a.period && b.period)
"""


@pytest.mark.parametrize("constraint", ["membership_one_bar_at_a_time", "status_one_at_a_time"])
def test_rectangles_overlap_just_where_days_of_one_advocate_do(constraint, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass, 1, true)", [constraint])
        cursor.execute(_DISAGREE.format(rectangle=cursor.fetchone()[0]))
        assert cursor.fetchall() == []


class TestTree:
    def test_staff_see_their_bar_national_staff_those_below(self, advocate, national):
        other = make_advocate(make_bar("KZ-71", national))
        foreign = make_advocate(make_bar("KG"))
        regional, nationwide = make_user(bar=advocate.bar), make_user(bar=national)
        assert set(Advocate.objects.open_to(regional)) == {advocate}
        assert set(Advocate.objects.open_to(nationwide)) == {advocate, other}
        assert foreign not in Advocate.objects.under(national)

    def test_nobody_else_sees_anybody(self, advocate):
        ended = make_user(bar=advocate.bar)
        Role.objects.filter(user=ended).update(ended_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
        inactive = make_user(bar=advocate.bar, is_active=False)
        for user in (AnonymousUser(), make_user(), ended, inactive):
            assert not Advocate.objects.open_to(user).exists()

    def test_however_deep(self, national):
        middle = make_bar("M", national)
        leaf = make_bar("L", middle)
        assert set(Bar.objects.below(national)) == {national, middle, leaf}

    def test_a_circle_ends(self, national):
        child = make_bar("C", national)
        Bar.objects.filter(pk=national.pk).update(parent=child)
        assert set(Bar.objects.below(child)) == {national, child}


def test_the_bars_of_kazakhstan_load_once_and_keep_what_was_edited(db):
    assert load_bars(DATA / "kz.json") == (21, 0)
    Bar.objects.filter(code="KZ-33").update(name_en="Edited")
    assert load_bars(DATA / "kz.json") == (0, 21)
    assert Bar.objects.get(code="KZ-33").name_en == "Edited"
    assert Bar.objects.filter(parent__code="KZ").count() == 20


def test_names_sort_in_the_order_of_the_kazakh_alphabet(national):
    bar = make_bar(parent=national)
    names = ["Абай", "Әлия", "Бек", "Гүлнар", "Ғани", "Кенже", "Қанат", "Нұр", "Ораз", "Өмір", "Урал", "Ұлан", "Үміт"]
    for name in reversed(names):
        make_advocate(bar, name)
    assert [person.full_name for person in Advocate.objects.for_bar(bar).by_name()] == names
