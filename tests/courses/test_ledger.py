"""The ledger's promises, asked of the database itself."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum

from advocates.models import Advocate, Bar
from cle.core.clock import local_midnight
from cle.core.errors import DomainError
from courses.models import MOST_MINUTES, Account, Attendance, Claim, DeliveryFormat, Entry
from courses.services.ledger import approve_claim, credit_minutes, post_attendances, reverse_entry
from tests.factories import (
    give_credit,
    make_advocate,
    make_attendance,
    make_bar,
    make_category,
    make_course,
    make_session,
    make_user,
)

NOW = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)


@pytest.fixture
def bar(db) -> Bar:
    return make_bar("KZ-75")


@pytest.fixture
def advocate(bar: Bar) -> Advocate:
    return make_advocate(bar)


def version(advocate: Advocate) -> int:
    return Account.objects.get(advocate=advocate).version


def row(advocate: Advocate, **changed: object) -> Entry:
    fields = {
        "bar": advocate.bar, "advocate": advocate, "category": make_category(advocate.bar), "format": 1,
        "minutes": 60, "earned_on": dt.date(2025, 3, 14), **changed,
    }  # fmt: skip
    return Entry(**fields)


class TestAppendOnly:
    @pytest.mark.parametrize("sql", ["UPDATE courses_entry SET minutes = 1", "DELETE FROM courses_entry"])
    def test_no_row_is_changed_or_deleted(self, advocate, sql):
        give_credit(advocate, 60)
        with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"), transaction.atomic():
            connection.cursor().execute(sql)
        assert list(Entry.objects.values_list("minutes", flat=True)) == [60]

    def test_the_account_counts_every_entry_whoever_writes_it(self, advocate):
        other = make_advocate(advocate.bar)
        give_credit(advocate, 60)
        give_credit(advocate, 30)
        give_credit(other, 30)
        assert (version(advocate), version(other)) == (2, 1)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE again AS SELECT * FROM courses_entry WHERE minutes = 60")
        reverse_entry(Entry.objects.get(minutes=60), reason="wrong person", by=None)
        assert version(advocate) == Entry.objects.filter(advocate=advocate).count() == 3


class TestSources:
    def test_an_entry_has_a_source(self, advocate):
        with pytest.raises(IntegrityError, match="entry_has_one_source"), transaction.atomic():
            row(advocate).save()

    def test_and_only_one(self, advocate):
        entry = give_credit(advocate, 60)
        attendance = make_attendance(make_session(make_course(advocate.bar)), advocate)
        with pytest.raises(IntegrityError, match="entry_has_one_source"), transaction.atomic():
            row(advocate, attendance=attendance, adjustment=entry.adjustment).save()

    def test_attendance_takes_nothing_away(self, advocate):
        attendance = make_attendance(make_session(make_course(advocate.bar)), advocate)
        with pytest.raises(IntegrityError, match="entry_takes_away_only_to_correct"), transaction.atomic():
            row(advocate, attendance=attendance, minutes=-5).save()

    def test_nobody_earns_sixteen_years_in_one_entry(self, advocate):
        with pytest.raises(IntegrityError, match="entry_of_16_years_at_most"), transaction.atomic():
            give_credit(advocate, MOST_MINUTES + 1)

    def test_posting_twice_posts_once(self, advocate):
        session = make_session(make_course(advocate.bar, {"law": 120, "ethics": 60}))
        attendance = make_attendance(session, advocate)
        assert [post_attendances([attendance], by=None) for _ in range(2)] == [2, 0]
        posted = Entry.objects.values_list("category__code", "minutes", "earned_on", "format")
        assert set(posted) == {
            ("law", 120, dt.date(2025, 3, 14), DeliveryFormat.IN_PERSON),
            ("ethics", 60, dt.date(2025, 3, 14), DeliveryFormat.IN_PERSON),
        }

    @pytest.mark.parametrize(("minutes", "day"), [(180, "2026-12-31"), (181, "2027-01-01")])
    def test_what_ends_at_midnight_belongs_to_the_year_that_is_over(self, advocate, minutes, day):
        ends_at = local_midnight(dt.date(2027, 1, 1), advocate.bar.time_zone)
        session = make_session(make_course(advocate.bar), ends_at - dt.timedelta(minutes=180), minutes=minutes)
        post_attendances([make_attendance(session, advocate)], by=None)
        assert Entry.objects.get().earned_on.isoformat() == day

    @pytest.mark.parametrize(
        ("agenda", "percent", "minutes"), [(180, 100, 180), (180, 50, 90), (45, 99, 44), (1, 99, 0), (45, 61, 27)]
    )
    def test_a_share_drops_the_fraction_of_a_minute(self, agenda, percent, minutes):
        assert credit_minutes(agenda, percent) == minutes

    def test_no_entry_for_no_minutes(self, advocate):
        session = make_session(make_course(advocate.bar, {"law": 120, "ethics": 1}))
        assert post_attendances([make_attendance(session, advocate, percent=60)], by=None) == 1
        assert Entry.objects.get().minutes == 72


class TestReversal:
    def test_mirrors_and_says_why(self, advocate):
        entry = give_credit(advocate, 60)
        back = reverse_entry(entry, reason="taken twice", by=None)
        assert (back.minutes, back.reason, back.reverses, back.earned_on) == (
            -60,
            "taken twice",
            entry,
            entry.earned_on,
        )
        assert Entry.objects.aggregate(sum=Sum("minutes"))["sum"] == 0

    @pytest.mark.parametrize("what", ["entry", "reversal"])
    def test_happens_once(self, advocate, what):
        entry = give_credit(advocate, 60)
        back = reverse_entry(entry, reason="taken twice", by=None)
        with pytest.raises(DomainError, match="already been reversed"):
            reverse_entry({"entry": entry, "reversal": back}[what], reason="again", by=None)
        assert Entry.objects.count() == 2

    @pytest.mark.parametrize("changed", [{"minutes": -59}, {"format": 2}, {"earned_on": dt.date(2025, 3, 15)}])
    def test_anything_but_a_mirror_is_refused(self, advocate, changed):
        entry = give_credit(advocate, 60, dt.date(2025, 3, 14))
        with pytest.raises(IntegrityError, match="mirror"), transaction.atomic():
            row(advocate, **{"minutes": -60, "reverses": entry, "reason": "x", **changed}).save()

    def test_of_another_person_is_refused(self, advocate):
        entry = give_credit(advocate, 60, dt.date(2025, 3, 14))
        with pytest.raises(IntegrityError, match="mirror"), transaction.atomic():
            row(make_advocate(advocate.bar), minutes=-60, reverses=entry, reason="x").save()

    def test_needs_a_reason(self, advocate):
        with pytest.raises(DomainError, match="Say why"):
            reverse_entry(give_credit(advocate, 60), reason="  ", by=None)


class TestClaims:
    @pytest.fixture
    def claim(self, advocate) -> Claim:
        return Claim.objects.create(
            bar=advocate.bar, advocate=advocate, category=make_category(advocate.bar), format=4, minutes=90,
            earned_on=dt.date(2025, 2, 1), title="An article", state=Claim.State.SUBMITTED,
            submitted_at=NOW,
        )  # fmt: skip

    def test_is_approved_once_by_somebody_else(self, claim):
        officer = make_user(bar=claim.bar)
        assert approve_claim(claim, by=officer, now=NOW).minutes == 90
        with pytest.raises(DomainError, match="does not wait"):
            approve_claim(claim, by=officer, now=NOW)

    def test_never_by_the_claimant(self, claim):
        user = make_user(bar=claim.bar)
        Advocate.objects.filter(pk=claim.advocate_id).update(user=user)
        claim.refresh_from_db()
        with pytest.raises(DomainError, match="their own"):
            approve_claim(claim, by=user, now=NOW)
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(("minutes", "reason"), [(91, "more"), (0, "none"), (60, "")])
    def test_for_at_most_what_was_claimed_and_less_with_a_reason(self, claim, minutes, reason):
        with pytest.raises(DomainError, match="at most"):
            approve_claim(claim, by=make_user(bar=claim.bar), now=NOW, minutes=minutes, reason=reason)


@pytest.mark.django_db(transaction=True)
def test_many_post_to_one_account_at_once():
    bar = make_bar()
    people = [make_advocate(bar) for _ in range(5)]
    make_category(bar)

    def post(_: int) -> None:
        try:
            for person in people:
                give_credit(person, 10)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, range(8)))
    assert {version(person) for person in people} == {8}
    assert Entry.objects.aggregate(sum=Sum("minutes"))["sum"] == 400


@pytest.mark.django_db(transaction=True)
def test_a_session_confirmed_twice_at_once_posts_once():
    bar = make_bar()
    session = make_session(make_course(bar))
    attendances = [make_attendance(session, make_advocate(bar)) for _ in range(10)]
    rows = Attendance.objects.select_related("advocate", "session__course", "session__bar")

    def post(_: int) -> None:
        try:
            post_attendances(list(rows.filter(pk__in=[row.pk for row in attendances])), by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, range(4)))
    assert Entry.objects.count() == 10
    assert Entry.objects.aggregate(sum=Sum("minutes"))["sum"] == 1800
