"""What a bench was run on: without it its seconds say nothing, and its ratios little."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

import django
from django.db import connection

_SETTINGS = ("server_version", "shared_buffers", "max_wal_size", "synchronous_commit", "fsync", "jit")


def describe() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(_SETTINGS)])
        settings = dict(cursor.fetchall())
    return {
        "processor": _first(r"model name\s*: (.+)", "/proc/cpuinfo") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_mb": int(_first(r"MemTotal:\s*(\d+) kB", "/proc/meminfo") or 0) // 1024,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgresql": settings.pop("server_version"),
        "postgresql_settings": settings,
    }


def _first(pattern: str, path: str) -> str | None:
    file = Path(path)
    found = re.search(pattern, file.read_text(encoding="utf-8", errors="replace")) if file.exists() else None
    return found[1].strip() if found else None
