"""Which PostgreSQL: the one that DATABASE_URL names, or a private one under var/."""

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from cle.postgres.lines import OURS


def database(url: str, password: str, data_dir: Path, kept_seconds: int = 600) -> dict[str, Any]:
    """Django's DATABASES entry. The URL is read by libpq's own parser, so every form that psql takes works here.

    ``password`` is used when the URL holds none, so that it can come from a secret file.
    A connection is kept for half of ``kept_seconds`` to all of them; 0 gives it back, to a pooler maybe, after each
    request.
    """
    if not url:
        return {
            "ENGINE": "cle.pgembed",
            "NAME": "cle",
            "PGDATA": data_dir,
            "CONN_HEALTH_CHECKS": True,
            # For trying out: a power cut may cost the last moment's commits, never the consistency of the rest.
            "OPTIONS": {"options": "-c synchronous_commit=off"},
            "TEST": {"NAME": os.environ.get("CLE_TEST_DB") or None},
        }
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    return {
        "ENGINE": "cle.postgres",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", "") or password,
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {**OURS, **parts},
        "CONN_MAX_AGE": kept_seconds,
        "CONN_HEALTH_CHECKS": True,
    }
