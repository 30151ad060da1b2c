"""``python -m tests.bench NAME --json``: each bench times its work against a baseline in the same process.

``all`` runs every one but ``growth``, which runs several of them at several sizes, and says on which machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.server import of_their_own

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
os.environ["REDIS_URL"] = ""
os.environ.setdefault("CLE_TEST_DB", "cle_bench")  # the tests may run beside it, on the same server


NAMES = ("sweep", "rules", "api", "notices", "certificates", "imports", "posting", "growth")


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("name", choices=["all", *NAMES])
    parser.add_argument("--advocates", type=int)
    parser.add_argument("--certificates", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rows-of-a-file", type=int, default=20_000, help="of one attendance report, and its roll")
    parser.add_argument("--sizes", type=_numbers, default=[10_000, 100_000], help="numbers of advocates, with commas")
    parser.add_argument("--plot", type=Path, help="where growth draws its picture (SVG)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    of_their_own()
    import django

    django.setup()
    from tests.bench import api, certificates, growth, imports, machine, notices, posting, rules, sweep

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    benches: dict[str, Callable[[], dict[str, Any]]] = {
        "rules": lambda: rules.run(say=say),
        "certificates": lambda: certificates.run(options.certificates, say=say),
        "sweep": lambda: sweep.run(options.advocates or 100_000, say=say),
        "notices": lambda: notices.run(min(options.advocates or 3_000, 30_000), say=say),
        "api": lambda: api.run(options.advocates or 100_000, say=say),
        "imports": lambda: imports.run(options.rows, say=say, rows_of_a_file=options.rows_of_a_file),
        "posting": lambda: posting.run(options.sizes, say=say),
        "growth": lambda: growth.run(options.sizes, plot=options.plot, say=say),
    }
    if options.name == "all":
        result: dict[str, Any] = {
            "machine": machine.describe(),
            **{name: run() for name, run in benches.items() if name != "growth"},
        }
    else:
        result = benches[options.name]()
    if options.json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        print(f"{key:>18} {value}")


if __name__ == "__main__":
    main()
