"""A copy of all that is recorded about oneself: complete whatever models there are, and about nobody else."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client

from advocates.models import Advocate, Bar, RollLine, User
from cle.core.sealed_fields import MASK
from compliance.queries.about import OMITTED, THROUGH, parts_about, path_to_person
from compliance.services.asked import Paper, name_excuse
from courses.models import AttendanceLine, Claim, Evidence
from tests.api.test_me import problem
from tests.compliance.certified import attended
from tests.compliance.rows import NOW, START, ruled_bar
from tests.compliance.test_sweep import statements
from tests.courses.files import document
from tests.factories import give_credit, make_advocate, make_bar, make_user
from tests.house.rows import Rows, make_rows, our_models

pytestmark = pytest.mark.django_db
EXPORT = "/api/v1/me/export"

ABOUT_NOBODY = {
    "advocates.Bar", "advocates.Unit", "advocates.RollFile", "advocates.IdempotentRequest", "courses.Category",
    "courses.Provider", "courses.Course", "courses.Segment", "courses.Session", "courses.AttendanceFile",
    "courses.AccreditationStep", "courses.NilReturn", "advocates.AuditSeal", "advocates.Operator",
    "compliance.AdoptedRulebook", "compliance.SerialCounter", "compliance.SweepRun", "compliance.SweepRange",
    "compliance.BarPicture", "compliance.Headings", "compliance.Job", "compliance.NoticeWording",
}  # fmt: skip
"""Of bars, courses and rules; files that are about many at once; and answers that are kept for a day."""


@pytest.fixture(scope="class")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Rows, dict[str, Any]]]:
    """The rows and what is told of them: made once, in a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        rows = somebody()
        yield rows, data(rows[User])
        transaction.set_rollback(True)


@pytest.fixture
def rows() -> Rows:
    return somebody()


def somebody() -> Rows:
    """A row of everything about somebody who has logged in, and as much about somebody else of the bar."""
    bar = ruled_bar()
    make_rows(bar)
    rows = make_rows(bar)
    Advocate.objects.filter(pk=rows[Advocate].pk).update(user=rows[User], national_id="850101351238")
    rows[Advocate].refresh_from_db()
    for line in (RollLine, AttendanceLine):
        line.objects.update(advocate=Advocate.objects.exclude(pk=rows[Advocate].pk).first())
        line.objects.filter(pk=rows[line].pk).update(advocate=rows[Advocate])
    return rows


def archive(user: Any) -> ZipFile:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    answer = client.get(EXPORT)
    assert answer.status_code == 200
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def data(user: Any) -> dict[str, Any]:
    return dict(json.loads(archive(user).read("data.json")))


def label(model: type[Model]) -> str:
    return model._meta.label


def test_no_model_about_people_is_forgotten() -> None:
    """A new model has a column for its advocate, or stands in ``THROUGH``, or here as being about nobody."""
    told = {part.rows.model._meta.label for part in parts_about(Advocate(pk=0))}
    assert {label(model) for model in our_models()} == told | ABOUT_NOBODY
    assert not told & ABOUT_NOBODY
    assert set(THROUGH) <= told


class TestEachModel:
    @pytest.mark.parametrize("model", [model for model in our_models() if path_to_person(model)], ids=label)
    def test_each_row_about_me_is_there_and_no_other(
        self, made: tuple[Rows, dict[str, Any]], model: type[Model]
    ) -> None:
        rows, everything = made
        name = model._meta.label_lower.replace(".", "_")
        key = "advocate" if model._meta.pk is not None and model._meta.pk.name == "advocate" else "id"
        told = {row[key] for row in everything[name]}
        mine = model._default_manager.filter(**{str(path_to_person(model)): rows[Advocate].pk})
        assert told or model._meta.label == "compliance.Erasure", "that of make_rows is about nobody in particular"
        assert (rows[model].pk in told) == mine.filter(pk=rows[model].pk).exists()
        assert told <= set(mine.values_list("pk", flat=True))
        assert model._default_manager.count() > len(told), "there is somebody else of whom there is one"


def test_every_column_is_there_but_those_left_out_on_purpose(rows: Rows) -> None:
    for part in parts_about(rows[Advocate]):
        model = part.rows.model
        missing = {field.name for field in model._meta.concrete_fields} - {field.name for field in part.columns}
        assert missing == set(OMITTED.get(label(model), ())), label(model)


