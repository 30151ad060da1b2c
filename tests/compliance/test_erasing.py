"""Erasing: words about people go when their time is up, and nothing that is counted or checked changes by it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.db.models import CharField, Count, FileField, ForeignKey, JSONField, Model, Sum, TextField
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocates.models import (
    Advocate,
    Bar,
    Change,
    Consent,
    Membership,
    NameAlias,
    Role,
    RollFile,
    RollLine,
    StatusSpan,
    User,
)
from advocates.services.roll import apply_roll, preview_roll
from cle.core.append_only import erasing
from cle.core.errors import DomainError
from cle.core.sealed_fields import SealedField
from compliance.models import Case, CaseStep, Certificate, Correction, Excuse, Notice, Objection, Standing
from compliance.queries.retention import due, rules
from compliance.services.certificates import render_certificate
from compliance.services.erasing import anonymise, check_erasable, words_about
from compliance.services.erasing.records import ERASE
from compliance.services.erasing.words import ABOUT, ERASED, KEPT, PATHS
from courses.models import Adjustment, Attendance, AttendanceFile, AttendanceLine, Claim, ClaimStep, Entry, Session
from courses.services.ledger import reverse_entry
from tests.advocates.rolls import csv, person
from tests.compliance.certified import attended
from tests.compliance.leaving import LEFT_ON, leave
from tests.factories import give_credit, make_advocate, make_bar, make_user
from tests.house.rows import Rows, make_rows, our_models

pytestmark = pytest.mark.django_db
UTC = dt.UTC
NOW = dt.datetime(2026, 11, 26, 6, tzinfo=UTC)
TODAY = NOW.date()
IIN = "850101300005"
SECRETS = {
    "full_name": "Қарлығаштегі Өтеген", "family_name": "Қарлығаштегі", "given_name": "Өтеген",
    "patronymic": "Жанболатұлы", "licence_number": "77665544", "email": "karlygash@mail.example.kz",
    "phone": "+7 777 123 45 67", "address": "Тұлпар көшесі, 5", "national_id": IIN, "name_key": "карлыгаштеги отеген",
    "search_key": "karlygashtegi", "licence_key": "77665544",
}  # fmt: skip


@pytest.fixture
def rows() -> Rows:
    """A row of everything about one person, who has left, and words in every column that may hold some."""
    made = make_rows(make_bar())
    someone: Advocate = made[Advocate]
    Advocate.objects.filter(pk=someone.pk).update(**SECRETS, user=make_user("karlygash@mail.example.kz"))
    for label, words in ABOUT.items():
        model = apps.get_model(label)
        told = {name: _told(model, name) for name in words}
        if issubclass(model, Entry | CaseStep | ClaimStep | Objection | Correction | Excuse):
            continue
        model._base_manager.filter(**{PATHS.get(label, "advocate"): someone}).update(**told)
    file = RollFile.objects.get(pk=made[RollFile].pk)
    file.missing = [{"advocate": someone.pk, "name": SECRETS["full_name"]}]
    file.content = "Қарлығаштегі Өтеген".encode()
    file.save(update_fields=["missing", "content"])
    RollLine.objects.update(advocate=someone)
    user = User.objects.get(email="karlygash@mail.example.kz")
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    SocialAccount.objects.create(user=user, provider="x", uid="1", extra_data={"name": SECRETS["full_name"]})
    LogEntry.objects.create(
        user=made[User], object_id=str(someone.pk), object_repr=SECRETS["full_name"], action_flag=2,
        content_type=ContentType.objects.get_for_model(Advocate),
    )  # fmt: skip
    LogEntry.objects.create(
        user=made[User], object_id=str(user.pk), object_repr=SECRETS["full_name"], action_flag=2,
        content_type=ContentType.objects.get_for_model(User),
    )  # fmt: skip
    AttendanceLine.objects.update(advocate=someone, email="karlygash@mail.example.kz")
    reverse_entry(made[Entry], reason="the Қарлығаштегі mix-up", by=made[User])
    leave(someone)
    Case.objects.update(state="closed")
    Claim.objects.update(state="rejected")
    for model in (Objection, Correction, Excuse):
        model.objects.update(answered_at=NOW, answered_by=made[User], outcome="refused", answer="Қарлығаштегі: no")
    return made


def _told(model: type[Model], name: str) -> Any:
    field = model._meta.get_field(name)
    if isinstance(field, JSONField):
        return [{"reason": "Қарлығаштегі"}] if field.default is list else {"name": ["", "Қарлығаштегі"]}
    return IIN if isinstance(field, SealedField) else "Қарлығаштегі"


def everything_stored(*besides: type[Model]) -> Iterator[tuple[str, str]]:
    """(table, all of it as text), the tables of packages included."""
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - {model._meta.db_table for model in besides}:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" AS t')
            yield table, cursor.fetchone()[0] or ""


def figures(bar: Bar) -> dict[str, Any]:
    """What statistics are made of: how many rows of each kind, and the sums over them."""
    counts = {model._meta.label: model._base_manager.count() for model in our_models() if model is not Change}
    minutes = list(Entry.objects.values("category", "format", "earned_on").annotate(n=Count("pk"), sum=Sum("minutes")))
    return {
        **counts,
        "minutes": sorted(map(str, minutes)),
        "statuses": sorted(map(str, StatusSpan.objects.values_list("bar", "status", "period"))),
        "memberships": sorted(map(str, Membership.objects.values_list("bar", "period"))),
        "standings": sorted(map(str, Standing.objects.values_list("bar", "status", "period_start", "missing"))),
        "attendance": sorted(map(str, Attendance.objects.values_list("session", "decision", "credit_percent"))),
        "claims": sorted(map(str, Claim.objects.values_list("state", "minutes", "earned_on"))),
        "cases": sorted(map(str, Case.objects.values_list("state", "due_on"))),
        "steps": sorted(map(str, CaseStep.objects.values_list("case", "from_state", "to_state", "at"))),
        "notices": sorted(map(str, Notice.objects.values_list("stage", "state", "channel", "sent_at"))),
        "certificates": sorted(map(str, Certificate.objects.values_list("serial", "kind", "code"))),
        "by unit": sorted(map(str, Advocate.objects.values_list("bar", "unit", "practice_form", "joined_on"))),
    }  # fmt: skip


def test_every_model_about_an_advocate_is_blanked_or_kept_for_a_reason() -> None:
    about = {
        model._meta.label
        for model in our_models()
        if model is not Advocate
        and any(isinstance(f, ForeignKey) and f.related_model is Advocate for f in model._meta.get_fields())
    }
    assert about | set(PATHS) <= set(ABOUT) | set(KEPT)
    assert set(ABOUT) <= about | set(PATHS)
    assert not set(ABOUT) & set(KEPT)


@pytest.mark.parametrize("label", ABOUT)
def test_every_column_for_words_is_blanked(label: str) -> None:
    """But for those with choices, which are codes, and hashes of what is gone."""
    kept = {
        "ground",
        "plan_sha256",
        "source",
        "time_zone",
        "matched_by",
        "stage",
        "sha256",
        "received_sha256",
        "outcome",
        "code",
    }
    figures_only = {"changes"} if label == "courses.AttendanceLine" else set()
    words = {
        field.name
        for field in apps.get_model(label)._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField | FileField | SealedField) and not field.choices
    }
    assert words - set(ABOUT[label]) <= kept | figures_only


def test_nothing_that_says_who_it_was_is_left(rows: Rows) -> None:
    someone = Advocate.objects.get(pk=rows[Advocate].pk)
    own_time = (Certificate, Consent, Change)
    assert any("Қарлығаштегі" in text for _table, text in everything_stored(*own_time)), "something could be left"
    assert anonymise(someone, now=NOW)
    for table, text in everything_stored(*own_time):
        for name, secret in SECRETS.items():
            assert secret not in text, (table, name)
    someone.refresh_from_db()
    assert (someone.full_name, someone.national_id.reveal(), someone.erased_at) == (ERASED, "", NOW)
    assert str(someone) == ERASED
    assert bytes(RollFile.objects.get(pk=rows[RollFile].pk).content) == b""


def test_what_is_counted_stays_as_it_was(rows: Rows) -> None:
    before = figures(rows[Bar])
    assert anonymise(rows[Advocate], now=NOW)
    assert figures(rows[Bar]) == before


def test_twice_is_once(rows: Rows) -> None:
    assert anonymise(rows[Advocate], now=NOW)
    assert not anonymise(rows[Advocate], now=NOW + dt.timedelta(days=1))
    assert Advocate.objects.get(pk=rows[Advocate].pk).erased_at == NOW


def test_nobody_else_loses_a_word(rows: Rows) -> None:
    other = make_rows(rows[Bar].children.first() or make_bar(parent=rows[Bar]))
    before = {label: list(_about(label, other[Advocate])) for label in ABOUT}
    assert sum(map(len, before.values())) > 5
    anonymise(rows[Advocate], now=NOW)
    assert {label: list(_about(label, other[Advocate])) for label in ABOUT} == before
    assert Advocate.objects.get(pk=other[Advocate].pk).full_name == other[Advocate].full_name


def _about(label: str, someone: Advocate) -> Any:
    rows = apps.get_model(label)._base_manager.filter(**{PATHS.get(label, "advocate"): someone})
    return rows.order_by("pk").values_list(*ABOUT[label])


PEOPLE = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(1, 300), st.sampled_from(["law", "ethics"]), st.booleans()), max_size=4),
        st.sampled_from(["compliant", "short", None]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=PEOPLE)
def test_whoever_is_erased_the_counts_stay(people: list[Any], db: None) -> None:
    """Any population, any of it erased: minutes, entries, standings and statuses add up as before."""
    from tests.compliance.rows import make_standing, ruled_bar

    with transaction.atomic():
        bar = make_bar(parent=ruled_bar())
        for credits, standing, gone in people:
            someone = make_advocate(bar)
            for minutes, category, reversed_too in credits:
                entry = give_credit(someone, minutes, category=category)
                if reversed_too:
                    reverse_entry(entry, reason="a slip", by=None)
            if standing:
                make_standing(someone, standing)
            if gone:
                leave(someone)
        before = figures(bar)
        for someone in due("advocates", bar, TODAY):
            anonymise(someone, now=NOW)
        assert Advocate.objects.filter(erased_at=NOW).count() == sum(gone for *_rest, gone in people)
        assert figures(bar) == before
        transaction.set_rollback(True)


def test_the_log_of_the_office_keeps_namesakes(rows: Rows) -> None:
    namesake = make_advocate(rows[Bar], SECRETS["full_name"])
    LogEntry.objects.create(
        user=rows[User], object_id=str(namesake.pk), object_repr=namesake.full_name, action_flag=2,
        content_type=ContentType.objects.get_for_model(Advocate),
    )  # fmt: skip
    anonymise(rows[Advocate], now=NOW)
    assert LogEntry.objects.get(object_id=str(namesake.pk)).object_repr == SECRETS["full_name"]


class TestWhoIsErased:
    def test_not_a_member(self) -> None:
        someone = make_advocate(make_bar())
        with pytest.raises(DomainError) as refused:
            anonymise(someone, now=NOW)
        assert refused.value.code == "membership-open"

    @pytest.mark.parametrize("state", ["open", "notified", "objected", "petition_drafted"])
    def test_nobody_with_an_open_case(self, rows: Rows, state: str) -> None:
        Case.objects.update(state=state)
        self._is_still_open(rows[Advocate])

    @pytest.mark.parametrize("state", ["submitted"])
    def test_nobody_with_a_claim_under_way(self, rows: Rows, state: str) -> None:
        undecided = {"decided_at": None, "decided_by": None} if state == "submitted" else {}
        Claim.objects.update(state=state, **undecided)
        self._is_still_open(rows[Advocate])

    def test_nobody_whose_request_waits(self, rows: Rows) -> None:
        from advocates.services.consents import withdraw_consent
        from tests.house.rows import NOW as GIVEN

        consent = Consent.objects.create(
            bar=rows[Bar], advocate=rows[Advocate], operator_name="x", operator_number="1", term="x", version="2",
            third_parties=False, cross_border=False, publication=False, data=["x"], language="ru", given_at=GIVEN,
            how="page", recorded_by=rows[User],
        )  # fmt: skip
        withdraw_consent(consent, by=rows[User], now=NOW)
        self._is_still_open(rows[Advocate])

    def _is_still_open(self, someone: Advocate) -> None:
        with pytest.raises(DomainError) as refused:
            check_erasable(Advocate.objects.get(pk=someone.pk))
        assert refused.value.code == "still-open"
        with pytest.raises(DomainError):
            anonymise(someone, now=NOW)
        assert Advocate.objects.get(pk=someone.pk).full_name == SECRETS["full_name"]

    def test_the_account_is_closed(self, rows: Rows, client: Client) -> None:
        user = User.objects.get(email="karlygash@mail.example.kz")
        anonymise(rows[Advocate], now=NOW)
        user.refresh_from_db()
        assert (user.is_active, user.name, user.has_usable_password()) == (False, "", False)
        assert user.email == f"erased-{user.pk}@erased.invalid"
        assert not EmailAddress.objects.filter(user=user).exists()
        assert not SocialAccount.objects.filter(user=user).exists()

    def test_a_member_of_staff_stays_one(self, rows: Rows) -> None:
        user = User.objects.get(email="karlygash@mail.example.kz")
        Role.objects.create(user=user, bar=rows[Bar], kind="auditor")
        anonymise(rows[Advocate], now=NOW)
        user.refresh_from_db()
        assert (user.is_active, user.email) == (True, "karlygash@mail.example.kz")
        assert Advocate.objects.get(pk=rows[Advocate].pk).user is None

    def test_a_name_that_was_in_use_is_revoked_and_gone(self, rows: Rows) -> None:
        anonymise(rows[Advocate], now=NOW)
        assert list(NameAlias.objects.values_list("key", "revoked_at")) == [("", NOW)]

    def test_a_roll_does_not_recognise_them(self, rows: Rows) -> None:
        anonymise(rows[Advocate], now=NOW)
        user = rows[User]
        file = preview_roll(rows[Bar], csv([person(1, name="—", licence="")]), "roll.csv", by=user, today=TODAY)
        assert rows[Advocate].pk not in file.lines.values_list("advocate", flat=True)
        assert rows[Advocate].pk not in [one["advocate"] for one in file.missing]


class TestTheClocks:
    @pytest.mark.parametrize("code", rules())
    def test_each_has_a_number_a_start_and_a_ground(self, code: str) -> None:
        rule = rules()[code]
        assert rule.months > 0
        assert set(rule.name) == set(rule.counted_from) == {"kk", "ru", "en"}
        assert "Law No. 94-V" in rule.ground
        assert rule.example, "no number is law: say so until a bar has approved one"
        assert code in ERASE

    @pytest.mark.parametrize("code", sorted(set(rules()) - {"advocates", "consents"}))
    def test_nothing_of_today_is_due(self, rows: Rows, code: str) -> None:
        assert not due(code, rows[Bar], dt.date(1990, 1, 1)).exists()

    @pytest.mark.parametrize(("before", "found"), [(LEFT_ON, True), (LEFT_ON - dt.timedelta(days=1), False)])
    @pytest.mark.parametrize("code", ["advocates", "consents"])
    def test_people_are_due_from_the_day_they_left(self, rows: Rows, code: str, before: dt.date, found: bool) -> None:
        assert due(code, rows[Bar], before).exists() == found

    @pytest.mark.parametrize("code", rules())
    def test_what_is_due_is_erased_and_due_no_more(self, rows: Rows, code: str) -> None:
        Notice.objects.update(state="sent", sent_at=NOW)
        Session.objects.update(state="confirmed", confirmed_at=NOW)
        late, before = dt.date(2030, 1, 1), figures(rows[Bar])
        keys = list(due(code, rows[Bar], late).values_list("pk", flat=True))
        assert keys, "something is due"
        assert ERASE[code](keys, NOW) == len(keys)
        assert not due(code, rows[Bar], late).exists()
        after = figures(rows[Bar])
        assert after == before

    def test_another_bar_s_rows_are_not_due_here(self, rows: Rows) -> None:
        neighbour = make_bar()
        for code in rules():
            assert not due(code, neighbour, dt.date(2030, 1, 1)).exists()

    def test_the_command_counts(self, rows: Rows, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("retention", "due")
        said = capsys.readouterr().out
        assert "advocates: 60 months (an example) from the day on which the last membership ended" in said
        assert f"  {rows[Bar].code}: 1" in said

    def test_an_applied_report_without_its_file_still_counts(self, rows: Rows) -> None:
        AttendanceFile.objects.update(state="applied", applied_at=NOW)
        ERASE["attendance-files"](list(AttendanceFile.objects.values_list("pk", flat=True)), NOW)
        file = AttendanceFile.objects.get()
        assert (file.state, bytes(file.content), file.rows) == ("applied", b"", 1)

    def test_a_line_of_an_erased_roll_cannot_be_decided(self) -> None:
        from advocates.services.roll import decide_line

        bar, user = make_bar(), make_user()
        for licence in ("5", "6"):
            make_advocate(bar, "Тестов Аскар Ерланович", licence_number=licence)
        row = person(2, licence="", name="Тестов Аскар Ерланович")
        file = apply_roll(preview_roll(bar, csv([row]), "roll.csv", by=user, today=TODAY), by=user, now=NOW)
        ERASE["roll-files"]([file.pk], NOW)
        with pytest.raises(DomainError) as refused:
            decide_line(file.lines.get(), advocate=None, by=user, now=NOW)
        assert refused.value.code == "line-erased"


class TestFrozenTables:
    def test_only_the_words_can_go_and_only_in_an_erasure(self, rows: Rows) -> None:
        entries = Entry.objects.exclude(reason="")
        assert entries.exists()
        with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), transaction.atomic():
            entries.update(reason=ERASED)
        with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), erasing():
            entries.update(minutes=-1)
        with pytest.raises((InternalError, ProgrammingError), match="Cannot delete"), erasing():
            Entry.objects.exclude(reverses=None)._raw_delete(using="default")  # type: ignore[attr-defined]
        with erasing():
            assert entries.update(reason=ERASED)
        with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), transaction.atomic():
            entries.update(reason="after it")

    def test_who_does_not_own_the_table_cannot(self, rows: Rows) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE ROLE visitor_of_a_test BYPASSRLS; GRANT ALL ON courses_entry TO visitor_of_a_test")
            cursor.execute("SELECT set_config('cle.erasing', 'on', true)")
            cursor.execute("SET LOCAL ROLE visitor_of_a_test")
            with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), transaction.atomic():
                cursor.execute("UPDATE courses_entry SET reason = 'x'")
            cursor.execute("RESET ROLE")
            transaction.set_rollback(True)

    def test_an_adjustment_keeps_its_minutes(self, rows: Rows) -> None:
        before = list(Adjustment.objects.order_by("pk").values_list("minutes", flat=True))
        anonymise(rows[Advocate], now=NOW)
        assert list(Adjustment.objects.order_by("pk").values_list("minutes", "reason")) == [
            (minutes, ERASED) for minutes in before
        ]


class TestCertificates:
    @pytest.fixture
    def certificate(self) -> Certificate:
        return attended(make_advocate(make_bar()))

    def test_the_paper_is_checked_as_before_when_its_bearer_is_erased(
        self, certificate: Certificate, client: Client
    ) -> None:
        page, paper = self._page(client, certificate), render_certificate(certificate)
        leave(certificate.advocate)
        assert anonymise(certificate.advocate, now=NOW)
        certificate = Certificate.objects.get(pk=certificate.pk)
        assert render_certificate(certificate) == paper
        assert _without_token(self._page(client, certificate)) == _without_token(page)

    def test_once_its_own_time_is_up_nothing_of_it_is_told(self, certificate: Certificate, client: Client) -> None:
        name = certificate.snapshot["full_name"]
        assert name in self._page(client, certificate).content.decode()
        assert ERASE["certificates"]([certificate.pk], NOW) == 1
        certificate = Certificate.objects.get(pk=certificate.pk)
        page = self._page(client, certificate)
        assert page.status_code == 410
        assert name not in page.content.decode()
        api = client.get(f"/api/v1/verify/{certificate.code}")
        assert (api.status_code, api.json()["type"]) == (404, "urn:problem-type:cle:certificate-erased")
        client.force_login(make_user(bar=certificate.bar))
        assert client.get(reverse("certificate-pdf", args=[certificate.code])).status_code == 404
        with pytest.raises(DomainError) as refused:
            render_certificate(certificate)
        assert refused.value.code == "certificate-erased"

    def test_its_words_alone_can_go(self, certificate: Certificate) -> None:
        with pytest.raises((InternalError, ProgrammingError), match="Cannot update"), erasing():
            Certificate.objects.filter(pk=certificate.pk).update(serial="x")

    def _page(self, client: Client, certificate: Certificate) -> Any:
        return client.get(reverse("verify", args=[certificate.code]), headers={"accept-language": "ru"})


def _without_token(page: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


def test_a_preview_counts_what_would_go(rows: Rows) -> None:
    someone = Advocate.objects.get(pk=rows[Advocate].pk)
    counts = words_about(someone)
    assert counts["advocates.Advocate"] == 1
    assert counts["compliance.Notice"] == Notice.objects.count()
    anonymise(someone, now=NOW)
    assert words_about(someone) == {"advocates.Advocate": 1}
