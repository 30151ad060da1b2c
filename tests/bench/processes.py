"""What the processes of a bench do. Nothing is imported here before Django has been set up in them."""

from __future__ import annotations

import re
import time
from importlib import import_module
from pathlib import Path


def begin(database: str) -> None:
    import django

    django.setup()
    from django.db import connection

    import_module("tests.bench.sweep")  # as a worker has all its tasks before it is given any

    connection.settings_dict["NAME"] = database
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def ready(_number: int) -> None:
    time.sleep(1)  # so that each process takes one of these


def add_up(keys: tuple[int, int]) -> None:
    from django.db import connection

    from tests.bench.sweep import BASELINE_OF

    with connection.cursor() as cursor:
        cursor.execute(BASELINE_OF, keys)
        cursor.fetchall()


def sweep_one(range_id: int) -> int:
    """The most memory that this process has had so far, in MB."""
    from compliance.services.sweeps import sweep_range
    from tests.bench.sweep import NOW

    sweep_range(range_id, now=NOW)
    return _peak_mb(Path("/proc/self/status").read_text(encoding="ascii"))


def sweep_share(share: tuple[int, int]) -> None:
    from advocates.models import Bar
    from compliance.services.sweeps import sweep_changes
    from tests.bench.sweep import NOW, TODAY

    bar_id, most = share
    sweep_changes(Bar.objects.get(pk=bar_id), TODAY, now=NOW, most=most)


def _peak_mb(status: str) -> int:
    """As Linux has it of the program that runs: ``ru_maxrss`` begins with what the process was before it."""
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    assert found, "no VmHWM"
    return int(found[1]) // 1024
