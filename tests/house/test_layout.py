"""Where things may live, and what may never be written: read off the source itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("advocates", "courses", "compliance")
SOURCES = sorted(path for part in ("cle", *APPS) for path in (ROOT / part).rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
KEPT_FOR_EVER = {
    "AccreditationStep", "NilReturn",
    "Entry", "Account", "Claim", "Adjustment", "Attendance", "Registration", "Certificate", "Revocation", "Notice",
    "Case", "CaseStep", "Membership", "StatusSpan", "Role", "Advocate", "NameAlias", "AdoptedRulebook", "Bar", "User",
    "Token",
}  # fmt: skip


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_there_is_source_to_read() -> None:
    assert len(SOURCES) > 100


def test_no_module_is_named_for_nothing() -> None:
    named = [_relative(path) for path in SOURCES if FORBIDDEN_NAMES & {*path.parent.parts, path.stem}]
    assert named == []


@pytest.mark.parametrize("app", APPS)
def test_tasks_are_doorways(app: str) -> None:
    path = ROOT / app / "tasks.py"
    if not path.exists():
        return
    for function in (function for function in _functions(path) if function.decorator_list):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= 15, f"{app}.tasks.{function.name} has {length} lines: its work belongs in a service"
        given = function.args
        assert not given.args or [arg.arg for arg in given.args] == ["self"], f"{function.name}: keywords only"


def test_no_function_outgrows_a_screen() -> None:
    long = [
        f"{_relative(path)}: {function.name}"
        for path in SOURCES
        if "migrations" not in path.parts
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > 60
    ]
    assert long == []


@pytest.mark.parametrize("app", APPS)
def test_migrations_are_named_by_hand(app: str) -> None:
    names = [path.stem for path in (ROOT / app / "migrations").glob("0*.py")]
    assert names
    assert not [name for name in names if re.search(r"_auto_\d|_alter_\w+_and_|_and_more$", name)]


def _deleting(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of each call of ``.delete()``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "delete":
            yield node.lineno, ast.unparse(node)


def test_nothing_of_record_is_ever_deleted() -> None:
    found = [
        f"{_relative(path)}:{line}: {text}"
        for path in SOURCES
        for line, text in _deleting(path)
        if KEPT_FOR_EVER & set(re.findall(r"\w+", text)) or re.search(r"\b(entries|attendances|certificates)\b", text)
    ]
    assert found == []


def test_the_search_for_deletions_finds_one(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("Entry.objects.filter(pk=1).delete()\n", encoding="utf-8")
    assert list(_deleting(wrong)) == [(1, "Entry.objects.filter(pk=1).delete()")]


@pytest.mark.parametrize(
    "habit", [r"\bfrom django\.db\.models\.signals\b(?! import post_migrate\n)", r"\bunittest\.mock\b", r"@receiver\("]
)
def test_nothing_hangs_on_signals_or_mocks(habit: str) -> None:
    assert [_relative(path) for path in SOURCES if re.search(habit, path.read_text(encoding="utf-8"))] == []
