"""Foreign keys that the database checks for all rows of a statement at once, for tables that get them by the million.

PostgreSQL's own look up what a row names for each row by itself, a million times the one session of a report, which
takes longer than to write the rows. These do it in one query for each key. Nothing else is different:

- What is named is held FOR KEY SHARE until the transaction ends, so that nobody can delete it meanwhile.
- Whoever deletes something waits for those who hold it, and is refused at the end if rows name it then.
- The triggers run as the owner of their functions, so that no wall hides what is named, or who names it.

That those who delete see what was committed while they waited is so in READ COMMITTED alone; elsewhere they are
refused. The other difference: a row has to come after what it names, not only in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection
from django.db.models import ForeignKey, Model


class CheckedKey(ForeignKey[Any, Any]):
    """A foreign key to the ``id`` of another table; the triggers of ``checks_of`` are its constraint."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "db_constraint": False})

    def get_internal_type(self) -> str:
        return "ForeignKey"


FUNCTIONS: Final = (
    """
    CREATE OR REPLACE FUNCTION cle_refuse_key(source text, name text, target text, key bigint) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        RAISE foreign_key_violation USING
            MESSAGE = format('table "%s" names in "%s" what is not in "%s"', source, name, target),
            DETAIL = format('Key (id)=(%s) is not present in table "%s".', key, target),
            TABLE = source, COLUMN = name, CONSTRAINT = source || '_' || name || '_names';
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_hold_keys(source text, name text, target text, keys bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
        held bigint[];
    BEGIN
        EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM %I WHERE id = ANY ($1) FOR KEY SHARE) AS named',
            target) INTO held USING keys;
        IF cardinality(keys) > coalesce(cardinality(held), 0) THEN
            PERFORM cle_refuse_key(source, name, target, key)
               FROM (SELECT unnest(keys) EXCEPT SELECT unnest(held) LIMIT 1) AS missing (key);
        END IF;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_keys_of_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
    DECLARE
        keys bigint[];
    BEGIN
        FOR place IN 0 .. TG_NARGS - 2 BY 2 LOOP
            EXECUTE format('SELECT array_agg(DISTINCT %1$I) FROM added WHERE %1$I IS NOT NULL', TG_ARGV[place])
                INTO keys;
            PERFORM cle_hold_keys(TG_TABLE_NAME, TG_ARGV[place], TG_ARGV[place + 1], keys);
        END LOOP;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_key_of_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
    BEGIN
        PERFORM cle_hold_keys(TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1], ARRAY[(to_jsonb(NEW)->>TG_ARGV[0])::bigint]);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_key_is_free() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
    DECLARE
        is_named boolean;
    BEGIN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE invalid_transaction_state USING MESSAGE = format(
                'rows of "%s" are deleted in READ COMMITTED only: who names them could not be seen', TG_TABLE_NAME);
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1) AND NOT EXISTS (SELECT FROM %I WHERE id = $1)',
            TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME) INTO is_named USING OLD.id;
        IF is_named THEN
            PERFORM cle_refuse_key(TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME, OLD.id);
        END IF;
        RETURN NULL;
    END
    $$
    """,
)  # fmt: skip

_ADDED = """
    CREATE OR REPLACE TRIGGER keys_of_new AFTER INSERT ON {source} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cle_keys_of_new({pairs})
"""
_CHANGED = """
    CREATE OR REPLACE TRIGGER key_{name} AFTER UPDATE OF {name} ON {source}
    FOR EACH ROW WHEN (OLD.{name} IS DISTINCT FROM NEW.{name} AND NEW.{name} IS NOT NULL)
    EXECUTE FUNCTION cle_key_of_changed({name}, {target})
"""
_FREE = """
    CREATE CONSTRAINT TRIGGER {source}_{name} AFTER DELETE OR UPDATE OF id ON {target}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cle_key_is_free({source}, {name})
"""

_NOTHING = """
    SELECT EXISTS (SELECT FROM {source} AS source LEFT JOIN {target} AS named ON named.id = source.{name}
                    WHERE source.{name} IS NOT NULL AND named.id IS NULL)
"""


def make_functions(cursor: Any) -> None:
    cursor.execute("SELECT quote_ident(current_schema())")
    (schema,) = cursor.fetchone()
    for function in FUNCTIONS:
        cursor.execute(function.replace("{schema}", schema))


def checked_keys(model: type[Model]) -> dict[str, str]:
    """Column to the table that it names."""
    keys = (field for field in model._meta.concrete_fields if isinstance(field, CheckedKey))
    return {str(key.column): key.related_model._meta.db_table for key in keys}


def names_nothing(model: type[Model]) -> bool:
    """Whether some row of the table names what is not there: for tables that were filled without triggers."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        for name, target in checked_keys(model).items():
            cursor.execute(_NOTHING.format(source=table, name=name, target=target))
            if cursor.fetchone()[0]:
                return True
    return False


def checks_of(source: str, keys: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """(table, name, statement that makes it) of each trigger that checks these keys of a table."""
    pairs = ", ".join(f"{name}, {target}" for name, target in keys.items())
    yield source, "keys_of_new", _ADDED.format(source=source, pairs=pairs)
    for name, target in keys.items():
        parts = {"source": source, "name": name, "target": target}
        yield source, f"key_{name}", _CHANGED.format(**parts)
        yield target, f"{source}_{name}", _FREE.format(**parts)
