"""The roll from a file: previewed line by line, applied with a count, open lines decided; large ones as jobs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, RoleKind, RollFile
from advocates.services.roll import preview_roll
from cle.core.clock import now
from compliance.models import Job
from compliance.services import roll_jobs
from compliance.services.jobs import run_job
from courses.services.attendance import preview_attendance
from tests.advocates.rolls import csv, person
from tests.courses.reports import zoom
from tests.factories import make_user
from tests.office.taught import Taught, logged_in, taught, text_of

pytestmark = pytest.mark.django_db
URL = "/office/KZ-71/roll-imports/"


@pytest.fixture
def there() -> Taught:
    return taught()


@pytest.fixture
def office(there: Taught) -> Client:
    return logged_in(there.manager)


def uploaded(office: Client, content: bytes) -> Any:
    return office.post(URL, {"file": SimpleUploadedFile("roll.csv", content, "text/csv")})


def roll(there: Taught, *more: list[str]) -> bytes:
    """Maria with another phone, a newcomer, and whoever else is given; Askar is not in it."""
    maria = person(1, name=there.maria.full_name, licence=there.maria.licence_number)
    return csv([maria, person(2), *more])


def test_a_roll_is_previewed_and_applied_and_removes_nobody(office: Client, there: Taught) -> None:
    answer = uploaded(office, roll(there))
    file = RollFile.objects.get()
    assert answer["Location"] == f"{URL}{file.pk}/"
    page = text_of(office.get(answer["Location"]))
    assert "1 member is not in the file" in page
    assert there.askar.full_name in page
    assert "Apply: 2 people" in page
    assert Advocate.objects.count() == 2
    said = office.post(f"{URL}{file.pk}/apply/", {"count": 3}, follow=True)
    assert "Meanwhile something has changed" in text_of(said)
    office.post(f"{URL}{file.pk}/apply/", {"count": 2})
    assert Advocate.objects.count() == 3
    there.maria.refresh_from_db()
    assert there.maria.phone == "+7 701 0000001"


def test_lines_are_filtered_by_what_comes_of_them(office: Client, there: Taught) -> None:
    uploaded(office, roll(there, person(3, name="", licence="")))
    url = f"{URL}{RollFile.objects.get().pk}/"
    assert [one.line.label for one in office.get(url, {"outcome": "changed"}).context["lines"]] == [
        there.maria.full_name
    ]
    changed = text_of(office.get(url, {"outcome": "changed"}))
    assert "+7 701 0000001" in changed


def test_what_is_no_roll_is_said_beside_the_file(office: Client) -> None:
    answer = uploaded(office, b"\x00\x01")
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not RollFile.objects.exists()


@pytest.mark.parametrize("new", [False, True])
def test_an_open_line_is_decided_once_the_roll_is_applied(office: Client, there: Taught, new: bool) -> None:
    """A namesake with another licence: the same person with a new licence, or another one."""
    namesake = person(5, name=there.askar.full_name, licence="99000111", issued="")
    uploaded(office, csv([namesake]))
    file = RollFile.objects.get()
    line = file.lines.get(outcome="ambiguous")
    url = f"{URL}{file.pk}/lines/{line.pk}/"
    office.post(f"{URL}{file.pk}/apply/", {"count": 0})
    assert office.post(url, {}).status_code == 422
    assert there.askar.full_name in text_of(office.get(url))
    office.post(url, {"new": "on"} if new else {"advocate": there.askar.pk})
    line.refresh_from_db()
    assert line.outcome == ("created" if new else "changed")
    assert Advocate.objects.filter(full_name=there.askar.full_name).count() == (2 if new else 1)


@pytest.mark.parametrize("new", [False, True])
def test_an_open_line_can_be_decided_before(office: Client, there: Taught, new: bool) -> None:
    uploaded(office, csv([person(5, name=there.askar.full_name, licence="99000111", issued="")]))
    file = RollFile.objects.get()
    line = file.lines.get(outcome="ambiguous")
    url, chosen = f"{URL}{file.pk}/lines/{line.pk}/", {"new": "on"} if new else {"advocate": there.askar.pk}
    office.post(url, chosen)
    assert "Chosen:" in text_of(office.get(url))
    office.post(url, {"leave": "on"})
    assert "Chosen:" not in text_of(office.get(url))
    office.post(url, chosen)
    page = text_of(office.get(f"{URL}{file.pk}/"))
    assert "Of them 1 is chosen and will be written too." in page
    office.post(f"{URL}{file.pk}/apply/", {"count": 0})
    line.refresh_from_db()
    assert line.outcome == ("created" if new else "changed")
    assert Advocate.objects.filter(full_name=there.askar.full_name).count() == (2 if new else 1)


def test_large_rolls_are_read_and_applied_by_jobs(
    office: Client, there: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_jobs, "READ_AT_ONCE", 10)
    monkeypatch.setattr(roll_jobs, "APPLIED_AT_ONCE", 1)
    answer = uploaded(office, roll(there))
    job = Job.objects.get()
    assert (job.kind, answer["Location"]) == ("roll-preview", f"/office/KZ-71/jobs/{job.pk}/")
    run_job(job.pk, now=now)
    file = RollFile.objects.get()
    assert f"{URL}{file.pk}/" in text_of(office.get(answer["Location"]))
    applied = office.post(f"{URL}{file.pk}/apply/", {"count": 2})
    job = Job.objects.latest("pk")
    assert (job.kind, applied["Location"]) == ("roll-apply", f"/office/KZ-71/jobs/{job.pk}/")
    run_job(job.pk, now=now)
    assert Advocate.objects.count() == 3


def test_uploads_that_wait_are_listed_until_applied_or_put_aside(office: Client, there: Taught) -> None:
    file = preview_roll(there.bar, roll(there), "roll.csv", by=there.manager)
    preview_attendance(there.session, zoom(("Кто-то", "", 0, 10)), "zoom.csv", by=None)
    page = text_of(office.get("/office/KZ-71/imports/"))
    assert "roll.csv" in page
    assert "zoom.csv" in page
    office.post(f"{URL}{file.pk}/discard/")
    assert "roll.csv" not in text_of(office.get("/office/KZ-71/imports/"))


def test_pages_cost_the_same_for_any_number(office: Client, there: Taught) -> None:
    costs = []
    for number in (1, 3):
        rows = [person(n, name=f"{there.askar.full_name}", licence=f"9900{n}") for n in range(number)]
        file = preview_roll(there.bar, csv(rows), "roll.csv", by=there.manager)
        for url in (f"{URL}{file.pk}/", URL, "/office/KZ-71/imports/"):
            office.get(url)
            with CaptureQueriesContext(connection) as seen:
                assert office.get(url).status_code == 200
            costs.append(len(seen))
    assert costs[:3] == costs[3:]


def test_who_keeps_no_roll_reads_it(there: Taught) -> None:
    manager = logged_in(make_user(bar=there.bar, role=RoleKind.COURSE_MANAGER))
    assert "<form" not in text_of(manager.get(URL)).partition("<main")[2]
    assert uploaded(manager, roll(there)).status_code == 403
