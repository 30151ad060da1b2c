"""What PostgreSQL runs to write the trail: one function for all tables, told by arguments what the columns mean.

It runs as its owner, so that who may change a row need not be able to write to the trail, and looks for tables in
``{schema}`` before anything temporary, so that nobody can put a table of their own in the way.
"""

from __future__ import annotations

from advocates.audit.statements import kept, made, variables_of_made

SHOWN = """
CREATE OR REPLACE FUNCTION audit_shown(whole jsonb, hidden text[], hashed text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog
AS $$
    SELECT whole || coalesce(jsonb_object_agg(name, CASE
        WHEN whole->>name IS NULL OR whole->>name IN ('', '\\x') THEN whole->name
        WHEN name = ANY(hidden) OR whole->>name = '•••' THEN to_jsonb('•••'::text)
        ELSE to_jsonb('sha256:' || encode(sha256(decode(substr(whole->>name, 3), 'hex')), 'hex'))
    END), '{}')
    FROM unnest(hidden || hashed) AS names(name) WHERE whole ? name
$$
"""

RECORD = f"""
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {{schema}}, pg_temp
AS $$
DECLARE
    key CONSTANT text := TG_ARGV[0];
    bar CONSTANT text := TG_ARGV[1];
    person CONSTANT text := TG_ARGV[2];
    parent CONSTANT text[] := TG_ARGV[3]::text[];  -- column, table, its key, its column of the advocate; or empty
    hidden CONSTANT text[] := TG_ARGV[4]::text[];
    hashed CONSTANT text[] := TG_ARGV[5]::text[];
    ignored CONSTANT text[] := TG_ARGV[6]::text[];
    secret CONSTANT text[] := hidden || hashed;
    moment CONSTANT timestamptz := clock_timestamp();
    xact CONSTANT bigint := pg_current_xact_id()::text::bigint;
    actor CONSTANT bigint := nullif(current_setting('cle.user', true), '')::bigint;
    place CONSTANT text := coalesce(current_setting('cle.address', true), '');
    origin CONSTANT text := coalesce(current_setting('cle.source', true), '');
    asked CONSTANT text := coalesce(current_setting('cle.request', true), '');
    -- What is erased on purpose, by the owner of the tables and never by a request, is not copied here once more.
    erased CONSTANT boolean := coalesce(current_setting('cle.erasing', true), '') = 'on'
        AND current_setting('role') = 'none'
        AND session_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID);
    people jsonb := '{{{{}}}}';
    keys text[];
    alike text[] := '{{{{}}}}';
    picked text;
BEGIN
    IF cardinality(parent) > 0 THEN
        IF TG_OP = 'DELETE' THEN
            SELECT array_agg(DISTINCT to_jsonb(r)->>parent[1]) INTO keys FROM old_rows r;
        ELSE
            SELECT array_agg(DISTINCT to_jsonb(r)->>parent[1]) INTO keys FROM new_rows r;
        END IF;
        EXECUTE format('SELECT jsonb_object_agg(%3$I, %4$I) FROM %2$I WHERE %3$I = ANY($1::bigint[])',
            parent[1], parent[2], parent[3], parent[4]) INTO people USING keys;
    END IF;
    -- Of many rows most columns are as they were, and so are most files: comparing these as JSON, or making sums of
    -- them, would take most of the time.
    IF TG_OP = 'UPDATE' THEN
        IF cardinality(hashed) > 0 OR EXISTS (SELECT FROM new_rows OFFSET 50) THEN
            EXECUTE (
                SELECT format('SELECT CASE WHEN count(*) = count(o.%1$I = n.%1$I) THEN array_remove(ARRAY[%2$s], NULL)
                    ELSE ''{{{{}}}}'' END FROM old_rows o FULL JOIN new_rows n ON o.%1$I = n.%1$I', key,
                    string_agg(format('CASE WHEN NOT bool_or(ROW(o.%1$I)::record *<> ROW(n.%1$I)::record)
                        THEN %1$L END', attname), ', '))
                FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped
                    AND attname <> ALL(ARRAY[key, bar, person] || parent)
            ) INTO alike;
        END IF;
    END IF;
    -- A file as JSON would be several times its size, and at some size none: its sum is made before.
    IF cardinality(hashed || alike) > 0 THEN
        SELECT string_agg(CASE WHEN attname = ANY(hashed) THEN format('CASE octet_length(%1$I) WHEN 0 THEN ''\\x''
                ELSE ''sha256:'' || encode(sha256(%1$I), ''hex'') END AS %1$I', attname)
            ELSE quote_ident(attname) END, ', ') INTO picked
        FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> ALL(alike);
        EXECUTE format(CASE TG_OP
            WHEN 'INSERT' THEN {made("INSERT")}
            WHEN 'DELETE' THEN {made("DELETE")}
            ELSE {made("UPDATE")}
        END, picked) USING {variables_of_made()};
    ELSIF TG_OP = 'INSERT' THEN
        {kept("INSERT")};
    ELSIF TG_OP = 'DELETE' THEN
        {kept("DELETE")};
    ELSE
        {kept("UPDATE")};
    END IF;
    RETURN NULL;
END
$$
"""  # noqa: S608

REFUSE = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'no % on %: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'insufficient_privilege';
END
$$
"""

APPEND_ONLY = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('it is only ever added to');
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('it is only ever added to')
"""


def body_of(name: str, schema: str) -> str:
    """What stands between the dollars of a function, as PostgreSQL keeps it."""
    made = {"audit_shown": SHOWN, "audit_record": RECORD.format(schema=schema), "audit_refuse": REFUSE}
    return made[name].split("$$")[1]
