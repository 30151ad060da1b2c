"""Lines to a server on another machine: when one is cut, neither end waits for ever, and no lock is left behind.

A cut line says nothing. Without these settings Linux asks after two hours whether anybody is still there.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg

OURS: Final = {
    "connect_timeout": "10", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}  # fmt: skip
"""Options of libpq: a line on which the server has answered nothing for a minute is given up."""
THEIRS: Final = {
    "tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000", "client_connection_check_interval": "10000",
    "idle_in_transaction_session_timeout": "1200000",
}  # fmt: skip
"""The same for the server's end, which else keeps the locks of whoever is gone; told to each session, since a pooler
takes no options. Who says nothing for 20 minutes within a transaction does nothing in it: no task runs for so long."""


def bound(line: psycopg.Connection[Any]) -> None:
    """Tell the server. A line within one machine cannot be cut."""
    if line.info.host.startswith(("/", "@")):
        return
    calls = ", ".join(["set_config(%s, %s, false)"] * len(THEIRS))
    line.execute(f"SELECT {calls}", [word for pair in THEIRS.items() for word in pair])
    line.commit()
