"""Is this process able to serve: what it needs, each part asked for itself, in bounded time and without a person."""

from __future__ import annotations

import logging
from functools import cache
from typing import Final

import kombu.exceptions
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from kombu import Connection
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PATIENCE: Final = 2
"""Seconds that a part has for its answer."""
OK, NONE, BROKEN, BEHIND = "ok", "none", "out of reach", "migrations are pending"


def database_state() -> str:
    """Two statements: whether it answers in the role of the web, and what `migrate` still has to do."""
    try:
        return BEHIND if pending_migrations() else OK
    except (Error, ImproperlyConfigured) as error:
        logger.warning("The database does not serve: %s", type(error).__name__)
        return BROKEN


def pending_migrations() -> list[str]:
    """Those of this code that the database has not seen. Others that it has, of a newer release, do no harm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return [f"{app}.{name}" for app, name in _of_this_code() if (app, name) not in applied]


@cache
def _of_this_code() -> tuple[tuple[str, str], ...]:
    """Read off the disk once: a process that runs keeps the code that it began with."""
    return tuple(sorted(MigrationLoader(None).disk_migrations))


def cache_state() -> str:
    return redis_state(settings.ENV.redis_url)


def queue_state() -> str:
    """Of the broker, where it is not the Redis that is asked for anyway."""
    url = settings.ENV.broker_url
    if not url or url == settings.ENV.redis_url:
        return cache_state()
    return redis_state(url) if url.startswith("redis") else broker_state(url)


def redis_state(url: str) -> str:
    if not url:
        return NONE
    try:
        with Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as redis:
            redis.ping()
    except RedisError as error:
        logger.warning("Redis does not answer: %s", type(error).__name__)
        return BROKEN
    return OK


def broker_state(url: str) -> str:
    try:
        with Connection(url, connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, timeout=PATIENCE)
    except (OSError, kombu.exceptions.KombuError) as error:
        logger.warning("The broker does not answer: %s", type(error).__name__)
        return BROKEN
    return OK
