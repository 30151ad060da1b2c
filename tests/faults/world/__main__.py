"""``python -m tests.faults.world [--only NAME] [--advocates N] [--json]``: what befalls the world around the program.

Each scenario has a process, a PostgreSQL and a Redis of its own. Prints what was done and whether the invariants held;
exits with 1 if any did not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.faults.world.plays import PLAYS

_TEMPLATE: Final = "template"


def main() -> int:
    options = _options()
    if options.inside:
        return _inside(options)
    with tempfile.TemporaryDirectory(prefix="cle-world-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs under another account
        _say(f"making {options.advocates:,} advocates …")
        _child(_TEMPLATE, folder, options)
        found = [_child(play, folder, options) for play in options.only or PLAYS]
    print(json.dumps(found, ensure_ascii=False) if options.json else "\n".join(_lines(found)))
    return 0 if all(each["held"] for each in found) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.world")
    parser.add_argument("--only", action="append", choices=sorted(PLAYS), metavar="NAME", help=", ".join(PLAYS))
    parser.add_argument("--advocates", type=int, default=600)
    parser.add_argument("--older", default="", metavar="COMMIT", help="of the older worker; by itself: found in git")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _child(play: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The scenario in a process of its own; settings are read once in each."""
    begun = time.monotonic()
    _say(f"{play} …")
    command = [sys.executable, "-m", "tests.faults.world", "--inside", play, str(folder), "--advocates",
               str(options.advocates), "--older", options.older]  # fmt: skip
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if ended.returncode:
        return {"name": play, "held": False, "done": [], "wrong": {"it came to its end": [str(ended.returncode)]}}
    return {**json.loads(ended.stdout or b"{}"), "seconds": round(time.monotonic() - begun, 1)}


def _inside(options: argparse.Namespace) -> int:
    from tests.faults.world.staging import play, template

    name, folder = options.inside
    if name == _TEMPLATE:
        template(Path(folder), options.advocates)
        return 0
    print(json.dumps(play(name, Path(folder), options.advocates, {"older": options.older}, _say), ensure_ascii=False))
    return 0


def _lines(found: list[dict[str, Any]]) -> list[str]:
    """The same as the JSON, to be read."""
    lines = []
    for each in found:
        verdict = (
            f"skipped: {each['skipped']}" if each.get("skipped") else "all held" if each["held"] else "NOT all held"
        )
        lines += [f"{each['name']}: {verdict} ({each.get('seconds', 0)} s)", *(f"    {what}" for what in each["done"])]
        lines += [f"    FAIL {rule}: {'; '.join(wrong)}" for rule, wrong in each["wrong"].items()]
    count = sum(each["held"] and not each.get("skipped") for each in found)
    return [*lines, f"{count} of {len(found)} held, {sum(bool(each.get('skipped')) for each in found)} skipped"]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
    sys.exit(main())