def test_what_is_left_out_is_a_column(rows: Rows) -> None:
    for model in our_models():
        columns = {field.name for field in model._meta.concrete_fields}
        assert OMITTED.get(label(model), frozenset()) <= columns


def test_no_secret_and_no_whole_identifier_is_in_it(rows: Rows) -> None:
    whole = archive(rows[User])
    text = "".join(whole.read(name).decode(errors="replace") for name in whole.namelist())
    assert "850101351238" not in text
    assert json.loads(whole.read("data.json"))["advocates_advocate"][0]["national_id"] == MASK
    assert rows[User].password not in text


def test_files_are_in_it() -> None:
    bar = ruled_bar()
    person = make_advocate(bar, user=make_user())
    certificate = attended(person)
    claim = Claim.objects.create(
        bar=bar, advocate=person, category=give_credit(person, 1).category, format=1, minutes=1, title="A",
        earned_on="2026-01-01",
    )  # fmt: skip
    from courses.services.evidence import add_evidence

    evidence = add_evidence(claim, "Менің қағазым.pdf", document(), by=person.user, now=NOW)
    whole = archive(person.user)
    assert whole.read(f"files/evidence/{evidence.pk}-Менің_қағазым.pdf") == document()
    assert whole.read(f"files/certificates/{certificate.serial.replace('/', '-')}.pdf").startswith(b"%PDF-")
    assert Evidence.objects.count() == 1


def test_the_paper_of_a_reason_for_being_late_is_in_it() -> None:
    person = make_advocate(ruled_bar(), user=make_user())
    assert person.user is not None
    days = dt.date(2026, 3, 1), dt.date(2026, 5, 31)
    excuse = name_excuse(
        person, START, "incapacity", "I was ill.", "sick leave No. 7", *days, by=person.user, now=NOW,
        paper=Paper("Анықтама.pdf", document()),
    )  # fmt: skip
    whole = archive(person.user)
    assert whole.read(f"files/reasons/{excuse.pk}-Анықтама.pdf") == document()


def test_a_file_that_is_gone_from_the_store_does_not_hold_up_the_rest(rows: Rows) -> None:
    rows[Evidence].file.storage.delete(rows[Evidence].file.name)
    whole = archive(rows[User])
    assert [name for name in whole.namelist() if name.startswith(f"files/evidence/{rows[Evidence].pk}-")] == [
        f"files/evidence/{rows[Evidence].pk}-{rows[Evidence].name.replace(' ', '_')}.txt"
    ]
    assert whole.read("data.json")


def test_tables_say_the_same_and_run_nothing(rows: Rows) -> None:
    Advocate.objects.filter(pk=rows[Advocate].pk).update(address="=HYPERLINK(1)")
    whole = archive(rows[User])
    (table,) = csv.DictReader(io.StringIO(whole.read("csv/advocates_advocate.csv").decode("utf-8-sig")))
    assert table["full_name"] == rows[Advocate].full_name
    assert table["address"] == "'=HYPERLINK(1)"
    everything = json.loads(whole.read("data.json"))
    for name, found in everything.items():
        read = csv.reader(io.StringIO(whole.read(f"csv/{name}.csv").decode("utf-8-sig")))
        assert len(list(read)) == len(found) + 1


def test_it_is_not_to_be_kept_on_the_way(client: Client, rows: Rows) -> None:
    client.force_login(rows[User])
    answer = client.get(EXPORT)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="cle-')
    assert "no-store" in answer["Cache-Control"]
    answer.close()


def test_it_is_for_advocates_and_not_every_second(client: Client) -> None:
    problem(client.get(EXPORT), 401)
    client.force_login(make_user(bar=make_bar()))
    problem(client.get(EXPORT), 404)
    client.force_login(make_advocate(make_bar(), user=make_user()).user)
    answers = [client.get(EXPORT) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    for answer in answers:
        answer.close()


def test_more_rows_cost_no_statements() -> None:
    bar: Bar = ruled_bar()
    person = make_advocate(bar, user=make_user())

    def cost() -> int:
        with statements() as sent:
            data(person.user)
        return len(sent)

    give_credit(person, 1)
    cost()
    with_one = cost()
    for _ in range(2):
        give_credit(person, 1)
    assert cost() == with_one
