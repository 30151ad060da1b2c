"""The commands for whoever writes rules: check, schema, assess. None of them needs a database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.compliance.rules.books import WORDS, document, minimum

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "compliance" / "rulebooks").glob("*.json"))
FACTS = {"joined": "2020-05-01", "credits": [{"on": "2024-05-01", "category": "ethics", "minutes": 150}]}


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "rules.json", document(requirements=[minimum("ethics", 2)]))
    save(tmp_path / "facts.json", FACTS)
    return tmp_path


def save(path: Path, data: Any) -> str:
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


# --- check -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_rulebook_passes_and_its_examples_come_true(path):
    assert "examples come true" in run("rulebook", "check", str(path))
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["examples"]
    assert data["leaves_out"]
    assert all(clause["document"] for clause in data["clauses"].values())


def test_faults_are_named_one_by_one(folder):
    wrong = save(folder / "wrong.json", document(total={"amount": "many", "clause": "nowhere"}, colour="red"))
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 1 files"):
        call_command("rulebook", "check", wrong, stdout=out)
    assert 'total.amount: must be a number, such as 12, 12.5 or "1/3"' in out.getvalue()
    assert "colour: is not a key that this part of the document knows" in out.getvalue()


def test_an_example_that_does_not_come_true_fails_the_check(folder):
    example = {"name": "Joined long ago", "facts": {}, "today": "2024-06-01", "expect": {"lines.total.required": 11}}
    wrong = save(folder / "wrong.json", document(examples=[example]))
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("rulebook", "check", wrong, stdout=out)
    assert "Joined long ago: lines.total.required: expected 11, found 10" in out.getvalue()


def test_doubts_fail_only_when_asked_to(folder):
    rules = str(folder / "rules.json")
    assert "doubts" in run("rulebook", "check", rules)
    with pytest.raises(CommandError):
        run("rulebook", "check", rules, "--strict")


def addition(**changes: Any) -> dict[str, Any]:
    return {"schema": 2, "code": "test-region", "version": "1", "title": WORDS, "effective_from": "2024-01-01",
            "extends": {"code": "test"}, "raise": {"ethics": 3}, **changes}  # fmt: skip


def test_a_regional_document_is_checked_over_its_national_one(folder):
    example = {"name": "Three hours", "facts": {}, "today": "2024-06-01", "expect": {"lines.ethics.required": 3}}
    region = save(folder / "region.json", addition(examples=[example]))
    assert "1 examples come true" in run("rulebook", "check", region, "--base", str(folder / "rules.json"))
    with pytest.raises(CommandError, match="name that rulebook with --base"):
        run("rulebook", "check", region)


def test_a_region_cannot_ask_for_less(folder):
    region = save(folder / "region.json", addition(**{"raise": {"ethics": 1}}))
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("rulebook", "check", region, "--base", str(folder / "rules.json"), stdout=out)
    assert "raise.ethics: must be at least the national 2" in out.getvalue()


# --- files -----------------------------------------------------------------------------------------------------------


def test_yaml_is_read_as_json_is(folder):
    (folder / "rules.yaml").write_text(
        "# a comment\n" + json.dumps(document(requirements=[minimum("ethics", 2)]), indent=1), encoding="utf-8"
    )
    (folder / "facts.yml").write_text(
        "joined: 2020-05-01\ncredits:\n  - {on: 2024-05-01, category: ethics, minutes: 150}\n", encoding="utf-8"
    )
    by_hand = run("assess", "--rulebook", str(folder / "rules.yaml"), "--facts", str(folder / "facts.yml"),
                  "--today", "2024-06-01")  # fmt: skip
    assert by_hand == assessed(folder)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("twice.json", '{"joined": "2020-01-01", "joined": "2021-01-01"}', "the key 'joined' stands twice"),
        ("twice.yaml", "joined: 2020-01-01\njoined: 2021-01-01\n", "the key 'joined' stands twice"),
        ("broken.json", '{"joined": "2020-01-01",\n "left": }', "line 2, column 10"),
        ("broken.yaml", "joined: [", "broken.yaml"),
        ("list.json", "[1]", "must hold one object"),
        ("missing.json", None, "No such file"),
    ],
)
def test_files_that_cannot_be_read(folder, name, text, words):
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        run("assess", "--rulebook", str(folder / "rules.json"), "--facts", str(folder / name))


# --- assess ----------------------------------------------------------------------------------------------------------


def assessed(folder: Path, *arguments: str) -> str:
    return run("assess", "--rulebook", str(folder / "rules.json"), "--facts", str(folder / "facts.json"),
               "--today", "2024-06-01", *arguments)  # fmt: skip


def test_the_result_is_json(folder):
    result = json.loads(assessed(folder))
    assert result["periods"][-1]["lines"]["ethics"] == {
        "required": 2, "counted": 2.5, "missing": 0, "met": True, "clause": "ethics",
    }  # fmt: skip
    assert result["periods"][-1]["needs"] == [{"credits": 7.5, "serves": "total", "also": {}, "not_under": []}]
    assert result["credits"][0]["portions"][0]["counts_for"] == ["total", "ethics"]


def test_what_if(folder):
    what = save(folder / "what.json", {"credits": [{"on": "2024-09-01", "category": "law", "minutes": 450}]})
    assert json.loads(assessed(folder, "--what-if", what))["status"] == "compliant"
    assert json.loads(assessed(folder))["status"] == "on_track"


def test_in_words(folder):
    assert "Ещё нужно: 7,5 текст – любого вида." in assessed(folder, "--text", "ru")
    assert assessed(folder, "--text", "en", "--phone").startswith("Due on 31 Dec 2024. 2.5 text of 10 text counted.")


def test_unknown_fields_and_impossible_days_are_named(folder):
    save(folder / "facts.json", {"joined": "2024-02-30", "credits": [{"on": "2024-05-01", "hours": 2}]})
    with pytest.raises(CommandError) as raised:
        assessed(folder)
    assert "credits.0.hours: is not a key" in str(raised.value)
    assert "joined: there is no such day as 2024-02-30" in str(raised.value)


def test_facts_that_the_rules_need_and_do_not_get(folder):
    anchor = {"rule": "birth_month"}
    save(folder / "rules.json", document(period={"months": 12, "anchor": anchor, "clause": "period"}))
    with pytest.raises(CommandError, match="born: the rulebook's periods begin by the day of birth"):
        assessed(folder)


def test_versions_and_regions_together(folder):
    newer = save(folder / "newer.json", document(version="2", effective_from="2025-01-01",
                                                 total={"amount": 12, "clause": "norm"}))  # fmt: skip
    region = save(folder / "region.json", addition(**{"raise": {"total": 14}, "effective_from": "2026-01-01"}))
    result = json.loads(run("assess", "--rulebook", newer, "--rulebook", str(folder / "rules.json"),
                            "--rulebook", region, "--facts", str(folder / "facts.json"),
                            "--today", "2026-06-01"))  # fmt: skip
    assert [period["lines"]["total"]["required"] for period in result["periods"]] == [10, 12, 14]


# --- schemas ---------------------------------------------------------------------------------------------------------


def test_both_schemas_are_published():
    rulebook, facts = json.loads(run("rulebook", "schema")), json.loads(run("rulebook", "schema", "--facts"))
    assert {"Rulebook", "Addition", "Requirement"} <= set(rulebook["$defs"])
    assert set(facts["properties"]) >= {"joined", "admitted", "credits", "statuses"}
    assert facts["additionalProperties"] is False


@pytest.mark.parametrize(("name", "arguments"), [("rulebook", ()), ("facts", ("--facts",))])
def test_the_schemas_in_the_docs_are_those_of_the_language(name, arguments):
    published = (ROOT / "compliance" / "docs" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == run("rulebook", "schema", *arguments)


def test_no_database_is_needed(folder):
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": ""}
    command = [sys.executable, "manage.py", "assess", "--rulebook", str(folder / "rules.json"),
               "--facts", str(folder / "facts.json"), "--today", "2024-06-01"]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "on_track"
