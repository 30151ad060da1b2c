"""Importing a roll over the API: preview, lines, apply, discard, decide; each call done once, by few, in one bar."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from advocates.models import Advocate, Bar, RoleKind, RollFile, RollLine
from advocates.services.people import LONG_AGO
from advocates.services.roll import apply_roll, preview_roll
from cle.core.clock import now
from cle.core.pagination import KeysetPagination
from compliance.models import Job
from compliance.services import roll_jobs
from compliance.services.jobs import run_job
from tests.advocates.rolls import NOW, TODAY, csv, person
from tests.api.test_me import problem, read_through
from tests.compliance.test_sweep import statements
from tests.courses.reports import zoom
from tests.factories import make_advocate, make_bar, make_course, make_national, make_session, make_user
from tests.house.rows import digest

pytestmark = pytest.mark.django_db
FILES, IMPORTS = "/api/v1/bars/R-1/roll-files", "/api/v1/bars/R-1/imports"


@pytest.fixture
def bar() -> Bar:
    return make_bar("R-1", make_national())


@pytest.fixture
def admin(client: Client, bar: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(bar=bar, role=RoleKind.BAR_ADMIN))
    return client


def upload(client: Client, content: bytes, key: str = "k1", name: str = "roll.csv", **fields: str) -> Any:
    return client.post(
        FILES, {"file": SimpleUploadedFile(name, content), **fields}, headers={"Idempotency-Key": key} if key else {}
    )


def post(client: Client, where: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(where, body or {}, content_type="application/json", headers=headers)


def previewed(bar: Bar, *rows: list[str]) -> RollFile:
    return preview_roll(bar, csv(rows or [person(1), person(2)]), "roll.csv", by=None, today=TODAY)


def test_a_roll_is_uploaded_looked_at_and_applied(admin: Client, bar: Bar) -> None:
    made = upload(admin, csv([person(1), person(2, iin="850101300005")]))
    assert made.status_code == 201
    assert made.json()["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "ambiguous": 0, "rejected": 0}
    assert not Advocate.objects.exists()
    where = made["Location"]
    assert where == f"{FILES}/{made.json()['id']}"
    lines = admin.get(f"{where}/lines").json()["results"]
    assert [line["outcome"] for line in lines] == ["created", "created"]
    applied = post(admin, f"{where}/apply", key="k2")
    assert (applied.status_code, applied.json()["state"]) == (200, "applied")
    assert Advocate.objects.for_bar(bar).count() == 2
    assert admin.get(where).json() == applied.json()
    assert [row["state"] for row in admin.get(FILES).json()["results"]] == ["applied"]


def test_a_national_identifier_is_in_no_answer(admin: Client, bar: Bar) -> None:
    made = upload(admin, csv([person(1, iin="850101300005")]))
    lines = admin.get(f"{made['Location']}/lines")
    assert RollLine.objects.get().changes["national_id"] == ["", "•••"]
    assert "850101300005" not in made.content.decode() + lines.content.decode()
    changes = {change["field"]: change for change in lines.json()["results"][0]["changes"]}
    assert changes["national_id"] == {"field": "national_id", "old": None, "new": None}
    assert changes["licence_number"]["new"] == "12000001"


def test_the_same_key_uploads_once(admin: Client) -> None:
    first, again = (upload(admin, csv([person(1)])) for _ in range(2))
    assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
    assert again["Idempotent-Replayed"] == "true"
    assert RollFile.objects.count() == 1
    problem(upload(admin, csv([person(2)])), 422)


@pytest.mark.parametrize("key", ["", " "])
def test_a_key_is_needed(admin: Client, bar: Bar, key: str) -> None:
    before = digest()
    problem(upload(admin, csv([person(1)]), key=key), 400)
    assert digest() == before
    file = previewed(bar)
    before = digest()
    problem(post(admin, f"{FILES}/{file.pk}/apply"), 400)
    assert digest() == before


@pytest.mark.parametrize(
    ("content", "fields", "said"),
    [
        (b"", {}, "The file is empty."),
        (b"%PDF-1.4", {}, "This is a PDF. Ask for the table itself, as .xlsx or .csv."),
        (csv([person(1)]), {"encoding": "martian"}, "This encoding is not known."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    admin: Client, content: bytes, fields: dict[str, str], said: str
) -> None:
    before = digest()
    (fault,) = problem(upload(admin, content, **fields), 400)["errors"]
    assert (fault["pointer"], fault["detail"]) == ("#/file", said)
    assert digest() == before


def test_what_is_odd_in_an_upload_is_named(admin: Client) -> None:
    pointers = {each["pointer"] for each in problem(upload(admin, b"x", bar="R-2"), 400)["errors"]}
    assert pointers == {"#/bar"}


def test_a_large_file_is_read_and_applied_by_jobs(admin: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roll_jobs, "READ_AT_ONCE", 10)
    monkeypatch.setattr(roll_jobs, "APPLIED_AT_ONCE", 1)
    answer = upload(admin, csv([person(1), person(2)]))
    assert answer.status_code == 202
    job = Job.objects.get()
    assert answer["Location"] == f"/api/v1/bars/R-1/jobs/{job.pk}"
    file = RollFile.objects.get()
    assert problem(post(admin, f"{FILES}/{file.pk}/apply", key="a0"), 409)["type"].endswith("roll-not-read")
    run_job(job.pk, now=now)
    shown = admin.get(answer["Location"]).json()
    assert (shown["state"], shown["result"]["file"], shown["result"]["created"]) == ("done", file.pk, 2)
    applied = post(admin, f"{FILES}/{file.pk}/apply", key="a1")
    assert applied.status_code == 202
    assert not Advocate.objects.exists()
    run_job(Job.objects.latest("pk").pk, now=now)
    assert Advocate.objects.for_bar(bar).count() == 2
    assert admin.get(f"{FILES}/{file.pk}").json()["state"] == "applied"


def test_a_large_file_that_cannot_be_read_says_so_in_the_language_of_who_sent_it(
    admin: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_jobs, "READ_AT_ONCE", 0)
    where = upload(admin, b"%PDF-1.4")["Location"]
    run_job(Job.objects.get().pk, now=now)
    shown = admin.get(where).json()
    assert (shown["state"], shown["problem"]["code"]) == ("failed", "pdf")
    with translation.override("kk"):
        from django.utils.translation import gettext

        assert shown["problem"]["message"] == gettext("This is a PDF. Ask for the table itself, as .xlsx or .csv.")
    assert RollFile.objects.get().state == "discarded"


def test_a_preview_that_no_longer_holds_is_refused(admin: Client, bar: Bar) -> None:
    file = previewed(bar)
    make_advocate(bar, "Тестовб Аскар Ерланович", licence_number="12000001")
    before = digest()
    refused = problem(post(admin, f"{FILES}/{file.pk}/apply", key="k1"), 409)
    assert refused["type"] == "urn:problem-type:cle:roll-moved-on"
    assert digest() == before


def test_a_preview_is_put_aside_and_an_applied_roll_is_not(admin: Client, bar: Bar) -> None:
    file, other = previewed(bar), previewed(bar)
    for _ in range(2):
        assert post(admin, f"{FILES}/{file.pk}/discard").json()["state"] == "discarded"
    assert problem(post(admin, f"{FILES}/{file.pk}/apply", key="k1"), 409)["type"].endswith("roll-discarded")
    apply_roll(other, by=None, now=NOW)
    assert problem(post(admin, f"{FILES}/{other.pk}/discard"), 409)["type"].endswith("roll-applied")


@pytest.fixture
def open_line(bar: Bar) -> RollLine:
    """A line that may be a member with another licence, in an applied roll."""
    make_advocate(bar, "Тестовб Аскар Ерланович", licence_number="999", joined_on=LONG_AGO)
    file = apply_roll(previewed(bar, person(1)), by=None, now=NOW)
    return file.lines.get(outcome="ambiguous")


def test_an_open_line_is_given_to_somebody_of_the_bar(admin: Client, bar: Bar, open_line: RollLine) -> None:
    where = f"{FILES}/{open_line.file_id}/lines/{open_line.pk}/decide"
    known = Advocate.objects.get()
    foreign = make_advocate(make_bar("R-2", bar.parent))
    before = digest()
    problem(post(admin, where, {"advocate": foreign.pk}), 400)
    problem(post(admin, where, {}), 400)
    assert digest() == before
    decided = post(admin, where, {"advocate": known.pk})
    assert (decided.status_code, decided.json()["advocate"], decided.json()["outcome"]) == (200, known.pk, "changed")
    assert problem(post(admin, where, {"advocate": known.pk}), 409)["type"].endswith("line-decided")
    listed = admin.get(f"{FILES}/{open_line.file_id}/lines", {"outcome": "ambiguous"})
    assert listed.json()["results"] == []


def test_an_open_line_is_a_new_person(admin: Client, open_line: RollLine) -> None:
    where = f"{FILES}/{open_line.file_id}/lines/{open_line.pk}/decide"
    assert post(admin, where, {"advocate": None}).json()["outcome"] == "created"
    assert Advocate.objects.count() == 2


@pytest.mark.parametrize("kind", [*RoleKind, None])
@pytest.mark.parametrize("home", ["own", "above", "neighbour"])
def test_who_may_import(client: Client, bar: Bar, open_line: RollLine, kind: RoleKind | None, home: str) -> None:
    file = previewed(bar, person(3))
    at = {"own": bar, "above": bar.parent, "neighbour": make_bar("R-2", bar.parent)}[home]
    client.force_login(make_user(bar=at, role=kind) if kind else make_user())
    before = digest()
    reads = home != "neighbour" and kind in set(RoleKind) - {RoleKind.UNIT_HEAD}
    for where in (FILES, f"{FILES}/{file.pk}", f"{FILES}/{file.pk}/lines"):
        assert client.get(where).status_code == (200 if reads else 404)
    if reads and kind == RoleKind.BAR_ADMIN:
        return
    line = f"{FILES}/{open_line.file_id}/lines/{open_line.pk}/decide"
    for answer in (
        upload(client, csv([person(4)])),
        post(client, f"{FILES}/{file.pk}/apply", key="k"),
        post(client, f"{FILES}/{file.pk}/discard"),
        post(client, line, {"advocate": None}),
    ):
        problem(answer, 403 if reads else 404)
    assert digest() == before


def test_a_file_of_another_bar_is_not_there(admin: Client, bar: Bar) -> None:
    foreign = previewed(make_bar("R-2", bar.parent))
    before = digest()
    where = f"{FILES}/{foreign.pk}"
    for answer in (
        admin.get(where), admin.get(f"{where}/lines"), post(admin, f"{where}/apply", key="k"),
        post(admin, f"{where}/discard"),
        post(admin, f"{where}/lines/{foreign.lines.first().pk}/decide", {"advocate": None}),
    ):  # fmt: skip
        problem(answer, 404)
    assert admin.get(FILES).json()["results"] == []
    assert digest() == before


def attendance_file(bar: Bar) -> Any:
    from courses.services.attendance import preview_attendance

    return preview_attendance(make_session(make_course(bar)), zoom(("Ким Виктор", "", 0, 90)), "zoom.csv", by=None)


def test_all_imports_in_one_list(admin: Client, bar: Bar, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [previewed(bar), attendance_file(bar), previewed(bar), attendance_file(bar), attendance_file(bar)]
    previewed(make_bar("R-2", bar.parent))
    monkeypatch.setattr(KeysetPagination, "page_size", 2)
    pages = read_through(admin, IMPORTS)
    assert [len(page) for page in pages] == [2, 2, 1]
    rows = [row for page in pages for row in page]
    kinds = ["attendance", "attendance", "roll", "attendance", "roll"]
    assert [(row["kind"], row["id"]) for row in rows] == [
        (kind, file.pk) for kind, file in zip(kinds, reversed(made), strict=True)
    ]
    assert [row["session"] is None for row in rows] == [kind == "roll" for kind in kinds]
    assert len(admin.get(IMPORTS, {"kind": "roll"}).json()["results"]) == 2


@pytest.mark.parametrize("address", [FILES, IMPORTS])
def test_three_rows_cost_as_much_as_one(admin: Client, bar: Bar, address: str) -> None:
    def asked() -> int:
        with statements() as sent:
            assert admin.get(address).status_code == 200
        return len(sent)

    previewed(bar)
    with_one = asked()
    previewed(bar)
    previewed(bar)
    assert asked() == with_one
    assert with_one <= 6
