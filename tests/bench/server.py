"""The server of the benches: the embedded one, in a folder of its own, with the memory that running.md advises.

Memory is given to a server when it starts, so ``python -m tests.bench.server`` writes it down and ends, and the server
with it; the next to connect starts it anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MOST_MB = 8192


def of_their_own() -> None:
    """Use it, unless ``DATABASE_URL`` names another. To be called before Django is set up."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return
    os.environ["CLE_VAR"] = str(ROOT / "var" / "bench")
    subprocess.run([sys.executable, "-m", "tests.bench.server"], cwd=ROOT, check=True)


def advised() -> dict[str, str]:
    """A quarter of the machine's memory, and room for the log of large changes."""
    import psutil

    quarter = psutil.virtual_memory().total // 4 // 2**20
    return {"shared_buffers": f"{min(quarter, _MOST_MB)}MB", "max_wal_size": "8GB"}


def _write_down() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")
    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        for name, value in advised().items():
            cursor.execute(f"ALTER SYSTEM SET {name} = %s", [value])


if __name__ == "__main__":
    _write_down()
