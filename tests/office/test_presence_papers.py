"""The poster and the sheet to be signed, as PDFs: nothing is lost, however long names and titles are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from PIL import ImageOps

from advocates.models import Bar
from cle.core.clock import now
from compliance.certificates.words import Pair
from compliance.reports.presence import poster, sheet
from compliance.reports.presence.shown import Shown, Signer
from courses.attendance.codes import poster_code, spaced
from courses.models import Registration, Session
from courses.services.presence import switch_poster
from tests.compliance.certificates.samples import LONGEST, ORDINARY
from tests.factories import make_advocate, make_bar, make_course, make_session
from tests.office.pages import statements

NONE = Pair("", "")
LINK = "https://cle.example.kz/here/1234567890"


def shown(sample: Any, **more: Any) -> Shown:
    said = {
        "bar": Pair(sample.bar_name_kk, sample.bar_name_ru), "number": sample.course_number, "day": "26.11.2026",
        "course": Pair(sample.course_title_kk, sample.course_title_ru), "times": "10:00–13:00", "place": sample.place,
    }  # fmt: skip
    return Shown(**{**said, **more})


LARGEST = shown(LONGEST, course=Pair("Ұзақ атау " * 30, "Длинное имя " * 25), place="Мекенжай " * 33)


def texts(pdf: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pages]


@pytest.mark.parametrize("given", [shown(ORDINARY), shown(LONGEST), LARGEST], ids=["ordinary", "long", "longest"])
def test_a_poster_is_one_page_that_a_camera_reads(given: Shown) -> None:
    pdf = poster.draw(given, link=LINK, code="12345 67890", address="cle.example.kz/here/")
    assert pdf == poster.draw(given, link=LINK, code="12345 67890", address="cle.example.kz/here/")
    (text,) = texts(pdf)
    for part in ("12345 67890", "cle.example.kz/here/", "26.11.2026", "Келгенде", "Отсканируйте", *given.bar):
        assert part in text
    assert text.index("Келгенде") < text.index("Отсканируйте")
    page = pypdfium2.PdfDocument(pdf)[0]
    (read,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert read.text == LINK
    drawn = ImageOps.invert(page.render(scale=1).to_pil().convert("L")).getbbox()
    assert drawn is not None
    assert min(drawn[:2]) > 30
    assert drawn[3] < page.get_height() - 30


@pytest.mark.parametrize("given", [shown(ORDINARY), shown(LONGEST), LARGEST], ids=["ordinary", "long", "longest"])
def test_a_sheet_says_the_session_and_its_number_on_each_page(given: Shown) -> None:
    long = LONGEST.full_name
    people = [Signer(long, f"00{n:05}", NONE) for n in range(40)]
    people.append(Signer("Ли Анна", "77", Pair(LONGEST.bar_name_kk, LONGEST.bar_name_ru)))
    pages = texts(sheet.draw(given, people, 15))
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"{number}-бет, барлығы {len(pages)}" in text
        assert f"стр. {number} из {len(pages)}" in text
        assert "26.11.2026 · 10:00–13:00" in text
        assert " ".join(given.course.ru.split())[:20] in text
        assert "Қолы Подпись" in text
    whole = " ".join(pages)
    assert whole.count("Нұрсұлтанбекқызы") == 40
    assert "Ли Анна" in whole
    assert " 56 " in whole
    assert " 57 " not in whole


def test_nobody_and_no_blank_rows_is_a_sheet_still() -> None:
    (page,) = texts(sheet.draw(shown(ORDINARY), [], 0))
    assert "стр. 1 из 1" in page


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def session(self, bar: Bar) -> Session:
        return make_session(make_course(bar), now() + dt.timedelta(hours=1))

    def at(self, name: str, session: Session) -> str:
        return reverse(f"office:{name}", args=[session.bar.code, session.pk])

    def test_those_with_a_place_guests_with_their_bar_and_as_many_blank_rows_as_asked(
        self, officer: Client, session: Session, bar: Bar
    ) -> None:
        guest = make_bar("R-2", bar.parent)
        for home, name in ((bar, "Яхина Роза"), (bar, "Әділова Гүлнар"), (guest, "Қасымов Ержан")):
            person = make_advocate(home, name)
            Registration.objects.create(bar=bar, session=session, advocate=person, state="registered", asked_at=now())
        (page,) = texts(officer.get(self.at("sign-in-sheet-file", session), {"blank": 2}).content)
        found = [page.index(name) for name in ("Әділова Гүлнар", "Қасымов Ержан", "Яхина Роза")]
        assert found == sorted(found)
        assert page.count(guest.name_ru) == 1
        assert " 5 " in page
        assert " 6 " not in page
        assert "sheet.pdf?blank=2" in officer.get(self.at("sign-in-sheet", session), {"blank": 2}).content.decode()

    def test_a_poster_there_is_only_where_one_is_allowed(self, officer: Client, session: Session) -> None:
        assert officer.get(self.at("poster-file", session)).status_code == 404
        since = switch_poster(session, True, now=now()).poster_since
        assert since is not None
        answer = officer.get(self.at("poster-file", session))
        assert answer["Content-Type"] == "application/pdf"
        assert spaced(poster_code(session.pk, since)) in texts(answer.content)[0]
        assert "poster.pdf" in officer.get(self.at("poster", session)).content.decode()

    @pytest.mark.parametrize("people", [1, 3])
    def test_a_sheet_costs_the_same_for_however_many(
        self, officer: Client, session: Session, bar: Bar, people: int
    ) -> None:
        for number in range(people):
            person = make_advocate(bar, f"Омаров Айдар {number}")
            Registration.objects.create(bar=bar, session=session, advocate=person, state="registered", asked_at=now())
        assert statements(officer, self.at("sign-in-sheet-file", session)) == 6
