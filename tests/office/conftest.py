"""Pages of the bar office, asked as a browser asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module

import pytest
from django.test import Client

from advocates.models import Bar, RoleKind
from tests.compliance.conftest import smtp
from tests.compliance.rows import ruled_bar
from tests.factories import make_bar, make_user

__all__ = ["smtp"]

Clock = Callable[[dt.datetime], None]
READERS = ("scoping", "office.jobs", "office.notices", "office.certificates")
"""Modules of ``compliance.views`` that read the clock."""


@pytest.fixture
def bar(db: None) -> Bar:
    """A regional bar below one with the example rulebook."""
    return make_bar("R-1", ruled_bar())


@pytest.fixture
def officer(client: Client, bar: Bar) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user("officer@mail.example.kz", bar=bar, role=RoleKind.BAR_ADMIN, name="Ким Виктор"))
    return client


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the time that the pages read."""

    def set_to(moment: dt.datetime) -> None:
        for name in READERS:
            monkeypatch.setattr(import_module(f"compliance.views.{name}"), "now", lambda: moment)

    return set_to
