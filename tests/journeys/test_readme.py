"""The session of a client that the README shows, run as it stands there against a running server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from advocates.models import RoleKind
from tests.compliance.rows import make_standing, ruled_bar
from tests.factories import give_credit, make_advocate, make_bar, make_user
from tests.plugins.worker import database_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("curl") is None, reason="the README's client is curl, which is not here"),
]
ROOT = Path(__file__).resolve().parents[2]


def _session() -> list[str]:
    """The commands of the section on the API, one per member."""
    section = re.search(r"^## API\s*$(.*?)(?=^## )", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert section, "the README has no section on the API"
    block = re.search(r"^```sh\n(.*?)^```", section[1], re.M | re.S)
    assert block, "the section on the API shows no session"
    return block[1].replace("\\\n", " ").strip().splitlines()


@pytest.fixture
def demo() -> None:
    """The people whom the demo names, with something to read."""
    city = make_bar("KZ-75", ruled_bar())
    person = make_advocate(city, "Серікбаева Әлия", user=make_user("advocate@demo.example"))
    make_standing(person, "short")
    give_credit(person, 90)
    make_user("officer@demo.example", bar=city, role=RoleKind.COMPLIANCE_OFFICER)


def test_it_does_what_it_shows(demo: None, live_server: Any, tmp_path: Path) -> None:
    strict = "curl -sS --fail-with-body -w '\\n'"
    commands = [
        command.replace("http://localhost:8000", live_server.url).replace("curl -s", strict) for command in _session()
    ]
    environment = {**os.environ, "DATABASE_URL": database_url(), "CLE_VAR": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(commands)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(("{", "["))]
    assert len(answers) == sum("curl" in command for command in commands)
    assert answers[0]["results"][0]["status"] == "short"
    assert answers[-1]["results"][0]["name"] == "Серікбаева Әлия"
