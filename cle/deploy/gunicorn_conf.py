"""Settings of the web server: ``gunicorn cle.wsgi --config cle/deploy/gunicorn_conf.py``.

Processes, threads and the address come from the environment. Each start has a fresh folder in which the processes add
up their metrics.
"""

import gc
import os
import tempfile
from typing import Any

os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="cle-metrics-")  # before the library is imported

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "3"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 30
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True  # systemd and containers say what the server is to do


def post_worker_init(worker: Any) -> None:
    """What is loaded stays to the end: a search for garbage need not go through all of it, in the middle of a request,
    for a tenth of a second each time. Among the newest things it is made often, and so is short: among 10,000 it took 4
    to 10 milliseconds, in one of eighty requests."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns  # with all that the pages and the API import
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 20, 20)


def child_exit(server: Any, worker: Any) -> None:
    """What the process counted stays counted; what it held at the moment is gone."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)
