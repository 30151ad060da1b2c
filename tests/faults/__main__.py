"""``python -m tests.faults --kills 200 --seed 1``: a year of the bar, in which everything is killed that can be."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
os.environ["REDIS_URL"] = ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--advocates", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    from tests.faults.server import own_server

    with _folder() as folder, own_server(folder) as server:
        os.environ["CLE_VAR"] = str(folder / "var")
        os.environ["DATABASE_URL"] = server.url("cle")
        found = _run(options, server, folder)
    print(json.dumps(found, ensure_ascii=False) if options.json else "\n".join(lines(found)))
    return 0 if found["held"] else 1


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cle-faults-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _run(options: argparse.Namespace, server: Any, folder: Path) -> dict[str, Any]:
    import django

    django.setup()
    from tests.bench.population import own_database
    from tests.faults.year import Plan, run

    with own_database():
        plan = Plan(
            options.advocates, options.kills, options.seed, folder, web=options.kills // 10, queue=options.kills // 5
        )
        return run(plan, server, _say)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def lines(found: dict[str, Any]) -> list[str]:
    """The same as the JSON, to be read."""
    kills = [
        f"{kill['number']:>4} {kill['day']} {kill['time']} {kill['step']:<12} {kill['what']:<36} {kill['where']:<26}"
        f" {'; '.join(f'{rule}: {wrong}' for rule, wrong in kill['broken'].items()) or 'all held'}"
        for kill in found["killed"]
    ]
    struck = [f"     during {step:<12} " + ", ".join(f"{what} {n}" for what, n in row.items())
              for step, row in found["struck"].items()]  # fmt: skip
    stages = [f"     {code:<18} " + ", ".join(f"{what} {n}" for what, n in row.items())
              for code, row in found["stages"].items()]  # fmt: skip
    rules = [f"{'FAIL' if wrong else '  ok'} {rule} {'; '.join(wrong)}" for rule, wrong in found["invariants"].items()]
    mail = ", ".join(f"{what} {n}" for what, n in found["mail"].items())
    totals = f"{found['advocates']:,} advocates, {found['kills']} kills, seed {found['seed']}, {found['seconds']} s"
    ends = [f"mail: {mail}", f"certificates: {found['certificates']}", f"{totals}: "
            + ("everything held" if found["held"] else "NOT everything held")]  # fmt: skip
    return [*kills, *struck, *stages, *rules, *ends]


if __name__ == "__main__":
    sys.exit(main())
