"""What the processes of a bench do. Nothing is imported here before Django has been set up in them."""

from __future__ import annotations

import resource
import time


def begin(database: str) -> None:
    import django

    django.setup()
    from django.db import connection

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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
