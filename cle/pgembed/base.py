"""PostgreSQL in a folder. The server starts at the first connection, so tools that only load settings start none."""

from pathlib import Path
from typing import Any

from cle.postgres import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        from cle.pgembed.server import ensure_running

        params = ensure_running(Path(self.settings_dict["PGDATA"]))
        self.settings_dict.update(HOST=params["host"], PORT=params["port"], USER=params["user"])
        return dict(super().get_connection_params())
