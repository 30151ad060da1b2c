"""Certificates in the office: shown, issued in the background, looked up, put right, designed."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from advocates.models import Bar, FileRead, RoleKind
from compliance.models import BarPicture, Certificate
from compliance.services.certificates import issue_for_period
from compliance.services.jobs import KINDS as WORK
from compliance.views.office.jobs import KINDS as SHOWN
from courses.services.attendance_records import void
from tests.compliance.certified import ISSUED, attended, crowd, held, passed
from tests.compliance.pictured import emblem
from tests.compliance.rows import make_standing
from tests.factories import make_advocate, make_user
from tests.office.pages import hidden, statements, text_of, worked

pytestmark = pytest.mark.django_db
LIST = "/office/R-1/certificates/"
DESIGN = f"{LIST}design/"
WORDS = {"letterhead_kk": "Алқа", "letterhead_ru": "Коллегия", "signatory_name": "Ли А."}


def test_each_kind_of_work_has_a_name() -> None:
    assert set(SHOWN) == set(WORK)


class TestBatch:
    def test_shown_issued_and_put_into_one_file(self, officer: Client, bar: Bar) -> None:
        session = held(bar, *crowd(bar, 3))
        assert str(session.course) in text_of(officer.get(LIST))
        batch = f"{LIST}batch/?session={session.pk}"
        shown = officer.get(batch)
        assert "Yes, issue 3 certificates" in text_of(shown)
        given = {"digest": hidden(shown, "digest"), "count": hidden(shown, "count")}
        assert officer.post(batch, given).status_code == 422
        assert not Certificate.objects.exists()
        assert "3 of 3" in text_of(worked(officer, officer.post(batch, {**given, "sure": "on"})))
        assert Certificate.objects.count() == 3
        assert "Nobody waits" in text_of(officer.get(batch))
        packed = worked(officer, officer.post(batch, {"archive": "1"}))
        (link,) = re.findall(rf"{LIST}file/\d+\.zip", packed.content.decode())
        content = b"".join(officer.get(link).streaming_content)
        assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 3
        assert FileRead.objects.filter(part="certificate").count() == 3

    def test_a_period_whose_certificate_was_revoked_is_offered_anew_once_it_is_met_again(
        self, officer: Client, bar: Bar
    ) -> None:
        start, person = dt.date(2025, 1, 1), make_advocate(bar)
        make_standing(person, "compliant", period_start=start, period_end=dt.date(2025, 12, 31))
        issue_for_period(bar, start, now=ISSUED)
        old = Certificate.objects.get()
        person.standings.update(status="short", missing=5)
        officer.post(f"{LIST}{old.code}/", {"revoke": "1", "reason": "hours taken back"})
        batch = f"{LIST}batch/?period=2025-01-01"
        assert "Waiting to be issued" not in text_of(officer.get(LIST))
        person.standings.update(status="compliant", missing=0)
        assert "Waiting to be issued" in text_of(officer.get(LIST))
        shown = officer.get(batch)
        assert person.full_name in text_of(shown)
        given = {"digest": hidden(shown, "digest"), "count": hidden(shown, "count"), "sure": "on"}
        worked(officer, officer.post(batch, given))
        assert Certificate.objects.standing().get().revision == 2
        assert "Nobody waits" in text_of(officer.get(batch))

    def test_a_session_of_another_bar_is_not_there(self, officer: Client, bar: Bar) -> None:
        other = make_advocate(bar.parent).bar
        session = held(other, make_advocate(other))
        assert officer.get(f"{LIST}batch/?session={session.pk}").status_code == 404
        assert officer.get(f"{LIST}batch/").status_code == 404


class TestOne:
    def test_replaced_with_a_reason(self, officer: Client, bar: Bar) -> None:
        old = attended(make_advocate(bar, "Қасымов Ерлан"))
        url = f"{LIST}{old.code}/"
        assert "Қасымов Ерлан" in text_of(officer.get(url))
        assert officer.post(url, {"replace": "1", "reason": ""}).status_code == 422
        new = officer.post(url, {"replace": "1", "reason": "misspelt"}, follow=True)
        assert "This is the new certificate." in text_of(new)
        assert "misspelt" in text_of(officer.get(url))
        assert Certificate.objects.standing().count() == 1

    def test_one_that_has_lost_its_ground_is_pointed_out_until_it_is_put_right(self, officer: Client, bar: Bar) -> None:
        guest = make_advocate(bar.parent)
        old, fine, guests = attended(make_advocate(bar)), attended(make_advocate(bar)), attended(guest, bar=bar)
        period = passed(make_advocate(bar))
        assert "Something is wrong with it" not in text_of(officer.get(LIST))
        void([old.attendance_id], reason="A later report says more.", by=None, now=ISSUED)
        period.advocate.standings.update(status="short", missing=5)
        shown = text_of(officer.get(LIST))
        assert shown.count("Something is wrong with it") == 2
        for certificate in (old, period):
            assert f"{certificate.serial} · {certificate.advocate}" in shown
        for certificate in (fine, guests):
            assert f"{certificate.serial} · {certificate.advocate}" not in shown
        for certificate in (old, period):
            officer.post(f"{LIST}{certificate.code}/", {"revoke": "1", "reason": "in error"})
        assert "Something is wrong with it" not in text_of(officer.get(LIST))

    def test_revoked_once(self, officer: Client, bar: Bar) -> None:
        old = attended(make_advocate(bar))
        url = f"{LIST}{old.code}/"
        officer.post(url, {"revoke": "1", "reason": "in error"})
        again = officer.post(url, {"revoke": "1", "reason": "in error"}, follow=True)
        assert "already been replaced or revoked" in text_of(again)
        assert not Certificate.objects.standing().exists()

    def test_an_auditor_sees_no_way_to_change_it(self, client: Client, bar: Bar) -> None:
        old = attended(make_advocate(bar))
        client.force_login(make_user(bar=bar, role=RoleKind.AUDITOR))
        assert b"<textarea" not in client.get(f"{LIST}{old.code}/").content
        assert client.post(f"{LIST}{old.code}/", {"revoke": "1", "reason": "x"}).status_code == 403
        assert Certificate.objects.standing().exists()


@pytest.mark.parametrize("asked", ["kasym", "serial", "code"])
def test_found_by_name_number_and_code(officer: Client, bar: Bar, asked: str) -> None:
    kept, other = attended(make_advocate(bar, "Қасымов Ерлан")), attended(make_advocate(bar, "Озёрная Мария"))
    text = {"serial": kept.serial, "code": f"{kept.code[:4]}-{kept.code[4:]}".lower()}.get(asked, asked)
    found = text_of(officer.get(LIST, {"text": text}))
    assert kept.serial in found
    assert other.serial not in found


def test_a_list_of_three_costs_as_much_as_a_list_of_one(officer: Client, bar: Bar) -> None:
    attended(make_advocate(bar))
    officer.get(LIST)
    one = statements(officer, LIST)
    for _ in range(2):
        attended(make_advocate(bar))
    assert statements(officer, LIST) == one


class TestDesign:
    def test_the_picture_shows_what_is_typed_and_saves_nothing(self, officer: Client, bar: Bar) -> None:
        plain = officer.get(f"{LIST}design.png").content
        typed = officer.get(f"{LIST}design.png", WORDS).content
        assert Image.open(io.BytesIO(typed)).size[0] > 900
        assert plain != typed
        shown = officer.get(DESIGN, {**WORDS, "show": "1"})
        assert "design.png?letterhead_kk=" in shown.content.decode()
        bar.refresh_from_db()
        assert bar.letterhead_kk == ""

    def test_saved(self, officer: Client, bar: Bar) -> None:
        assert officer.post(DESIGN, WORDS).status_code == 302
        bar.refresh_from_db()
        assert (bar.letterhead_ru, bar.signatory_name) == ("Коллегия", "Ли А.")

    def test_what_cannot_be_printed_is_said_and_not_saved(self, officer: Client, bar: Bar) -> None:
        answer = officer.post(DESIGN, {**WORDS, "letterhead_kk": "₿"})
        assert answer.status_code == 422
        assert "That cannot be printed" in text_of(answer)
        bar.refresh_from_db()
        assert bar.letterhead_kk == ""
        assert officer.get(f"{LIST}design.png", {"letterhead_kk": "₿"}).status_code == 404

    def test_an_emblem_is_put_there_seen_and_taken_off_again(self, officer: Client, bar: Bar) -> None:
        plain = officer.get(f"{LIST}design.png").content
        answer = officer.post(DESIGN, {"part": "crest", "file": sent(emblem())}, follow=True)
        assert "printed since" in text_of(answer)
        assert BarPicture.objects.in_use().get().part == "crest"
        assert officer.get(f"{LIST}design.png").content != plain
        assert "Print none" in text_of(answer)
        officer.post(DESIGN, {"part": "crest", "remove": "on"})
        assert officer.get(f"{LIST}design.png").content == plain

    def test_what_is_no_picture_is_said_beside_its_field(self, officer: Client, bar: Bar) -> None:
        for given in ({"part": "seal", "file": sent(b"%PDF-1.7")}, {"part": "seal"}, {"part": "hymn"}):
            assert officer.post(DESIGN, given).status_code == 422
        answer = officer.post(DESIGN, {"part": "seal", "file": sent(b"%PDF-1.7")})
        assert "Only PNG and JPEG" in text_of(answer)
        assert not BarPicture.objects.exists()


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("picture.png", content)
