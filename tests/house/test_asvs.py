"""The checklist names every requirement of OWASP ASVS 5.0, levels 1 and 2, and only tests and settings that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "cle/docs/asvs.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split(" | "))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ \|", line)
]
STATES = {"met", "not met", "installation", "does not apply"}
SECTIONS = (
    "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 "
    "4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 "
    "7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 "
    "11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 "
    "15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"
)
"""How many requirements of levels 1 and 2 each section of version 5.0.0 has: 70 and 183, 253 in all."""


def test_no_requirement_is_left_out() -> None:
    found: dict[str, int] = {}
    for number, *_rest in ROWS:
        section = number.rpartition(".")[0]
        found[section] = found.get(section, 0) + 1
    assert found == {name: int(count) for name, count in (part.split(":") for part in SECTIONS.split())}
    assert len(ROWS) == len({row[0] for row in ROWS}) == 253
    assert {level: sum(row[1] == level for row in ROWS) for level in "12"} == {"1": 70, "2": 183}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_named_exists(row: tuple[str, ...]) -> None:
    _number, _level, what, state, by = row
    assert what
    assert state in STATES
    assert by
    for name in re.findall(r"`([^`]+)`", by):
        if name.startswith("settings."):
            assert hasattr(settings, name.removeprefix("settings.")), name
        elif "/" in name or name.endswith((".toml", ".yml", ".md")) or name.startswith("."):
            path, _colons, test = name.partition("::")
            assert (ROOT / path).exists(), name
            assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name
