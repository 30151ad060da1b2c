from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from advocates.models import Bar, RoleKind, User
from cle.celery import app
from tests.factories import make_advocate, make_bar, make_user


@pytest.fixture
def bar(db: Any) -> Bar:
    return make_bar("R-1")


@pytest.fixture
def staff(bar: Bar) -> User:
    return make_user("staff@mail.example.kz", bar=bar, role=RoleKind.BAR_ADMIN)


@pytest.fixture
def advocate(bar: Bar) -> User:
    person = make_advocate(bar, "Сәрсенова Әлия", user=make_user("advocate@mail.example.kz"))
    assert person.user is not None
    return person.user


@pytest.fixture
def posted(transactional_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are sent, as by a worker, once the request has been committed."""
    monkeypatch.setattr(app.conf, "task_always_eager", True)


@pytest.fixture
def strict(settings: Any) -> None:
    """As in production."""
    settings.STAFF_SECOND_FACTOR = "required"


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "en"})
