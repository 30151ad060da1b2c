"""National identifiers: found and kept unique without anybody reading them, whether in the database or on a page."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from advocates.models import Advocate, Bar, Outcome, RoleKind, RollFile, RollLine
from advocates.services.roll import apply_roll, decide_line, preview_roll
from cle.core.sealed_fields import MASK
from tests.advocates.rolls import csv, person
from tests.factories import make_advocate, make_bar, make_user

pytestmark = pytest.mark.django_db
IIN, OTHER = "850101300005", "900101300811"
NOW = dt.datetime(2026, 9, 1, 6, tzinfo=dt.UTC)
TODAY = dt.date(2026, 9, 1)


@pytest.fixture
def bar() -> Bar:
    return make_bar()


def everything_stored() -> Iterator[tuple[str, str]]:
    """(table, all of it as text) of every table of the database; bytes stand there in hexadecimal."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" AS t')
            yield table, cursor.fetchone()[0] or ""


def assert_nowhere(number: str) -> None:
    for table, text in everything_stored():
        assert number not in text, table
        assert number.encode().hex() not in text, table


def test_no_table_holds_a_number_that_a_roll_brought(bar: Bar) -> None:
    user = make_user(bar=bar)
    make_advocate(bar, "Тестов Аскар Ерланович", licence_number="5", national_id=OTHER)
    rows = [person(1, iin=IIN), person(2, licence="", name="Тестов Аскар Ерланович", iin=OTHER)]
    file = preview_roll(bar, csv(rows), "roll.csv", by=user, today=TODAY)
    apply_roll(file, by=user, now=NOW)
    assert [str(one.national_id) for one in RollLine.objects.order_by("pk")] == [MASK, ""]
    assert Advocate.objects.filter(national_id=IIN).exists()
    assert IIN.encode() in bytes(RollFile.objects.get().content)
    for number in (IIN, OTHER):
        assert_nowhere(number)


def test_a_line_keeps_its_number_sealed_until_somebody_decides(bar: Bar) -> None:
    user = make_user(bar=bar)
    namesakes = [make_advocate(bar, "Тестов Аскар Ерланович", licence_number=n) for n in ("5", "6")]
    row = person(2, licence="", name="Тестов Аскар Ерланович", iin=IIN)
    file = apply_roll(preview_roll(bar, csv([row]), "roll.csv", by=user, today=TODAY), by=user, now=NOW)
    line = file.lines.get()
    assert (line.outcome, line.changes["national_id"], line.national_id.reveal()) == ("ambiguous", ["", MASK], IIN)
    line = decide_line(line, advocate=namesakes[1], by=user, now=NOW)
    namesakes[1].refresh_from_db()
    assert namesakes[1].national_id.reveal() == IIN
    assert (line.outcome, line.changes["national_id"]) == (Outcome.CHANGED, ["", MASK])
    assert_nowhere(IIN)


def test_a_number_is_found_by_itself_and_by_nothing_like_it(bar: Bar) -> None:
    someone, nobody = make_advocate(bar, national_id=IIN), make_advocate(bar)
    people = Advocate.objects.for_bar(bar)
    assert people.filter(national_id=IIN).get() == someone
    assert people.filter(national_id="").get() == nobody
    assert not people.filter(national_id=IIN[:-1]).exists()
    for lookup in ("contains", "startswith", "gt", "in", "regex", "iexact"):
        with pytest.raises(FieldError):
            people.filter(**{f"national_id__{lookup}": IIN})


def test_two_people_of_a_bar_never_share_a_number(bar: Bar) -> None:
    make_advocate(bar, national_id=IIN)
    make_advocate(make_bar(), national_id=IIN)
    other = make_advocate(bar, national_id=OTHER)
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        Advocate.objects.filter(pk=other.pk).update(national_id=IIN)
    assert IIN not in str(raised.value)


