"""Every table is in the audit trail, or stands on the short list with the reason; no secret is copied into it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from advocates.audit.attach import attach, missing
from advocates.audit.tables import recorded
from cle.audited import COVERED, audited
from tests.house.rows import our_models

pytestmark = pytest.mark.django_db
MARKED = {"advocates.Advocate.national_id", "advocates.User.password"}
HIDDEN = {f"{model._meta.label}.{name}" for model in our_models() for name in recorded(model, COVERED).hidden}


def test_each_model_is_audited_or_listed_with_a_reason() -> None:
    listed = {model._meta.db_table for model in our_models() if model._meta.label in COVERED.exempt}
    tables = {table.table for table in audited()}
    assert tables | listed >= {model._meta.db_table for model in our_models()}
    assert not tables & listed
    assert "advocates_user_groups" in tables, "what Django keeps between two models"
    assert all(len(reason) > 10 for reason in [*COVERED.exempt.values(), *COVERED.updates_only.values()])


def test_no_exception_outlives_its_model() -> None:
    labels = {model._meta.label for model in apps.get_models()}
    for listed in (COVERED.exempt, COVERED.updates_only, COVERED.withheld):
        assert set(listed) <= labels


def test_each_table_has_its_triggers() -> None:
    """But for what refuses to empty it, which tests do without."""
    assert {name for _table, name in missing(connection, audited())} <= {"audit_no_truncate"}


def test_a_trigger_that_is_gone_is_put_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TRIGGER audit_insert ON courses_entry")
        cursor.execute("ALTER TABLE advocates_role DISABLE TRIGGER audit_update")
    gone = {(table.table, name) for table, name in missing(connection, audited()) if name != "audit_no_truncate"}
    assert gone == {("courses_entry", "audit_insert"), ("advocates_role", "audit_update")}
    attach(connection, audited())
    assert missing(connection, audited()) == []
    assert attach(connection, audited()) == []


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_what_belongs_to_a_bar_or_a_person_says_so(model: type[Model]) -> None:
    told, names = recorded(model, COVERED), {field.name for field in model._meta.concrete_fields}
    assert bool(told.bar) == ("bar" in names or model._meta.label == "advocates.Bar")
    assert "advocate" not in names or told.person == "advocate_id"


def test_secrets_are_known_by_their_names() -> None:
    assert HIDDEN >= MARKED
