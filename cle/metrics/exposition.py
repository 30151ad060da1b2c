"""The page itself: the state of the work, the queue, the disk and the release as metrics, after the requests."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import kombu.exceptions
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from advocates.acting import beyond_the_wall
from cle.celery import app
from cle.core.clock import now
from cle.core.release import build, version
from cle.metrics.remembered import Remembered
from cle.metrics.requests import counted
from cle.metrics.work import Work, work_at

logger = logging.getLogger(__name__)
SECONDS: Final = 10.0


@beyond_the_wall("how much work waits in all bars together: counts and ages, of nobody")
def _read_work() -> Work:
    return work_at(now())


WORK = Remembered(_read_work, SECONDS)


def exposition() -> bytes:
    """In Prometheus' text format. What is out of reach is left out, and ``…_up`` says so."""
    state = CollectorRegistry()
    state.register(_State())
    return generate_latest(counted()) + generate_latest(state)


class _State(Collector):
    def describe(self) -> Iterable[Any]:
        return ()  # nothing is read just to be registered

    def collect(self) -> Iterator[Any]:
        yield _by("cle_build_info", "The release that runs", ("version", "build"), {(version(), build()): 1})
        yield from _disk()
        yield from _queue()
        try:
            work = WORK.get()
        except (Error, ImproperlyConfigured) as error:
            logger.warning("The database does not say what waits: %s", type(error).__name__)
            yield _gauge("cle_database_up", "Whether the database answered", 0)
            return
        yield _gauge("cle_database_up", "Whether the database answered", 1)
        yield from _work(work)


def _work(work: Work) -> Iterator[Any]:
    yield _by("cle_notices", "Notices that are still to be dealt with", ("state",), work.notices)
    yield _gauge("cle_notices_tried", "Due notices that at least one attempt did not get out", work.notices_tried)
    yield _gauge("cle_oldest_due_unsent_seconds", "Age of the oldest due notice that is not sent", work.oldest_due)
    yield _by("cle_jobs", "Jobs", ("state",), work.jobs)
    yield _gauge("cle_oldest_waiting_job_seconds", "Age of the oldest job that nobody has taken", work.oldest_job)
    if work.sweep_age is not None and work.sweep_duration is not None:
        yield _gauge("cle_sweep_age_seconds", "Since a sweep was last finished", work.sweep_age)
        yield _gauge("cle_sweep_duration_seconds", "How long that sweep took", work.sweep_duration)
    yield _gauge("cle_oldest_unfinished_sweep_seconds", "Since it was started", work.oldest_unfinished_sweep)
    issued = CounterMetricFamily("cle_certificates_issued", "Certificates under a number", labels=("kind",))
    for kind, count in work.certificates.items():
        issued.add_metric([kind], count)
    yield issued
    yield CounterMetricFamily("cle_mail_bounces", "Letters that came back", value=work.bounces)
    yield _gauge("cle_database_connections", "Connections to this database", work.connections)
    yield _gauge("cle_database_connections_allowed", "The server's max_connections", work.connections_allowed)


def _disk() -> Iterator[Any]:
    used = shutil.disk_usage(settings.VAR)
    yield _gauge("cle_files_disk_free_bytes", "Free where files are kept (CLE_VAR)", used.free)
    yield _gauge("cle_files_disk_size_bytes", "Size of that disk", used.total)


def _queue() -> Iterator[Any]:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return
    try:
        depth = queue_depth()
    except (RedisError, OSError, kombu.exceptions.KombuError) as error:
        logger.warning("The broker does not say what waits: %s", type(error).__name__)
        yield _gauge("cle_broker_up", "Whether the broker answered", 0)
        return
    yield _gauge("cle_broker_up", "Whether the broker answered", 1)
    yield _gauge("cle_queue_depth", "Messages that no worker has taken", depth)


def queue_depth() -> int:
    """Asked of the broker in the way of AMQP, which kombu speaks to Redis too; a queue of nothing is none there."""
    with app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        try:
            return int(channel.queue_declare(app.conf.task_default_queue, passive=True).message_count)
        except broker.channel_errors:
            return 0


def _gauge(name: str, said: str, value: float) -> Any:
    return GaugeMetricFamily(name, said, value=value)


def _by(name: str, said: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Any:
    family = GaugeMetricFamily(name, said, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key) if isinstance(key, tuple) else [key], value)
    return family
