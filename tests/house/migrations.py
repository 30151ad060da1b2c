"""Which migrations are not safe under load: while people work, and beside processes of the release before.

``python -m tests.house.migrations`` prints what it finds. Safe is: a new table; a column that may be empty or has a
default in the database; an index made concurrently; a constraint first not validated, then validated. Whatever locks or
rewrites a table that exists, or takes away what the older processes still read, needs a reason in ``REASONS``, or is
done in two releases.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

import django
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OURS: Final = ("advocates", "courses", "compliance")
BASELINE: Final = {"advocates": 13, "courses": 14, "compliance": 12}
"""Numbers of the last migrations that no installation in use has ever run: raised while 0.1.0 is not released."""

REASONS: Final[dict[str, str]] = {
    "compliance.0016_moves_are_noted: RunPython : may change many rows in one transaction": (
        "makes functions and triggers and changes no row"
    ),
    "compliance.0017_figures_apart_from_words: RunPython : may change many rows in one transaction": (
        "fills in 20,000 rows at a time, each part a transaction of its own"
    ),
    "compliance.0018_figures_of_many_lines_at_once: RunPython : may change many rows in one transaction": (
        "makes a function and triggers and changes no row"
    ),
    "compliance.0019_notices_by_round: RunSQL : may do anything": (
        "changes the notices of cases that were opened more than once, which are few"
    ),
    "compliance.0020_notices_once_a_round: RunSQL : may do anything": (
        "makes unique indexes, concurrently, and puts them in the place of those before"
    ),
    "compliance.0021_notices_about_accounts: RunSQL : may do anything": "makes a unique index, concurrently",
    "advocates.0014_quicker_trail: RunPython : may change many rows in one transaction": "changes a function",
    "advocates.0015_quicker_trail_of_many_updates: RunPython : may change many rows in one transaction": (
        "changes a function"
    ),
    "advocates.0020_quicker_trail_of_files_and_updates: RunPython : may change many rows in one transaction": (
        "changes a function"
    ),
    "advocates.0022_two_words_of_a_name_at_once: RunSQL : may do anything": "makes a function",
    "advocates.0023_people_of_a_bar_in_order: RunSQL : may do anything": "takes an index away, concurrently",
    **{
        f"advocates.{name}_at_a_time_by_rectangles: AddConstraint {table}: reads the whole table under a lock: "
        "AddConstraintNotValid, then ValidateConstraint; unique: an index made concurrently first": (
            "what excludes is not made concurrently, and without it two rows might overlap; it took 10 s a million rows"
        )
        for name, table in (("0018_one_bar", "membership"), ("0019_one_status", "statusspan"))
    },
}
""""app.name: fault" → why it does no harm."""

LOCKING: Final = {
    "AddIndex": "blocks writes while the index is made: AddIndexConcurrently",
    "RemoveIndex": "waits for all, and all wait for it: RemoveIndexConcurrently",
    "AddConstraint": "reads the whole table under a lock: AddConstraintNotValid, then ValidateConstraint; unique: an "
    "index made concurrently first",
    "AlterUniqueTogether": "reads the whole table under a lock",
    "RenameField": "processes of the release before still use the old name",
    "RenameModel": "processes of the release before still use the old name",
    "AlterModelTable": "processes of the release before still use the old name",
    "RemoveField": "processes of the release before still read the column: stop using it first, remove it a release "
    "later",
    "DeleteModel": "processes of the release before still read the table: stop using it first, remove it a release "
    "later",
    "RunPython": "may change many rows in one transaction",
    "RunSQL": "may do anything",
}
SAFE: Final = (AddConstraintNotValid, AddIndexConcurrently, RemoveIndexConcurrently)


def faults(app: str, operations: list[Any], before: Any) -> Iterator[str]:
    """``before``: the state of the models that the operations start from; it is changed on the way."""
    new: set[str] = set()
    for operation in operations:
        if isinstance(operation, migrations.CreateModel):
            new.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", None) not in new:
            yield from _faults_of(app, operation, before)
        operation.state_forwards(app, before)


def locked_at_once(operations: list[Any]) -> Iterator[str]:
    """Of operations in one transaction: that a lock on one table is kept while that on the next is waited for."""
    made = {operation.name_lower for operation in operations if isinstance(operation, migrations.CreateModel)}
    steps = [step for each in operations for step in getattr(each, "database_operations", [each])]
    tables = {step.model_name_lower for step in steps if hasattr(step, "model_name_lower")} - made
    if len(tables) > 1:
        yield f"{', '.join(sorted(tables))}: locked together to the end of the transaction: atomic = False"


def _faults_of(app: str, operation: Any, before: Any) -> Iterator[str]:
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _faults_of(app, inner, before)
    elif isinstance(operation, SAFE):
        return
    elif isinstance(operation, migrations.AddField):
        yield from (f"{_named(operation)} {fault}" for fault in _of_new_column(operation.field))
    elif isinstance(operation, migrations.AlterField):
        yield from (f"{_named(operation)} {fault}" for fault in _of_changed_column(app, operation, before))
    else:
        for kind, fault in LOCKING.items():
            if type(operation).__name__ == kind:
                yield f"{_named(operation)} {fault}"


def _named(operation: Any) -> str:
    """As "AddField notice.envelope:"."""
    names = [getattr(operation, name, None) for name in ("model_name", "name")]
    return f"{type(operation).__name__} {'.'.join(name for name in names if isinstance(name, str))}:"


def _of_new_column(field: models.Field[Any, Any]) -> Iterator[str]:
    if field.many_to_many:
        return
    if not field.null and not field.has_db_default():
        yield "processes of the release before write rows without it: null=True, or db_default"
    if field.db_index or field.unique:
        yield "blocks writes while its index is made: db_index=False, then AddIndexConcurrently"


def _of_changed_column(app: str, operation: Any, before: Any) -> Iterator[str]:
    then: Any = before.models[app, operation.model_name_lower].fields[operation.name]
    now: Any = operation.field
    if then.null and not now.null:
        yield "reads the whole table under a lock: a check constraint, validated, first"
    if (now.db_index or now.unique) and not (then.db_index or then.unique):
        yield "blocks writes while its index is made: AddIndexConcurrently"
    if not _only_longer(then, now):
        yield "writes the whole table anew under a lock: a new column, filled bit by bit"


def _only_longer(then: Any, now: Any) -> bool:
    """Whether the column's type stays, or merely allows longer words."""
    kinds = then.get_internal_type(), now.get_internal_type()
    if "ForeignKey" in kinds or "OneToOneField" in kinds:
        return set(kinds) <= {"ForeignKey", "OneToOneField"}
    if kinds[1] == "TextField" and kinds[0] == "CharField":
        return True
    if kinds[0] != kinds[1]:
        return False
    if kinds[0] == "DecimalField":
        return (then.max_digits, then.decimal_places) == (now.max_digits, now.decimal_places)
    return (now.max_length or 0) >= (then.max_length or 0) or kinds[0] != "CharField"


def found() -> list[str]:
    """Of each migration after the baseline, "app.name: fault" without those that have a reason."""
    from django.db.migrations.loader import MigrationLoader

    loader, said = MigrationLoader(None), []
    for app, name in sorted(loader.disk_migrations):
        if app in OURS and int(name[:4]) > BASELINE[app]:
            before = loader.project_state((app, name), at_end=False)
            migration = loader.disk_migrations[app, name]
            together = locked_at_once(migration.operations) if migration.atomic else ()
            said += [f"{app}.{name}: {fault}" for fault in (*faults(app, migration.operations, before), *together)]
    return [line for line in said if line not in REASONS]


if __name__ == "__main__":
    django.setup()
    print("\n".join(found()) or "Every migration is safe under load.")
    sys.exit(bool(found()))
