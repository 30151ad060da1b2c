"""``python -m tests.bench NAME --json``: each bench times its work against a baseline in the same process."""

from __future__ import annotations

import argparse
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
os.environ["REDIS_URL"] = ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("name", choices=["sweep", "rules", "api", "notices", "certificates"])
    parser.add_argument("--advocates", type=int)
    parser.add_argument("--certificates", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    import django

    django.setup()
    from tests.bench import api, certificates, notices, rules, sweep

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    if options.name == "rules":
        result = rules.run(say=say)
    elif options.name == "certificates":
        result = certificates.run(options.certificates, say=say)
    else:
        bench, usual = {"api": (api, 100_000), "sweep": (sweep, 100_000), "notices": (notices, 3000)}[options.name]
        result = bench.run(options.advocates or usual, say=say)
    if options.json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        print(f"{key:>18} {value}")


if __name__ == "__main__":
    main()
