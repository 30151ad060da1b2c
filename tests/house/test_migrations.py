"""Migrations run while people work: those that would stop them, or break older processes, are found beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from tests.house.migrations import BASELINE, OURS, faults, found, locked_at_once

INDEX = models.Index(fields=["stage"], name="notice_by_stage")
CHECK = models.CheckConstraint(condition=~models.Q(stage=""), name="notice_has_a_stage")
AUTHOR = models.ForeignKey("advocates.Bar", models.PROTECT, null=True)
WORD = models.CharField(max_length=40)


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def _found(loader: MigrationLoader, *operations: Any) -> list[str]:
    [latest] = loader.graph.leaf_nodes("compliance")
    return list(faults("compliance", list(operations), loader.project_state(latest)))


def test_every_migration_is_safe_under_load(loader: MigrationLoader) -> None:
    assert {app for app, _name in loader.disk_migrations} >= set(OURS) == set(BASELINE)
    assert found() == []


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (migrations.AddIndex("notice", INDEX), "AddIndexConcurrently"),
        (migrations.AddConstraint("notice", CHECK), "AddConstraintNotValid"),
        (migrations.AddField("notice", "tone", models.CharField(max_length=5, default="")), "db_default"),
        (migrations.AddField("notice", "author", AUTHOR), "AddIndexConcurrently"),
        (migrations.AlterField("notice", "stage", models.IntegerField()), "anew"),
        (migrations.AlterField("notice", "stage", models.CharField(max_length=3)), "anew"),
        (migrations.AlterField("notice", "sent_at", models.DateTimeField()), "under a lock"),
        (migrations.AlterField("notice", "stage", models.CharField(max_length=40, db_index=True)), "blocks writes"),
        (migrations.RemoveField("notice", "stage"), "a release later"),
        (migrations.DeleteModel("Notice"), "a release later"),
        (migrations.RenameField("notice", "stage", "step"), "old name"),
        (migrations.RunSQL("SELECT 1"), "anything"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, migrations.operations.base.Operation) else "",
)
def test_what_is_not_safe_is_found(loader: MigrationLoader, operation: Any, word: str) -> None:
    [fault] = _found(loader, operation)
    assert word in fault


@pytest.mark.parametrize(
    "operation",
    [
        AddIndexConcurrently("notice", INDEX),
        AddConstraintNotValid("notice", CHECK),
        migrations.AddField("notice", "tone", models.CharField(max_length=5, db_default="")),
        migrations.AddField("notice", "read_at", models.DateTimeField(null=True)),
        migrations.AlterField("notice", "stage", models.CharField("step", max_length=80)),
        migrations.AlterField("notice", "bar", models.ForeignKey("advocates.Bar", models.CASCADE)),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_is_safe_is_let_through(loader: MigrationLoader, operation: Any) -> None:
    assert _found(loader, operation) == []


def test_a_new_table_may_have_anything(loader: MigrationLoader) -> None:
    fields = [("id", models.BigAutoField(primary_key=True)), ("word", WORD)]
    index = models.Index(fields=["word"], name="leaf_word")
    assert _found(loader, migrations.CreateModel("Leaf", fields), migrations.AddIndex("leaf", index)) == []


def test_tables_that_are_locked_together_are_found() -> None:
    tone = models.CharField(max_length=5, db_default="")
    apart = [migrations.AddField("notice", "tone", tone), migrations.AddField("notice", "note", tone)]
    new = [migrations.CreateModel("Leaf", [("word", WORD)]), migrations.AddField("leaf", "tone", tone)]
    assert [*locked_at_once(apart), *locked_at_once([*apart, *new])] == []
    [fault] = locked_at_once([*apart, migrations.SeparateDatabaseAndState([migrations.AddField("case", "tone", tone)])])
    assert fault.startswith("case, notice:")
