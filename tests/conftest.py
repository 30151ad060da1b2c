from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from django.test import override_settings
from django.utils import translation

from tests.plugins.template import Template


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template | None:
    """None where one process does it all."""
    return Template(tmp_path_factory.getbasetemp().parent) if "PYTEST_XDIST_WORKER" in os.environ else None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, template: Template | None) -> None:
    if template:
        template.look()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, template: Template | None) -> Iterator[None]:
    """Tables may be emptied between tests, and nowhere else: what refuses that is switched off in this database.

    Nor is a commit waited for until it is on the disk: what is killed here are our own processes, not the server.
    """
    with django_db_blocker.unblock():
        if template:
            template.share()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            cursor.execute(f'ALTER DATABASE "{cursor.fetchone()[0]}" SET synchronous_commit = off')
            cursor.execute("SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'audit_no_truncate'")
            for (table,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_no_truncate")
        connection.close()  # it holds for those that are opened from now on
    yield
    if template:
        with django_db_blocker.unblock():
            template.drop()


@pytest.fixture(scope="session", autouse=True)
def of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files, keys and archives of the installation are left alone, and no password takes long: for rows too that are
    made once for many tests.
    """
    base = tmp_path_factory.getbasetemp()
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            **settings.STORAGES,
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        KEYS_FOLDER=base / "keys",
        ARCHIVES_FOLDER=base / "archives",
    ):
        yield


@pytest.fixture(autouse=True)
def english(settings) -> Iterator[None]:
    """Messages and pages are compared in English; tests of other languages switch by themselves."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Each test begins with all its requests left."""
    cache.clear()


@pytest.fixture(autouse=True)
def nothing_remembered(settings) -> None:
    """What a test has changed is what is read next."""
    settings.ENV = settings.ENV.model_copy(update={"catalogue_seconds": 0})


@pytest.fixture(autouse=True)
def no_files(settings) -> None:
    """Each test begins without any: the storage is made anew."""
    settings.STORAGES = {**settings.STORAGES}


@pytest.fixture
def lasting(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server keeps its connections, as in production, to whoever asks and to the database: it does not begin each
    answer with a new one, nor wait until the first part of an answer is acknowledged.
    """
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