def test_keys_can_be_changed(bar: Bar) -> None:
    """New key in front: all is still found; sealed anew, the old key can go."""
    old, new = "o" * 40, "n" * 40
    with override_settings(FIELD_KEYS=(old,)):
        someone = make_advocate(bar, national_id=IIN)
        file = RollFile.objects.create(bar=bar, file_name="x", sha256="", content=IIN.encode(), plan_sha256="")
    with override_settings(FIELD_KEYS=(new, old)):
        assert Advocate.objects.get(national_id=IIN) == someone
        call_command("reencrypt", stdout=_Nothing())
        call_command("reencrypt", stdout=_Nothing())
    with override_settings(FIELD_KEYS=(new,)):
        assert Advocate.objects.get(national_id=IIN).national_id.reveal() == IIN
        assert bytes(RollFile.objects.get(pk=file.pk).content) == IIN.encode()


class _Nothing:
    def write(self, text: str) -> None:
        assert IIN not in text


def test_no_text_of_a_person_shows_it(bar: Bar, caplog: pytest.LogCaptureFixture) -> None:
    someone = make_advocate(bar, national_id=IIN)
    someone.refresh_from_db()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("cle").warning("%s %r %s", someone, someone, vars(someone))
    assert IIN not in caplog.text
    assert MASK in caplog.text or "advocate.national_id" in caplog.text


class TestThePage:
    @pytest.fixture
    def someone(self, bar: Bar) -> Advocate:
        return make_advocate(bar, national_id=IIN)

    def _open(self, client: Client, bar: Bar, role: RoleKind) -> Client:
        client.force_login(make_user(bar=bar, role=role, language="en"))
        return client

    def _send(self, client: Client, someone: Advocate, **fields: str) -> str:
        page = client.get(self._url(someone)).content.decode()
        forms = dict.fromkeys(re.findall(r'name="(\w+-(?:TOTAL|INITIAL)_FORMS)"', page), "0")
        given = {**forms, "email": someone.email, "phone": "", "address": "", "language": "ru", **fields}
        return client.post(self._url(someone), given).content.decode()

    def _url(self, someone: Advocate) -> str:
        return reverse("admin:advocates_advocate_change", args=[someone.pk])

    def test_an_administrator_sees_that_there_is_one_and_not_which(
        self, client: Client, bar: Bar, someone: Advocate
    ) -> None:
        page = self._open(client, bar, RoleKind.BAR_ADMIN).get(self._url(someone)).content.decode()
        assert MASK in page
        assert IIN not in page

    def test_others_do_not_see_even_that(self, client: Client, bar: Bar, someone: Advocate) -> None:
        page = self._open(client, bar, RoleKind.AUDITOR).get(self._url(someone)).content.decode()
        assert someone.full_name in page
        assert MASK not in page
        assert "national_id" not in page

    def test_an_administrator_gives_and_forgets_it(self, client: Client, bar: Bar, someone: Advocate) -> None:
        self._open(client, bar, RoleKind.BAR_ADMIN)
        self._send(client, someone, new_national_id=OTHER)
        assert self._recorded(someone) == OTHER
        self._send(client, someone)
        assert self._recorded(someone) == OTHER, "empty keeps it"
        self._send(client, someone, forget_national_id="on")
        assert self._recorded(someone) == ""

    def test_nobody_else_changes_it(self, client: Client, bar: Bar, someone: Advocate) -> None:
        self._open(client, bar, RoleKind.COMPLIANCE_OFFICER)
        self._send(client, someone, new_national_id=OTHER)
        assert self._recorded(someone) == IIN

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("850101300006", "The check digit of the IIN is wrong"),
            (OTHER, "Another advocate of the bar has this national identifier"),
        ],
    )
    def test_a_refusal_does_not_repeat_the_number_on_record(
        self, client: Client, bar: Bar, someone: Advocate, given: str, said: str
    ) -> None:
        make_advocate(bar, national_id=OTHER)
        page = self._send(self._open(client, bar, RoleKind.BAR_ADMIN), someone, new_national_id=given)
        assert said in page
        assert IIN not in page
        assert self._recorded(someone) == IIN

    def _recorded(self, someone: Advocate) -> str:
        return str(Advocate.objects.get(pk=someone.pk).national_id.reveal())
