"""The demo as a newcomer runs it: a command in a process of its own, on a database of its own, twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytestmark = pytest.mark.long
Runs = tuple[Path, dict[str, Any], dict[str, Any], list[dict[str, bytes]]]
KEYS = {"advocates", "credits", "compliant", "short", "exempt", "notices_sent", "certificates_issued", "seconds"}


def run(folder: Path) -> dict[str, Any]:
    return json.loads(manage(folder, "demo", "--json", "--scale", "1/60"))


def manage(folder: Path, *words: str) -> str:
    env = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL", "CLE_TEST_DB")}
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR, env={**env, "CLE_VAR": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def files(folder: Path, ending: str) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob(f"*.{ending}")}


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory,
) -> Runs:
    folder = tmp_path_factory.mktemp("demo")
    first = run(folder)
    written = [files(folder / "demo", ending) for ending in ("eml", "pdf")]
    return folder, first, run(folder), written


def test_the_figures_add_up(runs) -> None:
    _folder, result, _again, _files = runs
    assert {*KEYS, "bars"} <= result.keys()
    assert len(result["bars"]) == 21
    assert all(bar.keys() >= KEYS for bar in result["bars"])
    assert result["advocates"] == sum(bar["advocates"] for bar in result["bars"]) > 100
    assert result["advocates"] == result["compliant"] + result["short"] + result["exempt"]
    assert 0 < result["notices_sent"] <= result["short"] < result["compliant"]


def test_every_letter_and_certificate_is_a_file(runs) -> None:
    _folder, result, _again, (letters, papers) = runs
    assert len(letters) == result["notices_sent"]
    assert len(papers) == result["certificates_issued"]
    assert all(content.startswith(b"%PDF") for content in papers.values())
    identities = {message_from_bytes(content)["Message-ID"] for content in letters.values()}
    assert len(identities) == len(letters)


def test_the_database_knows_how_large_its_tables_are(runs) -> None:
    """Pages are opened right after it: a server that takes each table for a small one needs seconds for some."""
    asked = "SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL"
    code = f"from django.db import connection; cursor = connection.cursor(); cursor.execute('{asked}')"
    assert int(manage(runs[0], "shell", "--no-imports", "-c", f"{code}; print(*cursor.fetchone())")) > 50


def test_a_second_run_changes_nothing_and_sends_nothing(runs) -> None:
    folder, first, again, written = runs
    drop = "seconds"
    assert {key: value for key, value in again.items() if key not in (drop, "bars")} == {
        key: value for key, value in first.items() if key not in (drop, "bars")
    }
    for one, two in zip(first["bars"], again["bars"], strict=True):
        assert {**one, drop: 0} == {**two, drop: 0}
    assert [files(folder / "demo", ending) for ending in ("eml", "pdf")] == written


def test_the_letters_are_in_the_advocates_languages(runs) -> None:
    _folder, _result, _again, (letters, _papers) = runs
    subjects = " ".join(str(message_from_bytes(content)["Subject"]) for content in letters.values())
    from email.header import decode_header, make_header

    readable = str(make_header(decode_header(subjects.replace("\n", ""))))
    assert "повышении квалификации" in readable or "біліктілікті арттыру" in readable
