"""The rules in words: in force, coming and past, two versions side by side, a draft checked, tried and adopted."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pydantic import BaseModel

from advocates.models import Bar, RoleKind, User
from cle.core.clock import now
from compliance.documents import DocumentError, document_in
from compliance.models import AdoptedRulebook, Job
from compliance.rules import parse_document
from compliance.rules.language.rulebook import Addition, Rulebook
from compliance.services.jobs import run_job
from compliance.services.rulebooks import adopt_rulebook, digest
from compliance.wording.comparison import compare
from compliance.wording.labels import LABELS, UNSAID, WORDS
from compliance.wording.outline import outline
from compliance.wording.places import place
from tests.compliance.rows import addition_document, requirement, rulebook_document, total
from tests.factories import make_advocate, make_bar, make_national, make_user

pytestmark = pytest.mark.django_db
OLD = "2020-01-01"
LATER = "2021-01-01"
"""Before the days of the examples, which are worked out by the rules of their document alone."""


@pytest.fixture
def national() -> Bar:
    bar = make_national()
    adopt_rulebook(bar, rulebook_document(version="1", effective_from=OLD), decision="No. 1", by=None)
    return bar


@pytest.fixture
def page(client: Client, national: Bar) -> Client:
    client.force_login(make_user(bar=national, role=RoleKind.BAR_ADMIN))
    return client


def next_version(**changes: Any) -> dict[str, Any]:
    return rulebook_document(**{"version": "2", "effective_from": LATER, **changes})


def text_of(document: dict[str, Any]) -> dict[str, str]:
    return {"text": json.dumps(document)}


def test_documents_stand_under_when_they_hold(page: Client, national: Bar) -> None:
    adopt_rulebook(national, rulebook_document(version="0", effective_from="2015-01-01"), by=None)
    adopt_rulebook(national, next_version(effective_from="2099-01-01"), by=None)
    groups = page.get("/office/KZ/rulebooks/").context["groups"]
    assert [(str(when), [each.row.version for each in found]) for when, found in groups] == [
        ("in force", ["1"]), ("still to come", ["2"]), ("past", ["0"]),
    ]  # fmt: skip


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_asks_as_often_for_many(page: Client, national: Bar, more: int) -> None:
    for year in range(more):
        adopt_rulebook(national, rulebook_document(version=f"x{year}", effective_from=f"{2030 + year}-01-01"), by=None)
    with CaptureQueriesContext(connection) as asked:
        page.get("/office/KZ/rulebooks/")
    assert len(asked) == 8


def test_a_rulebook_reads_in_the_language_of_the_page(page: Client) -> None:
    pk = AdoptedRulebook.objects.get().pk
    page.defaults["HTTP_ACCEPT_LANGUAGE"] = "ru"
    text = page.get(f"/office/KZ/rulebooks/{pk}/").content.decode()
    assert "Профессиональная этика" in text
    assert "16 ак. ч" in text
    assert "43(3)(3)" in text
    assert "Действие лицензии приостанавливается" in text
    assert "Example figure, not law" in text  # the name of the document cited, as it is written


def test_an_addition_reads_with_the_names_of_the_rules_it_adds_to(national: Bar) -> None:
    region = make_bar("KZ-99", national)
    document = addition_document("region", dt.date(2026, 1, 1), **{"raise": {"ethics": 4}})
    adopt_rulebook(region, document, by=None)
    sections = outline(parse_document(document), parse_document(rulebook_document()))  # type: ignore[arg-type]
    (item,) = next(section.items for section in sections if section.key == "asked")
    assert [(fact.label, fact.text) for fact in item.facts] == [("Professional ethics", "4 ac. h")]


def test_two_versions_side_by_side(page: Client, national: Bar) -> None:
    older = AdoptedRulebook.objects.get()
    asked = [requirement("practice", 4.5, name="Practice")]
    newer = adopt_rulebook(national, next_version(**total(20), requirements=asked, caps=[]), by=None)
    answer = page.get(f"/office/KZ/rulebooks/compare/?older={older.pk}&newer={newer.pk}")
    said = {
        (item.title, item.kind): [(each.label, each.before, each.after) for each in item.changes]
        for section in answer.context["changes"] for item in section.items
    }  # fmt: skip
    assert said["In all", "changed"] == [("Required", "16 ac. h", "20 ac. h")]
    assert ("Required", "", "4.5 ac. h") in said["Practice", "added"]
    assert ("At most", "8 ac. h", "") in said["Recorded", "removed"]
    assert ("Professional ethics", "removed") in said
    assert b"{&quot;" not in answer.content


def test_the_same_document_has_no_changes() -> None:
    sections = outline(parse_document(rulebook_document()))
    assert compare(sections, sections) == []


def test_a_rulebook_of_another_bar_cannot_be_compared(page: Client, client: Client, national: Bar) -> None:
    region, other = make_bar("KZ-98", national), make_bar("KZ-99", national)
    theirs = adopt_rulebook(other, addition_document("theirs", dt.date(2026, 1, 1)), by=None)
    client.force_login(make_user(bar=region, role=RoleKind.BAR_ADMIN))
    mine = AdoptedRulebook.objects.get(bar=national)
    answer = client.get(f"/office/KZ-98/rulebooks/compare/?older={mine.pk}&newer={theirs.pk}")
    assert "changes" not in answer.context
    assert client.get(f"/office/KZ-98/rulebooks/{theirs.pk}/").status_code == 404


def test_each_key_and_word_of_the_language_has_a_name() -> None:
    keys, words = _language(Rulebook)
    more_keys, more_words = _language(Addition)
    known = set(LABELS) | UNSAID
    assert sorted((keys | more_keys) - known) == []
    assert sorted((words | more_words) - set(WORDS)) == []


def _language(part: type[BaseModel]) -> tuple[set[str], set[str]]:
    """Names of fields, and words of literals, of a part and all that is in it."""
    schema = part.model_json_schema(by_alias=False)
    keys: set[str] = set()
    words: set[str] = set()
    for inner in [schema, *schema.get("$defs", {}).values()]:
        keys |= set(inner.get("properties", {}))
        for field in inner.get("properties", {}).values():
            words |= set(_literals(field))
    return keys, words


def _literals(node: Any) -> list[str]:
    found = []
    if isinstance(node, dict):
        listed = [*node.get("enum", []), *([node["const"]] if "const" in node else [])]
        found += [word for word in listed if isinstance(word, str)]
        for inner in node.values():
            found += _literals(inner)
    elif isinstance(node, list):
        for inner in node:
            found += _literals(inner)
    return found


def test_a_good_draft_can_go_on(page: Client) -> None:
    answer = page.post("/office/KZ/rulebooks/draft/", text_of(next_version()))
    assert answer.context["tried"].usable
    assert [wrong for _name, wrong in answer.context["examples"]] == [[]] * 4
    assert b"This document can be adopted." in answer.content


def test_faults_are_shown_with_their_place(page: Client) -> None:
    document = next_version()
    document["requirements"][0]["amount"] = "many"
    answer = page.post("/office/KZ/rulebooks/draft/", text_of(document))
    assert answer.context["faults"] == [
        ("Requirements → 1 → Required", "requirements.0.amount", 'must be a number, such as 12, 12.5 or "1/3"')
    ]
    assert b"Whom it would touch" not in answer.content


def test_an_example_that_does_not_come_true_is_named(page: Client) -> None:
    document = next_version()
    document["examples"][1]["expect"] = {"lines.total.counted": 11}
    answer = page.post("/office/KZ/rulebooks/draft/", text_of(document))
    assert not answer.context["tried"].usable
    assert b"lines.total.counted: expected 11, found 32/3" in answer.content
    adopted = page.post("/office/KZ/rulebooks/draft/adopt/", text_of(document))
    assert adopted.status_code == 422


def test_a_file_may_be_yaml(page: Client) -> None:
    import yaml

    file = SimpleUploadedFile("rules.yaml", yaml.safe_dump(next_version(), allow_unicode=True).encode())
    answer = page.post("/office/KZ/rulebooks/draft/", {"file": file})
    assert answer.context["tried"].sha256 == digest(next_version())
    assert "kz-example" in answer.context["form"].initial["text"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "one object"),
        ("[1]", "one object"),
        ("{", "line 1"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "JSON"),
        ("a: &x [1]\nb: *x", "references"),
        ("a: .inf", "JSON"),
        ('{"a": "\\u0000"}', "cannot be stored"),
        ('{"a": ' + "[" * 100_000, "deeply"),
        ("x" * 500_001, "Too long"),
    ],
)
def test_what_is_no_document_is_said_in_the_form(page: Client, text: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        document_in(text)
    answer = page.post("/office/KZ/rulebooks/draft/", {"text": text})
    assert answer.status_code == 422


def test_places_are_counted_as_people_count() -> None:
    assert place("categories.1.code") == "Categories → 2 → Code"
    assert place("document") == ""


def test_adopting_names_bar_and_date_and_asks_for_the_decision(page: Client, national: Bar) -> None:
    document = next_version()
    confirm = page.post("/office/KZ/rulebooks/draft/adopt/", text_of(document))
    assert re.search(r"Adopt for KZ Bar from \d\d.01.2021", confirm.content.decode())
    assert AdoptedRulebook.objects.count() == 1
    given = {**text_of(document), "digest": digest(document), "step": "confirm"}
    assert page.post("/office/KZ/rulebooks/draft/adopt/", given).status_code == 422  # without a decision
    page.post("/office/KZ/rulebooks/draft/adopt/", {**given, "number": "7", "decided_on": "2026-11-12"})
    assert AdoptedRulebook.objects.get(version="2").decision == "№ 7, 12.11.2026"


def test_another_document_than_was_shown_is_not_adopted(page: Client) -> None:
    given = {"digest": "0" * 64, "step": "confirm", "number": "7", "decided_on": "2026-11-12"}
    page.post("/office/KZ/rulebooks/draft/adopt/", {**text_of(next_version()), **given})
    assert AdoptedRulebook.objects.count() == 1


def test_officers_try_and_do_not_adopt(client: Client, national: Bar) -> None:
    client.force_login(make_user(bar=national))
    answer = client.post("/office/KZ/rulebooks/draft/", text_of(next_version()))
    assert b"Whom it would touch" in answer.content
    assert b"rulebooks/draft/adopt/" not in answer.content
    assert client.post("/office/KZ/rulebooks/draft/adopt/", text_of(next_version())).status_code == 404


def test_the_impact_is_counted_by_bar_and_names_people(
    page: Client, national: Bar, django_capture_on_commit_callbacks: Any
) -> None:
    region = make_bar("KZ-99", national)
    person, admin = make_advocate(region, "Аман Ерлан"), User.objects.get()
    document = next_version(effective_from="2026-01-01", **total(0), requirements=[])
    document["examples"] = []
    answer = page.post("/office/KZ/rulebooks/draft/impact/", text_of(document))
    job = Job.objects.get()
    assert (job.asked_by, answer["Location"]) == (admin, f"/office/KZ/jobs/{job.pk}/")
    run_job(job.pk, now=now)
    followed = page.get(answer["Location"]).content.decode()
    assert f"/office/KZ/rulebooks/impact/{job.pk}/" in followed
    shown = page.get(f"/office/KZ/rulebooks/impact/{job.pk}/")
    (row,) = shown.context["rows"]
    assert (row["bar"], row["advocates"], row["better"], row["good_then"]) == (region, 1, 1, 1)
    assert [each["name"] for each in row["people"]] == [person.full_name]


def test_a_draft_with_faults_is_not_tried_on_anybody(page: Client) -> None:
    assert page.post("/office/KZ/rulebooks/draft/impact/", text_of({"schema": 2})).status_code == 422
    assert not Job.objects.exists()


def test_a_next_version_is_drafted_from_one_that_holds(page: Client) -> None:
    pk = AdoptedRulebook.objects.get().pk
    text = page.get(f"/office/KZ/rulebooks/draft/?from={pk}").context["form"].initial["text"]
    assert json.loads(text) == AdoptedRulebook.objects.get().document


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_rulebook_that_comes_with_the_product_can_be_read(language: str) -> None:
    from pathlib import Path

    import compliance

    with translation.override(language):
        for file in (Path(compliance.__file__).parent / "rulebooks").glob("*.json"):
            sections = outline(parse_document(json.loads(file.read_text(encoding="utf-8"))))
            assert [item for section in sections for item in section.items if not item.title] == [], file.name
            read = [section for section in sections if section.key != "examples"]
            facts = [fact for section in read for item in section.items for fact in item.facts]
            odd = [f for f in facts if any(mark in f.text for mark in ("{", "None", "Text(", "Fraction(", "clause:"))]
            assert odd == [], file.name
