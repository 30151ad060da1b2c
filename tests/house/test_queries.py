"""A list costs the same number of statements however many rows it shows."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocates.models import RoleKind
from tests.factories import make_bar, make_national, make_user
from tests.house.rows import make_rows, our_models

pytestmark = pytest.mark.django_db
PAGES = [model for model in our_models() if admin.site.is_registered(model)]
BUDGET = 14
"""Session, user, roles, bars, count, rows, and what a date hierarchy asks for."""


def _statements(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_a_list_of_three_costs_as_much_as_a_list_of_one(client: Client, model: type[Model]) -> None:
    national = make_national()
    first, *others = (make_bar(parent=national) for _ in range(3))
    client.force_login(make_user(bar=national, role=RoleKind.BAR_ADMIN))
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    make_rows(first)
    _statements(client, url)  # fills the caches of this process
    with_one = _statements(client, url)
    for bar in others:
        make_rows(bar)
    with_three = _statements(client, url)
    assert with_three == with_one
    assert with_three <= BUDGET
